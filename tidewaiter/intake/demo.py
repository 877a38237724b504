"""The demo's cases: a real public-domain file of seizures, an invented story in three countries, and three invented
years of twelve (`invented/`). All come in as anybody's do: brought by a contact point, judged by a regional office.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.cases.actions import return_case, validate
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.scratch import scratch
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.intake.invented.cases import Invented, cases_of, with_pictures
from tidewaiter.intake.invented.drawings import drawn
from tidewaiter.intake.invented.world import Country, world
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.people.queries import officer_named

WEAPONS = "us_cbp_weapons_fy22_25.csv.gz"
REASON = "Historical load of published open data"
JUDGED = "Invented cases of the demo"
STORY_PICTURES = {
    "KE-2026-0418": ("scan:slide", "pump", "slide"),
    "KE-2026-0402": ("scan:tusk", "tusk"),
    "KE-2026-0416": ("suitcase", "bag"),
    "KE-2026-0391": ("sack", "scale"),
    "CL-2026-1203": ("scan:slide", "pump"),
    "KR-2026-0877": ("pump", "slide"),
}
"""What the drawn pictures of the story show (demo/world_shapes.toml), by the case's reference."""


def bring_story(say: Callable[[str], None]) -> dict[str, Any]:
    """Brings the files and lets reviewers judge most of them. Gives what came in
    and what the real file's rejects are.
    """
    receipt = _bring(WEAPONS, "j.miller", "us_cbp_weapons.toml", say)
    answer = answer_of(receipt, None)
    if receipt.accepted:
        reviewer = officer_named("m.sandoval")
        validate(
            cases=filtered(visible_cases(reviewer), {"administration": ["US"], "status": ["submitted"]}),
            by=reviewer,
            unopened=REASON,
        )
    for country, username in (("ke", "a.wanjiru"), ("cl", "j.quiroga"), ("kr", "s.park")):
        if _brought(f"story_{country}.zip", username) is None:  # loaded again, nothing more is judged
            _bring_story_of(country, username, say)
            _review(country.upper())
    for land in world().reporting():
        _bring_invented(land, say)
    return answer


HOME = ("KE", "a.wanjiru")
"""The country of a national node's demo, and who brings its cases."""


def bring_home(say: Callable[[str], None]) -> None:
    """On a national node: the story and three years of its own country."""
    code, username = HOME
    if _brought(f"story_{code.lower()}.zip", username) is None:
        _bring_story_of(code.lower(), username, say)
        _review(code)
    _bring_invented(next(land for land in world().reporting() if land.code == code), say)


def _bring_story_of(country: str, username: str, say: Callable[[str], None]) -> None:
    """A country's part of the story with its pictures."""
    told = json.loads((Path(settings.DEMO_FOLDER) / f"story_{country}.json").read_text(encoding="utf-8"))
    cases = [with_pictures(record, STORY_PICTURES.get(record["national_ref"], ())) for record in told]
    with scratch() as folder:
        _bring(f"story_{country}.zip", username, "", say, _parcel(cases, folder / "story.zip"))


class _Said(Progress):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(None)
        self._say = say

    def report(self, step: str, done: int, total: int) -> None:
        """A line for the person who waits."""
        self._say(f"  {step}: {done:,}" + (f" of {total:,}" if total else ""))


def _brought(name: str, username: str) -> Receipt | None:
    return Receipt.objects.filter(file_name=name, brought_by=username, state="done").order_by("-pk").first()


def _bring(name: str, username: str, mapping: str, say: Callable[[str], None], path: Path | None = None) -> Receipt:
    """Brings a file of the demo's folder, or another under that name, unless it was brought."""
    by = officer_named(username)
    done = _brought(name, username)
    if done is not None:
        return done
    say(f"Bringing {name} as {username}")
    text = (Path(settings.MAPPINGS_FOLDER) / mapping).read_text() if mapping else ""
    options = {"submit": True, "keep_duplicates": False, "channel": "csv" if mapping else "json"}
    receipt = receive(
        path=path or Path(settings.DEMO_FOLDER) / name,
        name=name,
        mapping_text=text,
        mapping_name=mapping,
        options=options,
        by=by,
    )
    return take_in(receipt=receipt, by=by, progress=_Said(say))


def _review(country: str) -> None:
    """The secretariat leaves most of a country's story to its reviewers; older cases are validated, one is returned."""
    name = {"KE": "n.achieng", "CL": "m.sandoval"}.get(country)
    if name is None:
        return
    reviewer = officer_named(name)
    waiting = filtered(visible_cases(reviewer), {"administration": [country], "status": ["submitted"]})
    validate(cases=waiting.filter(date__lt="2026-10-15"), by=reviewer, unopened="Demo story")
    oldest = waiting.order_by("date").first()
    if oldest is not None:
        return_case(
            case=oldest,
            reason="Thank you; two places of the record do not agree.",
            fields=[
                FieldReason("lines.1.quantity", "unclear", "The narrative gives another quantity. Which is right?")
            ],
            by=reviewer,
        )


def _bring_invented(country: Country, say: Callable[[str], None]) -> None:
    """Three years of a country. Of the newest cases some wait, one went back, one went back and came again; the others
    are validated.
    """
    name = f"cases_{country.code.lower()}.zip"
    if _brought(name, country.by) is not None:
        return
    cases = cases_of(world(), country, now().date())
    newest = [case.record["national_ref"] for case in reversed(cases)]
    answered = [one for one in cases if country.mended and one.record["national_ref"] == newest[country.waits + 1]]
    with scratch() as folder:
        first = [Invented(one.record | {"narrative": ""}, one.pictures) if one in answered else one for one in cases]
        _bring(name, country.by, "", say, _parcel(first, folder / "first.zip"))
        _judge(country, newest, [one.record["national_ref"] for one in answered])
        if answered:
            again = _parcel(answered, folder / "again.zip")
            _bring(f"mended_{country.code.lower()}.zip", country.by, "", say, again)


def _judge(country: Country, newest: list[str], without_text: list[str]) -> None:
    reviewer = officer_named(country.to)
    mine = {"administration": [country.code], "status": ["submitted"]}
    waiting = filtered(visible_cases(reviewer), mine).filter(national_ref__in=newest)
    back = dict.fromkeys(without_text, FieldReason("narrative", "missing", country.mended))
    if country.returned:
        back[newest[country.waits]] = FieldReason(*country.returned)
    for case in waiting.filter(national_ref__in=back):
        said = [back[case.national_ref]]
        return_case(case=case, reason="Thank you; one question before it counts.", fields=said, by=reviewer)
    judged = waiting.exclude(national_ref__in=[*newest[: country.waits], *back])
    validate(cases=judged, by=reviewer, unopened=JUDGED)


def _parcel(cases: Sequence[Invented], path: Path) -> Path:
    """A zip of the table and its pictures, as a colleague would send it."""
    with zipfile.ZipFile(path, "w") as parcel:
        parcel.writestr("cases.json", json.dumps([case.record for case in cases]))
        for file, shape in ((file, shape) for case in cases for file, shape in case.pictures.items()):
            parcel.writestr(file, drawn(shape, file))
    return path

"""The demo: invented people and an invented story in three countries, and a real public-domain file of seizures."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.cases.actions import return_case, validate
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.actors import NODE
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.models import Entry
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item
from tidewaiter.people.actions import add_officer, demand_second_factor
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named
from tidewaiter.statistics.store import bring_up_to_date

PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("j.miller", "US", "contact", "J. Miller"),
    ("t.kiplagat", "KE", "officer", "T. Kiplagat"),
    ("a.wanjiru", "KE", "contact", "A. Wanjiru"),
    ("j.quiroga", "CL", "contact", "J. Quiroga"),
    ("s.park", "KR", "contact", "S. Park"),
    ("n.achieng", "UG", "reviewer", "N. Achieng"),
    ("m.sandoval", "MX", "reviewer", "M. Sandoval"),
    ("l.okafor", "INT", "analyst", "L. Okafor"),
    ("p.duval", "INT", "steward", "P. Duval"),
)
WEAPONS = "us_cbp_weapons_fy22_25.csv.gz"
REASON = "Historical load of published open data"


def people_with_passwords() -> dict[str, str]:
    """The demo people's passwords: random, made once for this data folder, readable by its owner alone."""
    path = Path(settings.TIDEWAITER_HOME) / "demo-people.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name, *_ in PEOPLE if name not in known]
    if missing:
        known |= {name: "-".join(secrets.token_hex(3) for _ in range(3)) for name in missing}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file, indent=1)
    return known


def load(say: Callable[[str], None]) -> dict[str, Any]:
    """Loads the demo; what is here already stays as it is. Gives what came in and what the real file's rejects are."""
    passwords = people_with_passwords()
    if not Entry.objects.filter(deed="people.second_factor_demanded").exists():
        say(
            "These people's passwords are printed: no second factor is demanded on this node, and its sign-in page says so"
        )
        demand_second_factor(roles=[], by=NODE)
    here = set(Officer.objects.values_list("username", flat=True))
    for username, administration, role, name in PEOPLE:
        if username not in here:
            add_officer(
                username=username,
                administration=administration,
                role=role,
                password=passwords[username],
                name=name,
                by=NODE,
            )
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
        story = _bring(f"story_{country}.json", username, "", say)
        if story.accepted:
            _review(country.upper())
    _warn()
    say("Bringing the figures up to date")
    bring_up_to_date()
    return answer


ALERT = {
    "en": ("Pistol parts in cast pump housings", "Three administrations found finished pistol slides and barrels inside pump housings. This story is invented.\n\n## What to look for\n\n- Cast pump housings that weigh 5 to 10 % more than declared.\n- A second transhipment that costs more than the goods are worth.\n- Solder or fresh paint on the inner bulkhead.\n\n## What to do\n\nScan before you open. Photograph the housing from inside with a scale. Enter the case within two days."),
    "fr": ("Pièces de pistolet dans des corps de pompe", "Trois administrations ont trouvé des glissières et des canons finis dans des corps de pompe. Cette histoire est inventée.\n\n## Que chercher\n\n- Des corps de pompe qui pèsent 5 à 10 % de plus que déclaré.\n- Un second transbordement plus cher que la marchandise."),
    "es": ("Piezas de pistola en cuerpos de bomba", "Tres administraciones hallaron correderas y cañones acabados dentro de cuerpos de bomba. Esta historia es inventada.\n\n## Qué buscar\n\n- Cuerpos de bomba que pesan del 5 al 10 % más de lo declarado.\n- Un segundo transbordo más caro que la mercancía."),
}  # fmt: skip
"""The demo's alert, by language: (title, text)."""


def _warn() -> None:
    """Kenya warns of what its story tells, and the regional office approves."""
    if Item.objects.exists():
        return
    author = officer_named("a.wanjiru")
    cases = filtered(visible_cases(author), {"administration": ["KE"], "form": ["WPN"]}).values_list("ref", flat=True)[
        :3
    ]
    said = Written(
        kind="alert",
        topic="modus_operandi",
        texts=dict(ALERT),
        commodity="WPN",
        countries=["CL", "KE", "KR"],
        cases=list(cases),
    )
    item = write(said=said, by=author)
    move(item=item, deed="submit", by=author)
    move(item=item, deed="publish", by=officer_named("n.achieng"))


class _Said(Progress):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(None)
        self._say = say

    def report(self, step: str, done: int, total: int) -> None:
        """A line for the person who waits."""
        self._say(f"  {step}: {done:,}" + (f" of {total:,}" if total else ""))


def _bring(name: str, username: str, mapping: str, say: Callable[[str], None]) -> Receipt:
    by = officer_named(username)
    done = Receipt.objects.filter(file_name=name, brought_by=username, state="done").order_by("-pk").first()
    if done is not None:
        return done
    say(f"Bringing {name} as {username}")
    text = (Path(settings.MAPPINGS_FOLDER) / mapping).read_text() if mapping else ""
    options = {"submit": True, "keep_duplicates": False, "channel": "csv" if mapping else "json"}
    receipt = receive(
        path=Path(settings.DEMO_FOLDER) / name,
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

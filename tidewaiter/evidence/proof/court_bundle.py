"""The court bundle: contents, exhibits, photographs, custody, tests, and what is missing, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from tidewaiter.drawing.reports import Chapter, as_html, as_pdf, picture
from tidewaiter.evidence import states
from tidewaiter.evidence.models import CustodyEvent, Exhibit, StampBatch, StampLeaf
from tidewaiter.evidence.presenters import hands_called
from tidewaiter.evidence.proof.exporting import Case, events_in
from tidewaiter.evidence.proof.gaps import gaps_of
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.evidence.words import KINDS, PURPOSES
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.called import person_called
from tidewaiter.vault import actions as vault
from tidewaiter.vault.models import Picture

Hears = Callable[[str, int, int], None]
PHOTOS_EACH, PHOTOS_ALL = 4, 400
"""Photographs of one exhibit, and of all, that are printed: the others are in the export."""
AS_IT_IS = 400 * 1024
"""Bytes up to which a photograph is printed as it is; of a larger one its small copy."""


@dataclass(slots=True)
class Shown:
    """An exhibit as the bundle shows it."""

    exhibit: Exhibit
    measure: str
    events: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    gaps: list[str]
    head: str
    photos: list[dict[str, str]] = field(default_factory=list)
    more_photos: int = 0


def print_bundle(case: Case, path: Path, report: Hears) -> int:
    """Writes the bundle as PDF; gives its pages."""
    report(_("Composing the court bundle"), 0, 0)
    content, pages = as_pdf(html_of(case), report)
    path.write_bytes(content)
    return pages


def html_of(case: Case) -> str:
    """The same as one HTML document."""
    shown = list(_shown(case))
    chapters = [
        Chapter("summary", gettext("What this is")),
        Chapter("gaps", gettext("What is missing")),
        *(Chapter(f"x{at}", f"{one.exhibit.reference} · {one.exhibit.description}"[:90]) for at, one in _many(shown)),
        Chapter("stamps", gettext("Time stamps")),
        Chapter("check", gettext("How to check it")),
    ]
    said = {
        "case": case,
        "exported_at": case.exported_at[:16].replace("T", " "),
        "by": person_called(case.by.username),
        "shown": list(_many(shown)),
        "gaps": [(at, one) for at, one in _many(shown) if one.gaps],
        "batches": list(_batches(case)),
        "photos": sum(len(one.photos) for one in shown),
        "events": sum(len(one.events) for one in shown),
        "missing_files": sum(1 for here in case.files.values() if not here),
    }
    title = gettext("Evidence in %(case)s") % {"case": case.called}
    return as_html("evidence/bundle.html", title=title, lang=get_language() or "en", contents=chapters, said=said)


def _many(shown: Sequence[Shown]) -> Iterator[tuple[int, Shown]]:
    return iter(enumerate(shown, start=1))


def _shown(case: Case) -> Iterator[Shown]:
    """Every exhibit with its events, in the order of their numbers."""
    heads = {one.ref: one.head for one in case.exhibits}
    exhibits = Exhibit.objects.select_related("store", "parent", "box").in_bulk(case.refs)
    stamped, called = _stamped(case), _called(case)
    by_exhibit = {ref: list(some) for ref, some in groupby(events_in(case), key=lambda event: event.exhibit_id)}
    left = PHOTOS_ALL
    for exhibit in sorted(exhibits.values(), key=lambda one: (one.office, one.year, one.number, one.suffix)):
        events, times = by_exhibit[exhibit.ref], stamped.get(exhibit.ref, {})
        one = Shown(
            exhibit=exhibit,
            measure=measure_of(exhibit),
            events=[_event_shown(event, called, times) for event in events],
            tests=[_test_shown(event) for event in events if event.kind in (states.TEST, states.MEASURE)],
            gaps=gaps_of(exhibit, events, head=heads[exhibit.ref], stamped=times, files=case.files),
            head=heads[exhibit.ref],
        )
        _add_photos(one, events, min(PHOTOS_EACH, left), case)
        left -= len(one.photos)
        yield one


def _called(case: Case) -> dict[str, str]:
    """What the givers and takers of all its events are called."""
    rows = CustodyEvent.objects.filter(exhibit_id__in=among(case.refs)).order_by()
    hands = {hand for pair in rows.values_list("giver", "taker").distinct() for hand in pair if hand}
    return hands_called(sorted(hands))


def _stamped(case: Case) -> dict[str, dict[int, datetime]]:
    """When each event was stamped first, by exhibit and number: a stamp covers all events up to its own."""
    found: dict[str, dict[int, datetime]] = {}
    leaves = StampLeaf.objects.filter(exhibit_id__in=among(case.refs)).exclude(batch__stamped_at=None)
    for leaf in leaves.select_related("batch").order_by("batch_id").iterator(chunk_size=2000):
        times = found.setdefault(str(leaf.exhibit_id), {})
        for number in range(len(times) + 1, leaf.sequence + 1):
            if leaf.batch.stamped_at is not None:
                times[number] = leaf.batch.stamped_at
    return found


def _event_shown(event: CustodyEvent, called: dict[str, str], times: dict[int, datetime]) -> dict[str, Any]:
    hands = [called.get(one, one) for one in (event.giver, event.taker) if one]
    detail = event.detail
    said = [
        str(PURPOSES.get(event.purpose, "")),
        event.authority,
        event.condition,
        event.note if event.kind != states.SEIZE else "",
        " ".join(str(detail[name]) for name in ("tool", "version") if detail.get(name)),
    ]
    return {
        "n": event.sequence,
        "kind": KINDS.get(event.kind, event.kind),
        "at": event.at,
        "place": event.place,
        "hands": " → ".join(hands) if event.giver else "".join(hands),
        "said": " · ".join(one for one in said if one),
        "seal": " → ".join(one for one in (event.seal_before, event.seal_after) if one),
        "seal_whole": event.seal_whole,
        "recorded_at": event.recorded_at,
        "by": person_called(event.by),
        "stamped_at": times.get(event.sequence),
        "files": len(event.files),
        "digest": event.digest,
    }


def _test_shown(event: CustodyEvent) -> dict[str, Any]:
    detail = event.detail
    measure = f"{detail.get('quantity', '')} {detail.get('unit', '')}".strip()
    return {
        "n": event.sequence,
        "kind": KINDS.get(event.kind, event.kind),
        "method": detail.get("method") or detail.get("instrument") or "",
        "result": detail.get("result") or measure or event.note,
        "of": detail.get("of", ""),
        "uncertainty": detail.get("uncertainty", ""),
        "by": person_called(event.by),
        "at": event.at,
    }


def _add_photos(one: Shown, events: Sequence[CustodyEvent], most: int, case: Case) -> None:
    named = [
        (file, event)
        for event in events
        for file in event.files
        if file.get("type") in ("image/jpeg", "image/png") and case.files.get(str(file["sha256"]))
    ]
    for file, event in named[:most] if not one.exhibit.restricted else ():
        words = f"{KINDS.get(event.kind, event.kind)} · {event.at:%Y-%m-%d %H:%M} · {file.get('name', '')}"
        content = _photo(str(file["sha256"]), int(file.get("size") or 0))
        if content is not None:
            one.photos.append(picture(content, words))
    one.more_photos = len(named) - len(one.photos)


def _photo(digest: str, size: int) -> bytes | None:
    try:
        if size <= AS_IT_IS:
            return vault.read(digest)
        return vault.read(vault.keep_thumbnail(digest=digest).thumbnail) if _is_picture(digest) else None
    except Missing:
        return None


def _is_picture(digest: str) -> bool:
    return Picture.objects.filter(pk=digest).exists()


def _batches(case: Case) -> Iterator[dict[str, Any]]:
    held = StampLeaf.objects.filter(exhibit_id__in=among(case.refs)).values("batch")
    for batch in StampBatch.objects.filter(pk__in=held).select_related("renewed_in").order_by("number"):
        yield {"batch": batch, "name": batch.authority.removeprefix("CN=")}


def measure_of(exhibit: Exhibit) -> str:
    """Its quantity as it was measured, without the unit."""
    if exhibit.quantity is None:
        return ""
    much = decimal_text(exhibit.quantity)
    return much if exhibit.uncertainty is None else f"{much} ± {decimal_text(exhibit.uncertainty)}"

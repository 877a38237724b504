"""The court bundle: contents, exhibits, photographs, custody, tests, and what is missing, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
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
from tidewaiter.evidence.proof.press import Press
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.evidence.words import KINDS, PURPOSES
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.called import person_called
from tidewaiter.vault import actions as vault
from tidewaiter.vault.models import Picture

Hears = Callable[[str, int, int], None]
EXHIBITS_A_VOLUME, EVENTS_A_VOLUME = 40, 1_500
"""What one volume holds at most, or one exhibit: printing it takes memory and time that grow faster than its pages."""
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


@dataclass(frozen=True, slots=True)
class Line:
    """What the contents say of an exhibit: the volume it stands in (0: this one) and its place, and what it lacks."""

    at: int
    volume: int
    reference: str
    description: str
    measure: str
    unit: str
    seal: str
    events: int
    photos: int
    gaps: tuple[str, ...]


@dataclass(slots=True)
class _Known:
    """What is read once for all volumes."""

    called: dict[str, str]
    photos_left: int = PHOTOS_ALL


def print_bundle(case: Case, folder: Path, report: Hears) -> int:
    """Writes the bundle as PDF: `bundle.pdf`, and of a large case its exhibits in volumes (`bundle/volume-001.pdf` …).
    Gives the number of pages.

    A volume is composed while the ones before it are printed, each in a process of its own: what it takes does not
    grow with the case.
    """
    report(_("Composing the court bundle"), 0, 0)
    parts, known = _parts(case), _Known(_called(case))
    if len(parts) == 1:
        content, pages = as_pdf(html_of(case), report)
        (folder / "bundle.pdf").write_bytes(content)
        return pages
    lines: list[Line] = []
    (folder / "bundle").mkdir()
    with Press(report, len(parts) + 1) as press:
        for number, refs in enumerate(parts, start=1):
            shown = list(_shown(case, refs, known))
            html = _volume(case, shown, number, len(parts), len(lines))
            lines += _lines(shown, number, len(lines))
            press.print(html, folder / "bundle" / f"volume-{number:03d}.pdf")
        press.print(_contents(case, lines, len(parts)), folder / "bundle.pdf")
    return press.pages


def html_of(case: Case) -> str:
    """A bundle of one volume as one HTML document."""
    shown = list(_shown(case, case.refs, _Known(_called(case))))
    chapters = [
        Chapter("summary", gettext("What this is")),
        Chapter("gaps", gettext("What is missing")),
        *_chapters(shown, 0),
        Chapter("stamps", gettext("Time stamps")),
        Chapter("check", gettext("How to check it")),
    ]
    said = _about(case) | _figures(case, _lines(shown, 0, 0)) | {"shown": list(_many(shown, 0)), "volumes": 0}
    return _html("evidence/bundle.html", _title(case), chapters, said)


def _contents(case: Case, lines: Sequence[Line], volumes: int) -> str:
    """What stands before volumes: what this is, the exhibits and where each stands, what is missing, the stamps."""
    chapters = [
        Chapter("summary", gettext("What this is")),
        Chapter("gaps", gettext("What is missing")),
        Chapter("stamps", gettext("Time stamps")),
        Chapter("check", gettext("How to check it")),
    ]
    said = _about(case) | _figures(case, lines) | {"shown": (), "volumes": volumes}
    return _html("evidence/bundle.html", _title(case), chapters, said)


def _volume(case: Case, shown: Sequence[Shown], number: int, volumes: int, before: int) -> str:
    said = _about(case) | {"shown": list(_many(shown, before)), "number": number, "volumes": volumes}
    title = gettext("%(title)s, volume %(n)s") % {"title": _title(case), "n": number}
    return _html("evidence/bundle_volume.html", title, _chapters(shown, before), said)


def _html(template: str, title: str, chapters: Sequence[Chapter], said: dict[str, Any]) -> str:
    return as_html(template, title=title, lang=get_language() or "en", contents=chapters, said=said)


def _title(case: Case) -> str:
    return gettext("Evidence in %(case)s") % {"case": case.called}


def _chapters(shown: Sequence[Shown], before: int) -> list[Chapter]:
    return [
        Chapter(f"x{at}", f"{one.exhibit.reference} · {one.exhibit.description}"[:90])
        for at, one in _many(shown, before)
    ]


def _about(case: Case) -> dict[str, Any]:
    exported_at = case.exported_at[:16].replace("T", " ")
    return {"case": case, "exported_at": exported_at, "by": person_called(case.by.username)}


def _figures(case: Case, lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "lines": lines,
        "gaps": [one for one in lines if one.gaps],
        "batches": list(_batches(case)),
        "photos": sum(one.photos for one in lines),
        "events": sum(one.events for one in lines),
        "missing_files": sum(1 for here in case.files.values() if not here),
    }


def _lines(shown: Sequence[Shown], volume: int, before: int) -> list[Line]:
    return [
        Line(
            at=at,
            volume=volume,
            reference=one.exhibit.reference,
            description=one.exhibit.description,
            measure=one.measure,
            unit=one.exhibit.unit,
            seal=one.exhibit.seal,
            events=len(one.events),
            photos=len(one.photos),
            gaps=tuple(one.gaps),
        )
        for at, one in _many(shown, before)
    ]


def _many(shown: Sequence[Shown], before: int) -> Iterator[tuple[int, Shown]]:
    return iter(enumerate(shown, start=before + 1))


def _parts(case: Case) -> list[list[str]]:
    """The refs of the exhibits of each volume, in the order of their numbers."""
    events = {one.ref: one.events for one in case.exhibits}
    order = Exhibit.objects.filter(pk__in=among(case.refs)).order_by("office", "year", "number", "suffix")
    parts: list[list[str]] = [[]]
    for ref in order.values_list("pk", flat=True):
        held = sum(events[one] for one in parts[-1])
        if parts[-1] and (len(parts[-1]) >= EXHIBITS_A_VOLUME or held + events[ref] > EVENTS_A_VOLUME):
            parts.append([])
        parts[-1].append(ref)
    return parts


def _shown(case: Case, refs: Sequence[str], known: _Known) -> Iterator[Shown]:
    """Some exhibits with their events, in the order of their numbers."""
    frozen = {one.ref: one for one in case.exhibits if one.ref in set(refs)}
    exhibits = Exhibit.objects.select_related("store", "parent", "box").in_bulk(list(refs))
    stamped = _stamped(refs)
    by_exhibit = {ref: list(some) for ref, some in groupby(events_in(list(frozen.values())), attrgetter("exhibit_id"))}
    for ref in sorted(refs, key=lambda one: _number(exhibits[one])):
        exhibit, events, times = exhibits[ref], by_exhibit[ref], stamped.get(ref, {})
        one = Shown(
            exhibit=exhibit,
            measure=measure_of(exhibit),
            events=[_event_shown(event, known.called, times) for event in events],
            tests=[_test_shown(event) for event in events if event.kind in (states.TEST, states.MEASURE)],
            gaps=gaps_of(exhibit, events, head=frozen[ref].head, stamped=times, files=case.files),
            head=frozen[ref].head,
        )
        _add_photos(one, events, min(PHOTOS_EACH, known.photos_left), case)
        known.photos_left -= len(one.photos)
        yield one


def _number(exhibit: Exhibit) -> tuple[str, int, int, str]:
    return (exhibit.office, exhibit.year, exhibit.number, exhibit.suffix)


def _called(case: Case) -> dict[str, str]:
    """What the givers and takers of all its events are called."""
    rows = CustodyEvent.objects.filter(exhibit_id__in=among(case.refs)).order_by()
    hands = {hand for pair in rows.values_list("giver", "taker").distinct() for hand in pair if hand}
    return hands_called(sorted(hands))


def _stamped(refs: Sequence[str]) -> dict[str, dict[int, datetime]]:
    """When each event was stamped first, by exhibit and number: a stamp covers all events up to its own."""
    found: dict[str, dict[int, datetime]] = {}
    leaves = StampLeaf.objects.filter(exhibit_id__in=among(refs)).exclude(batch__stamped_at=None)
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

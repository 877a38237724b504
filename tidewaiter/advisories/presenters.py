"""What pages and programs are shown of a warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tidewaiter.advisories import policy, states
from tidewaiter.advisories.indicators import defang
from tidewaiter.advisories.models import Advisory, Indicator, Reach, Sighting, Version
from tidewaiter.advisories.queries import indicators_of, median, reaches_of, sightings_of
from tidewaiter.advisories.words import DOUBTED
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now

DAYS = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator on the page."""

    one: Indicator
    text: str
    """Defanged."""
    doubted: bool
    seen: int
    bars: tuple[tuple[int, int, int], ...]
    """Of the last seven days: x, y, height."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a warning has reached, in numbers and rows."""

    rows: list[Reach]
    counts: dict[str, int]
    countries: int
    others: int
    to_read: float | None
    to_say: float | None
    """Minutes, in the middle."""


def shown_indicators(advisory: Advisory) -> tuple[list[Shown], list[Shown]]:
    """Those that hold, and those that were revoked."""
    rows = indicators_of(advisory)
    days = _by_day(advisory)
    made = [
        Shown(
            one,
            defang(one.kind, one.value),
            one.checked in DOUBTED,
            getattr(one, "seen", 0) or 0,
            _bars(days.get(one.pk, {})),
        )
        for one in rows
    ]
    return [one for one in made if one.one.revoked_at is None], [one for one in made if one.one.revoked_at is not None]


def _by_day(advisory: Advisory) -> dict[int | None, dict[int, int]]:
    since = now() - timedelta(days=DAYS)
    found: dict[int | None, dict[int, int]] = {}
    rows = advisory.sightings.filter(withdrawn_at=None, seen_until__gte=since)
    for indicator, until, times in rows.values_list("indicator", "seen_until", "times"):
        day = min(DAYS - 1, max(0, int((until - since) / timedelta(days=1))))
        days = found.setdefault(indicator, {})
        days[day] = days.get(day, 0) + times
    return found


def _bars(days: dict[int, int]) -> tuple[tuple[int, int, int], ...]:
    highest = max(days.values(), default=0)
    made = []
    for day in range(DAYS):
        height = max(2, round(18 * days.get(day, 0) / highest)) if highest else 2
        made.append((day * 10, 20 - height, height))
    return tuple(made)


def shown_reach(advisory: Advisory) -> Reached:
    """Whom it is for and what they said."""
    rows = reaches_of(advisory)
    counts = {state: sum(one.state == state for one in rows) for state in states.REACHES}
    since = advisory.published_at or advisory.made_at
    others = sum(one.is_person for one in rows)
    told_later = [one for one in rows if one.told_at - since < timedelta(minutes=5)]
    return Reached(
        rows,
        counts,
        len(rows) - others,
        others,
        median((one.read_at for one in told_later), since),
        median((one.said_at for one in told_later), since),
    )


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version and how many it has reached."""

    one: Version
    reached: int
    of: int


def shown_versions(advisory: Advisory, reached: Reached) -> list[VersionShown]:
    """The newest first."""
    return [
        VersionShown(one, sum(row.version >= one.number for row in reached.rows), len(reached.rows))
        for one in advisory.versions.order_by("-number")
    ]


def row_out(advisory: Advisory) -> dict[str, Any]:
    """A warning as programs list it."""
    names = (
        *("ref", "number", "state", "version", "draft", "kind", "fraud", "title", "tlp", "pap", "confidence"),
        *("countries", "urgent", "administration", "valid_until", "published_at", "changed_at"),
    )
    return {name: getattr(advisory, name) for name in names} | {"collection": advisory.collection.code}


def advisory_out(advisory: Advisory, by: Actor) -> dict[str, Any]:
    """A warning as programs get it: indicators as they are, whom it reached, what was seen."""
    names = (
        *("summary", "language", "likely", "systems", "systems_note", "techniques", "vulnerabilities"),
        *("countermeasures", "answer_by", "reason", "report_id"),
    )
    return {
        **row_out(advisory),
        **{name: getattr(advisory, name) for name in names},
        "indicators": [indicator_out(one) for one in indicators_of(advisory)],
        "reach": [reach_out(one) for one in reaches_of(advisory)],
        "sightings": [sighting_out(one) for one in sightings_of(advisory)],
        "may": sorted(deed for deed in policy.MAY if policy.allowed(deed, advisory, by)),
    }


def indicator_out(one: Indicator) -> dict[str, Any]:
    """An indicator as programs get it."""
    return {
        "number": one.number,
        "kind": one.kind,
        "value": one.value,
        "defanged": defang(one.kind, one.value),
        "checked": one.checked,
        "confidence": one.confidence,
        "seen": getattr(one, "seen", 0) or 0,
        "revoked": one.revoked_at is not None,
    }


def reach_out(one: Reach) -> dict[str, Any]:
    """What is known of one party."""
    names = ("party", "state", "told_at", "read_at", "said_at", "version", "note")
    return {name: getattr(one, name) for name in names}


def sighting_out(one: Sighting) -> dict[str, Any]:
    """A sighting as programs get it."""
    names = ("ref", "administration", "sector", "times", "how", "note", "seen_from", "seen_until", "at")
    return {name: getattr(one, name) for name in names} | {
        "indicator": one.indicator.number if one.indicator else None,
        "withdrawn": one.withdrawn_at is not None,
    }


def typed_of(advisory: Advisory) -> dict[str, Any]:
    """A warning as its form has it."""
    made: dict[str, Any] = {
        name: getattr(advisory, name)
        for name in (
            *("title", "summary", "kind", "fraud", "language", "systems", "systems_note", "tlp", "pap"),
            *("confidence", "urgent"),
        )
    }
    made |= {
        name: ", ".join(getattr(advisory, name)) for name in ("countries", "likely", "techniques", "vulnerabilities")
    }
    made["countermeasures"] = "\n".join(advisory.countermeasures)
    made["valid_until"] = advisory.valid_until.isoformat() if advisory.valid_until else ""
    made["answer_by"] = _local(advisory.answer_by)
    made["indicators"] = "\n".join(
        f"{defang(one.kind, one.value)} {one.confidence}"
        for one in advisory.indicators.filter(revoked_at=None).order_by("number")
    )
    return made


def _local(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""

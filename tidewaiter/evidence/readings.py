"""What is wrong in what devices say, and in their silence: pure rules over readings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TAMPERED, WARM, COLD, OFF, GAP, CLOCK, BATTERY, OPENED = (
    *("tampered", "too_warm", "too_cold", "off_route", "gap", "clock", "battery", "lid_open"),
)
KINDS = (TAMPERED, WARM, COLD, OFF, GAP, CLOCK, BATTERY, OPENED)
SEAL_STATES = ("closed", "opened", "cut")
NUMBERS = ("temperature", "humidity", "shock", "light", "battery", "lat", "lon")
FIELDS = ("seal", *NUMBERS)
AHEAD = timedelta(minutes=10)
"""So far the clock of a device may be ahead."""
SILENCES = 2
"""After so many times of its rhythm without a word there is a gap."""
LOW_BATTERY, HARD, BRIGHT = 10.0, 8.0, 50.0
"""Per cent; g of a shock; lux inside what should be dark."""
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a device must say."""

    every_seconds: int
    coldest: int | None
    warmest: int | None
    route: Sequence[tuple[float, float]]
    off_route_km: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong, since when, and what was said."""

    kind: str
    since: datetime
    says: str


def wrong_in(said: Mapping[str, str], at: datetime, received_at: datetime, rules: Rules) -> list[Wrong]:
    """What is wrong in one reading."""
    found = []
    if at > received_at + AHEAD:
        found.append(Wrong(CLOCK, received_at, f"{(at - received_at).total_seconds():.0f} s"))
    if said.get("seal") in ("opened", "cut"):
        found.append(Wrong(TAMPERED, at, str(said["seal"])))
    if (shock := _number(said, "shock")) is not None and shock >= HARD:
        found.append(Wrong(TAMPERED, at, f"{shock:g} g"))
    if (light := _number(said, "light")) is not None and light >= BRIGHT:
        found.append(Wrong(OPENED, at, f"{light:g} lx"))
    if (degrees := _number(said, "temperature")) is not None:
        if rules.warmest is not None and degrees > rules.warmest:
            found.append(Wrong(WARM, at, f"{degrees:g} °C > {rules.warmest} °C"))
        if rules.coldest is not None and degrees < rules.coldest:
            found.append(Wrong(COLD, at, f"{degrees:g} °C < {rules.coldest} °C"))
    if (battery := _number(said, "battery")) is not None and battery < LOW_BATTERY:
        found.append(Wrong(BATTERY, at, f"{battery:g} %"))
    away = _away(said, rules)
    if away is not None and away > rules.off_route_km:
        found.append(Wrong(OFF, at, f"{away:.0f} km"))
    return found


def gap_between(last: datetime | None, at: datetime, rules: Rules) -> Wrong | None:
    """The silence before a reading, or until now, where it was too long."""
    if last is None or (at - last).total_seconds() <= SILENCES * rules.every_seconds:
        return None
    return Wrong(GAP, last, f"{(at - last).total_seconds() / 60:.0f} min")


def _number(said: Mapping[str, str], name: str) -> float | None:
    return float(said[name]) if said.get(name) not in (None, "") else None


def _away(said: Mapping[str, str], rules: Rules) -> float | None:
    lat, lon = _number(said, "lat"), _number(said, "lon")
    if lat is None or lon is None or not rules.route:
        return None
    if len(rules.route) == 1:
        return _distance((lat, lon), rules.route[0])
    return min(_from_leg((lat, lon), a, b) for a, b in zip(rules.route, rules.route[1:]))


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres on a great circle."""
    one, two = math.radians(a[0]), math.radians(b[0])
    half = math.sin((two - one) / 2) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _from_leg(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres from a leg of a route, on a plane that touches the earth at the point: legs are short."""
    wide = math.cos(math.radians(point[0]))

    def flat(one: tuple[float, float]) -> tuple[float, float]:
        turned = (one[1] - point[1] + 180) % 360 - 180
        return turned * wide, one[0] - point[0]

    (ax, ay), (bx, by) = flat(a), flat(b)
    long = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0 if not long else max(0.0, min(1.0, (-ax * (bx - ax) - ay * (by - ay)) / long))
    return math.hypot(ax + along * (bx - ax), ay + along * (by - ay)) * math.radians(1) * EARTH_KM

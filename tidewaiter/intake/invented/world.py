"""What the invented cases are drawn from: world_countries.toml and world_goods.toml of demo/; their heads explain."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Country:
    """One that reports, or that lies on a route."""

    code: str
    places: dict[str, tuple[str, str]]
    """By `sea`, `air` or `land`: (UN/LOCODE, name)."""
    airline: str = ""
    currency: tuple[str, float] = ("USD", 1)
    """Its currency, and what a US dollar is in it."""
    by: str = ""
    """Who brings its cases; nothing for one that does not report."""
    share: int = 0
    to: str = ""
    """Who judges them."""
    waits: int = 0
    returned: tuple[str, str, str] | None = None
    """Field, reason and words with which a case goes back."""
    mended: str = ""
    """With which words one went back whose text was missing; it came again with it."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A scene on one of its routes in one of its ways."""

    scene: dict[str, Any]
    way: dict[str, Any]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """All of it."""

    countries: dict[str, Country]
    scenes: tuple[dict[str, Any], ...]
    ways: dict[str, dict[str, Any]]

    def reporting(self) -> list[Country]:
        """Those whose cases are invented, in the order of the file."""
        return [country for country in self.countries.values() if country.by]

    def trips(self, country: str) -> list[Trip]:
        """All that this country can seize: it lies on the route, and has the kind of place that the way goes by."""
        places = self.countries[country].places
        return [
            Trip(scene, self.ways[way], stops)
            for scene in self.scenes
            for way in scene["ways"]
            if self.ways[way]["hops"] in places
            for stops in map(_stops, scene["routes"])
            if country in stops
        ]


def _stops(route: str) -> tuple[str, ...]:
    return tuple(route.split())


@cache
def world() -> World:
    """As it stands in the files."""
    folder = Path(settings.DEMO_FOLDER)
    countries = tomllib.loads((folder / "world_countries.toml").read_text(encoding="utf-8"))
    goods = tomllib.loads((folder / "world_goods.toml").read_text(encoding="utf-8"))
    return World({code: _country(code, said) for code, said in countries.items()}, tuple(goods["scene"]), goods["ways"])


def _country(code: str, said: dict[str, Any]) -> Country:
    reports = said.get("reports", {})
    name, rate = said.get("currency", ("USD", 1))
    return Country(
        code=code,
        places={kind: (said[kind][0], said[kind][1]) for kind in ("sea", "air", "land") if kind in said},
        airline=said.get("airline", ""),
        currency=(name, float(rate)),
        by=reports.get("by", ""),
        share=reports.get("share", 0),
        to=reports.get("to", ""),
        waits=reports.get("waits", 0),
        returned=(back[0], back[1], back[2]) if (back := reports.get("returned")) else None,
        mended=reports.get("mended", ""),
    )

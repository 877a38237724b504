"""The register of providers: what is shipped as dated data, and what this node has found since, which goes before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.reading import text_of
from tidewaiter.response.models import Provider

FILE = Path(__file__).with_name("providers.toml")


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider of the register."""

    code: str
    name: str
    country: str
    address: str
    source: str
    seen: date
    shipped: bool


@cache
def _shipped() -> tuple[Listed, ...]:
    rows = read_toml(text_of(FILE, "toml_bytes"))["provider"]
    names = ("code", "name", "country", "address", "source", "seen")
    return tuple(Listed(**{name: one[name] for name in names}, shipped=True) for one in rows)


def providers() -> list[Listed]:
    """All of them, by name."""
    own = {
        one.code: Listed(one.code, one.name, one.country, one.address, one.source, one.seen_on, False)
        for one in Provider.objects.all()[:2_000]
    }
    return sorted([*own.values(), *(one for one in _shipped() if one.code not in own)], key=lambda one: one.name)

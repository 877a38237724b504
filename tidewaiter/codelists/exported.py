"""Code lists as data for a reader that is not Python: the off-line desk's in the browser. Names are folded there by
the same table, so that only what people see is carried.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from tidewaiter.codelists import names, places, units
from tidewaiter.codelists.country_codes import COMEXT, COMTRADE, WITS
from tidewaiter.codelists.models import Code, CodeList, Label
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.readings.exported import as_javascript

PLACES = "unlocode"
_SIGNS = 0x10000
"""Signs of the basic plane are folded on a device; others stand as they are there, and are folded on the node."""


def definitions() -> dict[str, Any]:
    """Patterns and vocabularies by which names of codes, countries, units and places are compared."""
    patterns = {
        "doubt": names._doubt,
        "han": names._han,
        "beside": names._beside,
        "parts": names._parts,
        "unit_note": units._note,
        "factor": units._factor,
        "place_kinds": places._KINDS,
        "joints": places._joints,
        "behind": places._behind,
        "airport": places._AIRPORT,
    }
    return {
        "patterns": {name: as_javascript(pattern) for name, pattern in patterns.items()},
        "short": names._SHORT,
        "little": sorted(names._LITTLE),
        "country_codes": COMTRADE | WITS | COMEXT,
        "large_m": units._LARGE_M,
        "small_m": units._SMALL_M,
        "micro": units._MICRO,
    }


@lru_cache(maxsize=1)
def folding() -> list[list[str] | int]:
    """How signs are written in ASCII, by blocks of 256 up to U+FFFF; 0 for a block that is empty."""
    blocks: list[list[str] | int] = []
    for start in range(0, _SIGNS, 256):
        block = [
            "" if unicodedata.category(chr(code)) in ("Cs", "Co") else anyascii(chr(code))
            for code in range(start, start + 256)
        ]
        blocks.append(block if any(block) else 0)
    return blocks


def list_document(name: str) -> dict[str, Any]:
    """A list that is held in memory: its edition, and its codes with every name they have."""
    held = list_view(name)
    others: dict[str, list[str]] = {}
    rows = Label.objects.filter(list_id=name, preferred=False).order_by("pk").values_list("code__code", "text")
    for code, text in rows:
        others.setdefault(code, []).append(text)
    kept = ("alpha3", "numeric", "factor", "country")
    codes = [
        [
            view.code,
            view.parent,
            view.valid_from.isoformat() if view.valid_from else "",
            view.valid_to.isoformat() if view.valid_to else "",
            view.labels,
            others.get(view.code, []),
            {key: view.data[key] for key in kept if view.data.get(key)},
        ]
        for view in held.codes.values()
    ]
    return {"name": name, "edition": edition_of(name), "codes": codes}


def edition_of(name: str) -> str:
    """The edition of a list that is loaded."""
    row = CodeList.objects.filter(name=name).first()
    return row.version if row is not None else ""


def places_document(countries: Iterable[str]) -> dict[str, Any]:
    """The places of these countries: code, function, names that differ when folded; and whether each is retired."""
    found: dict[str, list[Any]] = {}
    wanted = sorted(set(countries))
    for country in wanted:
        rows = Code.objects.filter(list_id=PLACES, code__startswith=country).order_by("code")
        for code, ends, data in rows.values_list("code", "valid_to", "data"):
            found[code] = [code, str(data.get("function", "")), 1 if ends else 0, []]
    for batch in in_batches(list(found), 500):
        labels = Label.objects.filter(list_id=PLACES, code__code__in=batch).order_by("-preferred", "pk")
        for code, text, folded in labels.values_list("code__code", "text", "folded"):
            held = found[code][3]
            if all(folded != other for _text, other in held):
                held.append((text, folded))
    for row in found.values():
        row[3] = [text for text, _folded in row[3]]
    return {
        "name": PLACES,
        "edition": edition_of(PLACES),
        "countries": wanted,
        "codes": list(found.values()),
        "elsewhere": _codes_elsewhere(frozenset(wanted)),
    }


def _codes_elsewhere(countries: frozenset[str]) -> dict[str, str]:
    """Which codes there are in all other countries, three signs each without the country's two: no names."""
    found: dict[str, list[str]] = {}
    for code in Code.objects.filter(list_id=PLACES).order_by("code").values_list("code", flat=True).iterator():
        if len(code) == 5 and code[:2] not in countries:
            found.setdefault(code[:2], []).append(code[2:])
    return {country: "".join(codes) for country, codes in found.items()}

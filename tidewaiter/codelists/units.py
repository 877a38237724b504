"""Units as people write them: the field's own first, everyday symbols and words, singular and plural, many languages.

`read_unit(text, allowed)` reads one; `together(parts, allowed)` adds up the parts of «3 kg 200 g».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from functools import lru_cache

from tidewaiter.codelists.names import has_han, sign_key, without_doubt
from tidewaiter.codelists.queries import ListView, list_view
from tidewaiter.foundation.readings.quantities import Part
from tidewaiter.foundation.readings.reading import Reading
from tidewaiter.foundation.text import fold

_LARGE_M, _SMALL_M = {"Mg": "2U"}, {"Mg": "MGM"}
"""Where case alone tells two units: megagram is no milligram. A field that takes the small one and not the large one is
likelier to mean it, as tables write «Kg», «Mg»: there it is several.
"""
_MICRO = {"μg": "MC", "ug": "MC", "mcg": "MC", "μl": "4G", "ul": "4G", "mcl": "4G"}
"""A thousandth of a milligram and of a millilitre: folded to plain letters, the Greek letter would be an m."""
_note = re.compile(
    r"\s*\((?:net|gross|netto|brutto|neto|bruto|s|es|approx\.?)\)\s*$|\s+(?:net|netto|neto|líquido|nets)\s*$",
    re.IGNORECASE,
)
_factor = re.compile(
    r"(?:(?P<number>\d[\d ]*(?:,[\d ]+)?)\s*)?(?:x\s*)?(?:10(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)\s*)?(?P<unit>kg|mg|m³|m²|m|Bq)"
)
_raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_twelve = Context(prec=12)


def everyday(view: ListView) -> list[str]:
    """The units that people's own words are kept for: those with a name in another language than English."""
    return [code for code, one in view.codes.items() if len(one.labels) > 1]


def read_unit(text: str, allowed: Iterable[str] = ()) -> Reading[str]:
    """The code of Recommendation 20 that a text means in a field that takes `allowed`; without, among everyday units.

    A code or a name of what the field takes comes before any other: «KG» is a kilogram where kilograms are taken, and
    not a keg. Else a code of the list is itself, and whoever asked sees that it is not allowed. `several` where the
    field takes more than one unit of that name; `why` is `unknown_unit`.
    """
    view = list_view("unit")
    if without_doubt(text):
        return Reading(why="unknown_unit")
    taken = [code for code in (*allowed,) if code in view.codes]
    everyday_units = everyday(view)
    said = text.strip()
    if said in _LARGE_M and _SMALL_M[said] in taken and _LARGE_M[said] not in taken:
        return Reading(several=(_SMALL_M[said], _LARGE_M[said]))
    for among in (taken, everyday_units) if taken else (everyday_units,):
        found = _among(view, said, among)
        if len(found) == 1:
            return Reading(found[0])
        if found:
            return Reading(several=tuple(found))
    code = said if said in view.codes else view.by_upper.get(said.upper())
    if code is not None and not said.isdigit():
        return Reading(code)
    named = view.named(said)
    if len(named) == 1:
        return Reading(named[0])
    return Reading(several=tuple(named)) if named else Reading(why="unknown_unit")


def _among(view: ListView, said: str, among: Sequence[str]) -> list[str]:
    """The codes of `among` that a text names, exactly written names first."""
    if said in _LARGE_M:
        return [_LARGE_M[said]]
    micro = _MICRO.get(_note.sub("", said).strip(" .").replace("\u00b5", "\u03bc").lower())
    if micro is not None:
        return [micro]
    upper = said.upper()
    if upper in among:
        return [upper]
    first, _, rest = said.partition(" ")
    if rest and first in among and fold(rest) in {fold(label) for label in view.codes[first].labels.values()}:
        return [first]
    for text in dict.fromkeys((said, _note.sub("", said).strip(), said.strip(" .:"))):
        for codes in (view.by_sign.get(sign_key(text), ()), view.folded(text)):
            found = [code for code in among if code in codes]
            if found:
                return _whose_own_name(view, text, found) if len(found) > 1 and has_han(text) else found
    return []


def _whose_own_name(view: ListView, text: str, codes: list[str]) -> list[str]:
    """Of units that a Chinese word names, the one whose own name it is, where it is but another
    name of the others: «支» counts cigarettes before it counts guns. (In Latin letters one
    language's own name is another's everyday word: «ton».)
    """
    said = sign_key(text)
    own = [code for code in codes if said in map(sign_key, view.codes[code].labels.values())]
    return own if len(own) == 1 else codes


def like_units(text: str, allowed: Iterable[str]) -> list[tuple[str, str]]:
    """Units that a field takes and that a text is like, with their names; none that it is hardly like."""
    view = list_view("unit")
    return [(code, view.codes[code].label("en")) for code in view.nearest(text, 3, among=allowed)]


@lru_cache(maxsize=4096)
def _measure(factor: str) -> tuple[Decimal, str] | None:
    """How many of the base unit a unit is, and which base: «0,453 592 37 kg»."""
    match = _factor.fullmatch(factor.strip())
    if match is None:
        return None
    number = Decimal((match["number"] or "1").replace(" ", "").replace(",", "."))
    if match["power"]:
        number = number.scaleb(int(match["power"].translate(_raised)))
    return (number / 1_000_000, "kg") if match["unit"] == "mg" else (number, match["unit"])


def together(parts: Sequence[Part], allowed: Iterable[str] = ()) -> Reading[tuple[Decimal, str]]:
    """The sum of a quantity's parts and its unit: the largest of them, twelve digits where a factor is not whole.

    A part without a word has the unit "". `why` is `unknown_unit` (with `unit`), or `units_differ` where parts are of
    different kinds, or not the larger first.
    """
    wanted = tuple(allowed)
    codes: list[str] = []
    for _number, word in parts:
        if not word and len(parts) == 1:
            return Reading((parts[0][0], ""))
        unit = read_unit(word, wanted)
        if unit.value is None:
            several = tuple((parts[0][0], code) for code in unit.several) if len(parts) == 1 else ()
            return Reading(several=several) if several else Reading(why="unknown_unit", facts={"unit": word[:40]})
        codes.append(unit.value)
    if len(parts) == 1:
        return Reading((parts[0][0], codes[0]))
    view = list_view("unit")
    measures = [_measure(str(view.codes[code].data.get("factor", ""))) for code in codes]
    told = [one for one in measures if one is not None]
    sizes = [size for size, _base in told]
    if len(told) < len(codes) or len({base for _size, base in told}) > 1 or sizes != sorted(set(sizes), reverse=True):
        return Reading(why="units_differ")
    total = sum((number * size for (number, _word), size in zip(parts, sizes, strict=True)), Decimal(0))
    return Reading((_twelve.divide(total, sizes[0]), codes[0]))

"""A quantity with its unit in one cell: «3 kg 200 g», «1,2 t», «250 g»."""

from __future__ import annotations

import re
from decimal import Decimal

from tidewaiter.foundation.readings.numbers import LONGEST, Number, NumberShown, alike, read_number
from tidewaiter.foundation.readings.reading import Reading

type Part = tuple[Decimal, str]
"""A number and the word of its unit, as it was written."""

_part = re.compile(
    r"(?P<number>[+-]?[0-9](?:[0-9.,'٫٬]|"
    r" (?=[0-9]{3}(?![0-9])))*)\s*(?P<unit>[mM][23](?![0-9])|[cdk]?m[23](?![0-9])|[^\W\d_][^0-9+;&,]*|%)"
)
_reaches = re.compile(r"(?:-|–|—|…|\.\.+|\b(?:to|à|a|до|bis|hingga|sampai|hadi))$", re.IGNORECASE)
_and = re.compile(r"(?:[,;&+]|\b(?:and|et|y|e|und|и|و|na|dan)\b|和|零|\.)\s*$", re.IGNORECASE)


def parts_of(text: str, mark: str = "") -> Reading[tuple[Part, ...]]:
    """The parts of a quantity, each a number with the word behind it; a number alone is a part without a word.

    `mark`: the source's decimal mark, where it is known. `why` is that of `read_number`; what is about or between is
    refused in those words, as is a quantity that is not wholly made of such parts (`not_a_number`).
    """
    if isinstance(text, NumberShown):
        shown = read_number(Number(text.number))
        return Reading(((shown.value, text.word),)) if shown.value is not None else Reading(why=shown.why)
    if isinstance(text, Number):
        alone = read_number(text)
        return Reading(((alone.value, ""),)) if alone.value is not None else Reading(why=alone.why)
    said = alike(text[: LONGEST + 1])
    alone = read_number(said, mark)
    if alone.value is not None:
        return Reading(((alone.value, ""),))
    if alone.several:
        return Reading(several=tuple(((number, ""),) for number in alone.several))
    if alone.why in ("about", "between", "times", "too_long"):
        return Reading(why=alone.why)
    parts: list[Part] = []
    at = 0
    for hit in _part.finditer(said):
        if said[at : hit.start()].strip():
            return Reading(why="not_a_number")
        number = read_number(hit["number"].rstrip(".,' "), mark)
        if number.value is None:
            if number.several:
                unit = _unit(hit["unit"])
                whole = hit.end() == len(said) and not parts
                return (
                    Reading(several=tuple(((one, unit),) for one in number.several))
                    if whole
                    else Reading(why="grouping")
                )
            return Reading(why=number.why)
        if _reaches.search(hit["unit"].strip()):
            return Reading(why="between")
        parts.append((number.value, _unit(hit["unit"])))
        at = hit.end()
        tail = re.match(r"\s*[,;&+]\s*", said[at:])
        at += tail.end() if tail else 0
    if not parts or said[at:].strip():
        return Reading(why=alone.why if not parts else "not_a_number")
    return Reading(tuple(parts))


def _unit(word: str) -> str:
    """The word of a unit without what joins it to the next part."""
    return _and.sub("", word.strip()).strip()

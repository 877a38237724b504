"""A unit or a currency that a head says beside its words: «Weight (g)», «Cocaine_Kg», «Valor (R$)», «案值(元)»."""

from __future__ import annotations

import re
from functools import lru_cache

from tidewaiter.codelists.currencies import read_currency
from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import everyday, read_unit

_LONGEST = 24
_joint = re.compile(r"^(?:in|en|em|w|в|de|por|per)\s+|^(?:rs\.?\s+in)\s+", re.IGNORECASE)
_MULTIPLES = re.compile(
    r"\b(?:lakhs?|crores?|thousands?|millions?|billions?|milliers?|miles|millones|milhões|"
    r"тыс\.?|млн\.?|mln|mio\.?|tsd\.?|juta|ribu|million|k€|m€)\b|万|億|亿|ألف|مليون",
    re.IGNORECASE,
)


def measure_in(text: str) -> str:
    """`unit CODE`, `currency CODE`, `several TEXT` where it means more than one currency, `times TEXT` for a
    multiple that no field takes (lakhs, millions); nothing where the text is no measure.
    """
    said = _joint.sub("", text.strip(" .:;,")).strip()
    if not said or len(said) > _LONGEST or said.isdigit():
        return ""
    return _measure(said)


@lru_cache(maxsize=4096)
def _measure(said: str) -> str:
    if _MULTIPLES.search(said):
        return f"times {said}"
    unit = read_unit(said, everyday(list_view("unit")))
    named = len(said) > 1 or not said.isascii() or said in "glmt"
    if unit.value is not None and named and _is_everyday(unit.value) and not _is_code_by_chance(said, unit.value):
        return f"unit {unit.value}"
    money = read_currency(said)
    if money.value is not None and (len(said) >= 3 or not said.isalpha() or not said.isascii()):
        return f"currency {money.value}"
    return f"several {said}" if money.several and not said.isascii() else f"several {said}" if "$" in said else ""


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    return frozenset(everyday(list_view("unit")))


def _is_everyday(code: str) -> bool:
    return code in _everyday()


def _is_code_by_chance(said: str, code: str) -> bool:
    """Whether a word is a code of the list and no name of it: «Type», «HS»."""
    view = list_view("unit")
    return (
        said.upper() == code
        and said.upper() not in {text.upper() for text in view.by_sign if code in view.by_sign[text]}
        and not said.isupper()
    )

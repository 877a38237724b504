"""An age behind a name, in the languages of the node: what stands before it is nearly always a person."""

from __future__ import annotations

import re

_UNIT = (
    r"(?:years?(?:[ -]old)?|y/?o|yrs?|ans|años|anos|anni|лет|год[а]?|tahun|thn|jahre?|jaar|lat[a]?"
    r"|l\.|yaş\w*|miaka|سنة|عام[ا]?ً?|岁|歲)"
)
_WORDS = (
    r"(?:aged?|âgée?s? de|agée? de|de|idade|edad|con|eta|alter|im alter von|leeftijd|w wieku|wiek|berusia|umur|usia|"
    r"(?:mwenye )?umri wa(?: miaka)?|(?:mwenye )?miaka|في العمر|عمره|عمرها|البالغ(?:ة)?(?: من العمر)?|возраст|现年)"
)
_with_words = re.compile(
    rf"(?i)\s?[(（]?,?，?\s?(?:{_WORDS}\s?\d{{1,2}}\b|(?:un |una |a )?\d{{1,2}}[ -]?{_UNIT}(?!\w))"
)
_bracketed = re.compile(r"\s?[(（\[]\s?[1-9]\d\s?[,;)）\]]")
_between_commas = re.compile(r",\s[1-9]\d(?=[,.;)]|\s(?:of|and|both|from|y|et|und|e|who|an?)\b)(?!\.\d|,\d)")


def age_behind(text: str, end: int) -> float:
    """How surely an age stands right behind `end`: 0 none, up to 2.5."""
    if text[end : end + 1] == "." and text[end - 2 : end - 1] in (" ", "."):
        end += 1  # behind an initial
    sign = text[end : end + 2].lstrip()[:1]
    if not sign:
        return 0.0
    if _with_words.match(text, end):
        return 2.5
    if sign in "([（" and _bracketed.match(text, end):
        return 2.4
    if sign == "," and _between_commas.match(text, end):
        return 2.0
    return 0.0

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

_GAP = r"\s?(?:[,;:(（–—-]\s?(?:\w+,?\s){0,3}?|(?:who\s)?(?:is|was)\s)"
_apart_behind = re.compile(
    rf"(?i){_GAP}(?:{_WORDS}:?\s?\d{{1,2}}\b|\d{{1,2}}[ -]?{_UNIT}(?!\w|\s(?:ago|later|before))|\d{{2}}(?=[,.)]|$))"
    r"|(?i:\s?[,(]?\s?(?:b\.|born|née?|nacid[oa]|nat[oa]|geb\.)\s)"
)
_right_before = re.compile(
    rf"(?i)(?:\b\d{{1,2}}[ -]years?[ -]old|\b{_WORDS}\s?\d{{1,2}}(?:[ -]?{_UNIT})?)(?:\s\w+){{0,3}},?\s$"
)
_LOOKED_BACK = 80


def age_near(text: str, start: int, end: int) -> bool:
    """Whether an age, or a birth, is told of what stands between `start` and `end`: right behind it, behind a comma and
    a few words («, male, 34 years», «(b. 1989)»), or before it («the 34-year-old»).

    It says what no answer may keep, and finds nobody: it is wider than `age_behind`, which makes a person of a run.
    """
    before = text[max(start - _LOOKED_BACK, 0) : start]
    return bool(age_behind(text, end) or _apart_behind.match(text, end) or _right_before.search(before))


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

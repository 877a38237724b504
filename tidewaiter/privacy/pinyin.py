"""Words that are one or two or three syllables of Mandarin in pinyin, or of Korean and
Vietnamese names as they are written.
"""

from __future__ import annotations

import re

_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))"
)
_pinyin = re.compile(rf"(?:{_SYLLABLE}){{1,3}}")
_marks = re.compile(
    r"zh|x[iu]|q[iu]|iang|iong|uang|ang$|eng$|ong$|uo$|ui$|ian$|iao$|[^aeiou]ou$|^[jqx]|yu|hua|wei|ming|"
    r"jun|jie|yi$|ying|guo|bo-|mei|fang|lin$"
)


def is_pinyin(folded: str) -> bool:
    """Whether a word is written as Chinese names are, and has a mark that few other words have."""
    return 1 < len(folded) < 13 and _pinyin.fullmatch(folded) is not None and _marks.search(folded) is not None


def is_syllables(folded: str) -> bool:
    """Whether a word is one to three such syllables, mark or no mark."""
    return 1 < len(folded) < 13 and _pinyin.fullmatch(folded) is not None

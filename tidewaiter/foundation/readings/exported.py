"""The readers' own patterns and words as data, for a reader that is not Python: the off-line desk's in the browser.

Nothing is written twice: a pattern that changes here changes there. What differs between the two languages is its
writing alone (`as_javascript`): JavaScript's classes of letters know ASCII, Python's know all scripts.
"""

from __future__ import annotations

import re
from typing import Any

from tidewaiter.foundation.readings import dates, months, numbers, quantities

_LETTER, _WORD = r"\p{L}\p{Nl}\p{No}", r"\p{L}\p{N}_"
_BOUND = rf"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
_WRITTEN = (
    (r"[^\W\d_]", f"[{_LETTER}]"),
    (r"[^\w\s]", rf"[^{_WORD}\s]"),
    (r"(?P<", "(?<"),
    (r"\b", _BOUND),
    (r"\W", f"[^{_WORD}]"),
    (r"\w", f"[{_WORD}]"),
)
"""What Python writes, and how JavaScript says the same with its flag `u`."""


def as_javascript(pattern: re.Pattern[str]) -> dict[str, str]:
    """The pattern as `{source, flags}` of a regular expression of JavaScript."""
    source = pattern.pattern
    for python, script in _WRITTEN:
        source = source.replace(python, script)
    flags = "u" + ("i" if pattern.flags & re.IGNORECASE else "")
    return {"source": _bare_hyphens(source), "flags": flags}


def _bare_hyphens(source: str) -> str:
    """Without the backslashes that Python allows before any sign and JavaScript's flag `u` before its own alone."""
    made, inside, at = [], False, 0
    while at < len(source):
        sign = source[at]
        if sign == "\\":
            following = source[at + 1]
            plain = following in " '\"`@,:;<>=!%#&~" or (following == "-" and not inside)
            made.append(following if plain else sign + following)
            at += 2
            continue
        inside = (inside or sign == "[") and sign != "]"
        made.append(sign)
        at += 1
    return "".join(made)


def definitions() -> dict[str, Any]:
    """Patterns by name, and vocabularies: of numbers, quantities and dates."""
    patterns = {
        "simple": numbers._simple,
        "exponent": numbers._exponent,
        "by_point": numbers._by_point,
        "by_comma": numbers._by_comma,
        "money": numbers._money,
        "between": numbers._between,
        "times": numbers._times,
        "part": quantities._part,
        "reaches": quantities._reaches,
        "joined": quantities._and,
        "time": dates._time,
        "iso": dates._iso,
        "three": dates._three,
        "month_year": dates._month_year,
        "span": dates._span,
        "serial": dates._serial,
        "chinese": dates._chinese,
        "compact": dates._compact,
        "quarter": dates._quarter,
        "stuck": dates._stuck,
        "long_months": months._long_names(),
    }
    return {
        "patterns": {name: as_javascript(pattern) for name, pattern in patterns.items()},
        "alike": {chr(key): value or "" for key, value in numbers._ALIKE.items()},
        "about": sorted(numbers._ABOUT),
        "bound": sorted(numbers._BOUND),
        "max_digits": numbers.MAX_DIGITS,
        "max_places": numbers.MAX_PLACES,
        "longest_number": numbers.LONGEST,
        "longest_date": dates.LONGEST,
        "years": [dates.FIRST_YEAR, dates.LAST_YEAR],
        "either": [dates.EITHER.start, dates.EITHER.stop],
        "serials": [dates._SERIALS.start, dates._SERIALS.stop],
        "months": months.month_names(),
        "days": {name: sorted(numbers) for name, numbers in sorted(months.day_names().items())},
        "fillers": sorted(months._FILLERS),
    }

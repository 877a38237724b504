"""Shapes of identifiers: the small language of patterns that a form may ask to be tried on every cell.

A pattern of Python's `re` may take longer than the world lasts on one cell (CWE-1333). So a shape is
counted before it is used: in how many ways it could be laid over a text of `LONGEST` signs. Few ways
mean few steps, whatever the cell holds.
"""

from __future__ import annotations

import importlib
import json
import re
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import answer_of_child

LONGEST = 100
"""Signs of a text on which a shape is tried; a longer one has none."""
WAYS = 20_000
_parser: Any = importlib.import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_PLAIN = ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "RANGE", "CATEGORY", "NEGATE")
_TRIAL_MEMORY = 256 * MIB


class _NoShape(ValueError):
    """Why a pattern is none that a form may have, in the reader's language."""


def must_be_shape(shape: str) -> None:
    """Raises `BadInput` that says why a pattern is none that a form may have."""
    if why := _why_not(shape):
        raise BadInput("shape", why)


def must_be_quick(shapes: list[str]) -> None:
    """Tries shapes on the dearest texts that they may meet, in a child that may take so
    long and no longer. Raises `BadInput`.
    """
    if not shapes:
        return
    given = json.dumps([shapes, LONGEST]).encode()
    seconds = most("pattern_seconds")
    try:
        answer_of_child("tidewaiter.forms.shapes_child", given=given, memory=_TRIAL_MEMORY, seconds=seconds, kind=bool)
    except BadInput as error:
        raise BadInput(
            "shape", gettext("A shape takes more than %(seconds)s seconds on some cells.") % {"seconds": seconds}
        ) from error


def has_shape(shape: str, text: str) -> bool:
    """Whether a text is of a shape. A shape that no form may have (a former release took it) has no texts."""
    if len(text) > LONGEST:
        return False
    pattern = _pattern(shape)
    return pattern is not None and pattern.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _pattern(shape: str) -> re.Pattern[str] | None:
    return None if not shape or _why_not(shape) else re.compile(shape)


def _why_not(shape: str) -> str:
    if len(shape) > most("pattern_signs"):
        return gettext("a pattern may have %(most)s signs") % {"most": most("pattern_signs")}
    try:
        if _ways(_parser.parse(shape)) > WAYS:
            return gettext(
                "it could take too long on a cell: let no repetition stand in another or beside two others, nor a"
                " choice in one, and give repetitions an end, as {1,20}"
            )
        re.compile(shape)
    except _NoShape as error:
        return str(error)
    except (re.error, RecursionError, OverflowError, MemoryError, ValueError):
        return gettext("its shape is no pattern")
    return ""


def _ways(parsed: Any) -> int:
    """In how many ways the parts could be laid over a text, counted no further than one more than may be."""
    ways = 1
    for operation, arguments in parsed:
        ways = min(ways * _ways_of(str(operation), arguments), WAYS + 1)
    return ways


def _ways_of(name: str, arguments: Any) -> int:
    if name in _PLAIN:
        return 1
    if name in _REPEATS:
        least, greatest, inner = arguments
        if int(least) > LONGEST or (int(greatest) > 1 and inner.getwidth()[0] == 0):
            return WAYS + 1  # longer than any text, or again and again what takes nothing
        return _ways_of_repeat(int(least), min(int(greatest), LONGEST), _ways(inner))
    if name == "SUBPATTERN":
        return _ways(arguments[3])
    if name == "ATOMIC_GROUP":
        return _ways(arguments)
    if name == "BRANCH":
        return min(sum(_ways(branch) for branch in arguments[1]), WAYS + 1)
    raise _NoShape(gettext("it looks around or back (%(name)s), which a shape does not") % {"name": name.lower()})


def _ways_of_repeat(least: int, greatest: int, inner: int) -> int:
    if inner == 1:
        return max(greatest - least, 0) + 1
    ways, power = 0, 1
    for times in range(greatest + 1):
        ways += power if times >= least else 0
        power *= inner
        if power > WAYS:
            return WAYS + 1 if greatest > times else ways
    return max(ways, 1)

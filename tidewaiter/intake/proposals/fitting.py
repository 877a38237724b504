"""Whether what stands in a column fits a field: how well, of 1, or not at all, whatever its head says."""

from __future__ import annotations

from tidewaiter.forms.columns import Column
from tidewaiter.forms.shapes import has_shape
from tidewaiter.foundation.readings.reading import words_of
from tidewaiter.intake.proposals.contents import Contents

VETO = -1.0
"""Values that cannot be the field's."""
_FREE_LONG = 60
_YES_NO = words_of(
    "yes no y n true false oui non sí si sim não nao да нет نعم لا 是 否 ndiyo hapana ya tidak ja nein tak nie evet"
    " hayır 0 1"
)
_SURELY_KNOWN = ("country", "currency", "unit", "airline")
_MOST_WORDS = {"country": 150, "unit": 25, "currency": 12}
"""Lists whose words are known in many languages, and how many different ones a column may hold that are not."""
_MANY = 40
"""Different values that a short list of codes hardly has."""


def fit(column: Column, contents: Contents) -> float:
    """How well values fit a field: 0 to 1, or `VETO`. An empty column fits a little anywhere."""
    if not contents.filled:
        return 0.4
    match column.type:
        case "decimal" | "integer":
            share = max(contents.numbers, contents.with_units if column.path == "quantity" else 0.0)
            return share if share >= 0.6 and contents.days < 0.5 and not contents.is_count else VETO
        case "date":
            share = max(contents.days, 0.8 * contents.years)
            return share if share >= 0.6 else VETO
        case "hs":
            return contents.tariff if contents.tariff >= 0.6 else VETO
        case "boolean":
            share = contents.share(lambda text: text.casefold() in _YES_NO)
            return share if share >= 0.7 else VETO
        case "code" | "codes":
            return _of_list(column, contents)
        case "place":
            return VETO if _is_bare(contents) else 0.8
        case _:
            return _of_text(column, contents)


def fit_part(part: str, contents: Contents) -> float:
    """How well values fit a part of a date."""
    if not contents.filled:
        return VETO
    if part == "month":
        return contents.months if contents.months >= 0.8 else VETO
    if part == "day":
        days = contents.share(lambda text: text.removesuffix(".0").isdigit() and 0 < int(float(text)) < 32)
        return days if days >= 0.9 else VETO
    return contents.years if contents.years >= 0.8 else VETO


def _is_bare(contents: Contents) -> bool:
    """Whether values are numbers or days, which no word of a list or place is."""
    return contents.numbers > 0.8 or contents.days > 0.8 or contents.plain_years > 0.8


def _of_list(column: Column, contents: Contents) -> float:
    share = contents.known(column.list)
    if share < 0.5 and (_is_bare(contents) or contents.length > _FREE_LONG * 1.5):
        return VETO
    if column.list in _SURELY_KNOWN and share < 0.34:
        return _little_known(column, contents)
    if column.list in _SURELY_KNOWN:
        return share
    if column.path != "subtype" and share < 0.2 and len(contents.counts) > _MANY:
        return VETO
    return 0.5 + 0.5 * share


def _little_known(column: Column, contents: Contents) -> float:
    """Words of a language that the list does not have: they fit a little, where they are few and
    short, and, for a country, no places.
    """
    if column.list == "airline":
        return 0.2 if not _is_bare(contents) else VETO
    if _is_bare(contents) or len(contents.counts) > _MOST_WORDS[column.list]:
        return VETO
    longest = 30 if column.list == "country" else 12
    if contents.length > longest or (column.list == "country" and len(contents.counts) > 3 and contents.places >= 0.8):
        return VETO
    return 0.15


def _of_text(column: Column, contents: Contents) -> float:
    if column.shape and column.path != "national_ref":
        share = contents.share(lambda text: has_shape(column.shape, text))
        return share if share >= 0.5 else VETO
    if column.path == "national_ref":
        if contents.length > _FREE_LONG or (contents.days > 0.8 and contents.unlike < 1):
            return VETO
        return 0.4 if contents.days > 0.8 else 0.4 + 0.6 * contents.unlike
    if column.type == "long_text":
        return VETO if _is_bare(contents) else 0.9
    if column.path == "office" and contents.regions > 0.5:
        return VETO
    if column.path in ("calibre", "model", "conveyance.number"):
        return VETO if contents.days > 0.8 else 0.8
    return VETO if _is_bare(contents) else 0.8


def tells(column: Column, contents: Contents) -> float:
    """How sure the values alone make a field: a few lists say much; numbers and countries say little of which."""
    if not contents.filled:
        return 0.0
    if column.path == "date":
        return 0.72 * contents.days if contents.days > 0.9 else 0.0
    known = {"subtype": 0.85, "unit": 0.75, "conveyance.mode": 0.7, "species": 0.9, "currency": 0.72}.get(column.path)
    if known is None or contents.numbers > 0.8:
        return 0.0
    share = contents.known(column.list)
    if column.path in ("unit", "currency", "conveyance.mode") and any(len(text) < 2 for text in contents.texts):
        return 0.0
    return known * share if share > 0.7 else 0.0

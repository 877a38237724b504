"""Which columns say that two rows of two releases are the same one, where no column is a reference of its own.

A column stands for a row by its head («Incident ID»), or by marks that are all alike and never come again («ZA-0001»);
of totals all columns do that are no amounts. Where several columns could, a person says which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext

from tidewaiter.intake.proposals.contents import Contents
from tidewaiter.intake.proposals.found import Found, of_path
from tidewaiter.intake.proposals.pairing import Paired
from tidewaiter.intake.proposals.words import words_of_head

KEY = "key"
"""What a question is about that asks for the columns of the key."""
_CALLED = frozenset({"number", "id", "reference", "code", "identifier", "identification"})
_LEAST_ROWS, _LEAST_SIGNS, _LONGEST = 5, 5, 40
_ALIKE = 0.9
"""Share of the marks of a column that are set alike, from which they are told to be marks."""
_AMOUNTS = frozenset({"quantity", "value", "events", "narrative", "packages"})
_mark = re.compile(r"(?=.*\d)[\w./-]+")


def tell_key(found: Found, paired: list[Paired], rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Puts the columns of the key into what is found, or asks which of several they are."""
    if of_path(paired, "national_ref") is not None or any("date" in line for line in found.lines):
        return
    free = [one.contents for one in paired if not one.path and one.contents.head not in found.left_out]
    never_again = [one for one in free if _never_again(one, len(rows))]
    by_head = [one.head for one in never_again if _CALLED & set(words_of_head(one.head))]
    named = by_head or [one.head for one in never_again if _are_marks(one)]
    if len(named) == 1:
        found.key = (named[0],)
    elif named:
        why = gettext("Several columns could say which case a row is: choose the one that stays in a later release.")
        found.ask(KEY, why, *named)
    elif of_path(paired, "events") is not None:
        found.key = _of_totals(paired, rows, heads)


def _never_again(one: Contents, rows: int) -> bool:
    """Whether a column is filled in each row, never twice alike, and counts no rows."""
    whole = one.filled == rows >= _LEAST_ROWS and one.unlike == 1
    return whole and not one.is_count and one.length <= _LONGEST and one.days < 0.5 and not _are_amounts(one)


def _are_amounts(one: Contents) -> bool:
    return one.share(lambda text: re.fullmatch(r"[-+]?\d*[.,]\d*[1-9]\d*", text) is not None) > 0.2


def _are_marks(one: Contents) -> bool:
    """Whether values are set alike, of letters and digits: «ZA-0001», «24/KE/117»."""
    marks = [text for text in one.texts if _mark.fullmatch(text) and any(map(str.isalpha, text))]
    if len(marks) < len(one.texts) or one.length < _LEAST_SIGNS:
        return False
    set_as = Counter(re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "1", text)) for text in marks)
    return set_as.most_common(1)[0][1] >= _ALIKE * len(marks)


def _of_totals(paired: list[Paired], rows: Sequence[Sequence[str]], heads: Sequence[str]) -> tuple[str, ...]:
    """The columns of a total that are no amounts, where no two rows agree in all of them; else none."""
    named = Counter(heads)
    parts = [
        one.contents.head
        for one in paired
        if one.path not in _AMOUNTS and one.contents.filled and named[one.contents.head] == 1 and not _is_measure(one)
    ]
    places = [heads.index(head) for head in parts]
    if not places or len(rows) < _LEAST_ROWS:
        return ()
    seen = {tuple(row[at].strip() if at < len(row) else "" for at in places) for row in rows}
    return tuple(parts) if len(seen) == len(rows) else ()


def _is_measure(one: Paired) -> bool:
    """Whether a column that is no field holds amounts: it would differ in the next release."""
    said = one.contents
    return one.path in ("", "-") and said.numbers > 0.8 and said.plain_years < 0.8 and said.months < 0.8

"""What a receipt's page shows: what became of the rows, what is wrong by reason, and a piece of the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tidewaiter.forms.columns import as_text
from tidewaiter.forms.problems import SENTENCES
from tidewaiter.foundation.bulk import among
from tidewaiter.intake.mending.rows_to_mend import rejected_rows, table_of
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import errors_of, proposals_in, waiting_in

CELLS_SHOWN, ROWS_SHOWN, COLUMNS_SHOWN = 100, 10, 9
"""Wrong cells of a page, and rows and columns of the piece of the sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bar: its sign in the style sheet, where it begins and how wide it is, in per cent."""

    css: str
    start: float
    width: float
    rows: int
    word: str


def parts_of(receipt: Receipt) -> list[Part]:
    """What became of the rows, as parts of a bar in which every kind that there is can be seen."""
    kinds = [
        ("taken", receipt.accepted, _("accepted")),
        ("changed", receipt.changed, _("changed")),
        ("here", receipt.unchanged, _("already here")),
        ("waits", waiting_in(receipt), _("waiting")),
        ("left", receipt.skipped, _("left out")),
        ("wrong", receipt.rejected, _("to mend")),
    ]
    there = [(css, rows, word) for css, rows, word in kinds if rows]
    least = 0.6  # a single row of a hundred thousand is seen too
    rest = 100 - least * len(there)
    whole = sum(rows for _css, rows, _word in there) or 1
    found, at = [], 0.0
    for css, rows, word in there:
        width = least + rest * rows / whole
        found.append(Part(css, round(at, 2), round(max(width - 0.2, 0.4), 2), rows, word))
        at += width
    return found


def mending_shown(receipt: Receipt, reason: str, after: int) -> dict[str, Any]:
    """The wrong cells of a page with what is proposed, the reasons to narrow by, and a piece of the sheet."""
    told: dict[str, int] = receipt.problems
    reason = reason if reason in told else ""
    errors = errors_of(receipt, CELLS_SHOWN + 1, reason, after)
    more = errors[CELLS_SHOWN:]
    errors = _whole_rows(errors) if more else errors
    number, exact = proposals_in(receipt) if told else (0, True)
    return {
        "errors": errors,
        "reason": reason,
        "cells": told.get(reason, 0) if reason else sum(told.values()),
        "all_cells": sum(told.values()),
        "reasons": [
            {"word": _(SENTENCES.get(code, code)), "n": n, "on": code == reason, "query": urlencode({"reason": code})}
            for code, n in sorted(told.items(), key=lambda one: (-one[1], one[0]))
        ],
        "next": urlencode({"reason": reason, "after": errors[-1]["row"]}) if more and errors else "",
        "after": after,
        "proposals": number,
        "proposals_exact": exact,
        "extract": extract_of(receipt, [error["row"] for error in errors]),
    }


def _whole_rows(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells of a page without those of a row that does not end on it, where it is not the only one."""
    last = errors[CELLS_SHOWN]["row"]
    kept = [error for error in errors[:CELLS_SHOWN] if error["row"] != last]
    return kept or errors[:CELLS_SHOWN]


def extract_of(receipt: Receipt, numbers: list[int]) -> dict[str, Any]:
    """A piece of the sheet: the first rows of those numbers, of their columns those that are wrong, then the first."""
    wanted = list(dict.fromkeys(numbers))[:ROWS_SHOWN]
    if not wanted:
        return {}
    table = table_of(receipt, rejected_rows(receipt).filter(number__in=among(wanted)))
    rows = list(table.rows())[: ROWS_SHOWN * 2]
    filled = [
        at for at, _head in enumerate(table.layout.heads) if any(row.cells[at] or at in row.wrong for row in rows)
    ]
    wrong = [at for at in filled if any(at in row.wrong for row in rows)]
    kept = set(wrong[:COLUMNS_SHOWN])
    for at in filled:
        if len(kept) < COLUMNS_SHOWN:
            kept.add(at)
    places = sorted(kept)
    return {
        "heads": [table.layout.heads[at] for at in places],
        "left": len(filled) - len(places),
        "rows": [
            {
                "number": row.number,
                "cells": [
                    (as_text(row.cells[at]), " ".join(one.sentence() for one in row.wrong.get(at, ()))) for at in places
                ],
            }
            for row in rows
        ],
        "first": rows[0].number if rows else 0,
        "last": rows[-1].number if rows else 0,
    }

"""What a report says of medical products: doses, what laboratories found in them, what is wrong with them apart from
whose trademark it is, how many people they would have reached, and beside it what they are said to be worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.sql import Where, composed
from tidewaiter.statistics.labels import value_word

FORM = "MED"
COURSES = {"antimalarial": 24, "antibiotic": 15, "antiretroviral": 30}
"""Doses of a course, assumed: artemether-lumefantrine for an adult, four tablets six times; amoxicillin three times a
day for five days; one tablet a day for a month.
"""
AS_LABELLED = (90, 110)
"""Per cent of the label between which a medicine holds what it says, as pharmacopoeias commonly have it."""
_DOSES = """coalesce(doses, CASE WHEN unit = 'U2' OR (unit = 'H87' AND dosage_form IN
    ('tablet', 'capsule', 'injection', 'suppository', 'patch', 'infusion')) THEN quantity END)"""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Products with which the same is wrong: cases, seizures, doses, and seizures by what is said of the trademark."""

    word: str
    cases: int
    seizures: int
    doses: str | None
    infringing: int
    not_infringing: int
    unsaid: int


def medicines(connection: duckdb.DuckDBPyConnection, lang: str, goods: dict[str, str]) -> dict[str, Any] | None:
    """The tables of `chosen` for a report that members read; nothing where no medical product was seized."""
    view = composed(
        """CREATE TEMP VIEW medical AS SELECT *, {doses} AS single FROM chosen
        WHERE now AND commodity = 'MED' AND subtype IS NOT NULL""",
        doses=Where(_DOSES),
    )
    connection.execute(view.sql)
    wrong = _wrong(connection, lang)
    if not wrong:
        return None
    total, counted, every = connection.execute(
        "SELECT sum(single), coalesce(sum(events) FILTER (single IS NOT NULL), 0)::BIGINT, sum(events)::BIGINT"
        " FROM medical"
    ).fetchone() or (None, 0, 0)
    return {
        "wrong": wrong,
        "doses": _plain(total),
        "counted": counted,
        "seizures": every,
        "found": _found(connection),
        "people": _people(connection, lang, goods),
        "worth": _worth(connection),
    }


def _wrong(connection: duckdb.DuckDBPyConnection, lang: str) -> list[Wrong]:
    rows = connection.execute(
        """SELECT mp_class, count(DISTINCT ref), sum(events)::BIGINT, sum(single),
            coalesce(sum(events) FILTER (trademark), 0)::BIGINT,
            coalesce(sum(events) FILTER (NOT trademark), 0)::BIGINT,
            coalesce(sum(events) FILTER (trademark IS NULL), 0)::BIGINT
        FROM medical GROUP BY 1 ORDER BY 3 DESC, 1 NULLS LAST"""
    ).fetchall()
    return [
        Wrong(_class(code, lang), cases, seizures, _plain(doses), yes, no, unsaid)
        for code, cases, seizures, doses, yes, no, unsaid in rows
    ]


def _class(code: str | None, lang: str) -> str:
    view = code_view("mp_class", code) if code else None
    return view.label(lang) if view else _("not reported")


def _found(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str | None]]:
    """What laboratories found: in words, seizures and doses; last what nobody has measured."""
    least, most = AS_LABELLED
    rows = connection.execute(
        """SELECT CASE WHEN assay IS NULL THEN 4 WHEN assay = 0 THEN 0 WHEN assay < ? THEN 1
            WHEN assay <= ? THEN 2 ELSE 3 END AS band, sum(events)::BIGINT, sum(single)
        FROM medical GROUP BY 1 ORDER BY 1""",
        [least, most],
    ).fetchall()
    words = (
        _("none of the active ingredient"),
        _("too little: under %(least)s per cent of the label") % {"least": least},
        _("as the label says: %(least)s to %(most)s per cent") % {"least": least, "most": most},
        _("too much: over %(most)s per cent of the label") % {"most": most},
        _("not measured"),
    )
    return [(words[band], seizures, _plain(doses)) for band, seizures, doses in rows]


def _people(connection: duckdb.DuckDBPyConnection, lang: str, goods: dict[str, str]) -> list[dict[str, Any]]:
    """Doses by kind, and how many people would have taken a whole course of them at most."""
    rows = connection.execute(
        "SELECT subtype, sum(events)::BIGINT, sum(single) FROM medical GROUP BY 1 HAVING sum(single) > 0"
        " ORDER BY 3 DESC, 1 LIMIT 12"
    ).fetchall()
    return [
        {
            "word": value_word("subtype", subtype, lang, goods),
            "seizures": seizures,
            "doses": _plain(doses),
            "course": COURSES.get(subtype),
            "people": int(doses // COURSES[subtype]) if subtype in COURSES else None,
        }
        for subtype, seizures, doses in rows
    ]


def _worth(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Currency, the sum that was said, seizures with one; the largest number of seizures first."""
    rows = connection.execute(
        "SELECT currency, sum(value), sum(events)::BIGINT FROM medical WHERE value IS NOT NULL AND currency IS NOT NULL"
        " GROUP BY 1 ORDER BY 3 DESC, 1"
    ).fetchall()
    return [(currency, plain(value), seizures) for currency, value, seizures in rows]


def _plain(number: Decimal | None) -> str | None:
    return plain(number) if number is not None else None

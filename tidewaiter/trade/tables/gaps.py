"""What of a table was not understood, with its share of rows and of value: said always,
warned of, and refused from half on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import ibis
from django.conf import settings
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonMapping, JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.trade.engines import held
from tidewaiter.trade.expressions import Engine, Rows

WARNED, REFUSED = 0.05, 0.5
"""Shares of value, or of rows where values are unread, above which somebody is warned,
and nothing is done without `anyway`.
"""
MOST_NAMED, LONGEST = 50, 80


@dataclass(frozen=True, slots=True)
class Unread:
    """A text of a column that was not understood, how many rows say it, what they are worth,
    and whether they are left out for it.
    """

    column: str
    value: str
    rows: int
    worth: float
    lost: bool


@dataclass(slots=True)
class Gaps:
    """What was not understood of a table whose used rows are `rows` and worth `worth`."""

    rows: int = 0
    worth: float = 0.0
    unread: list[Unread] = field(default_factory=list)

    def answer(self) -> list[JsonObject]:
        """`[{"column", "value", "rows", "share_of_rows", "share_of_value"}]`, the greatest values first."""
        rows, worth = self._whole()
        first = sorted(self.unread, key=lambda one: (-one.worth, -one.rows, one.column, one.value))[:MOST_NAMED]
        return [
            {
                "column": one.column,
                "value": one.value,
                "rows": one.rows,
                "share_of_rows": _share(one.rows, rows),
                "share_of_value": _share(one.worth, worth),
            }
            for one in first
        ]

    def _whole(self) -> tuple[int, float]:
        lost = [one for one in self.unread if one.lost]
        return self.rows + sum(one.rows for one in lost), self.worth + sum(one.worth for one in lost)

    def _share_of(self, unread: Iterable[Unread]) -> float:
        rows, worth = self._whole()
        listed = list(unread)
        worthless = sum(one.rows for one in listed if not one.worth)
        return min(max(_share(sum(one.worth for one in listed), worth), _share(worthless, rows)), 1.0)

    def lost(self) -> float:
        """The share of value, or of rows whose value is unread, that is left out because it was not understood."""
        return self._share_of(one for one in self.unread if one.lost)

    def warnings(self) -> list[str]:
        """Sentences about what is above the share of which somebody is warned."""
        said = []
        if (share := self.lost()) > WARNED:
            said.append(
                _("%(share)s %% of the value was not understood and is left out: %(what)s.")
                % {"share": _percent(share), "what": self._named(lost=True)}
            )
        by_column: dict[str, list[Unread]] = {}
        for one in self.unread:
            if not one.lost:
                by_column.setdefault(one.column, []).append(one)
        for column, listed in by_column.items():
            if (share := self._share_of(listed)) > WARNED:
                words = _("«%(column)s» was not understood for %(share)s %% of the value: %(what)s.")
                said.append(words % {"column": column, "share": _percent(share), "what": _listed(listed)})
        return said

    def _named(self, *, lost: bool) -> str:
        return _listed([one for one in self.unread if one.lost == lost])

    def judge(self, *, anyway: bool) -> None:
        """Raises `BadInput` where more than half was not understood, unless it is wanted anyway."""
        if not anyway and (share := self.lost()) > REFUSED:
            raise BadInput(
                "not_understood",
                _(
                    "%(share)s %% of the value was not understood: %(what)s. Say by a mapping what the columns are, or"
                    " ask for it anyway (--anyway)."
                )
                % {"share": _percent(share), "what": self._named(lost=True)},
            )

    def stored(self) -> JsonObject:
        """As a stage keeps it."""
        unread = [[one.column, one.value, one.rows, one.worth, one.lost] for one in self.unread]
        return {"rows": self.rows, "worth": self.worth, "unread": unread}


def gaps_of(stored: JsonMapping) -> Gaps:
    """What a stage keeps, again."""
    return Gaps(stored["rows"], stored["worth"], [Unread(*one) for one in stored["unread"]])


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: our column `name` (its texts that were not understood are in `{name}_unread`), the head of
    the file, for which reason rows are left out for it (``: they are used), and whether they are left out.
    """

    name: str
    column: str
    reason: str
    lost: bool


def unread_of(connection: Engine, rows: Rows, sought: Sequence[Sought]) -> list[Unread]:
    """What was not understood of `rows` (with `value` and `left_out`), by column the most valuable texts first; the
    rest in one: «…». The rows are gone through once, whatever is looked for.
    """
    if not sought:
        return []
    texts = list(dict.fromkeys(f"{one.name}_unread" for one in sought))
    some = rows.filter(ibis.or_(*(rows[text].notnull() for text in texts)))
    grouped = some.group_by(["left_out", *texts]).agg(n=row.count(), worth=row.value.abs().sum().fill_null(0.0))
    with held(connection, grouped) as sums:
        return [unread for one in sought for unread in _unread_of(sums, one)]


def _unread_of(grouped: Rows, sought: Sought) -> list[Unread]:
    text = grouped[f"{sought.name}_unread"]
    here = grouped.filter((grouped.left_out == sought.reason) & text.notnull()).group_by(said=text)
    sums = here.agg(n=row.n.sum(), worth=row.worth.sum())
    first = sums.order_by([ibis.desc("worth"), ibis.desc("n"), "said"]).limit(MOST_NAMED).to_pyarrow().to_pylist()
    column, lost = sought.column, sought.lost
    found = [Unread(column, _shown(one["said"]), int(one["n"]), float(one["worth"]), lost) for one in first]
    if len(found) < MOST_NAMED:
        return found
    whole = sums.agg(n=row.n.sum(), worth=row.worth.sum(), different=row.count()).to_pyarrow().to_pylist()[0]
    if whole["different"] > len(found):
        rest = int(whole["n"]) - sum(one.rows for one in found)
        found.append(Unread(column, "…", rest, float(whole["worth"]) - sum(one.worth for one in found), lost))
    return found


def _shown(text: str) -> str:
    said = text[:LONGEST]
    return said if settings.HOLDS_NAMES else mask_personal_data(said)


def _listed(unread: list[Unread], most: int = 3) -> str:
    first = sorted(unread, key=lambda one: (-one.worth, -one.rows))[:most]
    said = ", ".join(f"«{one.value}» ({one.column})" for one in first)
    return f"{said}, …" if len(unread) > most else said


def _share(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")

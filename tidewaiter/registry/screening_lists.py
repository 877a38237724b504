"""A list of names against the registry: a passenger list, a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.actions.reading import screen_names
from tidewaiter.registry.policy import may_consult, purpose_for
from tidewaiter.registry.reading.pairs import table_of
from tidewaiter.registry.reading.wanted import known_of
from tidewaiter.registry.screening import Screened

BATCH = 10_000


@dataclass(slots=True)
class Listed:
    """A row of the list and what came of it; nothing for a row without a name."""

    number: int
    cells: list[str]
    found: Screened | None


@dataclass(slots=True)
class Screening:
    """A list that is being screened: its heads, its rows as they are answered, and counts of those that were."""

    heads: list[str]
    rows: Iterator[Listed] = field(default_factory=lambda: iter(()))
    done: dict[str, int] = field(
        default_factory=lambda: {"rows": 0, "hits": 0, "too_common": 0, "without_name": 0},
    )


def screen_list(*, path: Path, by: Actor, purpose: str, most: int = 0) -> Screening:
    """Screens a csv or a workbook (`name[,kind,birth_date,country,document]`), five hundred rows at a time, each time
    written down. `most`: rows that are taken at all.

    Raises `BadInput` for what cannot be read, has no column `name`, or has more rows.
    """
    may_consult(by)
    said = purpose_for(by, purpose)
    heads, rows = table_of(path, ("name",))
    made = Screening(heads)
    if most:
        rows = iter(_within(rows, most))
    made.rows = _answered(made, rows, by, said)
    return made


def _within(rows: Iterator[tuple[int, list[str]]], most: int) -> list[tuple[int, list[str]]]:
    taken = []
    for row in rows:
        taken.append(row)
        if len(taken) > most:
            raise BadInput(
                "too_many", _("A page screens %(most)s rows. Screen longer lists by screen_file.") % {"most": most}
            )
    return taken


def _answered(made: Screening, rows: Iterator[tuple[int, list[str]]], by: Actor, purpose: str) -> Iterator[Listed]:
    for batch in in_batches(rows, BATCH):
        wanted = [known_of(made.heads, cells) for _number, cells in batch]
        named = [one for one in wanted if one[0].name]
        answers = iter(screen_names(names=named, by=by, purpose=purpose)) if named else iter(())
        for (number, cells), one in zip(batch, wanted, strict=True):
            found = next(answers) if one[0].name else None
            made.done["rows"] += 1
            made.done["hits"] += bool(found and found.hits)
            made.done["too_common"] += bool(found and found.state == "too_common")
            made.done["without_name"] += found is None
            yield Listed(number, [*cells, *[""] * (len(made.heads) - len(cells))], found)

"""What quantities and prices are usual on this node, from validated cases that everybody sees.

Hidden cases (drafts, what waits, what a mark narrows) have no part in it, so a finding's figures tell nothing
of them. Of each administration the newest cases are taken, as many of one as of another; the weight of one is
bounded (`checks.norms`). Where fewer than three administrations reported such goods, a case is held against its
own administration's validated cases.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.policy import PUBLIC_RULE
from tidewaiter.checks.norms import Kind, Norm, norms_of, norms_together
from tidewaiter.foundation.bulk import among
from tidewaiter.ledger.queries import any_since, ledger_end
from tidewaiter.people.models import Administration

SAMPLE = 20_000
"""Cases from which is learnt what is usual, of all administrations together."""
FIRST_LOOK = 50
FEW = 5_000
"""Lines: from so many is learnt anew whenever anything was done; from more every `KEPT_FOR` seconds."""
KEPT_FOR = 600.0
_HIDING = (("cases.withdrawn", 1), ("cases.validated", 2), ("cases.taken_back", 1))
"""Deeds, and from which version on, after which a validated case may stand no more, or be marked."""
type _Row = tuple[str, str, str, str, Decimal, Decimal | None]
"""Administration, sub-type, unit, currency, quantity, value."""


@dataclass(slots=True)
class _Norms:
    """What several administrations reported together, and each by itself."""

    together: dict[Kind, Norm] = field(default_factory=dict)
    own: dict[str, dict[Kind, Norm]] = field(default_factory=dict)

    def of(self, administration: str) -> dict[Kind, Norm]:
        return {**self.own.get(administration, {}), **self.together}


@dataclass(slots=True)
class Usual:
    """What is usual of one commodity, and when and from how many lines it was learnt."""

    quantities: _Norms
    prices: _Norms
    lines: int
    end: int
    at: float


_known: dict[str, Usual] = {}


def usual_of(form: str) -> Usual:
    """What is usual of a commodity on this node."""
    found = _known.get(form)
    end = ledger_end()
    if found is not None and found.end != end:
        old = time.monotonic() - found.at > KEPT_FOR
        found = None if old or found.lines <= FEW or any_since(found.end, _HIDING) else found
    if found is None:
        found = _known[form] = _learnt(form, end)
    return found


def forget_usual() -> None:
    """What was learnt is not believed any longer: another database stands behind the same process."""
    _known.clear()


def _learnt(form: str, end: int) -> Usual:
    begun = time.monotonic()
    rows = _rows(form)
    quantities = [(who, subtype, unit, float(quantity)) for who, subtype, unit, _, quantity, _ in rows]
    prices = [
        (who, subtype, f"{unit} {currency}", float(value / quantity))
        for who, subtype, unit, currency, quantity, value in rows
        if value and value > 0
    ]
    return Usual(_norms(quantities), _norms(prices), len(rows), end, begun)


def _norms(lines: list[tuple[str, str, str, float]]) -> _Norms:
    own: dict[str, list[tuple[str, str, float]]] = {}
    for who, subtype, unit, amount in lines:
        own.setdefault(who, []).append((subtype, unit, amount))
    return _Norms(norms_together(lines), {who: norms_of(some, 1) for who, some in own.items()})


def _rows(form: str) -> list[_Row]:
    keys = among(list(_cases(form)))
    lines = Line.objects.filter(case_id__in=keys, quantity__gt=0)
    names = ("case__administration", "subtype", "unit", "currency", "quantity", "value")
    return list(lines.values_list(*names)) if keys else []


def _cases(form: str) -> Iterator[int]:
    """Keys of the newest validated cases that everybody sees, as many of each administration as `SAMPLE` allows."""
    # asked in one statement who has any: of a node's 250 administrations few report each kind of goods
    some = Case.objects.filter(PUBLIC_RULE.query(), form=form, administration=OuterRef("code"))
    reporting = Administration.objects.filter(Exists(some)).values_list("code", flat=True)
    first = {code: _newest(form, code, FIRST_LOOK) for code in reporting}
    each = max(FIRST_LOOK, SAMPLE // max(1, len(first)))
    for code, keys in first.items():
        yield from keys if len(keys) < FIRST_LOOK else _newest(form, code, each)


def _newest(form: str, administration: str, number: int) -> list[int]:
    standing = Case.objects.filter(PUBLIC_RULE.query(), form=form, administration=administration)
    return list(standing.order_by("-pk").values_list("pk", flat=True)[:number])

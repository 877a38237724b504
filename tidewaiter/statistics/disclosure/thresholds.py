"""What must stand behind a figure before the public may read it: the one place where the numbers stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tidewaiter.foundation.disclosure import LEAST_REPORTERS as LEAST_REPORTERS
from tidewaiter.foundation.disclosure import too_few as too_few
from tidewaiter.foundation.refusals import BadInput

CLOSE = 10
"""The p of the p % rule: so many per cent of the largest contribution must be left beside it and the second largest."""

type Behind = Mapping[str, Sequence[int | Decimal]]
"""Who stands behind a figure, and how much of each number that is shown with it is
theirs; no numbers where none is shown.
"""


def must_be_a_year(since: str, until: str) -> None:
    """Raises `BadInput` for a period of which the public must not read figures.

    What the public reads, editions and tables alike, goes by calendar years, which neither overlap nor add up: of three
    overlapping periods (two months and their quarter) each open by itself, the one that was hidden would follow.
    """
    if not (since[:4] == until[:4] and since[5:7] == "01" and until[5:7] == "12"):
        raise BadInput(
            "public_period", _("What the public reads goes by calendar years: from January to December of one year.")
        )


def dominated(contributions: Iterable[int | Decimal]) -> bool:
    """Whether the second largest contributor could work out the largest one's
    contribution to within `CLOSE` per cent of it.

    The p % rule: a figure is sensitive where the total less its two largest contributions is under p % of the
    largest. After A. Hundepool and others, Statistical Disclosure Control (2012), section 4.2.2, and the Handbook
    on Statistical Disclosure Control of the ESSnet (2010), section 4.2.2. Contributions are not negative; of
    nothing nobody has a share that could be told.
    """
    first, _second, *rest = [*sorted(contributions, reverse=True), 0, 0]
    return 100 * sum(rest, Decimal(0)) < CLOSE * first


def sensitive(behind: Behind) -> bool:
    """Whether the public must not read a figure by itself: too few stand behind it, or one does
    nearly alone, by any of its numbers.
    """
    return too_few(behind) or any(dominated(numbers) for numbers in zip(*behind.values(), strict=True))


def together(parts: Iterable[Behind]) -> dict[str, tuple[int | Decimal, ...]]:
    """Who stands behind several figures together, and with how much."""
    found: dict[str, tuple[int | Decimal, ...]] = {}
    for part in parts:
        for who, numbers in part.items():
            held = found.get(who)
            found[who] = tuple(numbers) if held is None else tuple(a + b for a, b in zip(held, numbers, strict=True))
    return found


def changed_by_few(now: Behind, before: Behind) -> bool:
    """Whether what differs between two public figures of the same thing comes from too few, or nearly from one:
    whoever has both works theirs out.

    One behind which too few stood was hidden from the public at all times; against what
    nobody was told nothing is worked out.
    """
    if too_few(before):
        return False
    wide = max((len(numbers) for numbers in (*now.values(), *before.values())), default=0)
    none: Sequence[int | Decimal] = (0,) * wide
    told: dict[str, list[int | Decimal]] = {}
    for who in {*now, *before}:
        here, there = tuple(now.get(who, none)), tuple(before.get(who, none))
        if (who in now) != (who in before) or here != there:
            told[who] = [a - b if a > b else b - a for a, b in zip(here, there, strict=True)]
    return sensitive(told)

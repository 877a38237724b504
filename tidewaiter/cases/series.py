"""Short references for cases whose administration gave none: administration, year, number (KE/2026/0017).

A series counts up and is never counted back, so a number names one case for ever; numbers may be left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from django.db.models import Q

from tidewaiter.cases.models import CaseSeries
from tidewaiter.cases.rows import CaseIn, Placing, is_unnamed

_given = re.compile(r"\s*([A-Za-z]{2,3})\s*/\s*(\d{4})\s*/\s*(\d{1,9})\s*")


def give_references(placed: Sequence[tuple[CaseIn, Placing]]) -> None:
    """Gives each new case without a reference of its own the next one of its administration and year.

    Call inside the deed's transaction: until its end whoever names cases of the same series waits.
    """
    unnamed = [(case, place) for case, place in placed if is_unnamed(case.national_ref)]
    if not unnamed:
        return
    wanted = Counter((place.administration, _year(case)) for case, place in unnamed)
    CaseSeries.objects.bulk_create(
        [CaseSeries(administration=home, year=year) for home, year in wanted], ignore_conflicts=True
    )
    homes, years = {home for home, _year in wanted}, {year for _home, year in wanted}
    series = [
        one
        for one in CaseSeries.objects.select_for_update()
        .filter(Q(administration__in=homes) & Q(year__in=years))
        .order_by("administration", "year")  # all lock in one order
        if (one.administration, one.year) in wanted
    ]
    last = {(one.administration, one.year): one.last for one in series}
    for case, place in unnamed:
        key = (place.administration, _year(case))
        last[key] += 1
        place.given_ref = written(*key, last[key])
    for one in series:
        one.last = last[one.administration, one.year]
    CaseSeries.objects.bulk_update(series, ["last"], batch_size=500)


def _year(case: CaseIn) -> int:
    return int(str(case.header["date"])[:4])


def written(administration: str, year: int, number: int) -> str:
    """A given reference as people read it."""
    return f"{administration}/{year}/{number:04d}"


def as_given(said: str) -> str:
    """What somebody typed as a given reference is written (`ke/2026/17` is KE/2026/0017); nothing where it is none."""
    found = _given.fullmatch(said)
    return written(found.group(1).upper(), int(found.group(2)), int(found.group(3))) if found else ""

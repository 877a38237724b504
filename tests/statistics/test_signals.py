"""Early signals: planted jumps are found, chance is kept out, and a new reporter is no rise."""

from __future__ import annotations

from math import comb, exp, factorial
from types import SimpleNamespace

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.statistics.signals import FALSE_SHARE, HISTORY, LATELY, chance, false_shares, signals, tail


@given(st.integers(0, 40), st.floats(0.01, 30))
def test_without_scatter_the_chance_is_that_of_a_poisson_count(count: int, mean: float) -> None:
    below = sum(exp(-mean) * mean**n / factorial(n) for n in range(count))
    assert tail(count, mean, mean) == pytest.approx(max(0.0, 1 - below), abs=1e-9)


@given(st.integers(0, 40), st.integers(1, 8), st.floats(0.05, 0.9))
def test_with_scatter_it_is_that_of_a_negative_binomial(count: int, size: int, share: float) -> None:
    mean, variance = size * share / (1 - share), size * share / (1 - share) ** 2
    below = sum(comb(n + size - 1, n) * share**n * (1 - share) ** size for n in range(count))
    assert tail(count, mean, variance) == pytest.approx(max(0.0, 1 - below), abs=1e-8)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_false_shares_are_those_of_the_step_up_rule(chances: list[float]) -> None:
    shares = false_shares(chances)
    ranked = sorted(chances)
    kept = max((n for n in range(1, len(ranked) + 1) if ranked[n - 1] <= FALSE_SHARE * n / len(ranked)), default=0)
    assert sum(share <= FALSE_SHARE + 1e-12 for share in shares) >= kept
    assert all(share >= p - 1e-12 for share, p in zip(shares, chances, strict=True))


def test_planted_jumps_are_found_and_false_ones_are_few() -> None:
    found = false = planted = 0
    for seed in range(5):
        luck = np.random.default_rng(seed)
        number, jumps = 3000, 90
        base, scatter = luck.gamma(0.6, 4, number), luck.uniform(0.05, 1.2, number)
        counts = luck.negative_binomial(
            1 / scatter[:, None], 1 / (1 + scatter[:, None] * base[:, None]), (number, HISTORY + LATELY)
        )
        chosen = luck.choice(np.flatnonzero(base > 1.5), jumps, replace=False)
        counts[chosen, -LATELY:] = luck.negative_binomial(
            1 / scatter[chosen, None], 1 / (1 + scatter[chosen, None] * base[chosen, None] * 4), (jumps, LATELY)
        )
        rows = [n for n in range(number) if counts[n].sum() >= 5]
        answers = [chance(counts[n, :-LATELY].tolist(), counts[n, -LATELY:].tolist()) for n in rows]
        shares = false_shares([p for _expected, p in answers])
        shown = {
            n
            for n, share, (expected, _p) in zip(rows, shares, answers, strict=True)
            if share <= FALSE_SHARE and counts[n, -LATELY:].sum() >= max(5, 1.5 * expected)
        }
        found, false, planted = found + len(shown & set(chosen)), false + len(shown - set(chosen)), planted + jumps
    print(f"signals: {found} of {planted} fourfold jumps found, {false} false of {found + false} shown")
    assert found > 0.45 * planted
    assert false < 0.15 * (found + false)


@pytest.mark.django_db
def test_a_rise_is_shown_with_its_cases_and_a_new_reporter_is_none(people: SimpleNamespace) -> None:
    def reported(by: object, month: str, number: int, route: tuple[str, str]) -> None:
        country = by.administration_id  # type: ignore[attr-defined] -- an officer
        legs = [{"role": "departure", "country": route[0]}, {"role": "destination", "country": route[1]}]
        cases = [
            case_in(
                national_ref=f"{country}-{month}-{route[0]}-{n}",
                country=country,
                place="",
                date=f"{month}-0{1 + n % 9}",
                route=legs,
            )
            for n in range(number)
        ]
        draft(cases=cases, by=by, channel="csv")  # type: ignore[arg-type] -- an officer

    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(36)]
    for n, month in enumerate(months):
        reported(people.contact, month, 2 + n % 2, ("BR", "NL"))
        reported(people.contact, month, 14 if n >= 33 else 1, ("CL", "NL"))
        if n >= 33:
            reported(people.american, month, 12, ("MX", "CA"))
    for filer in (people.contact, people.american):
        submit(cases=Case.objects.filter(administration=filer.administration_id), by=filer)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")
    found, asked = signals(people.analyst, "2025-12")
    routes = {(one.keys.get("departure"), one.keys.get("destination")) for one in found}
    assert ("CL", "NL") in routes
    assert not routes & {("BR", "NL"), ("MX", "CA")}
    assert asked >= 3
    client = Client()
    assert client.login(username=people.analyst.username, password=PASSWORD)
    page = client.get("/statistics/signals/?since=2025-01&until=2025-12").content.decode()
    assert "Chile → Netherlands" in page
    assert "Brazil → Netherlands" not in page
    assert signals(people.partner, "2025-12") == ([], 0)

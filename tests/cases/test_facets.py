"""Facets of a large node: nobody waits for other people's work, and nobody sees old counts for long."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.making import case_in
from tidewaiter.cases import facets
from tidewaiter.cases.actions import draft
from tidewaiter.cases.facets import facets_of


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_count_that_takes_long_is_served_while_it_is_made_anew(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Callable[[], None]] = []

    def thread(*, target: Callable[[], None], daemon: bool) -> SimpleNamespace:
        return SimpleNamespace(start=lambda: begun.append(target))

    def total() -> int:
        return facets_of(people.contact, {})[0]

    monkeypatch.setattr(facets, "_cube", facets._Cube())
    monkeypatch.setattr(facets, "AT_ONCE", -1)  # as if there were many
    monkeypatch.setattr(facets.threading, "Thread", thread)
    draft(cases=[case_in(national_ref="F-1")], by=people.contact, channel="csv")
    assert total() == 1, "the first count is waited for"
    draft(cases=[case_in(national_ref="F-2")], by=people.contact, channel="csv")
    assert (total(), total(), len(begun)) == (1, 1, 1), "the former count, while one thread counts"
    monkeypatch.setattr(facets.connection, "close", lambda: None)
    begun[0]()
    assert total() == 2
    draft(cases=[case_in(national_ref="F-3")], by=people.contact, channel="csv")
    monkeypatch.setattr(facets, "KEPT_FOR", -1.0)
    assert (total(), len(begun)) == (3, 1), "an old count is not served"

"""The one runner of items: what fails for one stops nobody else, and says nothing of what it was about."""

from __future__ import annotations

import errno
import io
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import OperationalError

from tidewaiter.foundation.logs import Lines
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.running_items import attempt, run_batch, run_items
from tidewaiter.people.models import Region


class OnlyMine(RuntimeError):
    """A kind that the house has never heard of."""


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_item_that_fails_leaves_nothing_behind_and_the_others_are_done() -> None:
    def work(code: str) -> None:
        Region.objects.create(code=code, name="x")
        if code == "BAD":
            raise OnlyMine("the words of a record")

    ran = run_items(["A1", "BAD", "A2"], work, task="test")
    assert ran.done == ["A1", "A2"]
    assert [(one.item, one.error, one.lasting) for one in ran.failed] == [("BAD", "OnlyMine", False)]
    assert set(Region.objects.filter(code__in=["A1", "BAD", "A2"]).values_list("code", flat=True)) == {"A1", "A2"}


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_item_that_breaks_the_transaction_breaks_its_own_alone() -> None:
    def work(code: str) -> None:
        Region.objects.create(code=code, name="x")  # the same twice: an error of the database itself

    Region.objects.create(code="TWICE", name="x")
    ran = run_items(["B1", "TWICE", "B2"], work, task="test")
    assert (ran.done, [one.error for one in ran.failed]) == (["B1", "B2"], ["IntegrityError"])


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_bad_item_of_a_batch_is_found_in_few_tries_and_the_rest_stands() -> None:
    tries = []

    def work(some: Sequence[int]) -> None:
        tries.append(len(some))
        for n in some:
            Region.objects.create(code=f"N{n}", name="x")
            if n in (17, 801):
                raise ZeroDivisionError

    ran = run_batch(list(range(1000)), work, task="test")
    assert sorted(one.item for one in ran.failed) == [17, 801]
    assert len(ran.done) == 998
    assert Region.objects.filter(code__in=[f"N{n}" for n in range(1000)]).count() == 998
    assert not Region.objects.filter(code__in=["N17", "N801"]).exists()
    assert len(tries) < 50


@pytest.mark.django_db
def test_a_refusal_is_lasting_and_every_kind_of_exception_is_caught() -> None:
    def work(error: Exception) -> None:
        raise error

    kinds = [BadInput("x", "y"), KeyError("k"), AssertionError(), RecursionError(), MemoryError(), UnicodeError()]
    ran = run_items(kinds, work, task="test", in_transaction=False)
    assert [one.lasting for one in ran.failed] == [True, False, False, False, False, False]
    assert attempt(lambda: work(OSError(errno.ENOSPC, "full")), task="test") == "OSError"
    assert attempt(lambda: None, task="test") == ""


@pytest.mark.django_db
def test_a_locked_or_full_node_is_nobodys_fault(tmp_path: Path) -> None:
    first, second = (sqlite3.connect(tmp_path / "x.sqlite3", timeout=0, autocommit=True) for _ in range(2))
    first.execute("BEGIN IMMEDIATE")
    try:
        second.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        locked = OperationalError("database is locked")
        locked.__cause__ = error

    def work(error: Exception) -> None:
        raise error

    with pytest.raises(OperationalError):
        run_items([locked], work, task="test", in_transaction=False)
    with pytest.raises(OSError, match="full"):
        run_batch([OSError(errno.ENOSPC, "full")], lambda some: work(some[0]), task="test", in_transaction=False)
    ran = run_items([OperationalError("no such column")], work, task="test", in_transaction=False)
    assert len(ran.failed) == 1
    with pytest.raises(ConnectionError):
        run_items([ConnectionError()], work, task="test", in_transaction=False, passes_on=(ConnectionError,))


@pytest.mark.django_db
def test_the_log_names_kind_and_place_and_no_words() -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(Lines())
    logger = logging.getLogger("tidewaiter.items")
    logger.addHandler(handler)
    try:
        attempt(lambda: int("Wanjiru"), task="some_deed")
    finally:
        logger.removeHandler(handler)
    assert '"task": "some_deed"' in heard.getvalue()
    assert '"error": "ValueError"' in heard.getvalue()
    assert "test_running_items.py" in heard.getvalue()
    assert "Wanjiru" not in heard.getvalue()

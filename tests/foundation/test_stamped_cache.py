"""What a process keeps is made once for each stamp, dropped with it, and waited for instead of made twice."""

from __future__ import annotations

import threading

import pytest

from tidewaiter.foundation.stamped_cache import StampedCache


def test_a_value_is_made_once_for_each_stamp() -> None:
    cache: StampedCache[str] = StampedCache(4)
    assert cache.of("a", 1, lambda: "first") == "first"
    assert cache.of("a", 1, lambda: "never made") == "first"
    assert cache.of("a", 2, lambda: "second") == "second"
    assert cache.of("a", 1, lambda: "of the old stamp again") == "of the old stamp again"
    assert cache.of("b", 1, lambda: "another key") == "another key"


def test_nothing_that_was_made_is_a_value_too() -> None:
    cache: StampedCache[None] = StampedCache(4)
    made: list[int] = []
    for _ in range(3):
        assert cache.of("a", None, lambda: made.append(1)) is None
    assert made == [1]


def test_what_was_not_asked_for_lately_goes() -> None:
    cache: StampedCache[str] = StampedCache(2)
    for key in ("a", "b", "a", "c"):
        cache.of(key, 1, lambda key=key: f"{key} of old")  # type: ignore[misc]
    assert [cache.of(key, 1, lambda: "new") for key in ("a", "c", "b")] == ["a of old", "c of old", "new"]


def test_what_is_forgotten_is_made_anew() -> None:
    cache: StampedCache[int] = StampedCache(2)
    cache.of("a", 1, lambda: 1)
    cache.forget()
    assert cache.of("a", 1, lambda: 2) == 2


def test_what_fell_is_not_kept() -> None:
    cache: StampedCache[float] = StampedCache(2)
    with pytest.raises(ZeroDivisionError):
        cache.of("a", 1, lambda: 1 / 0)
    assert cache.of("a", 1, lambda: 0.5) == 0.5


def test_who_comes_meanwhile_waits_for_the_one_that_makes_it_and_others_do_not() -> None:
    cache: StampedCache[str] = StampedCache(4)
    begun, may_end, made, given = threading.Event(), threading.Event(), [], []

    def make() -> str:
        made.append(threading.get_ident())
        begun.set()
        assert may_end.wait(30)
        return "slow"

    threads = [threading.Thread(target=lambda: given.append(cache.of("a", 1, make))) for _ in range(3)]
    threads[0].start()
    assert begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    assert cache.of("b", 1, lambda: "of its own") == "of its own", "while the other key is being made"
    may_end.set()
    for thread in threads:
        thread.join(30)
    assert (len(made), given) == (1, ["slow"] * 3)


def test_what_was_being_made_when_all_was_forgotten_is_not_kept() -> None:
    cache: StampedCache[str] = StampedCache(4)

    def make() -> str:
        cache.forget()
        return "of the database before"

    assert cache.of("a", 1, make) == "of the database before"
    assert cache.of("a", 1, lambda: "of the one now") == "of the one now"

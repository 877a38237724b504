"""Countries are read as other organisations write them."""

from __future__ import annotations

import pytest

from tidewaiter.codelists import countries
from tidewaiter.codelists.countries import Countries, is_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("KE", "KE"),
        ("KEN", "KE"),
        ("404", "KE"),
        ("Kenya", "KE"),
        ("Кения", "KE"),
        ("842", "US"),
        ("840", "US"),
        ("251", "FR"),
        ("250", "FR"),
        ("757", "CH"),
        ("699", "IN"),
        ("490", "TW"),
        ("8", "AL"),
        ("008", "AL"),
        ("ROM", "RO"),
        ("SER", "RS"),
        ("_X", ""),
        ("899", ""),
        ("Areas, nes", ""),
        ("Bunkers", ""),
        ("EUN", ""),
        ("", ""),
        ("Atlantis", None),
        ("ZZQ", None),
    ],
)
def test_a_country_is_read(said: str, code: str | None) -> None:
    read = Countries()
    assert read.read(said) == code
    assert read.read(f" {said} ") == code, "and again"


def test_the_world_is_no_country() -> None:
    assert all(is_world(said) for said in ("W00", "0", "WLD", "World", " world "))
    assert not is_world("KE")


def test_why_a_text_is_no_country_is_said() -> None:
    read = Countries()
    listed, either, doubted, none = (read.reading(said) for said in ("Vietnam, China", "Congo", "Mexico?", "Atlantis"))
    assert (set(listed.several), listed.why) == ({"VN", "CN"}, "several_countries")
    assert (set(either.several), either.why) == ({"CD", "CG"}, "")
    assert (doubted.several, doubted.why) == ((), "doubted")
    assert (none.several, none.why) == ((), "unknown_code")


def test_numbers_are_read_however_many_noughts_a_table_kept() -> None:
    read = Countries()
    table = {
        "76": "BR",
        "076": "BR",
        "76.0": "BR",
        "4": "AF",
        "58": "",
        "058": "",
        "58.0": "",
        "1076": None,
        "7.6": None,
    }
    assert {said: read.read(said) for said in table} == table
    assert all(is_world(said) for said in ("0", "00", "000", "0.0"))
    assert not any(is_world(said) for said in ("0000", "1", ""))


def test_a_doubt_about_several_names_them() -> None:
    read = Countries()
    doubted = read.reading("Congo?")
    assert (doubted.why, set(doubted.several), doubted.value) == ("doubted", {"CG", "CD"}, None)
    assert read.reading("Kenya").several == ()
    assert read.reading("Areas, nes").why == ""


def test_what_is_remembered_is_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (countries.MOST_KNOWN, countries.LONGEST_KNOWN) == (50_000, 200)
    monkeypatch.setattr(countries, "MOST_KNOWN", 2)
    read = Countries()
    first, second = read.reading("Kenya"), read.reading("Uganda")
    read.reading("Chile")
    assert read.reading("Kenya") is first
    assert read.reading("Uganda") is second
    assert read.reading("Chile") is not read.reading("Chile"), "two are remembered, a third is read anew"

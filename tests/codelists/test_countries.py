"""Countries are read as other organisations write them."""

from __future__ import annotations

import pytest

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

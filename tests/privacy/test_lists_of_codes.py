"""What drop-downs write is no person: «KE Kenya», «H Hunting trophy», «GEL Georgian Lari»."""

from __future__ import annotations

import csv

import pytest

from tests.conftest import PROJECT
from tidewaiter.privacy.masking import masked

COUNTRIES = list(csv.DictReader((PROJECT / "codes" / "country.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("form", ["{code} {en}", "{code} – {en}", "{en} ({code})", "{en}, {code}", "{alpha3} {en}"])
def test_a_country_behind_its_code_is_no_person(form: str) -> None:
    assert [said for row in COUNTRIES if masked(said := form.format(**row))[1]] == []


def test_somebody_who_is_called_like_a_country_is_still_hidden() -> None:
    for said in ("The driver, named Jordan Chad, was arrested.", "Courier: Kenya Williams, aged 31"):
        assert masked(said)[1], said

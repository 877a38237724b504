"""A word that several countries use is asked; a part of a country is its country; what is like by sound is not like."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.intake.test_intake import bring
from tidewaiter.codelists.currencies import read_currency
from tidewaiter.codelists.flows import read_flow
from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import like_units

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("lei", {"RON", "MDL"}),
        ("ريال", {"SAR", "QAR", "OMR", "YER", "IRR"}),
        ("riyals", {"SAR", "QAR"}),
        ("rial", {"IRR", "OMR", "YER"}),
        ("lira", {"TRY", "LBP", "SYP"}),
        ("Fr.", {"CHF", "XAF", "XOF"}),
        ("francs", {"CHF", "XAF", "XOF"}),
        ("dinars", {"DZD", "TND", "IQD", "JOD", "KWD"}),
        ("rupees", {"INR", "PKR", "LKR", "NPR"}),
        ("manat", {"AZN", "TMT"}),
        ("som", {"KGS", "UZS"}),
        ("kr", {"DKK", "NOK", "SEK", "ISK"}),
        ("$", {"USD", "AUD", "CAD"} - {"USD"}),
    ],
)
def test_money_that_several_countries_call_so_is_several(word: str, some: set[str]) -> None:
    found = read_currency(word)
    assert found.value is None
    assert some <= set(found.several)


@pytest.mark.parametrize(
    ("word", "code"), [("won", "KRW"), ("R$", "BRL"), ("Ksh", "KES"), ("₹", "INR"), ("TL", "TRY"), ("zł", "PLN")]
)
def test_money_that_one_country_calls_so_is_its(word: str, code: str) -> None:
    assert read_currency(word).value == code


@pytest.mark.parametrize(
    ("said", "flow"), [("IM", "import"), ("EX", "export"), ("im", "import"), ("Ex.", "export"), ("EXW", None)]
)
def test_letters_of_the_single_document(said: str, flow: str | None) -> None:
    assert read_flow(said).value == flow


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Somaliland", "SO"),
        ("Canary Islands", "ES"),
        ("Ceuta", "ES"),
        ("Madeira", "PT"),
        ("Dubai", "AE"),
        ("Åland", "AX"),
        ("S. Arabia", "SA"),
    ],
)
def test_a_part_of_a_country_is_its_country(name: str, code: str) -> None:
    assert list_view("country").resolve(name).code == code


def test_chinese_units_of_one_sound_are_not_proposed_for_each_other() -> None:
    assert like_units("斤", ("H87", "KGM", "GRM")) == []
    assert [code for code, _label in like_units("kilogramz", ("H87", "KGM"))] == ["KGM"]


def test_a_file_whose_money_several_countries_call_so_is_asked_with_choices(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "money.csv"
    path.write_text(
        "form,national_ref,date,country,subtype,quantity,unit,value,currency\n"
        "DRG,A1,2026-11-01,KE,cocaine,1.5,kg,100,lei\n"
        "DRG,A2,2026-11-01,KE,cocaine,1.5,kg,100,RON\n",
        encoding="utf-8",
    )
    answer = bring(people.contact, path)
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    [error] = answer["errors"]
    assert (error["row"], error["column"], error["code"]) == (2, "currency", "ambiguous_code")
    assert "MDL" in error["message"]

"""Units, countries and flows as people write them, read by the one reader: a value, several, or why there is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.codelists.flows import Flows, read_flow
from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import everyday, like_units, read_unit, together

pytestmark = pytest.mark.django_db
MASSES = ("KGM", "GRM", "LBR", "ONZ", "TNE", "MGM")


def _parts(*parts: tuple[str, str]) -> list[tuple[Decimal, str]]:
    return [(Decimal(number), unit) for number, unit in parts]


def test_the_parts_of_a_quantity_are_added_up_in_the_largest_unit() -> None:
    units = (*MASSES, "H87", "CTM")
    table = {
        (("7", ""),): ("7", ""),
        (("3", "kg"),): ("3", "KGM"),
        (("3", "pieces"),): ("3", "H87"),  # alone it need not be measured
        (("3", "kg"), ("200", "g")): ("3.2", "KGM"),
        (("2", "lb"), ("8", "oz")): ("2.49999994488", "LBR"),  # an ounce is 28.349 52 g in the list
        (("1", "t"), ("2", "kg"), ("3", "g")): ("1.002003", "TNE"),
        (("1", "kg"), ("500", "mg")): ("1.0005", "KGM"),
        (("1", "kg"), ("5", "CTM")): ("1.001", "KGM"),  # a carat is 200 mg
    }
    read = {parts: together(_parts(*parts), units).value for parts in table}
    assert read == {parts: (Decimal(total), unit) for parts, (total, unit) in table.items()}


def test_parts_that_are_no_sum_say_why() -> None:
    table: dict[tuple[tuple[str, str], ...], tuple[str, dict[str, str]]] = {
        (("200", "g"), ("3", "kg")): ("units_differ", {}),  # not the larger first
        (("1", "kg"), ("1", "kg")): ("units_differ", {}),
        (("3", "kg"), ("5", "l")): ("units_differ", {}),
        (("3", "kg"), ("5", "pieces")): ("units_differ", {}),
        (("3", "blorgs"),): ("unknown_unit", {"unit": "blorgs"}),
        (("3", "x" * 50),): ("unknown_unit", {"unit": "x" * 40}),
        (("3", "kg"), ("5", "")): ("unknown_unit", {"unit": ""}),
    }
    read = {parts: together(_parts(*parts), (*MASSES, "LTR", "H87")) for parts in table}
    assert {parts: (one.why, one.facts) for parts, one in read.items()} == table
    assert not any(one.value or one.several for one in read.values())


def test_a_unit_that_may_be_two_is_asked_with_its_number_and_in_a_sum_refused() -> None:
    tons = ("TNE", "STN")
    asked = together(_parts(("3", "ton")), tons)
    assert asked.value is None
    assert set(asked.several) == {(Decimal(3), "TNE"), (Decimal(3), "STN")}
    assert together(_parts(("3", "ton"), ("5", "kg")), (*tons, "KGM")).why == "unknown_unit"


def test_a_unit_is_read_by_code_sign_and_name() -> None:
    table = {
        "KG": "KGM",
        "kgm": "KGM",
        "KGM Kilogram": "KGM",
        "kg (net)": "KGM",
        "kg netto": "KGM",
        " kg. ": "KGM",
        "mg": "MGM",
        "公斤": "KGM",
        "килограмм": "KGM",
        "LTR": "LTR",  # a code is itself where the field does not take it
    }
    assert {said: read_unit(said, MASSES).value for said in table} == table
    assert [read_unit(said).value for said in ("Mg", "kilogram", "pieces", "KG")] == ["2U", "KGM", "H87", "KGM"]
    assert [read_unit("ton", (one,)).value for one in ("STN", "TNE")] == ["STN", "TNE"]
    assert [read_unit(one, MASSES).value for one in ("4K", "4k", "milliampere", "10")] == ["4K", "4K", "4K", None]
    assert read_unit("支", ("STC", "H87")).value == "STC"
    assert read_unit("pieces", ("H87",)).value == "H87"
    assert read_unit("pieces", MASSES).value == "H87", "what the field does not take is read among everyday units"


def test_what_is_no_unit_says_so() -> None:
    said = ("", "blorg", "kg?", "KGM Litre", "12", "kg kg kg")
    read = [read_unit(one, MASSES) for one in said]
    assert [(one.value, one.several, one.why) for one in read] == [(None, (), "unknown_unit")] * len(said)


def test_units_that_are_like_a_word_are_proposed_with_their_names() -> None:
    assert ("KGM", "kilogram") in [(code, name.lower()) for code, name in like_units("kilogran", MASSES)]
    units = everyday(list_view("unit"))
    assert {"KGM", "GRM", "LTR", "H87"} <= set(units)
    assert not {"4K", "28"} & set(units), "what has an English name alone is nobody's everyday word"
    assert len(like_units("litr", units)) <= 3


def test_a_country_is_read_by_letters_numbers_and_names_and_an_area_is_none() -> None:
    table = {
        "KE": "KE",
        "ken": "KE",
        "404": "KE",
        "Kenya": "KE",
        " kenya ": "KE",
        "Viet Nam": "VN",
        "Vietnam": "VN",
        "Côte d'Ivoire": "CI",
        "Congo, Dem. Rep.": "CD",
        "Кения": "KE",
        "肯尼亚": "KE",
        "490": "TW",
        "36": "AU",
        "036": "AU",
        "": "",
        "76.0": "BR",
        "899": "",
        "_X": "",
        "Areas, nes": "",
        "Free zones": "",
        "Atlantis": None,
    }
    countries = Countries()
    assert {said: countries.read(said) for said in table} == table


def test_what_is_no_one_country_says_why_or_which() -> None:
    table: dict[str, tuple[str, set[str]]] = {
        "Atlantis": ("unknown_code", set()),
        "999999": ("unknown_code", set()),
        "Congo": ("", {"CG", "CD"}),
        "Vietnam, China": ("several_countries", {"VN", "CN"}),
        "Mexico?": ("doubted", set()),
    }
    countries = Countries()
    for _again in range(2):
        read = {said: countries.reading(said) for said in table}
        assert {said: (one.why, set(one.several)) for said, one in read.items()} == table
        assert not any(one.value for one in read.values())


def test_what_a_reader_of_countries_remembers_is_bounded_and_read_but_once() -> None:
    countries = Countries()
    assert countries.reading("Kenya") is countries.reading(" Kenya ")
    first = countries.reading("Kenya" + " " * 10 + "x" * 185)
    assert countries.reading("Kenya" + " " * 10 + "x" * 185) is first, "200 signs are remembered"
    longer = "Kenya" + " " * 10 + "x" * 186
    assert countries.reading(longer) is not countries.reading(longer)


def test_the_world_is_the_sum_of_all_partners() -> None:
    assert [is_world(one) for one in ("World", " WORLD ", "W00", "0", "000", "Kenya", "")] == [
        True,
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_flow_is_read_by_word_and_code() -> None:
    table = {
        "Import": "import",
        "M": "import",
        "1": "import",
        "1.0": "import",
        "X": "export",
        "2": "export",
        " Exports ": "export",
        "RX": "re_export",
        "3": "re_export",
        "4": "re_import",
        "Re-Import": "re_import",
        "Importation": "import",
        "importação": "import",
        "экспорт": "export",
        "出口": "export",
        "Einfuhr": "import",
    }
    flows = Flows()
    for _again in range(2):
        assert {said: flows.read(said) for said in table} == table
    assert {said: read_flow(said).value for said in table} == table


def test_what_is_no_flow_says_so() -> None:
    read = [read_flow(said) for said in ("", "  ", "5", "sideways", "import" + "x" * 80)]
    assert [(one.value, one.why) for one in read] == [(None, "unknown_flow")] * 5


def test_eighty_signs_of_a_flow_are_read_and_a_thousand_flows_remembered() -> None:
    assert read_flow("import" + " " * 74 + "x").value == "import"
    assert read_flow("import" + " " * 73 + "x").value is None
    flows = Flows()
    first = [flows.reading(f"word {number}") for number in range(1_001)]
    assert flows.reading("word 0") is first[0]
    assert flows.reading("word 999") is first[999]
    assert flows.reading("word 1000") is not first[1000], "what is over is read anew"

"""Each type of value cleans a text into the one way it is written, or says what is wrong: as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tidewaiter.forms import types
from tidewaiter.foundation.readings.numbers import Number
from tidewaiter.foundation.readings.reading import Reading

pytestmark = pytest.mark.django_db


def _codes(found: types.Cleaned) -> Any:
    """The value, or the code of the problem with what is proposed."""
    value, problem = found
    if problem is None:
        return value
    assert value is None
    return (problem.code, *(code for code, _label in problem.proposals))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("abc", "abc"),
        ("  abc  ", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("Cafe\u0301", "Café"),
        ("a\tb", "a\tb"),
        ("12345", "12345"),
        ("123456", ("too_long",)),
        ("a\x00b", ("control_characters",)),
        ("a\x7fb", ("control_characters",)),
        ("a\ufffeb", ("control_characters",)),
    ],
)
def test_a_text_is_plain_and_no_longer_than_its_field(said: str, text: Any) -> None:
    assert _codes(types.clean_text("note", said, 5)) == text


def test_signs_that_cannot_be_printed_are_shown_as_such() -> None:
    problem = types.clean_text("note", "a\x00b", 50)[1]
    assert problem is not None
    assert (problem.path, problem.said) == ("note", "a�b")


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("KE-2026-1", "KE-2026-1"),
        ("10", "10"),
        ("0012", "0012"),
        ("None of them", "None of them"),
        ("2.02E+1", "2.02E+1"),
        ("E+11", "E+11"),
        *(
            (word, ("no_reference",))
            for word in ("-", "N/A", " n/a ", "NIL", "Unknown", "0", "0.0", "S/N", "无", "нет")
        ),
        *((word, ("reference_rounded",)) for word in ("2.02E+11", "2e+10", "2,02E+11", " 2.02E+11 ")),
    ],
)
def test_a_reference_is_neither_a_word_for_none_nor_a_number_cut_short(said: str, reference: Any) -> None:
    assert _codes(types.clean_reference("national_ref", said, 60)) == reference


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("KE", "KE"),
        ("Kenya", "KE"),
        ("Vietnam, China", ("several_countries", "VN", "CN")),
        ("Congo", ("ambiguous_code", "CD", "CG")),
        ("Mexico?", ("doubted", "MX")),
        ("Kenyaq", ("unknown_code", "KE")),
        ("qqqq", ("unknown_code",)),
    ],
)
def test_a_code_is_named_or_asked(said: str, code: Any) -> None:
    found = _codes(types.clean_code("country", said, "country"))
    assert found[:2] == code[:2] if isinstance(code, tuple) and code[0] == "unknown_code" else found == code


def test_an_open_code_keeps_what_it_does_not_know() -> None:
    assert _codes(types.clean_open_code("x", "Kenya", "country", 9)) == "KE"
    assert _codes(types.clean_open_code("x", "Ruritania", "country", 9)) == "Ruritania"
    assert _codes(types.clean_open_code("x", "Ruritanians", "country", 9)) == ("too_long",)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("xray; dog;xray", ["xray", "dog"]),
        (";dog; ;", ["dog"]),
        (";", []),
        ("dog;qqqq", ("unknown_code",)),
    ],
)
def test_several_codes_are_kept_once_each_in_their_order(said: str, codes: Any) -> None:
    found = _codes(types.clean_codes("detection.techniques", said, "technique"))
    assert (found[:1] if isinstance(found, tuple) else found) == codes


@pytest.mark.parametrize(
    ("said", "mark", "more", "number"),
    [
        ("12.50", "", {}, "12.5"),
        ("1,250", "", {}, ("number_ambiguous", "1250", "1.25")),
        ("1.250", "", {}, "1.25"),
        ("1.250", "", {"point": False}, ("number_ambiguous", "1.25", "1250")),
        ("1.250", ",", {}, "1250"),
        ("1,250", ",", {}, "1.25"),
        ("€ 5", "", {}, ("not_a_number",)),
        ("€ 5", "", {"money": True}, "5"),
        ("about 5", "", {}, ("number_about",)),
        ("5-7", "", {}, ("number_between",)),
        ("5 x 2", "", {}, ("number_times",)),
        ("12,34,5", "", {}, ("number_grouping",)),
        ("1234567890123456789", "", {}, ("number_too_long",)),
        ("five", "", {}, ("not_a_number",)),
    ],
)
def test_a_number_is_read_or_said_to_be_none(said: str, mark: str, more: dict[str, bool], number: Any) -> None:
    found = _codes(types.clean_decimal("value", said, mark, **more))
    if isinstance(number, tuple) and number[0] == "number_ambiguous":
        assert (found[0], set(found[1:])) == (number[0], set(number[1:]))
    else:
        assert found == number


def test_a_number_of_several_readings_proposes_each() -> None:
    problem = types.number_problem("value", "1,250", Reading(several=(Decimal(1250), Decimal("1.25"))))
    assert (problem.code, problem.proposals) == ("number_ambiguous", (("1250", "1250"), ("1.25", "1.25")))


@pytest.mark.parametrize(
    ("said", "mark", "number"),
    [
        ("12", "", "12"),
        ("12.0", "", "12"),
        ("1.5", "", ("not_a_whole_number",)),
        ("1,5", ",", ("not_a_whole_number",)),
        ("1.250", ",", "1250"),
        ("x", "", ("not_a_number",)),
    ],
)
def test_a_whole_number_has_no_part(said: str, mark: str, number: Any) -> None:
    assert _codes(types.clean_integer("packages", said, mark)) == number


def test_a_whole_number_of_a_program_has_a_point_before_decimals() -> None:
    assert _codes(types.clean_integer("packages", "1.250", point=False))[0] == "number_ambiguous"
    assert _codes(types.clean_integer("packages", Number("3"), point=False)) == "3"


@pytest.mark.parametrize(
    ("said", "value"),
    [("yes", True), (" OUI ", True), ("1", True), ("да", True), ("no", False), ("0", False), ("否", False)],
)
def test_yes_and_no_in_nine_languages(said: str, value: bool) -> None:
    assert types.clean_boolean("arrested", said) == (value, None)


def test_what_is_neither_yes_nor_no_is_asked() -> None:
    assert _codes(types.clean_boolean("arrested", "maybe")) == ("not_yes_or_no",)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("kg", "KGM"),
        ("pieces", "H87"),
        ("TNE", "TNE"),
        ("kilogramz", ("unknown_unit", "KGM")),
        ("qqqq", ("unknown_unit",)),
        ("kg?", ("unknown_unit",)),
    ],
)
def test_a_unit_is_what_the_field_takes_or_asked(said: str, unit: Any) -> None:
    found = _codes(types.clean_unit("unit", said, ("KGM", "H87")))
    assert found[:2] == unit if isinstance(unit, tuple) and len(unit) == 2 else found[: len(unit)] == unit


def test_an_unknown_unit_is_told_which_there_are() -> None:
    problem = types.clean_unit("unit", "qqqq", ("KGM", "H87"))[1]
    assert problem is not None
    assert problem.facts == {"takes": "KGM (kilogram), H87 (piece)"}
    several = types.unit_problem("unit", "h", ("HUR", "81"), ("KGM",))
    assert (several.code, [code for code, _label in several.proposals]) == ("ambiguous_code", ["HUR", "81"])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("85", "85"),
        ("8542", "8542"),
        ("854232", "854232"),
        ("8542.32", "854232"),
        ("85 42 32", "854232"),
        ("85423219", ("hs_unreadable", "854232")),
        ("8542321900", ("hs_unreadable", "854232")),
        ("8542321", ("hs_unreadable", "854232")),
        ("8031000", ("hs_unreadable", "080310")),
        ("803", ("hs_unreadable", "0803")),
        ("80310", ("hs_unreadable", "080310")),
        ("999", ("hs_unreadable",)),
        ("99999", ("hs_unreadable",)),
        ("85423219000", ("hs_unreadable",)),
        ("chips", ("hs_unreadable",)),
        ("854299", ("hs_unknown", "854231", "854232", "854233")),
        ("8599", ("hs_unknown", "8501", "8502", "8503")),
        ("77", ("hs_unknown",)),
    ],
)
def test_an_hs_code_has_two_four_or_six_digits_that_the_list_knows(said: str, code: Any) -> None:
    assert _codes(types.clean_hs("hs", said)) == code


@pytest.mark.parametrize(
    ("said", "more", "day", "precision"),
    [
        ("2026-11-21", {}, "2026-11-21", "day"),
        ("2026-11", {}, "2026-11-01", "month"),
        ("2026", {}, "2026-01-01", "year"),
        ("21|11|2026", {"formats": ("%d|%m|%Y",)}, "2026-11-21", "day"),
        ("39267", {"days_from_1904": True}, "2011-07-05", "day"),
        ("2010-11", {"pairs": "months"}, "2010-11-01", "month"),
    ],
)
def test_a_day_is_as_precise_as_it_is_said(said: str, more: dict[str, Any], day: str, precision: str) -> None:
    assert types.clean_date("date", said, **more) == (day, precision, None)


def test_a_day_that_is_two_or_none_is_asked() -> None:
    value, precision, two = types.clean_date("date", "03/04/2026")
    assert (value, precision) == (None, "")
    assert two is not None
    assert (two.code, [code for code, _ in two.proposals]) == ("date_ambiguous", ["2026-04-03", "2026-03-04"])
    none = types.clean_date("date", "2026-11-31")[2]
    assert none is not None
    assert (none.code, none.facts["days"], none.proposals) == ("date_day", "30", ())


@pytest.mark.parametrize(
    ("path", "kind", "list_name", "is_open", "said", "value"),
    [
        ("country", "code", "country", False, "Kenya", "KE"),
        ("make", "code", "country", True, "Ruritania", "Ruritania"),
        ("detection.techniques", "codes", "technique", False, "dog;xray", ["dog", "xray"]),
        ("value", "decimal", "", False, "12.50", "12.5"),
        ("packages", "integer", "", False, "1.5", ("not_a_whole_number",)),
        ("arrested", "boolean", "", False, "yes", True),
        ("hs", "hs", "", False, "8542.32", "854232"),
        ("on", "date", "", False, "21 November 2026", "2026-11-21"),
        ("on", "date", "", False, "soon", ("date_unreadable",)),
        ("national_ref", "text", "", False, "n/a", ("no_reference",)),
        ("note", "text", "", False, "n/a", "n/a"),
    ],
)
def test_a_column_is_cleaned_by_its_type(
    path: str, kind: str, list_name: str, is_open: bool, said: str, value: Any
) -> None:
    assert _codes(types.cleaner(path, kind, list_name, 60, is_open=is_open)(said)) == value


LONG, ROOM = "q" * 100, " " * 100


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("control_characters", lambda: types.clean_text("x", f"a\x00{LONG}", 500)[1]),
        ("too_long", lambda: types.clean_text("x", LONG, 99)[1]),
        ("no_reference", lambda: types.clean_reference("x", f"n/a{ROOM}", 500)[1]),
        ("reference_rounded", lambda: types.clean_reference("x", f"2.02E+11{ROOM}", 500)[1]),
        ("unknown_code", lambda: types.clean_code("x", LONG, "country")[1]),
        ("number_ambiguous", lambda: types.clean_decimal("x", f"1,250{ROOM}")[1]),
        ("not_a_number", lambda: types.clean_decimal("x", LONG)[1]),
        ("not_a_whole_number", lambda: types.clean_integer("x", f"1.5{ROOM}")[1]),
        ("unknown_unit", lambda: types.clean_unit("x", LONG, ("KGM",))[1]),
        ("ambiguous_code", lambda: types.unit_problem("x", LONG, ("HUR", "81"), ())),
        ("not_yes_or_no", lambda: types.clean_boolean("x", LONG)[1]),
        ("hs_unreadable", lambda: types.clean_hs("x", LONG)[1]),
        ("date_ambiguous", lambda: types.clean_date("x", f"03/04/2026{ROOM}")[2]),
        ("date_unreadable", lambda: types.clean_date("x", LONG)[2]),
    ],
)
def test_of_a_wrong_text_eighty_signs_are_said_back(code: str, found: Any) -> None:
    problem = found()
    assert (problem.code, len(problem.said)) == (code, 80)


def test_so_many_signs_of_a_text_are_looked_up() -> None:
    assert _codes(types.clean_code("x", f"KE{' ' * 197}", "country")) == "KE"
    assert _codes(types.clean_unit("x", f"kg{' ' * 300}q", ("KGM",))) == "KGM"


def test_twelve_units_that_a_field_takes_are_told() -> None:
    taken = ("KGM", "GRM", "LBR", "TNE", "MGM", "ONZ", "LTR", "MLT", "U2", "H87", "MTR", "PR", "SET", "DZN")
    problem = types.clean_unit("x", LONG, taken)[1]
    assert problem is not None
    assert problem.facts["takes"].startswith("KGM (kilogram), GRM (gram)")
    assert [code in problem.facts["takes"] for code in ("PR (", "SET (", "DZN (")] == [True, False, False]

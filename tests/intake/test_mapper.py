"""What a mapping makes of a row: text by text, without a file or a node around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping import mapper as module
from tidewaiter.intake.mapping.mapper import Mapper
from tidewaiter.intake.mapping.mapping_file import read_mapping


def row_of(text: str, known: Any = None, **cells: str) -> dict[str, str]:
    """What the mapping makes of a row with these cells."""
    mapper = Mapper(read_mapping(text), list(cells), *([known] if known else []))
    return mapper.header_and_line(mapper.named(list(cells.values())))


@pytest.mark.parametrize(
    ("source", "cells", "text"),
    [
        ("a", {"a": " x ", "b": "y"}, "x"),
        ("{a}", {"a": "x", "b": "y"}, "x"),
        ("{a}-{b}", {"a": " x ", "b": "y"}, "x-y"),
        ("{a}-{b}", {"a": "x", "b": ""}, None),
        ("{a}-{b}", {"a": "", "b": ""}, None),
        ("{a}.", {"a": "x", "b": ""}, "x."),
        ("{a}{a}", {"a": "x", "b": ""}, "xx"),
        ("a", {"a": "  ", "b": "y"}, None),
        ("{a} {b}", {"a": "{b}", "b": "{a}"}, "{b} {a}"),
    ],
)
def test_a_target_is_a_column_or_a_text_with_holes(source: str, cells: dict[str, str], text: str | None) -> None:
    made = row_of(f'form = "WPN"\n[columns]\nnarrative = "{source}"\n', **cells)
    assert made == ({} if text is None else {"narrative": text})


def test_constants_stand_unless_a_row_says_otherwise() -> None:
    text = '[constants]\ncountry = "KE"\nmark = ""\nplace = "KEMBA"\n[columns]\nplace = "where"\n'
    assert row_of(text, where="KENBO") == {"country": "KE", "place": "KENBO"}
    assert row_of(text, where="") == {"country": "KE", "place": "KEMBA"}


def test_cells_that_say_nothing_are_empty_in_their_column_alone() -> None:
    text = '[columns]\nplace = "a"\nmark = "b"\n[empty]\na = ["n/a", " - "]\n'
    assert row_of(text, a="n/a", b="n/a") == {"mark": "n/a"}
    assert row_of(text, a=" - ", b="-") == {"mark": "-"}
    assert row_of(text, a="n/a.", b="") == {"place": "n/a."}


VALUES = '[columns]\nunit = "u"\n[values.unit]\n'


@pytest.mark.parametrize(
    ("values", "said", "text"),
    [
        ('kilos = "KGM"\n', "kilos", "KGM"),
        ('kilos = "KGM"\n', "litres", "litres"),
        ('kilos = "KGM"\n"*" = "ZZ"\n', "litres", "ZZ"),
        ('kilos = "KGM"\n"*" = "ZZ"\n', "", None),
        ('"" = "NIL"\n', "", "NIL"),
        ('kilos = ""\n', "kilos", None),
        ('"*" = ""\n', "litres", None),
    ],
)
def test_values_say_what_a_text_becomes(values: str, said: str, text: str | None) -> None:
    assert row_of(VALUES + values, u=said) == ({} if text is None else {"unit": text})


def test_what_no_list_knows_becomes_what_the_mapping_says_and_is_reported() -> None:
    asked: list[tuple[str, str, str]] = []

    def known(path: str, text: str, form: str) -> bool:
        asked.append((path, text, form))
        return text == "pistol"

    text = (
        '[columns]\nsubtype = "s"\nform = "f"\nunit = "u"\n[values.subtype]\n"?" = "other"\ngun = "rifle"\n'
        '[values.unit]\n"?" = "H87"\n'
    )
    assert row_of(text, known, s="pistol", f="WPN", u="") == {"form": "WPN", "subtype": "pistol"}
    assert asked == [("subtype", "pistol", "WPN")], "the row's form is known first, and nothing is not asked for"
    assert row_of(text, known, s="gun", f="WPN", u="") == {"form": "WPN", "subtype": "rifle"}
    assert row_of(text, known, s="thing", f="WPN", u="lots") == {
        "form": "WPN",
        "subtype": "other",
        "unit": "H87",
        "*reported": "thing; lots",
    }
    assert row_of(text, known, s="t" * 150, f="", u="u" * 150)["*reported"] == f"{'t' * 150}; {'u' * 48}"
    assert asked[-1] == ("unit", "u" * 150, "")
    assert row_of(text, None, s="thing", f="WPN", u="lots") == {"form": "WPN", "subtype": "thing", "unit": "lots"}


def test_a_unit_that_is_so_many_of_another_is_reported_with_its_quantity() -> None:
    text = (
        '[columns]\nquantity = "q"\nunit = "u"\nsubtype = "s"\n[values.subtype]\n"?" = "other"\n'
        '[values.unit]\npack = { code = "STC", times = 20 }\n"?" = { code = "KGM", times = 0.5 }\n'
    )

    def unknown(_path: str, _text: str, _form: str) -> bool:
        return False

    assert row_of(text, unknown, q="3", u="pack", s="") == {
        "quantity": "3",
        "unit": "STC",
        "*times": "20",
        "*reported": "3 pack",
    }
    assert row_of(text, unknown, q="", u="pack", s="leaf") == {
        "unit": "STC",
        "*times": "20",
        "subtype": "other",
        "*reported": "pack; leaf",
    }
    made = row_of(text, unknown, q="3", u="lb", s="leaf")
    assert (made["*times"], made["unit"], made["*reported"]) == ("0.5", "KGM", "3 lb; lb; leaf")


def test_the_text_of_a_unit_stands_before_all_else_that_is_reported() -> None:
    text = (
        '[columns]\nsubtype = "s"\nplace = "p"\nquantity = "q"\nunit = "u"\n[values.subtype]\n"?" = "other"\n'
        '[values.place]\n"?" = "KEXXX"\n[values.unit]\npack = { code = "STC", times = 20 }\n'
    )
    made = row_of(text, lambda *_said: False, s="leaf", p="quay", q="3", u="pack")
    assert made["*reported"] == "3 pack; leaf; quay"


LINES = (
    '[columns]\ndate = "d"\n{form}[[lines]]\nsubtype = "LIV"\nquantity = "{{live}}"\nunit = "H87"\n'
    '[[lines]]\nsubtype = "{{kind}}"\nquantity = "{{scales}} "\n[values.subtype]\n"?" = "SCA"\nLIV = "LIV"\n'
)


@pytest.mark.parametrize(
    ("live", "scales", "quantities"),
    [
        ("2", "3", ["2", "3 "]),
        ("0", "3", ["3 "]),
        ("0,00", "", []),
        ("-", "–", []),
        ("—", "0.0 ", []),
        ("10", "0.5", ["10", "0.5 "]),
        ("-1", "", ["-1"]),
    ],
)
def test_lines_of_nothing_are_no_lines(live: str, scales: str, quantities: list[str]) -> None:
    mapper = Mapper(read_mapping(LINES.format(form="")), ["d", "live", "scales", "kind"])
    row = mapper.named(["2026", live, scales, "SCA"])
    assert [line["quantity"] for line in mapper.extra_lines(row)] == quantities
    assert mapper.has_lines
    assert not Mapper(read_mapping('[columns]\ndate = "d"\n'), ["d"]).has_lines


def test_lines_are_of_the_form_of_their_row() -> None:
    asked: list[tuple[str, str, str]] = []

    def known(path: str, text: str, form: str) -> bool:
        asked.append((path, text, form))
        return False

    heads = ["d", "live", "scales", "kind", "f"]
    with_form = Mapper(read_mapping(LINES.format(form='form = "f"\n')), heads, known)
    [line] = with_form.extra_lines(with_form.named(["2026", "0", "3", "skin", "CIT"]))
    assert line == {"subtype": "SCA", "quantity": "3 ", "*reported": "skin"}
    without = Mapper(read_mapping(LINES.format(form="")), heads, known)
    list(without.extra_lines(without.named(["2026", "0", "3", "skin", "CIT"])))
    assert asked == [("subtype", "skin", "CIT"), ("subtype", "skin", "")]


def test_rows_are_left_out_that_are_totals_or_headings() -> None:
    mapper = Mapper(read_mapping('[columns]\ndate = "d"\n[skip]\nd = [" Total ", ""]\n'), ["d", "e"])
    for cells, left_out in ((["Total", "x"], True), ([" Total", "x"], True), (["", "x"], True), (["2026", ""], False)):
        assert mapper.skips(mapper.named(cells)) is left_out, cells
    headings = Mapper(read_mapping('[columns]\ndate = "d"\n[reader]\nheadings = "h"\n'), ["d", "h"])
    for cells, left_out in ((["", "Arms"], True), ([" ", "Arms"], True), (["2026", "Arms"], False), (["", ""], True)):
        assert headings.skips(headings.named(cells)) is left_out, cells
    assert not Mapper(read_mapping('[columns]\ndate = "d"\n'), ["d"]).skips({"d": ""})


def test_heads_are_found_whatever_their_spaces_and_each_once() -> None:
    mapping = read_mapping('[columns]\ndate = "Date of seizure"\n')
    mapper = Mapper(mapping, ["\ufeffDate  of\nseizure ", "more"])
    assert mapper.header_and_line(mapper.named(["2026", "x"])) == {"date": "2026"}
    assert mapper.named(["2026"]) == {"Date of seizure": "2026"}, "a row that ends early"
    with pytest.raises(BadInput, match="Two columns hold «Date of seizure»") as refused:
        Mapper(mapping, ["Date of seizure", " Date of seizure"])
    assert refused.value.code == "column_twice"
    Mapper(mapping, ["Date of seizure", "more", "more"])
    with pytest.raises(BadInput, match="Two columns hold «a»"):
        Mapper(read_mapping('[columns]\ndate = "b"\nplace = "a"\n'), ["a", "b", "a", "b"])
    with pytest.raises(BadInput, match="no column «Date of seizure»") as refused:
        Mapper(mapping, [f"c{n}" for n in range(50)])
    assert refused.value.code == "missing_columns"
    assert "c39." in str(refused.value)
    assert "c40" not in str(refused.value)


def test_a_key_makes_a_reference_that_is_the_same_for_good() -> None:
    text = 'key = ["a", "b"]\n[columns]\ndate = "d"\n'
    first = row_of(text, a="x", b="y", d="2026")["national_ref"]
    assert first == "AUTO-083DFE30DBC08A6F5C88"
    assert row_of(text, a=" x ", b="y", d="2027")["national_ref"] == first
    for a, b in (("y", "x"), ("xy", ""), ("x", ""), ("", "xy")):
        assert row_of(text, a=a, b=b, d="2026")["national_ref"] != first, (a, b)
    assert row_of(text, a="\ud800", b="y", d="")["national_ref"].startswith("AUTO-"), "half a sign is a sign"


CLEAN = '[columns]\nunit = "u"\nplace = "p"\n[clean]\nu = "[a-z]+"\np = "[A-Z]{5}"\n'


@pytest.fixture
def cleaning() -> Iterator[Mapper]:
    """A mapping with two patterns."""
    mapper = Mapper(read_mapping(CLEAN), ["u", "p"])
    yield mapper
    mapper.close()


def test_patterns_take_their_part_of_each_column(cleaning: Mapper, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [cleaning.named(cells) for cells in (["12 kilos", "at KEMBA"], ["x", ""], ["12", "KENBO"])]
    expected = [{"unit": "kilos", "place": "KEMBA"}, {"unit": "x"}, {"place": "KENBO"}]
    assert [cleaning.header_and_line(row) for row in rows] == expected
    cleaning.look_at(rows)
    searched: list[tuple[str, list[str]]] = []
    whole = cleaning._searched

    def counted(name: str, texts: list[str]) -> list[str]:
        searched.append((name, texts))
        return whole(name, texts)

    monkeypatch.setattr(cleaning, "_searched", counted)
    assert [cleaning.header_and_line(row) for row in rows] == expected
    assert searched == [], "what was looked at is not searched again"
    cleaning.look_at(rows)
    assert searched == [("u", []), ("p", [])]
    assert cleaning.header_and_line({"u": "9 tons"}) == {"unit": "tons"}
    assert searched[-1] == ("u", ["9 tons"])


def test_so_many_findings_are_kept_and_so_long_a_text_is_searched(
    cleaning: Mapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (module._CACHED, module._LONGEST_CACHED, module._LONGEST_SEARCHED) == (100_000, 200, 10_000)
    assert (module.PATTERNS_MEMORY, module.PATTERNS_SECONDS) == (268_435_456, 120)
    long, longer = "7" * 199 + "b", "7" * 200 + "b"
    cleaning.look_at([{"u": long}, {"u": longer}])
    assert (set(cleaning._cache), set(cleaning._found)) == ({("u", long)}, {("u", longer)})
    assert cleaning.header_and_line({"u": longer}) == {"unit": "b"}
    cleaning.look_at([{"u": "x"}])
    assert set(cleaning._found) == set(), "of rows that are past nothing is kept beside"
    monkeypatch.setattr(module, "_CACHED", 3)
    cleaning.look_at([{"u": "y"}, {"u": "z"}])
    assert len(cleaning._cache) == 3
    assert set(cleaning._found) == {("u", "z")}
    assert cleaning.header_and_line({"u": "7" * 9_999 + "bc"}) == {"unit": "b"}
    assert cleaning._patterns is not None
    cleaning.close()
    assert cleaning._patterns is None, "the process that searches is gone"
    assert cleaning.header_and_line({"u": "again"}) == {"unit": "again"}

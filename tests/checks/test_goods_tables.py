"""What the checks say of units, quantities, values, codes and of numbers that check themselves: row by row."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from tests.checks.stand_ins import context, said
from tidewaiter.checks import goods, identifiers
from tidewaiter.checks.norms import Norm
from tidewaiter.privacy.masking import MASK

PISTOL = {"subtype": "pistol", "quantity": "5", "unit": "H87"}


def test_a_unit_is_one_of_those_the_goods_are_counted_in() -> None:
    lines = [PISTOL, {**PISTOL, "unit": "KGM"}, {"subtype": "pistol"}, {"subtype": "cocaine", "unit": "NPR"}]
    found = goods.check_unit({}, lines, context())
    assert said(found) == [("unit_not_allowed", "stop", "lines.2.unit"), ("unit_not_allowed", "stop", "lines.4.unit")]
    assert found[0].says == {"unit": "KGM", "subtype": "pistol", "allowed": "H87, NPR"}
    assert found[1].says == {"unit": "NPR", "subtype": "cocaine", "allowed": "KGM"}


@pytest.mark.parametrize(
    ("code", "fits"),
    [("", True), ("93", True), ("9302", True), ("930200", True), ("9303", True), ("930320", False), ("0901", False)],
)
def test_an_hs_code_is_of_the_headings_or_above_them(code: str, fits: bool) -> None:
    found = goods.check_hs({}, [PISTOL, {**PISTOL, "hs": code}], context())
    assert said(found) == ([] if fits else [("hs_mismatch", "warn", "lines.2.hs")])
    if not fits:
        assert found[0].says == {"hs": code, "headings": "9302, 930330"}


def test_a_commodity_without_headings_takes_any_hs_code_and_of_many_twelve_are_named() -> None:
    known = context()
    known.form.definition.hs = ()
    assert goods.check_hs({}, [{**PISTOL, "hs": "0901"}], known) == []
    known.form.definition.hs = tuple(f"93{n:02}" for n in range(20))
    [found] = goods.check_hs({}, [{**PISTOL, "hs": "0901"}], known)
    assert found.says["headings"] == ", ".join(f"93{n:02}" for n in range(12))


USUAL = Norm(100, math.log(5), 0.7, 1)
"""Five pieces; unusual is what lies e^3.5 = 33.1 times above or below."""


@pytest.mark.parametrize(("quantity", "unusual"), [("5", False), ("165", False), ("166", True), ("0.16", False)])
def test_a_quantity_is_unusual_five_spreads_from_the_middle(quantity: str, unusual: bool) -> None:
    lines = [{"subtype": "pistol", "unit": "H87"}, {**PISTOL, "quantity": quantity}, {**PISTOL, "unit": "KGM"}]
    found = goods.check_quantity({}, lines, context(norms={("pistol", "H87"): USUAL}))
    assert said(found) == ([("quantity_outlier", "warn", "lines.2.quantity")] if unusual else [])


def test_a_finding_says_what_its_norm_rests_on() -> None:
    for reporters, whose in (
        (0, "Compared with the other lines of the same file."),
        (1, "Compared with validated cases of the same administration."),
        (
            2,
            "Compared with validated cases of three administrations and more,"
            " none with more than two fifths of the weight.",
        ),
    ):
        norm = Norm(100, math.log(4.56789), 0.7, reporters)
        [found] = goods.check_quantity(
            {}, [{**PISTOL, "quantity": "2"}, {**PISTOL, "quantity": "9999"}], context(norms={("pistol", "H87"): norm})
        )
        assert found.says == {
            "quantity": "9999",
            "unit": "H87",
            "n": "100",
            "median": "4.568",
            "whose": whose,
            "slip": "",
        }
        kept = goods.without_figures_of_file(found.says)
        assert set(found.says) - set(kept) == ({"n", "median"} if reporters == 0 else set())


@pytest.mark.parametrize(
    ("unit", "times", "question"),
    [
        ("KGM", 1e3, "Were these grams?"),
        ("KGM", 1e-3, "Were these tonnes?"),
        ("GRM", 1e-3, "Were these kilograms?"),
        ("GRM", 1e3, "Were these milligrams?"),
        ("TNE", 1e3, "Were these kilograms?"),
        ("TNE", 1e-3, ""),
        ("LTR", 1e3, "Were these millilitres?"),
        ("MLT", 1e-3, "Were these litres?"),
        ("STC", 1 / 20, "Were these packets of 20?"),
        ("STC", 1 / 200, "Were these cartons of 200?"),
        ("STC", 1 / 10_000, "Were these cases of 10,000?"),
        ("H87", 1e-3, "Were these thousands?"),
        ("H87", 1e-2, "Were these cartons?"),
        ("U2", 0.1, "Were these blister packs?"),
        ("U2", 1e-3, "Were these thousands?"),
        ("CTM", 1e3, ""),
    ],
)
def test_a_slip_is_named_where_it_brings_the_quantity_to_the_middle(unit: str, times: float, question: str) -> None:
    """Exactly: a spread of a hundred-thousandth leaves no room for another factor."""
    narrow = Norm(100, math.log(7), 0.00001, 1)
    quantity = repr(7 * times)
    [found] = goods.check_quantity(
        {}, [{"subtype": "x", "unit": unit, "quantity": quantity}], context(norms={("x", unit): narrow})
    )
    assert found.says["slip"] == question


def test_of_two_slips_the_nearer_and_none_that_is_two_spreads_away() -> None:
    def slip(quantity: float) -> str:
        norm = Norm(100, math.log(7), 0.7, 1)
        lines = [{"subtype": "x", "unit": "STC", "quantity": repr(7 * quantity)}]
        [found] = goods.check_quantity({}, lines, context(norms={("x", "STC"): norm}))
        return found.says["slip"]

    assert slip(1 / 60) == "Were these packets of 20?", "ln 3 below, against ln 3.3 above"
    assert slip(1 / 65) == "Were these cartons of 200?"
    assert slip(1 / 10_000 * math.exp(1.39)) == "Were these cases of 10,000?"
    assert slip(1 / 10_000 * math.exp(1.41)) == ""
    assert slip(1 / 10_000 * math.exp(-1.41)) == ""


@pytest.mark.parametrize(
    ("changes", "unusual"),
    [
        ({"value": "2000", "currency": "USD"}, False),
        ({"value": "70000", "currency": "USD"}, True),
        ({"value": "70000", "currency": "EUR"}, False),
        ({"value": "70000", "currency": "USD", "unit": "KGM"}, False),
        ({"currency": "USD"}, False),
        ({"value": "70000", "currency": "USD", "quantity": None}, False),
    ],
)
def test_a_value_is_compared_by_the_unit_in_its_currency(changes: dict[str, Any], unusual: bool) -> None:
    line = {name: value for name, value in {**PISTOL, **changes}.items() if value is not None}
    known = context(prices={("pistol", "H87 USD"): Norm(60, math.log(400), 0.7, 1)})
    found = goods.check_value({}, [PISTOL, line], known)
    assert said(found) == ([("value_outlier", "warn", "lines.2.value")] if unusual else [])
    if unusual:
        assert found[0].says["price"] == "1.4e+04"
        assert (found[0].says["currency"], found[0].says["unit"]) == ("USD", "H87")
    assert goods.check_value({}, [line], context()) == []


def test_a_text_that_the_list_has_not_is_noted_where_a_field_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goods, "list_view", lambda name: SimpleNamespace(codes={"manis": {"PAN": "pangolin"}}[name]))
    lines = [{"fields": {"species": "PAN", "other": "Draco"}}, {}, {"fields": {"species": "Draco volans"}}]
    assert goods.check_open_codes({}, lines, context()) == [], "no field of the form is open"
    known = context()
    known._open = [SimpleNamespace(path="species", list="manis")]
    found = goods.check_open_codes({}, [*lines, {"fields": {"species": ""}}], known)
    assert said(found) == [("not_in_list", "note", "lines.3.species")]
    assert found[0].says == {"said": "Draco volans"}


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("container", "CSQU3054383", ""),
        ("container", "CSQU3054384", "container number (ISO 6346)"),
        ("imo", "9319466", ""),
        ("imo", "IMO 9319466", ""),
        ("imo", "imo9319466", ""),
        ("imo", "9319467", "IMO number"),
        ("number", "172-12345675", ""),
        ("number", "17212345675", ""),
        ("number", "172 12345675", ""),
        ("number", "172-12345676", "air waybill number"),
        ("number", "020-00000011", ""),
        ("number", "020-00000014", "air waybill number"),
        ("number", "020-00000070", ""),
        ("number", "020-00000022", ""),
        ("number", "KQ 100", ""),
        ("number", "172-123456760", ""),
        ("container", f"CSQU{MASK}", ""),
        ("container", "", ""),
        ("vessel", "9319467", ""),
    ],
)
def test_a_number_that_checks_itself_is_right(name: str, number: str, kind: str) -> None:
    found = identifiers.check_digits({"conveyance": {name: number}}, [], context())
    assert said(found) == ([("check_digit", "warn", f"conveyance.{name}")] if kind else [])
    if kind:
        assert found[0].says == {"number": number, "kind": kind}


def test_numbers_of_lines_are_checked_each_by_its_own_rule_and_shown_in_forty_signs() -> None:
    lines: list[dict[str, Any]] = [
        {"fields": {"gtin": "4006381333931", "cas": "299-42-3"}},
        {},
        {"fields": {"gtin": "4006381333932", "cas": "299-42-4", "other": "x"}},
        {"fields": {"gtin": f"40{MASK}", "cas": f"{MASK}-42-4"}},
        {"fields": {"gtin": "4" * 60, "cas": ""}},
    ]
    found = identifiers.check_digits({}, lines, context())
    assert [(one.path, one.says["kind"]) for one in found] == [
        ("lines.3.gtin", "bar code (GTIN)"),
        ("lines.3.cas", "CAS number"),
        ("lines.5.gtin", "bar code (GTIN)"),
    ]
    assert found[2].says["number"] == "4" * 40


def test_free_text_names_nobody() -> None:
    known = context()
    column = SimpleNamespace(about="free", may_name=lambda text: "seal" not in text)
    known._texts = {"narrative": column, "conveyance.note": column, "marks": column}
    person = "driver Mr John Mwangi, tel +254 712 345 678"
    header = {
        "narrative": person,
        "conveyance": {"note": f"by {MASK}", "name": person},
        "place": person,
    }
    lines: list[dict[str, Any]] = [
        {"fields": {"marks": "two crates of tea"}},
        {},
        {"fields": {"marks": person, "model": person}},
        {"fields": {"marks": f"seal, {person}"}},
        {"fields": {"marks": f"{MASK}, {person}"}},
    ]
    found = identifiers.check_personal_data(header, lines, known)
    assert said(found) == [
        ("personal_data", "warn", "narrative"),
        ("personal_data", "note", "conveyance.note"),
        ("personal_data", "warn", "lines.3.marks"),
        ("personal_data", "note", "lines.5.marks"),
    ]
    assert "was masked" in found[1].says["what"]
    assert "seems to name" in found[0].says["what"]
    assert "Names belong in the nominal part" in found[0].says["what"]
    known.holds_names = True
    here = identifiers.check_personal_data(header, lines, known)
    assert [(severity, path) for _code, severity, path in said(here)] == [
        ("note", "narrative"),
        ("note", "conveyance.note"),
        ("note", "lines.3.marks"),
        ("note", "lines.5.marks"),
    ]
    assert here[0].says["what"].endswith("That stays on this node: it is hidden in what leaves it.")

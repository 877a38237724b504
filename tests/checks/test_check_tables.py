"""What each check says of which record: figure by figure, row by row."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.checks import goods, identifiers, journey, norms
from tidewaiter.checks.context import Context
from tidewaiter.checks.norms import Norm
from tidewaiter.privacy.masking import MASK

PLACES = {"KEMBA": "1-3-5---", "KENBO": "-2345---", "KEKIS": "1-3-----", "KEWIL": "---4----", "USNYC": "12345---"}


def context(**known: Any) -> Any:
    """What the checks may know; a form of pistols, counted by the piece."""
    form = SimpleNamespace(
        definition=SimpleNamespace(hs=("9302", "930330")),
        units_for=lambda subtype: ("H87", "NPR") if subtype == "pistol" else ("KGM",),
        columns=(),
    )
    return Context(form, date(2026, 11, 22), place_functions=PLACES, **known)  # type: ignore[arg-type] -- a stand-in


def said(found: list[Any]) -> list[tuple[str, str, str]]:
    """Code, gravity and path of each finding."""
    return [(one.code, one.severity, one.path) for one in found]


# -- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "precision", "code"),
    [
        ("2026-11-22", "day", ""),
        ("2026-11-23", "day", "date_in_future"),
        ("1950-01-01", "day", ""),
        ("1949-12-31", "day", "date_impossible"),
        ("", "day", ""),
        ("2026-11-30", "month", ""),
        ("2026-12-01", "month", "date_in_future"),
        ("2026-12-31", "year", ""),
        ("2027-01-01", "year", "date_in_future"),
        ("2026-11-23", "", "date_in_future"),
        ("1949-12-31", "year", "date_impossible"),
        ("1949-06-01", "month", "date_impossible"),
    ],
)
def test_a_day_lies_between_the_first_records_and_today(day: str, precision: str, code: str) -> None:
    header = {"date": day, "date_precision": precision} if precision else {"date": day}
    found = journey.check_date(header, [], context())
    assert said(found) == ([(code, "stop", "date")] if code else [])


def test_a_day_is_said_as_exactly_as_it_was_known() -> None:
    for precision, shown in (("day", "2027-12-31"), ("month", "2027-12"), ("year", "2027")):
        [found] = journey.check_date({"date": "2027-12-31", "date_precision": precision}, [], context())
        assert found.says == {"date": shown, "today": "2026-11-22"}
    for precision, shown in (("day", "1900-02-03"), ("month", "1900-02"), ("year", "1900")):
        [found] = journey.check_date({"date": "1900-02-03", "date_precision": precision}, [], context())
        assert found.says == {"date": shown, "earliest": "1950"}


# -- places -----------------------------------------------------------------------------------------------------------

ABROAD, NO_PORT = "is not in the reporting country", "is no seaport in UN/LOCODE"
NO_AIRPORT, NO_RAILWAY = "is no airport in UN/LOCODE", "has no railway in UN/LOCODE"
NOT_BY_AIR = "is an airport, the mode of transport is not by air"
AT_SEAPORT = "is a seaport, the mode of transport is by air"
BY_POST = "is a mail centre, the mode of transport is by ship"


@pytest.mark.parametrize(
    ("place", "kind", "mode", "why"),
    [
        ("KEMBA", "", "", ""),
        ("", "", "", ""),
        ("USNYC", "", "", ABROAD),
        ("USNYC", "seaport", "4", ABROAD),
        ("KEMBA", "seaport", "1", ""),
        ("KENBO", "seaport", "1", NO_PORT),
        ("KEXXX", "seaport", "1", ""),  # a place of which nothing is known
        ("KENBO", "airport", "4", ""),
        ("KEMBA", "airport", "4", NO_AIRPORT),
        ("KENBO", "railway_station", "2", ""),
        ("KEMBA", "railway_station", "2", NO_RAILWAY),
        ("KEMBA", "warehouse", "4", ""),
        *[("KENBO", "airport", mode, NOT_BY_AIR) for mode in "12378"],
        *[("KENBO", "airport", mode, "") for mode in "04569"],
        ("KEMBA", "seaport", "4", AT_SEAPORT),
        *[("KEMBA", "seaport", mode, "") for mode in "0123789"],
        *[("KENBO", "mail_centre", mode, BY_POST) for mode in "18"],
        *[("KENBO", "mail_centre", mode, "") for mode in "2345"],
        ("", "airport", "1", NOT_BY_AIR),
    ],
)
def test_a_place_is_what_its_type_and_the_mode_say(place: str, kind: str, mode: str, why: str) -> None:
    header = {"country": "KE", "place": place, "location_type": kind, "conveyance": {"mode": mode}}
    found = journey.check_place(header, [], context())
    assert [(one.says["place"], one.says["why"]) for one in found] == ([(place or kind, why)] if why else [])
    assert said(found) == ([("place_mismatch", "warn", "place")] if why else [])


# -- routes -----------------------------------------------------------------------------------------------------------

CIRCLE, ASIDE = "It leaves from where it goes to.", "No leg of the route names the country of the seizure."
LATE, BACKWARD = "It left after the day of the seizure.", "Its dates do not follow one another."


def leg(role: str, where: str = "", day: str = "") -> dict[str, str]:
    """A leg: `KE` names a country, `KEMBA` a place in it, `/KEMBA` the place alone."""
    made = {"role": role}
    if where.startswith("/"):
        made["place"] = where[1:]
    elif where:
        made |= {"country": where[:2]} | ({"place": where} if len(where) > 2 else {})
    return made | ({"date": day} if day else {})


def legs(*words: str) -> list[dict[str, str]]:
    """`from TRIST`, `via EG`, `to KEMBA 2026-03-04`."""
    roles = {"from": "departure", "via": "transit", "to": "destination", "of": "origin"}
    return [leg(roles[word.split()[0]], *word.split()[1:]) for word in words]


@pytest.mark.parametrize(
    ("words", "changes", "whats"),
    [
        ([], {}, []),
        (["from TRIST", "to KEMBA"], {}, []),
        (["from KEMBA", "to TRIST"], {}, []),
        (["from KEMBA", "to KEMBA"], {}, [CIRCLE]),
        (["from KE", "to KE"], {}, [CIRCLE]),
        (["from KE", "to KE"], {"direction": "domestic"}, []),
        (["from KEMBA", "to KEMBA"], {"direction": "domestic"}, [CIRCLE]),
        (["from KEMBA", "to KENBO"], {}, []),
        (["from KEMBA", "via UG", "to KEMBA"], {}, []),
        (["to KEMBA"], {}, []),
        (["from TR", "to UG"], {}, [ASIDE]),
        (["from TR"], {}, []),
        (["to UG"], {}, []),
        (["from TR", "via /KEMBA", "to UG"], {}, []),
        (["from TR", "via KE", "to UG"], {}, []),
        (["of KE", "from TR", "to UG"], {}, []),
        (["from TR", "to UG"], {"direction": "import"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "export"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "domestic"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "transit"}, []),
        (["from TR", "to UG"], {"direction": None}, []),
        (["from UG", "to UG"], {}, [CIRCLE, ASIDE]),
        (["from TR 2026-03-04", "to KE"], {}, []),
        (["from TR 2026-03-05", "to KE"], {}, [LATE]),
        (["of TR 2026-03-05", "to KE"], {}, [LATE]),
        (["of TR 2026-03-05", "from TR 2026-03-05", "to KE"], {}, [LATE, LATE]),
        (["from TR", "to KE 2026-03-09"], {}, []),
        (["from TR 2026-03-05", "to KE"], {"date_precision": "month"}, []),
        (["from TR 2026-04-01", "to KE"], {"date_precision": "month"}, [LATE]),
        (["from TR 2026-12-31", "to KE"], {"date_precision": "year"}, []),
        (["from TR 2027-01-01", "to KE"], {"date_precision": "year"}, [LATE]),
        (["from TR 2026-03-03", "via EG 2026-03-02", "to KE"], {}, [BACKWARD]),
        (["from TR 2026-03-03", "via EG 2026-03-03", "to KE 2026-03-04"], {}, []),
        (["from TR 2026-03-05", "via EG 2026-03-02", "to KE"], {}, [LATE]),  # once is enough
    ],
)
def test_a_route_leads_somewhere_through_the_country_and_forward(
    words: list[str], changes: dict[str, Any], whats: list[str]
) -> None:
    header = {"country": "KE", "date": "2026-03-04", "date_precision": "day", "direction": "import"}
    header |= {"route": legs(*words)} | changes
    found = journey.check_route(header, [], context())
    assert [one.says["what"] for one in found] == whats
    paths = {LATE: {"route.origin.date", "route.departure.date"}}
    assert all(one.path in paths.get(one.says["what"], {"route"}) for one in found)
    assert {one.severity for one in found} <= {"warn"}


def test_a_case_without_a_day_of_its_own_precision_is_known_to_the_day() -> None:
    header = {
        "country": "KE",
        "date": "2026-03-04",
        "direction": "import",
        "route": legs("from TR 2026-03-05", "to KE"),
    }
    assert [one.path for one in journey.check_route(header, [], context())] == ["route.departure.date"]


@pytest.mark.parametrize(
    ("conveyance", "paths"),
    [
        ({}, []),
        *[({"mode": mode, "carrier": "KQ"}, []) for mode in ("", "0", "4", "5", "6", "9")],
        *[({"mode": mode, "carrier": "KQ"}, ["conveyance.carrier"]) for mode in "12378"],
        *[({"mode": mode, "imo": "9319466"}, []) for mode in ("", "0", "1", "6", "8", "9")],
        *[({"mode": mode, "imo": "9319466"}, ["conveyance.imo"]) for mode in "23457"],
        ({"mode": "3", "carrier": "KQ", "imo": "9319466"}, ["conveyance.carrier", "conveyance.imo"]),
        ({"mode": "3"}, []),
    ],
)
def test_an_airline_flies_and_an_imo_number_sails(conveyance: dict[str, str], paths: list[str]) -> None:
    found = journey.check_carrier({"conveyance": conveyance}, [], context())
    assert said(found) == [("carrier_mode", "warn", path) for path in paths]


# -- goods ------------------------------------------------------------------------------------------------------------

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
    """Exactly: a spread of a ten-thousandth leaves no room for another factor."""
    narrow = Norm(100, math.log(7), 0.0001, 1)
    quantity = repr(7 * times)
    [found] = goods.check_quantity(
        {}, [{"subtype": "x", "unit": unit, "quantity": quantity}], context(norms={("x", unit): narrow})
    )
    assert found.says["slip"] == question


def test_of_two_slips_the_nearer_and_none_that_is_two_spreads_away() -> None:
    def slip(quantity: float) -> str:
        norm = Norm(100, 0.0, 0.7, 1)
        lines = [{"subtype": "x", "unit": "STC", "quantity": repr(quantity)}]
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


# -- numbers that check themselves ------------------------------------------------------------------------------------


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


# -- what is usual ----------------------------------------------------------------------------------------------------


def lines_of(**quantities: list[float]) -> list[tuple[str, str, str, float]]:
    """What each administration reported."""
    return [(who, "pistol", "H87", one) for who, of in quantities.items() for one in of]


KIND = ("pistol", "H87")


def test_three_administrations_and_thirty_lines_make_a_norm_together() -> None:
    for numbers, made in (((10, 10, 10), True), ((10, 10, 9), False), ((15, 15, 0), False), ((28, 1, 1), True)):
        many = {who: [2.0] * number for who, number in zip(("KE", "UG", "TZ"), numbers, strict=True)}
        found = norms.norms_together(lines_of(**many))
        assert set(found) == ({KIND} if made else set()), numbers
    [norm] = found.values()
    assert (norm.lines, norm.reporters, norm.spread) == (30, 3, 0.7)
    assert norm.middle == pytest.approx(math.log(2))
    assert norms.norms_together(lines_of(KE=[0.0] * 10, UG=[2.0] * 10, TZ=[2.0] * 10)) == {}, "nought says nothing"
    assert set(norms.norms_together(lines_of(KE=[0.5] * 10, UG=[2.0] * 10, TZ=[2.0] * 10))) == {KIND}


@pytest.mark.parametrize(
    ("numbers", "most"),
    [
        ([10, 10, 10], 10.0),  # nobody has more than two fifths: each weighs as it reported
        ([4, 3, 3], 4.0),
        ([1000, 10, 10], 40 / 3),  # 2/5 of (20 + m) is m
        ([10, 1000, 10], 40 / 3),
        ([50, 30, 20], 100 / 3),
        ([1000, 1000, 10], 20.0),  # two of them: 2/5 of (10 + 2 m) is m
        ([100, 1, 1, 1], 2.0),
    ],
)
def test_nobody_weighs_more_than_two_fifths(numbers: list[int], most: float) -> None:
    assert norms._most_weight(numbers) == pytest.approx(most)


def test_a_norm_of_several_is_not_carried_away_by_one() -> None:
    many = lines_of(KE=[1000.0] * 1000, UG=[1.0] * 10, TZ=[math.e] * 10)
    [norm] = norms.norms_together(many).values()
    assert norm.middle == pytest.approx(1.0), "KE weighs 13.3 of 33.3: half is reached among those of TZ"
    # deviations from 1: UG 1 (weight 10), TZ 0 (weight 10), KE 5.9 (weight 13.3): half, 16.7, is reached at 1
    assert norm.spread == pytest.approx(1.4826)
    assert norm.lines == 1020


@pytest.mark.parametrize(
    ("weighed", "middle"),
    [
        ([(1, 1), (2, 1), (3, 1)], 2),
        ([(3, 1), (1, 1), (2, 1)], 2),
        ([(1, 1), (2, 1), (3, 1), (4, 1)], 2.5),
        ([(1, 3), (2, 1), (4, 2)], 1.5),
        ([(1, 3), (2, 1), (4, 1)], 1),
        ([(1, 1), (2, 1), (4, 3)], 4),
        ([(1, 0.1), (2, 0.1), (3, 0.1), (4, 0.3)], 3.5),
        ([(7, 2)], 7),
        ([(7, 0), (7, 0)], 7),
        ([(7, 0)], 7),
    ],
)
def test_the_middle_has_half_of_the_weight_below_it(weighed: list[tuple[float, float]], middle: float) -> None:
    assert norms.weighted_median(weighed) == pytest.approx(middle)


def test_what_is_usual_of_own_lines_says_how_many_reported() -> None:
    [norm] = norms.norms_of([("pistol", "H87", 2.0)] * 30, 1).values()
    assert (norm.lines, norm.reporters) == (30, 1)
    [norm] = norms.norms_of([("pistol", "H87", 2.0)] * 30).values()
    assert norm.reporters == 0

"""Heads of trade tables in five languages and known layouts; codes of goods: lost zeros, six digits, levels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.tables.columns import columns_of, read_mapping
from tidewaiter.trade.tables.gaps import Gaps, Unread
from tidewaiter.trade.tables.products import products_of
from tidewaiter.trade.tables.words import base_unit, country_reader, flow_reader, is_total, periods_of

pytestmark = pytest.mark.django_db
OLD = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter"
    " Code,Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,Customs"
    " Proc. Code,Customs,Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,Qty"
    " Unit,Qty,Netweight (kg),Trade Value (US$),Flag"
)


def test_the_old_comtrade_layout_is_asked_by_code_then_iso_then_name() -> None:
    found = columns_of(OLD.split(","), "reported")
    assert found.taken["reporter"] == ("Reporter Code", "Reporter ISO", "Reporter")
    assert found.taken["partner"] == ("Partner Code", "Partner ISO", "Partner")
    assert found.taken["flow"] == ("Trade Flow Code", "Trade Flow")
    assert found.taken["product"][0] == "Commodity Code"
    assert (found.taken["weight"], found.taken["value"]) == (("Netweight (kg)",), ("Trade Value (US$)",))
    assert (found.taken["mode"], found.taken["procedure"]) == (("Mode of Transport Code",), ("Customs Proc. Code",))
    assert found.taken["second_partner"] == ("2nd Partner Code", "2nd Partner ISO")


@pytest.mark.parametrize(
    ("heads", "taken"),
    [
        (
            "Declaration ID,Date,HS6 Code,Country of Origin,Net Mass,Item Price",
            {"hs": "HS6 Code", "weight": "Net Mass", "value": "Item Price", "partner": "Country of Origin"},
        ),
        (
            "Fecha de despacho,Subpartida nacional,País de origen,Peso neto (kg),Valor en aduana,Moneda",
            {
                "date": "Fecha de despacho",
                "hs": "Subpartida nacional",
                "weight": "Peso neto (kg)",
                "value": "Valor en aduana",
                "currency": "Moneda",
            },
        ),
        (
            "Data do registro,Código NCM,País de origem,Peso líquido,Valor aduaneiro,Moeda",
            {
                "date": "Data do registro",
                "hs": "Código NCM",
                "weight": "Peso líquido",
                "value": "Valor aduaneiro",
                "currency": "Moeda",
            },
        ),
        (
            "Date d'enregistrement,Position tarifaire,Pays d'origine,Masse nette,Valeur en douane,Devise",
            {
                "date": "Date d'enregistrement",
                "hs": "Position tarifaire",
                "weight": "Masse nette",
                "value": "Valeur en douane",
                "currency": "Devise",
            },
        ),
        (
            "Anmeldedatum,Warennummer,Ursprungsland,Eigenmasse,Statistischer Wert,Währung",
            {
                "date": "Anmeldedatum",
                "hs": "Warennummer",
                "weight": "Eigenmasse",
                "value": "Statistischer Wert",
                "currency": "Währung",
            },
        ),
    ],
)
def test_heads_of_declarations_in_five_languages(heads: str, taken: dict[str, str]) -> None:
    found = columns_of(heads.split(","), "declarations").first()
    assert {name: found.get(name) for name in taken} == taken


@pytest.mark.parametrize(
    ("heads", "taken"),
    [
        (
            "Année,Pays déclarant,Pays partenaire,Flux,Code SH,Valeur (milliers de USD),Poids net (tonnes)",
            {"reporter": "Pays déclarant", "partner": "Pays partenaire", "flow": "Flux", "product": "Code SH"},
        ),
        (
            "Jahr,Berichtsland,Partnerland,Verkehrsrichtung,Warennummer,Wert (Tsd. EUR),Nettogewicht (t)",
            {
                "reporter": "Berichtsland",
                "partner": "Partnerland",
                "flow": "Verkehrsrichtung",
                "product": "Warennummer",
            },
        ),
        (
            "Ano,País declarante,País parceiro,Fluxo,NCM,Valor (mil US$),Peso líquido (toneladas)",
            {"reporter": "País declarante", "partner": "País parceiro", "flow": "Fluxo", "product": "NCM"},
        ),
    ],
)
def test_heads_of_statistics_and_what_they_say_of_size(heads: str, taken: dict[str, str]) -> None:
    found = columns_of(heads.split(","), "reported")
    assert {name: found.first()[name] for name in taken} == taken
    assert (found.value_times, found.weight_times) == (1000.0, 1000.0)


def test_origin_and_departure_are_not_asked_for_one_another() -> None:
    found = columns_of(["hs", "net mass", "value", "country of origin", "country of departure"], "declarations")
    assert found.taken["partner"] == ("country of origin",)


def test_the_quantity_that_a_mapping_names_is_priced_and_no_other() -> None:
    heads = ["hs", "pieces", "net weight", "value", "uom", "supplementary quantity"]
    assert "quantity" not in columns_of(heads, "declarations").taken
    assert "unit" not in columns_of(heads, "declarations").taken, "it is not the unit of the weight"
    found = columns_of(heads, "declarations", {"quantity": "pieces"}).taken
    assert (found["quantity"], found["unit"]) == (("pieces",), ("uom",))
    assert columns_of(heads[:4], "declarations", {"quantity": "pieces"}).taken.get("weight") is None


def test_a_mapping_names_heads_and_constants_and_must_hold() -> None:
    mapping = read_mapping('[columns]\nvalue = "b"\n[constants]\nreporter = "KE"\n[formats]\ndecimal = ","\n')
    assert mapping == {"value": "b", "reporter": "=KE", "decimal": "=,"}
    with pytest.raises(BadInput, match="no column «zz»"):
        columns_of(["a", "b"], "reported", {"value": "zz"})
    with pytest.raises(BadInput, match="partner, flow, product"):
        columns_of(["a", "b"], "reported", mapping)


@pytest.mark.parametrize(
    ("codes", "codes_found"),
    [
        (["69072100140", "84713000000"], ["69072100140", "84713000000"]),
        (["80390", "640411"], ["080390", "640411"]),
        (["1012100", "85423290", "64041100"], ["01012100", "85423290", "64041100"]),
        (["1012100", "85423290", "02013000"], ["01012100", "85423290", "02013000"]),
        (["854232.0", "8542.31", "8542.3"], ["854232", "854231", "854230"]),
        (["8542.32.00", "0101 21 00"], ["85423200", "01012100"]),
        (["TOTAL", "85", "8542"], ["TOTAL", "85", "8542"]),
        (["77777", "x", "", "nan"], []),
    ],
)
def test_lost_zeros_are_judged_by_the_table_and_the_list(codes: list[str], codes_found: list[str]) -> None:
    found = products_of(codes)
    assert [found[code].code for code in codes if code in found] == codes_found


@given(st.lists(st.text("0123456789", min_size=8, max_size=12), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_a_roll_up_keeps_the_beginning_and_adds_nothing_to_codes_of_the_usual_length(codes: list[str]) -> None:
    longest = max(map(len, codes))
    for text, product in products_of(codes).items():
        assert product.code.endswith(text)
        assert product.code.removesuffix(text) in ("", "0")
        assert product.subheading == product.code[:6]
        assert product.level == 8
        if len(text) == longest:
            assert product.code == text


def test_words_of_statistics() -> None:
    flow = flow_reader(["M", "X", "DX", "domestic exports"])
    assert [flow(one) for one in ("Einfuhr", "X", "5", "6", "1.0", "DX", "domestic exports", "Exotic")] == [
        "import",
        "export",
        "import",
        "export",
        "import",
        "other",
        "other",
        None,
    ]
    assert flow_reader(["domestic exports"])("domestic exports") == "export"
    m49, geonom, secex = (country_reader(name) for name in ("m49", "geonom", "secex"))
    assert [read("720") for read in (m49, geonom, secex)] == ["YE", "CN", "ST"]
    assert [read("249.0") for read in (m49, geonom, secex)] == ["FR", None, "US"]
    numbers = {"0004": "DE", "95": "XK", "0225": "SS", "357": "IO", "0475": "CW", "0894": "TF", "0056": "SU"}
    assert {one: geonom(one) for one in numbers} == numbers, "Comext: Germany to the French Southern Territories"
    assert [geonom(one) for one in ("0950", "0958", "0810", "0002")] == [""] * 4, "stores, unknown, groups: no country"
    assert [geonom(one) for one in ("444", "461", "999", "5")] == [None, None, None, "IT"]
    numbers = {"013": "AF", "198": "KW", "237": "AE", "485": "MU", "888": "CD", "695": "KN", "840": "SU", "023": "DE"}
    assert {one: secex(one) for one in numbers} == numbers, "Comex Stat: Afghanistan to Germany"
    assert [secex(one) for one in ("100", "785", "997", "4")] == [None] * 4
    assert [m49(one) for one in ("0.0", "W00", "899.0", "Other Asia, nes", "EL", "Congo")] == [
        "WORLD",
        "WORLD",
        "",
        "TW",
        "GR",
        None,
    ]
    assert [base_unit(one) for one in ("kg", "8.0", "t", "NMB", "flagons of mead")] == [
        ("KGM", 1.0),
        ("KGM", 1.0),
        ("KGM", 1000.0),
        ("H87", 1.0),
        None,
    ]
    assert [one for one in ("0.0", "C00", "W00", "2100", "TOTAL MOT") if is_total(one)] == [
        "0.0",
        "C00",
        "W00",
        "TOTAL MOT",
    ]


def test_periods_of_a_column() -> None:
    found = periods_of(["202252", "202203", "2022", "2022.0", "soon"])
    assert {text: (one.year, one.month, one.grain) for text, one in found.items()} == {
        "202252": (2022, None, "year"),
        "202203": (2022, 3, "month"),
        "2022": (2022, None, "year"),
        "2022.0": (2022, None, "year"),
    }
    written = [
        "2023-Q1",
        "2023Q1",
        "Q1 2023",
        "1T2023",
        "2023T1",
        "1. Quartal 2023",
        "1er trimestre 2023",
        "1º trimestre de 2023",
        "I trimestre 2023",
        "2023年第1季度",
        "1 квартал 2023",
    ]
    quarters = periods_of([*written, "2023-Q5", "2023-04", "Q0 2023"])
    assert {text for text, one in quarters.items() if (one.year, one.month, one.quarter) == (2023, None, 1)} == set(
        written
    )
    assert {one.grain for text, one in quarters.items() if text in written} == {"quarter"}
    assert (quarters["2023-04"].quarter, "2023-Q5" in quarters, "Q0 2023" in quarters) == (2, False, False)
    either = periods_of(["03/04/2024", "05/06/2024"])
    assert {(one.year, one.month) for one in either.values()} == {(2024, None)}
    assert periods_of(["03/04/2024", "25/06/2024"])["03/04/2024"].month == 4


@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1e6), st.booleans()), max_size=8),
    st.integers(0, 100),
    st.floats(0, 1e6),
)
@settings(max_examples=60, deadline=None)
def test_shares_of_what_was_not_understood_lie_between_nothing_and_all(
    unread: list[tuple[int, float, bool]], rows: int, worth: float
) -> None:
    gaps = Gaps(rows, worth, [Unread("Partner", f"x{at}", *one) for at, one in enumerate(unread)])
    assert 0 <= gaps.lost() <= 1
    if not any(lost for _rows, _worth, lost in unread):
        assert gaps.lost() == 0
        gaps.judge(anyway=False)
    if not rows and not worth and any(lost for _rows, _worth, lost in unread):
        with pytest.raises(BadInput):
            gaps.judge(anyway=False)
        gaps.judge(anyway=True)

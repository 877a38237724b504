"""One definition file, every door."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import PASSWORD, Program
from tests.making import record
from tidewaiter.codelists import queries as codelist_queries
from tidewaiter.codelists.actions import load_list
from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.queries import ListView
from tidewaiter.forms.actions import define, define_shipped_forms
from tidewaiter.forms.columns import flatten_header, nest_header
from tidewaiter.forms.definitions import read_definition
from tidewaiter.forms.engine import CaseReader, ReadingRules
from tidewaiter.forms.projection import non_nominal, typed_columns
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.schemas import json_schema
from tidewaiter.forms.types import clean_date
from tidewaiter.forms.workbook import template
from tidewaiter.forms.xml import xsd
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.numbers import NumberRefused, plain, read_decimal
from tidewaiter.foundation.refusals import BadInput

FISH = """
code = "ZFI"
version = 1
label = { en = "Endangered fish", fr = "Poissons menacés" }
[units]
allowed = ["KGM", "H87"]
[[subtypes]]
code = "eel"
label = { en = "Glass eel", fr = "Civelle", es = "Angula" }
alt = ["elver"]
[[subtypes]]
code = "other"
label = { en = "Other fish" }
[[fields]]
name = "water"
type = "text"
label = { en = "Water" }
[[fields]]
name = "length_cm"
type = "decimal"
label = { en = "Length in cm" }
[[fields]]
name = "fisher"
type = "text"
nominal = true
label = { en = "Fisher" }
"""


def test_a_new_commodity_is_one_file_and_goes_through_every_door(node: Program, tmp_path: Path) -> None:
    definition = tmp_path / "ZFI.toml"
    definition.write_text(FISH)
    assert node.json("load_form", str(definition)) == {"form": "ZFI", "version": 1}
    assert "ZFI" in [form["code"] for form in node.json("forms")]
    workbook, schema, shape = tmp_path / "t.xlsx", tmp_path / "s.xsd", tmp_path / "s.json"
    node.json("template", "ZFI", "-o", str(workbook))
    node.json("schema", "ZFI", "--as", "xsd", "-o", str(schema))
    node.json("schema", "ZFI", "--as", "json", "-o", str(shape))
    etree.XMLSchema(etree.parse(schema))
    assert (
        "length_cm"
        in json.loads(shape.read_text())["properties"]["lines"]["items"]["properties"]["fields"]["properties"]
    )
    book = openpyxl.load_workbook(workbook)
    sheet = book["Data"]
    paths = [cell.value for cell in sheet[2]]
    values = {
        "date": "2026-02-03",
        "country": "KE",
        "subtype": "eel Glass eel",
        "quantity": 12.5,
        "unit": "KGM kilogram",
        "length_cm": 6,
        "national_ref": "F-1",
    }
    for at, path in enumerate(paths, 1):
        if path in values:
            sheet.cell(3, at, values[path])
    book.save(workbook)
    node.person("a.contact", "KE", "contact")
    done = node.json("import_cases", str(workbook), "--by", "a.contact", "--submit")
    assert (done["rows"], done["accepted"], done["rejected"]) == (1, 1, 0)
    figures = node.json("statistics", "--by", "commodity,subtype", "--status", "all")
    assert figures == [
        {
            "commodity": "ZFI",
            "subtype": "eel",
            "cases": 1,
            "seizures": 1,
            "quantity": "12.5",
            "unit": "KGM",
            "value": None,
            "currency": None,
        }
    ]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_page_of_a_new_commodity_keeps_a_case(people: SimpleNamespace, client: Client) -> None:
    define(text=FISH, by=NODE)
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.get("/cases/new/ZFI/?simple=1")
    assert "Glass eel" in page.content.decode()
    posted = {
        "deed": "keep",
        "lines": "1",
        "date": "2026-02-03",
        "country": "KE",
        "lines.1.subtype": "eel",
        "lines.1.quantity": "3",
        "lines.1.unit": "KGM",
        "lines.1.length_cm": "6.5",
    }
    done = client.post("/cases/new/ZFI/?simple=1", posted)
    assert done.status_code == 302, done.content.decode()[-3000:]
    assert "6.5" in client.get(done["Location"]).content.decode()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_new_commodity_has_the_words_of_its_form_on_every_page(
    people: SimpleNamespace, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(text=FISH, by=NODE)
    monkeypatch.setattr(codelist_queries, "_stamps", (0.0, {}))  # five seconds later
    assert client.login(username=people.contact.username, password=PASSWORD)
    assert "Endangered fish" in client.get("/cases/new/").content.decode()
    assert "New case: Endangered fish" in client.get("/cases/new/ZFI/").content.decode()
    define(
        text=FISH.replace("version = 1", "version = 2").replace('en = "Endangered fish"', 'en = "Rare fish"'), by=NODE
    )
    words = ListView("commodity").codes  # what pages hold in memory is looked after every five seconds
    assert (words["ZFI"].label("en"), words["ZFI"].label("fr")) == ("Rare fish", "Poissons menacés")
    assert words["WPN"].label("es") == "Armas y explosivos", "the list names what it has"
    assert words["WPN"].label("zh") == "武器和爆炸物"
    assert CodeList.objects.get(name="commodity").codes == 18


@pytest.mark.django_db
def test_a_later_list_of_commodities_leaves_a_new_one_its_words(tmp_path: Path) -> None:
    define(text=FISH, by=NODE)
    later = tmp_path / "commodity.csv"
    later.write_text("code,en,valid_from\nWPN,Arms,2000-01-01\n")
    meta = {"title": "Commodities", "version": "later", "source": "test", "licence": "ours"}
    load_list(name="commodity", path=later, meta=meta, by=NODE)
    define_shipped_forms()
    words = ListView("commodity").codes
    assert (words["ZFI"].label("en"), words["ZFI"].valid_to) == ("Endangered fish", None)
    assert words["WPN"].label("en") == "Arms"


@pytest.mark.django_db
def test_typed_columns_and_projection_come_from_the_definition() -> None:
    define(text=FISH, by=NODE)
    form = form_named("ZFI")
    assert ("fields_length_cm", "double") in typed_columns(form)
    kept = non_nominal(
        form,
        {
            "form": "ZFI",
            "date": "2026-01-01",
            "secret": 1,
            "lines": [{"subtype": "eel", "who": "x", "fields": {"fisher": "A. Name", "water": "Tana"}}],
        },
    )
    assert kept == {"form": "ZFI", "date": "2026-01-01", "lines": [{"subtype": "eel", "fields": {"water": "Tana"}}]}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["WPN", "DRG", "CIT"])
def test_every_face_of_a_shipped_form_agrees(code: str) -> None:
    form = form_named(code)
    etree.XMLSchema(etree.fromstring(xsd(form)))
    schema = json_schema(form)
    jsonschema.Draft202012Validator.check_schema(schema)
    for lang in ("en", "fr", "es"):
        assert all(column.title(lang) for column in form.columns)
    book = openpyxl.load_workbook(io.BytesIO(template(form, lang="fr")))
    assert [cell.value for cell in book["Data"][2]] == [column.path for column in form.columns]
    assert book["Data"].data_validations.dataValidation
    assert book["Codes"].sheet_state == "hidden"
    assert book["About"]["B2"].value == str(form.version)
    if code == "WPN":
        jsonschema.validate(record(), schema)


@pytest.mark.django_db
def test_a_changed_definition_needs_a_higher_version() -> None:
    define(text=FISH, by=NODE)
    with pytest.raises(BadInput):
        define(text=FISH.replace("Glass eel", "Elver"), by=NODE)


@pytest.mark.parametrize(
    "change",
    [
        "label = 1",
        "version = 'x'",
        "[[fields]]\nname='a b'\ntype='text'\nlabel={en='x'}",
        "[[fields]]\nname='a'\ntype='code'\nlabel={en='x'}",
        "x = = 1",
        "unknown = 1",
    ],
)
def test_a_wrong_definition_says_where(change: str) -> None:
    with pytest.raises(BadInput):
        read_definition(change + FISH if "[[fields]]" not in change else FISH + change)


@pytest.mark.django_db
def test_codes_take_labels_and_what_is_wrong_is_named() -> None:
    reader = CaseReader(form_named("WPN"))
    header, problems = reader.header(
        {
            "date": "2026-01-05",
            "country": "Кения",
            "place": "Mombasa",
            "location_type": "Puerto marítimo",
            "conveyance.mode": "sea",
        }
    )
    assert problems == []
    assert (header["country"], header["place"], header["location_type"], header["conveyance"]["mode"]) == (
        "KE",
        "KEMBA",
        "seaport",
        "1",
    )
    _, problems = reader.header({"date": "03/04/2026", "country": "Kennya"})
    assert {problem.code for problem in problems} == {"date_ambiguous", "unknown_code"}
    line, problems = reader.line({"subtype": "magazine", "quantity": "1,250"})
    assert [(problem.path, problem.code) for problem in problems] == [("quantity", "number_ambiguous")]
    assert problems[0].proposals
    line, problems = reader.line({"subtype": "magazine", "quantity": "12"})
    assert line["unit"] == "H87", "the only unit that fits needs no saying"


@pytest.mark.django_db
def test_the_long_form_asks_for_more() -> None:
    _, problems = CaseReader(form_named("WPN"), ReadingRules(long=True)).header({"date": "2026-01-05", "country": "KE"})
    assert {"direction", "location_type", "conveyance.mode"} <= {
        problem.path for problem in problems if problem.code == "required"
    }


@pytest.mark.parametrize(
    ("said", "value", "precision"),
    [
        ("2026-11-16", "2026-11-16", "day"),
        ("2026-11", "2026-11-01", "month"),
        ("2026", "2026-01-01", "year"),
        ("45629", "2024-12-03", "day"),
        ("31/12/2024", "2024-12-31", "day"),
        ("12/31/2024", "2024-12-31", "day"),
        ("5 Mar 2026", "2026-03-05", "day"),
        ("2026-11-16 00:00:00", "2026-11-16", "day"),
    ],
)
def test_dates_are_read_where_they_are_certain(said: str, value: str, precision: str) -> None:
    assert clean_date("date", said) == (value, precision, None)


@pytest.mark.parametrize("said", ["03/04/2026", "31/11/2026", "tomorrow", "2026-13-01", "99999999", "0/0/0000"])
def test_dates_that_are_not_certain_are_errors(said: str) -> None:
    value, _, problem = clean_date("date", said)
    assert value is None
    assert problem is not None


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "date",
                "country",
                "detection.method",
                "concealment.note",
                "route.departure.country",
                "route.transit.1.place",
                "route.transit.2.place",
                "route.destination.country",
                "persons.1.sex",
                "persons.2.role",
                "narrative",
            ]
        ),
        _texts,
    )
)
def test_laying_a_header_flat_and_nesting_it_are_inverse(flat: dict[str, str]) -> None:
    numbers = sorted({path.split(".")[1] for path in flat if path.startswith("persons.")})
    transits = sorted({path.split(".")[2] for path in flat if path.startswith("route.transit.")})
    expected = {}
    for path, value in flat.items():  # a list keeps order, not gaps: person 2 alone is person 1
        parts = path.split(".")
        if parts[0] == "persons":
            parts[1] = str(numbers.index(parts[1]) + 1)
        if parts[:2] == ["route", "transit"]:
            parts[2] = str(transits.index(parts[2]) + 1)
        expected[".".join(parts)] = value
    assert dict(flatten_header(nest_header(flat))) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_a_number_written_plainly_is_read_back(number: object) -> None:
    assert read_decimal(str(number)) == number
    assert read_decimal(plain(read_decimal(str(number)))) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert read_decimal(text).is_finite()
    except NumberRefused as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("said", "mark", "value"),
    [
        ("1,250", ".", "1250"),
        ("1.250,5", ",", "1250.5"),
        ("١٢٫٥", "", "12.5"),
        ("1 250", "", "1250"),
        ("9.0", "", "9"),
        ("1e3", "", "1000"),
        ("2.3e-05", "", "0.000023"),
    ],
)
def test_numbers_of_a_known_source_are_read(said: str, mark: str, value: str) -> None:
    assert plain(read_decimal(said, decimal_mark=mark)) == value


@pytest.mark.parametrize("said", ["1,250", "6 2", "NaN", "inf", "1" * 5000, "", "--1", "0x10", "1_000"])
def test_numbers_that_are_not_certain_are_refused(said: str) -> None:
    with pytest.raises(NumberRefused):
        read_decimal(said)

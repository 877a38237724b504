"""Files of persons, companies, conveyances and links: what is taken, what is not, what comes out again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.actions.bringing import Brought, bring_entities
from tidewaiter.registry.actions.reading import export_entities
from tidewaiter.registry.models import Entity, Link, Statement

pytestmark = [pytest.mark.django_db]

CSV = """kind,name,alias,birth_date,nationality,document,phone,source,grading,note
person,Yusuf Kassarani,يوسف كسراني;优素福·卡萨拉尼,1987-03-14,Comoros,NB0418377,\
+254 700 000 118,Passport seen,4x4 A1,burn scar
person,Hassan Ali,,1975,KE,,,visa list,6x6 C3,
company,Kilindini Quill Trading Ltd,,,,,,Business register,3x5x2: 1AP,
person,,,1980,KE,,,x,,
ghost,Casper,,,,,,x,,
"""
FTM = [
    {
        "id": "p1",
        "schema": "Person",
        "properties": {
            "name": ["Anna Nemo"],
            "birthDate": ["1990-01-01"],
            "nationality": ["ke"],
            "publisher": ["register"],
        },
    },
    {
        "id": "c1",
        "schema": "Company",
        "properties": {"name": ["Nemo Freight Ltd"], "jurisdiction": ["ke"], "leiCode": ["5299000J2N45DDNE4Y29"]},
    },
    {"id": "b1", "schema": "Vessel", "properties": {"name": ["MV Nemo"], "imoNumber": ["IMO 9074729"], "flag": ["pa"]}},
    {
        "id": "o1",
        "schema": "Ownership",
        "properties": {"owner": ["p1"], "asset": ["c1"], "percentage": ["60"], "startDate": ["2020-01-01"]},
    },
    {
        "id": "f1",
        "schema": "Family",
        "properties": {"person": ["p1"], "relative": ["nobody"], "relationship": ["sister"]},
    },
]


def _counts(done: Brought) -> tuple[int, int, int, int, int, int]:
    assert done.accepted + done.rejected + done.unchanged + done.changed == done.rows
    return done.rows, done.entities, done.accepted, done.rejected, done.unchanged, done.changed


def _brought(path: Path, text: str, by: Any, **more: Any) -> Brought:
    path.write_text(text, encoding="utf-8")
    return bring_entities(path=path, by=by, **more)


def test_a_table_is_taken_row_by_row_and_again_changes_nothing(staff: SimpleNamespace, tmp_path: Path) -> None:
    done = _brought(tmp_path / "a.csv", CSV, staff.investigator)
    assert _counts(done) == (5, 3, 3, 2, 0, 0)
    assert [(one["row"], one["code"]) for one in done.errors] == [(5, "no_name"), (6, "kind")]
    assert _counts(_brought(tmp_path / "a.csv", CSV, staff.investigator)) == (5, 0, 0, 2, 3, 0)
    said = {(one.prop, one.value): one for one in Statement.objects.filter(entity__caption="Yusuf Kassarani")}
    assert said["nationality", "KM"].original == "Comoros"
    assert said["phone", "+254700000118"].source == "Passport seen"
    assert (said["birthDate", "1987-03-14"].scheme, said["birthDate", "1987-03-14"].grade) == ("4x4", "A1")
    assert ("alias", "优素福·卡萨拉尼") in said
    firm = Statement.objects.get(entity__kind="company", prop="name")
    assert (firm.scheme, firm.grade) == ("3x5x2", "1AP"), "as given, never put into another scheme"
    changed = _brought(tmp_path / "a.csv", CSV.replace("burn scar", "scar on the left wrist"), staff.investigator)
    assert _counts(changed) == (5, 0, 0, 2, 2, 1)
    assert Statement.objects.get(prop="notes").value == "scar on the left wrist"
    deeds = list(Entry.objects.filter(deed__startswith="registry.").values_list("deed", flat=True))
    assert deeds.count("registry.entered") == 3
    assert deeds.count("registry.amended") == 1
    assert deeds.count("registry.brought") == 3


def test_lines_of_followthemoney_come_in_with_links_and_go_out_valid_and_come_in_again(
    staff: SimpleNamespace, tmp_path: Path
) -> None:
    lines = "\n".join(json.dumps(one) for one in FTM)
    done = _brought(tmp_path / "a.ftm", lines, staff.contact)
    assert _counts(done) == (5, 3, 4, 1, 0, 0)
    assert "nobody" in done.errors[0]["message"]
    link = Link.objects.get()
    assert (link.schema, link.share, link.subject.caption, link.object.caption) == (
        "Ownership",
        "60",
        "Anna Nemo",
        "Nemo Freight Ltd",
    )
    vessel = {one.prop: one for one in Statement.objects.filter(entity__kind="vessel")}
    assert vessel["imoNumber"].value == "IMO9074729"
    assert Statement.objects.get(prop="leiCode").doubt == "check_digit"
    written = io.StringIO()
    assert export_entities(to=written, by=staff.contact, purpose="a test") == 3
    out = [json.loads(line) for line in written.getvalue().splitlines()]
    from tidewaiter.registry.vocabulary import schemata

    for line in out:
        schema = schemata()[line["schema"]]
        assert set(line["properties"]) <= set(schema["properties"])
        assert set(schema["required"]) <= set(line["properties"])
        assert all(isinstance(value, str) and value for values in line["properties"].values() for value in values)
    assert [line["properties"]["nationality"] for line in out if line["schema"] == "Person"] == [["ke"]]
    again = _brought(tmp_path / "b.ftm", written.getvalue(), staff.contact)
    assert (again.entities, again.changed, again.rejected) == (0, 0, 0), again.errors
    assert Entity.objects.count() == 3


def test_a_workbook_is_read_by_a_mapping(staff: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(
        [
            ["Full name", "Type", "Born", "Plate no"],
            ["Nemo, Anna", "P", "1990-01-01", ""],
            ["KZZ 482Q", "C", "", "KZZ 482Q"],
        ]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    mapping = (
        '[columns]\nname = "Full name"\nkind = "Type"\nbirth_date = "Born"\nplate = "Plate no"\n'
        '[constants]\nsource = "gate log"\n[values.kind]\nP = "person"\nC = "vehicle"\n'
    )
    assert _counts(bring_entities(path=path, by=staff.investigator, mapping=mapping)) == (2, 2, 2, 0, 0, 0)
    assert set(Entity.objects.values_list("kind", "caption")) == {("person", "Nemo, Anna"), ("vehicle", "KZZ 482Q")}
    for text, found in (
        ('[columns]\nnom = "Full name"\n', "nom"),
        ('[columns]\nname = "Nobody"\n', "Nobody"),
        ("[lines]\n", "lines"),
    ):
        with pytest.raises(BadInput) as refused:
            bring_entities(path=path, by=staff.investigator, mapping=text)
        assert found in refused.value.sentence


def test_published_lists_stand_apart_from_the_nodes_own(staff: SimpleNamespace, tmp_path: Path) -> None:
    ofac = (
        '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
        '306,"NEMO, Karl",individual,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
        "\"DOB 05 Sep 1961; nationality Germany; Passport C4T3X1 (Germany); a.k.a. 'NEMO, Charly'.\"\n"
        '400,"MORNING STAR",vessel,"IRAN",-0- ,ABCD ,Crude Oil Tanker ,-0- ,-0- ,Iran ,-0- ,'
        '"Vessel Registration Identification IMO 9074729; MMSI 422031500."\n'
    )
    assert _counts(_brought(tmp_path / "sdn.csv", ofac, staff.contact, listed="OFAC")) == (3, 3, 3, 0, 0, 0)
    person = {(one.prop, one.value) for one in Statement.objects.filter(entity__kind="person")}
    assert {
        ("alias", "NEMO, Charly"),
        ("birthDate", "1961-09-05"),
        ("nationality", "DE"),
        ("passportNumber", "C4T3X1"),
    } <= person
    un = (
        "<?xml version='1.0'?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL>"
        "<DATAID>1</DATAID><FIRST_NAME>ARI</FIRST_NAME>"
        "<SECOND_NAME>NEMO</SECOND_NAME><REFERENCE_NUMBER>QDi.999</REFERENCE_NUMBER><LISTED_ON>2010-01-02</LISTED_ON>"
        "<NAME_ORIGINAL_SCRIPT>آري نمو</NAME_ORIGINAL_SCRIPT><NATIONALITY><VALUE>Kenya</VALUE></NATIONALITY>"
        "<INDIVIDUAL_DATE_OF_BIRTH><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS>"
        "<ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>NEMO TRUST</FIRST_NAME>"
        "</ENTITY></ENTITIES></CONSOLIDATED_LIST>"
    )
    assert _counts(_brought(tmp_path / "un.xml", un, staff.contact, listed="UN")) == (2, 2, 2, 0, 0, 0)
    assert set(Entity.objects.values_list("listed", "kind")) == {
        ("OFAC", "company"),
        ("OFAC", "person"),
        ("OFAC", "vessel"),
        ("UN", "person"),
        ("UN", "company"),
    }


def test_what_cannot_be_read_is_refused_and_nothing_is_kept(staff: SimpleNamespace, tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><CONSOLIDATED_LIST><INDIVIDUAL>'
        "<FIRST_NAME>&b;</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>"
    )
    for name, text in (
        ("a.csv", ""),
        ("b.csv", "colour,size\nred,4\n"),
        ("c.xml", bomb),
        ("d.xml", "<a><b></a>"),
        ("e.xml", "<a/>"),
    ):
        with pytest.raises(Refusal):
            _brought(tmp_path / name, text, staff.investigator)
    assert not Entity.objects.exists()


def test_who_may_not_write_brings_nothing(staff: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        _brought(tmp_path / "a.csv", CSV, staff.officer)
    for person in (staff.steward, staff.analyst, staff.partner):
        with pytest.raises(Refusal):
            _brought(tmp_path / "a.csv", CSV, person)
    assert not Entity.objects.exists()

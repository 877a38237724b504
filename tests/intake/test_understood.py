"""What comes in is understood, or said not to be: mappings, numbers, units, dates,
doubles and encodings of real files.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from tests.intake.test_intake import bring
from tidewaiter.cases.models import Case, Line
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.mapping_file import read_mapping
from tidewaiter.intake.mapping.targets import check_targets

pytestmark = pytest.mark.django_db
COLUMNS = '[columns]\ndate = "date"\ncountry = "country"\nsubtype = "subtype"\nquantity = "qty"\nunit = "unit"\n'
DRUGS = 'form = "DRG"\n' + COLUMNS
HEAD = "date;country;subtype;qty;unit\n"


def lines() -> list[tuple[str, str, str, str, str]]:
    """(date as precise as it is, country, sub-type, quantity, unit) of every line that was kept."""
    found = []
    for case in Case.objects.all():
        day = case.header["date"][: {"day": 10, "month": 7, "year": 4}[case.header.get("date_precision", "day")]]
        for line in Line.objects.filter(case=case):
            number = f"{line.quantity:f}"
            number = number.rstrip("0").rstrip(".") if "." in number else number
            found.append((day, case.country, line.subtype, number, line.unit))
    return sorted(found)


def take(people: SimpleNamespace, folder: Path, data: str | bytes, mapping: str, name: str = "f.csv") -> dict[str, Any]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return bring(people.secretariat_contact, path, mapping)


def sheet(folder: Path, rows: list[list[Any]], name: str = "f.xlsx", **more: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, others in more.items():
        page = book.create_sheet(title)
        for row in others:
            page.append(row)
    path = folder / name
    book.save(path)
    return path.read_bytes()


@pytest.fixture(autouse=True)
def _contact(people: SimpleNamespace) -> None:
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer

    people.secretariat_contact = add_officer(
        username="ana", administration="INT", role="officer", password="a-long-passphrase-1", by=NODE
    )


def said(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def test_a_known_decimal_mark_is_held_to(people: SimpleNamespace, tmp_path: Path) -> None:
    rows = [("03", "12,5"), ("04", "1.234,5"), ("05", "12.5"), ("06", "0.250"), ("07", "1,234.50")]
    text = HEAD + "".join(f"2024-01-{day};BR;cocaine;{quantity};KGM\n" for day, quantity in rows)
    answer = take(people, tmp_path, text, DRUGS + '[formats]\ndecimal = ","\n')
    assert (answer["accepted"], answer["rejected"]) == (2, 3)
    assert [line[3] for line in lines()] == ["12.5", "1234.5"]
    assert answer["error_counts"] == {"number_grouping": 3}
    assert "«0.250»" in said(answer)


def test_a_column_tells_its_mark_by_all_its_cells(people: SimpleNamespace, tmp_path: Path) -> None:
    text = HEAD + "2024-01-03;BR;cocaine;1.250;KGM\n2024-01-04;BR;cocaine;2,5;KGM\n"
    assert take(people, tmp_path, text, DRUGS)["accepted"] == 2
    assert [line[3] for line in lines()] == ["1250", "2.5"]


def test_a_column_that_does_not_tell_is_asked_and_not_guessed(people: SimpleNamespace, tmp_path: Path) -> None:
    text = HEAD + "2024-01-03;BR;cocaine;1,250;KGM\n2024-01-04;BR;cocaine;2.500;KGM\n2024-01-05;BR;cocaine;7;KGM\n"
    answer = take(people, tmp_path, text, DRUGS)
    assert (answer["accepted"], answer["rejected"]) == (1, 2)
    assert answer["error_counts"] == {"number_ambiguous": 2}
    assert "1250" in said(answer)


def test_number_cells_of_a_workbook_are_numbers(people: SimpleNamespace, tmp_path: Path) -> None:
    rows = [HEAD.strip().split(";")] + [
        [f"2024-01-0{n}", "BR", "cocaine", quantity, "KGM"] for n, quantity in enumerate([0.0028, 1.125, "1.234,5"], 1)
    ]
    answer = take(people, tmp_path, sheet(tmp_path, rows), DRUGS + '[formats]\ndecimal = ","\n')
    assert (answer["accepted"], answer["rejected"]) == (3, 0)
    assert [line[3] for line in lines()] == ["0.0028", "1.125", "1234.5"]


def test_a_quantity_may_carry_its_unit(people: SimpleNamespace, tmp_path: Path) -> None:
    cells = ["3 kg 200 g", "250 g", "1,2 t", "c. 5 kg", "5-7 kg", "3 cartons", "2 kg 3 pcs"]
    text = "date;country;subtype;qty\n" + "".join(f"2024-01-{n};KE;heroin;{c}\n" for n, c in enumerate(cells, 13))
    mapping = DRUGS.replace('unit = "unit"', 'unit = "qty"') + '[formats]\ndecimal = ","\n'
    answer = take(people, tmp_path, text, mapping)
    assert (answer["accepted"], answer["rejected"]) == (3, 4)
    assert [line[3:] for line in lines()] == [("3.2", "KGM"), ("250", "GRM"), ("1.2", "TNE")]
    assert answer["error_counts"] == {"number_about": 1, "number_between": 1, "unknown_unit": 1, "units_differ": 1}
    assert "It takes: KGM" in said(answer)


def test_a_pack_is_so_many_sticks_and_is_kept_as_reported(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = (
        'form = "TOB"\n[constants]\ncountry = "BR"\nsubtype = "cigarettes"\n[columns]\ndate = "date"\nquantity ='
        ' "qty"\nunit = "unit"\n[values.unit]\n"maço" = { code = "STC", times = 20 }\n"cigarro" = "STC"\n'
    )
    answer = take(people, tmp_path, "date;qty;unit\n2024-01-13;30;maço\n2024-01-15;7;cigarro\n", mapping)
    assert answer["accepted"] == 2
    assert [line[3:] for line in lines()] == [("600", "STC"), ("7", "STC")]
    assert Line.objects.get(quantity=600).document["reported"] == "30 maço"


def test_what_no_list_knows_may_be_other_and_known_names_stay(people: SimpleNamespace, tmp_path: Path) -> None:
    text = HEAD + "2024-01-13;KE;cocaine;1;KGM\n2024-01-14;KE;moon dust;2;KGM\n2024-01-15;KE;Heroína;3;KGM\n"
    answer = take(people, tmp_path, text, DRUGS + '[values.subtype]\n"?" = "other"\n')
    assert answer["accepted"] == 3
    assert [line[2] for line in lines()] == ["cocaine", "other", "heroin"]
    assert Line.objects.get(subtype="other").document["reported"] == "moon dust"


def test_fields_of_the_row_hold_for_its_lines(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = (
        'form = "CIT"\n[columns]\nnational_ref = "ref"\ndate = "date"\ncountry = "country"\nspecies = "sp"\norigin ='
        ' "orig"\n[[lines]]\nsubtype = "TUS"\nquantity = "{tusks}"\nunit = "H87"\n[[lines]]\nsubtype = "IVC"\nquantity'
        ' = "{kg}"\nunit = "KGM"\n'
    )
    text = "ref,date,country,sp,orig,tusks,kg\nA1,2024-01-13,KE,Loxodonta africana,TZ,10,25.5\n"
    assert take(people, tmp_path, text, mapping)["accepted"] == 1
    assert {line.origin for line in Line.objects.all()} == {"TZ"}
    assert {line.document["fields"]["species"] for line in Line.objects.all()} == {"loxodonta_africana"}
    assert [line[2:] for line in lines()] == [("IVC", "25.5", "KGM"), ("TUS", "10", "H87")]


def test_years_across_columns_make_a_case_each_and_rows_are_counted_once(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    mapping = (
        'form = "DRG"\n[columns]\ncountry = "Country"\nsubtype = "Drug"\n[constants]\nunit = "KGM"\n'
        '[[lines]]\ndate = "2019"\nquantity = "{2019}"\n[[lines]]\ndate = "2020"\nquantity = "{2020}"\n'
    )
    answer = take(people, tmp_path, "Country;Drug;2019;2020\nKenya;heroin;12;3\nTanzania;cocaine;;4\n", mapping)
    assert (answer["rows"], answer["accepted"], answer["cases"]) == (2, 2, 3)
    assert lines() == [
        ("2019", "KE", "heroin", "12", "KGM"),
        ("2020", "KE", "heroin", "3", "KGM"),
        ("2020", "TZ", "cocaine", "4", "KGM"),
    ]
    wrong = take(people, tmp_path, "Country;Drug;2019;2020\nUganda;heroin;x;5\n", mapping, "g.csv")
    assert (wrong["rows"], wrong["rejected"], wrong["accepted"]) == (1, 1, 0), "the row is counted once, as wrong"


@pytest.mark.parametrize(("named", "months"), [("first", ["2023-05", "2024-01"]), ("last", ["2022-05", "2023-01"])])
def test_a_fiscal_year_is_named_by_its_first_or_its_last_year(
    named: str, months: list[str], people: SimpleNamespace, tmp_path: Path
) -> None:
    mapping = (
        'form = "DRG"\n[constants]\ncountry = "GB"\nunit = "KGM"\n[columns]\ndate = "{FY}-{Month}"\nsubtype ='
        ' "subtype"\nquantity = "qty"\n[clean]\nFY = "\\\\d{4}"\n[formats]\ndate = ["%Y-%B"]\nfiscal_year_starts ='
        f' 4\nfiscal_year_named = "{named}"\n'
    )
    text = "FY;Month;subtype;qty\n2023/24;May;cocaine;10\n2023/24;January;cocaine;20\n"
    assert take(people, tmp_path, text, mapping)["accepted"] == 2
    assert [line[0] for line in lines()] == months


def test_flat_json_is_a_table_under_a_mapping(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = (
        'form = "DRG"\n[constants]\ncountry = "CO"\nunit = "KGM"\n[columns]\ndate = "FECHA"\nsubtype ='
        ' "DROGA"\nquantity = "KG"\n'
    )
    rows = [
        {"FECHA": "2024-01-13", "DROGA": "COCAINA", "KG": "12.5"},
        {"FECHA": "2024-01-14", "DROGA": "HEROINA", "KG": 3},
    ]
    assert take(people, tmp_path, json.dumps(rows), mapping, "a.json")["accepted"] == 2
    again = take(people, tmp_path, "\n".join(map(json.dumps, rows)), mapping, "b.ndjson")
    assert (again["accepted"], again["unchanged"]) == (0, 2)
    assert [line[2:4] for line in lines()] == [("cocaine", "12.5"), ("heroin", "3")]


def test_heads_are_compared_without_outer_spaces_and_line_breaks(people: SimpleNamespace, tmp_path: Path) -> None:
    rows = [["date ", "country", "subtype", "qty\n(kg)", " unit"], ["2024-01-13", "KE", "cocaine", 1, "KGM"]]
    mapping = DRUGS.replace('"date"\n', '"date  "\n').replace('"qty"', '"qty (kg)"')
    assert take(people, tmp_path, sheet(tmp_path, rows), mapping)["accepted"] == 1


def test_titles_above_groups_beside_and_totals_below_are_no_cases(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = (
        'form = "DRG"\n[constants]\nunit = "KGM"\n[reader]\nheader = [3, 4]\nheadings = "Group"\n[columns]\nsubtype ='
        ' "Group"\nquantity = "Weight kg"\ncountry = "Where Country"\ndate = "Where Date"\n[skip]\n"Group" ='
        ' ["Total"]\n'
    )
    rows: list[list[Any]] = [
        ["Seizures of the year"],
        [],
        [None, "Weight", None, "Where", None],
        ["Group", "kg", "pieces", "Country", "Date"],
        ["Opiates"],
        ["heroin", 2, None, "KE", "2024-01-13"],
        ["Cocaine-type"],
        ["cocaine", 4, None, "KE", "2024-01-15"],
        ["Total", 6],
    ]
    answer = take(people, tmp_path, sheet(tmp_path, rows), mapping)
    assert (answer["accepted"], answer["skipped"], answer["rows"]) == (2, 3, 5)


def test_every_sheet_that_has_the_heads_is_read(people: SimpleNamespace, tmp_path: Path) -> None:
    head = HEAD.strip().split(";")
    book = sheet(
        tmp_path,
        [["Read me"]],
        May=[head, ["2024-05-01", "KE", "cocaine", 1, "KGM"]],
        June=[head, ["2024-06-01", "KE", "cocaine", 2, "KGM"]],
    )
    assert take(people, tmp_path, book, DRUGS + '[reader]\nsheet = "*"\n')["accepted"] == 2
    assert [line[0] for line in lines()] == ["2024-05-01", "2024-06-01"]


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        (DRUGS + '"conveyence.mode" = "by"\n', "conveyence.mode", "conveyance.mode"),
        (DRUGS + '[constants]\noffise = "X"\n', "offise", "office"),
        (DRUGS + '[value.unit]\n"x" = "KGM"\n', "value", "values"),
        (DRUGS + '[formats]\ndates = ["%Y"]\n', "dates", "date"),
        (DRUGS + '[values.units]\n"x" = "KGM"\n', "units", "unit"),
        (DRUGS + '[clean]\n"qtty" = "x"\n', "qtty", "qty"),
        (DRUGS.replace("DRG", "DGR"), "DGR", "DRG"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_nearest(text: str, name: str, near: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_targets(read_mapping(text))
    assert name in refused.value.sentence
    assert f"«{near}»" in refused.value.sentence
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        DRUGS + '[values.subtype]\n"x" = { code = "other", times = 2 }\n',
        DRUGS + '[values.subtype]\n"?" = "other"\n"*" = "other"\n',
        DRUGS + '[formats]\nfiscal_year_named = "first"\n',
        DRUGS + '[values.quantity]\n"?" = "1"\n',
    ],
)
def test_what_has_no_effect_where_it_stands_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        check_targets(read_mapping(text))


def test_only_a_row_that_repeats_every_column_is_a_double(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = (
        'form = "TOB"\n[constants]\ncountry = "PL"\nunit = "STC"\nsubtype = "cigarettes"\n[columns]\ndate ='
        ' "date"\noffice = "place"\nquantity = "qty"\n'
    )
    text = "date;place;qty;mark\n" + "".join(f"2024-01-03;A;200;{m}\n" for m in ("ROUND", "SQUARE", "OVAL", "OVAL"))
    answer = take(people, tmp_path, text, mapping)
    assert (answer["accepted"], answer["unchanged"], answer["cases"]) == (3, 1, 3)
    again = take(people, tmp_path, text + "\n", mapping, "again.csv")
    assert (again["accepted"], again["unchanged"]) == (0, 4)


def test_the_same_record_in_another_spelling_is_the_same_case(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = DRUGS + '[formats]\ndate = ["%d.%m.%Y"]\ndecimal = ","\n'
    assert take(people, tmp_path, HEAD + "13.01.2024;BR;cocaine;12,50;KGM\n", mapping)["accepted"] == 1
    rows = [HEAD.strip().split(";"), ["2024-01-13", "Brazil", "Cocaine", 12.5, "kg"]]
    again = take(people, tmp_path, sheet(tmp_path, rows), mapping, "again.xlsx")
    assert (again["accepted"], again["unchanged"]) == (0, 1)


def test_a_number_restated_in_its_fifteenth_digit_is_unchanged(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = DRUGS.replace("[columns]\n", '[columns]\nnational_ref = "ref"\n')
    head = "ref;" + HEAD
    rows = ["A;2024-01-01;US;heroin;29.29707567359661;LBR", "B;2024-01-02;US;heroin;3.5;LBR"]
    assert take(people, tmp_path, head + "\n".join(rows), mapping)["accepted"] == 2
    rows = ["A;2024-01-01;US;heroin;29.2970756735966;LBR", "B;2024-01-02;US;heroin;4.25;LBR"]
    again = take(people, tmp_path, head + "\n".join(rows), mapping, "again.csv")
    assert (again["unchanged"], again["changed"]) == (1, 1)


def test_errors_say_the_value_why_and_what_to_do(people: SimpleNamespace, tmp_path: Path) -> None:
    rows = [
        "2024-02-30;BR;cocaine;1;KGM",
        "2024-00-15;BR;cocaine;1;KGM",
        "2024-01-01;Vietnam, China;cocaine;1;KGM",
        "2024-01-02;Congo;cocaine;1;KGM",
        "2024-01-03;BR;cocaine;1;cartons",
    ]
    answer = take(people, tmp_path, HEAD + "\n".join(rows), DRUGS)
    assert answer["rejected"] == 5
    told = {error["row"]: error["message"] for error in answer["errors"]}
    assert told[2] == "«2024-02-30» is no day: February 2024 has 29 days."
    assert told[3] == "«2024-00-15» is no date: there is no month 0."
    assert "«Vietnam, China» names several countries. Give one." in told[4]
    assert "CD (Congo - Kinshasa)" in told[5]
    assert "CG (Congo - Brazzaville)" in told[5]
    assert "«cartons» is no unit that this field takes. It takes: KGM (kilogram)" in told[6]
    assert "calorie" not in told[6]
    assert answer["error_counts"] == {
        "ambiguous_code": 1,
        "date_day": 1,
        "date_month": 1,
        "several_countries": 1,
        "unknown_unit": 1,
    }


OFFICES = (
    'form = "DRG"\n[constants]\ncountry = "%s"\nunit = "KGM"\nsubtype = "cocaine"\n[columns]\ndate = "date"\noffice ='
    ' "office"\nquantity = "qty"\n'
)


@pytest.mark.parametrize(
    ("country", "encoding", "office"),
    [
        ("PL", "cp1250", "Oddział Celny w Świnoujściu"),
        ("PL", "cp852", "Oddział Celny w Świnoujściu"),
        ("TR", "cp1254", "Kapıkule Gümrük Muhafaza Şefliği"),
        ("GR", "cp1253", "Τελωνείο Πειραιά"),
        ("BG", "cp1251", "Митница Бургас"),
        ("RU", "koi8_r", "Таможня порта"),
        ("LT", "cp1257", "Šiaulių muitinė"),
        ("TH", "cp874", "ด่านศุลกากร"),
        ("FR", "mac_roman", "Bureau de douane de Sète à côté"),
        ("JP", "cp932", "横浜税関"),
        ("IL", "cp1255", "מכס נמל חיפה"),
    ],
)
def test_an_encoding_is_told_by_country_and_letters(
    country: str, encoding: str, office: str, people: SimpleNamespace, tmp_path: Path
) -> None:
    text = "date;office;qty\n" + "".join(f"2024-01-0{n};{office};{n}\n" for n in range(1, 4))
    assert take(people, tmp_path, text.encode(encoding), OFFICES % country)["accepted"] == 3
    assert {case.header["office"] for case in Case.objects.all()} == {office}


def test_an_encoding_that_is_not_sure_is_asked_with_a_line_in_each(people: SimpleNamespace, tmp_path: Path) -> None:
    text = "date;country;office;qty\n" + "2024-01-01;Poland;Urząd w Łodzi;1\n" * 3
    mapping = (
        (OFFICES % "").replace('country = ""\n', "").replace('date = "date"', 'date = "date"\ncountry = "country"')
    )
    with pytest.raises(BadInput) as refused:
        take(people, tmp_path, text.encode("cp1250"), mapping)
    assert "«2024-01-01;Poland;Urząd w Łodzi;1»" in refused.value.sentence
    assert "cp1252" in refused.value.sentence
    answer = take(people, tmp_path, text.encode("cp1250"), mapping + '[reader]\nencoding = "cp1250"\n', "b.csv")
    assert answer["accepted"] == 1


def test_a_few_broken_bytes_of_utf8_are_said(people: SimpleNamespace, tmp_path: Path) -> None:
    text = "date;office;qty\n" + "".join(f"2024-01-0{n};Urząd Celny w Łodzi;{n}\n" for n in range(1, 9))
    answer = take(people, tmp_path, text.encode() + b"2024-01-09;Bia\xffa;9\n", OFFICES % "PL")
    assert answer["accepted"] == 9
    assert answer["notes"]["broken_bytes"] == "1"
    assert "Urząd Celny w Łodzi" in {case.header["office"] for case in Case.objects.all()}


def test_ragged_lines_are_told_by_their_number_and_mixed_line_ends_are_read(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    rows = "2024-01-01;KE;cocaine;1;KGM\r\n2024-01-02;KE;cocaine;2;KGM;more\n2024-01-03;KE;cocaine;3;KGM\r"
    answer = take(people, tmp_path, HEAD + rows, DRUGS)
    assert (answer["rows"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
    assert [error["row"] for error in answer["errors"]] == [3]
    assert "Line 3 has 6 cells, the heads are 5." in answer["errors"][0]["message"]


def test_a_reference_that_looks_like_a_key_of_the_node_stays_the_reference_of_its_case(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    head = "form,national_ref,date,country,subtype,quantity,unit\n"
    text = head + "".join(f"DRG,{ref},2024-01-03,KE,cocaine,{n},KGM\n" for ref, n in (("=7", 1), ("=7", 2), ("#9", 3)))
    path = tmp_path / "f.csv"
    path.write_text(text)
    answer = bring(people.secretariat_contact, path)
    assert (answer["rows"], answer["accepted"], answer["cases"], answer["unchanged"]) == (3, 3, 2, 0)
    assert sorted(Case.objects.values_list("national_ref", flat=True)) == ["#9", "=7"]
    wrong = tmp_path / "g.csv"
    wrong.write_text(head + "DRG,=8,never,KE,cocaine,1,KGM\n" * 3)
    answer = bring(people.secretariat_contact, wrong)
    assert (answer["rows"], answer["rejected"]) == (3, 3)

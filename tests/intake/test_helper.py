"""The mapping helper: a foreign file is proposed, corrected, kept and taken in."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD
from tests.intake.files import xlsx_of

SPANISH = (
    "Expediente;Fecha de la incautación;Aduana;Mercancía;Cantidad;Unidad de medida;Medio de transporte;"
    "País de procedencia;Observaciones\n"
    "A-1;25/10/2026;Algeciras;cocaína;1.250,5;Kilogramo;marítimo;Colombia;en contenedor\n"
    "A-2;03/11/2026;Valencia;hachis puro;12,25;Kilogramo;carretera;Marruecos;\n"
)
RUSSIAN = (
    "Номер дела;Дата изъятия;Страна;Наименование;Количество;Единица;Вид транспорта\n"
    "R-7;2026-10-05;Кения;пистолет;3;H87;4\n"
    "R-8;2026-10-06;Кения;револьвер;1;H87;4\n"
)
CHINESE = "案件编号,查获日期,国家,品名,数量,单位\nC-1,2026-10-05,肯尼亚,pistol,3,件\nC-2,2026-10-06,肯尼亚,rifle,1,件\n"


def targets(form_code: str, text: str) -> dict[str, str]:
    """What is proposed: path by head."""
    from tidewaiter.forms.queries import form_named
    from tidewaiter.intake.proposing import propose

    rows = [re.split("[;,]", line) if ";" not in text else line.split(";") for line in text.splitlines()]
    return {one.head: one.path for one in propose(form_named(form_code), rows[0], rows[1:]).columns}


@pytest.mark.django_db
def test_columns_are_proposed_by_their_names_and_by_what_stands_in_them() -> None:
    assert targets("DRG", SPANISH) == {
        "Expediente": "national_ref",
        "Fecha de la incautación": "date",
        "Aduana": "office",
        "Mercancía": "subtype",
        "Cantidad": "quantity",
        "Unidad de medida": "unit",
        "Medio de transporte": "conveyance.mode",
        "País de procedencia": "route.departure.country",
        "Observaciones": "narrative",
    }
    assert list(targets("WPN", RUSSIAN).values()) == [
        "national_ref",
        "date",
        "country",
        "subtype",
        "quantity",
        "unit",
        "conveyance.mode",
    ]
    assert list(targets("WPN", CHINESE).values()) == ["national_ref", "date", "country", "subtype", "quantity", "unit"]
    told_by_values = targets("WPN", "a1,a2,a3\n2026-10-05,pistol,H87\n2026-10-06,rifle,H87\n")
    assert told_by_values == {"a1": "date", "a2": "subtype", "a3": "unit"}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


COLUMNS = [
    "national_ref",
    "date",
    "office",
    "subtype",
    "quantity",
    "unit",
    "conveyance.mode",
    "route.departure.country",
    "narrative",
]
"""What the columns of the Spanish file are, in their order."""
MAPPED = {
    "form": "DRG",
    "chosen": "1",
    **{f"t{at}": path for at, path in enumerate(COLUMNS)},
    "c.country": "KE",
    "order": "dmy",
    "decimal": ",",
    "w.subtype.0": "hachis puro",
    "v.subtype.0": "cannabis_resin",
    "w.unit.0": "Kilogramo",
    "v.unit.0": "KGM",
    "w.conveyance.mode.0": "carretera",
    "v.conveyance.mode.0": "3",
    "w.conveyance.mode.1": "marítimo",
    "v.conveyance.mode.1": "1",
}
"""What a person chooses on the page."""


@pytest.mark.django_db
def test_a_foreign_file_is_mapped_tried_kept_and_taken_in(
    people: SimpleNamespace, client: Client, tmp_path: Path, settings: Any
) -> None:
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.intake.queries import mapping_named
    from tidewaiter.jobs.actions import Progress

    held = Path(settings.TIDEWAITER_HOME) / "held"
    before = set(held.iterdir()) if held.exists() else set()
    client.login(username=people.contact.username, password=PASSWORD)
    upload = SimpleUploadedFile("saisies.csv", SPANISH.encode("cp1252"))
    page = client.post("/intake/map/", {"file": upload, "form": "DRG"}).content.decode()
    assert "1 of 2 rows would be taken" in page
    assert not any(b"Algeciras" in one.read_bytes() for one in held.iterdir()), "what is held is sealed"
    said = {"sealed": hidden(page, "sealed"), **MAPPED}
    assert "2 of 2 rows would be taken" in client.post("/intake/map/", said).content.decode()
    refused = client.post("/intake/map/", {**said, "deed": "keep", "name": ""})
    assert refused.status_code == 400
    kept = client.post("/intake/map/", {**said, "deed": "keep", "name": "algeciras"})
    assert kept["Location"] == "/intake/?mapping=algeciras"
    assert set(held.iterdir()) == before
    assert "<option selected>algeciras" in client.get(kept["Location"]).content.decode()
    path = tmp_path / "saisies.csv"
    path.write_bytes(SPANISH.encode("cp1252"))
    name, text = mapping_named(people.contact, "algeciras")
    receipt = receive(path=path, name="s", mapping_text=text, mapping_name=name, options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert (receipt.accepted, receipt.rejected) == (2, 0)
    other = Client()
    other.login(username=people.american.username, password=PASSWORD)
    assert "algeciras" not in other.get("/intake/").content.decode()
    assert client.post("/intake/map/drop/", {"name": "algeciras"}).status_code == 302
    assert client.post("/intake/map/drop/", {"name": "algeciras"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b'[{"form": "WPN", "lines": []}]', b"PK\x03\x04", b"<Cases/>"])
def test_a_file_that_is_no_table_is_told(people: SimpleNamespace, client: Client, data: bytes) -> None:
    client.login(username=people.contact.username, password=PASSWORD)
    answer = client.post("/intake/map/", {"file": SimpleUploadedFile("x", data), "form": "WPN"})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_a_title_above_the_heads_is_passed_over(people: SimpleNamespace, client: Client) -> None:
    book = xlsx_of(
        {"Report of seizures": "Date seized", "2026": "Product"}, {"Report of seizures": "2026-10-05", "2026": "pistol"}
    )
    client.login(username=people.contact.username, password=PASSWORD)
    page = client.post("/intake/map/", {"file": SimpleUploadedFile("x.xlsx", book), "form": "WPN"}).content.decode()
    assert "Date seized" in page
    assert "header = 2" in page.replace("&quot;", '"')


@pytest.mark.django_db
def test_an_unsure_encoding_is_asked_with_a_line_in_each(people: SimpleNamespace, client: Client) -> None:
    client.login(username=people.contact.username, password=PASSWORD)
    table = "Nr;Data;Towar;Ilość;Uwagi\nA-1;2026-10-05;pistolet;3;Żółć\n".encode("cp1250")
    page = client.post("/intake/map/", {"file": SimpleUploadedFile("x.csv", table), "form": "WPN"})
    assert page.status_code == 200
    text = page.content.decode()
    assert 'name="encoding" value="cp1250"' in text
    assert "Towar;Ilość" in text, "as cp1250 reads it"
    assert "Towar;Iloœæ" in text, "as cp1252 does"
    chosen = {"sealed": hidden(text, "sealed"), "form": "WPN", "encoding": "cp1250"}
    text = client.post("/intake/map/", chosen).content.decode()
    assert "Żółć" in text
    assert "encoding = &quot;cp1250&quot;" in text


@pytest.mark.django_db
def test_goods_across_columns_are_lines_on_the_page_and_a_fiscal_month_is_asked(
    people: SimpleNamespace, client: Client
) -> None:
    client.login(username=people.contact.username, password=PASSWORD)
    table = b"Fiscal year,Month,Office,Cocaine_Kg,Heroin (g)\n2025,JUL,Mombasa,12.5,300\n2025,AUG,Lamu,3,0\n"
    page = client.post("/intake/map/", {"file": SimpleUploadedFile("x.csv", table), "form": "DRG"}).content.decode()
    assert "2 of 2 rows would be taken" in page
    assert "fiscal_year_starts = 7" in page, "as Kenya's does"
    assert page.count('<option value="lines" selected>') == 2
    said = {"sealed": hidden(page, "sealed"), "form": "DRG", "chosen": "1", "c.country": "KE", "fiscal": "10"}
    chosen = {"t0": "date", "t1": "date", "t2": "office", "t3": "lines", "t4": ""}
    page = client.post("/intake/map/", {**said, **chosen}).content.decode()
    assert "fiscal_year_starts = 10" in page
    assert page.count('<option value="lines" selected>') == 1
    assert "2 of 2 rows would be taken" in page

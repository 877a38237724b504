"""What a node that holds no names keeps of a brought trade file."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import make_token
from tidewaiter.trade.files.allowed_columns import may_be_kept
from tidewaiter.trade.files.sources import bring_file, path_of

ROWS = (
    "declaration id,date,hs,origin,office,quantity,value,found,Consignatario,ImporterName,goods description,Telephone\n"
    "D1,2025-01-11,640411,CN,Santa Marta,12,120,0,Juan Perez,Maria Gomez,shoes of Hans Mueller,712345678\n"
    "D2,2025-01-12,640411,VN,La Virginia,10,90,1,Juan Perez,Maria Gomez,shoes,712345679\n"
)


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME, settings.HOLDS_NAMES = str(tmp_path / "home"), False


@pytest.mark.django_db
def test_columns_that_no_analysis_asks_for_are_dropped_and_named(people: SimpleNamespace) -> None:
    made = bring_file(name="d.csv", chunks=[ROWS.encode()], by=people.analyst)
    assert made.dropped == ["Consignatario", "ImporterName", "goods description", "Telephone"]
    table = pq.read_table(path_of(made.ref, people.analyst)).to_pylist()
    assert table[0] == {
        "declaration id": "D1",
        "date": "2025-01-11",
        "hs": "640411",
        "origin": "CN",
        "office": "Santa Marta",
        "quantity": "12",
        "value": "120",
        "found": "0",
    }


@pytest.mark.django_db
def test_what_a_selection_wrote_comes_back_whole_when_outcomes_are_fed_back(people: SimpleNamespace) -> None:
    rows = (
        b"declaration id,date,score,probability,selected,rule,found\n"
        b"D1,2025-06-01,0.91,0.4,score,,1\nD2,2025-06-02,0.12,0.01,chance,,0\nD3,2025-06-02,0.5,0.1,rule,R7,0\n"
    )
    made = bring_file(name="inspected.csv", chunks=[rows], by=people.analyst)
    assert made.dropped == []
    assert path_of(made.ref, people.analyst).read_bytes() == rows


@pytest.mark.django_db
def test_a_cell_that_names_somebody_is_masked_where_it_stands(people: SimpleNamespace) -> None:
    rows = b"hs,quantity,value,regime\n640411,2,20,driver Juan Carlos Perez Gomez\n640411,3,30,import\n"
    made = bring_file(name="d.csv", chunks=[rows], by=people.analyst)
    regimes = pq.read_table(path_of(made.ref, people.analyst)).column("regime").to_pylist()
    assert regimes == ["driver █████", "import"]


@pytest.mark.django_db
def test_a_file_without_any_column_for_an_analysis_is_refused(people: SimpleNamespace) -> None:
    with pytest.raises(BadInput, match="No column of this file"):
        bring_file(name="d.csv", chunks=[b"Consignatario,Remarks\nJuan Perez,nothing\n"], by=people.analyst)


@pytest.mark.django_db
def test_by_program_the_answer_names_what_was_dropped(people: SimpleNamespace) -> None:
    _token, text = make_token(officer=people.analyst, scope="write", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.post("/api/v1/trade/files?name=d.csv", ROWS.encode(), content_type="application/octet-stream")
    assert answer.status_code == 201
    assert answer.json()["dropped"] == ["Consignatario", "ImporterName", "goods description", "Telephone"]


def test_heads_of_the_known_layouts_are_kept() -> None:
    for head in (
        *("reporterISO", "partnerISO", "flowCode", "cmdCode", "refYear", "primaryValue", "netWgt", "motCode"),
        *(
            "TradeValue in 1000 USD",
            "NetWeight in KGM",
            "ProductCode",
            "iso_o",
            "dist",
            "contig",
            "t",
            "i",
            "j",
            "k",
            "v",
        ),
        *("fecha", "Partida arancelaria", "peso neto", "Valor FOB", "bureau", "pays d'origine", "currency", "rate"),
    ):
        assert may_be_kept(head), head
    for head in (
        "Consignatario",
        "ImporterName",
        "exporter_name",
        "Remarks",
        "goods description",
        "Driver",
        "NIF",
        "Email",
    ):
        assert not may_be_kept(head), head

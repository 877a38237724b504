"""The unit-price screen from files and to files: kinds, encodings, stages, runs
that were stopped, what cannot be used.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.trade.declared import HEADS, made, written
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import workbook_of_rows
from tidewaiter.trade.prices.price_run import Source, screen, write_results
from tidewaiter.trade.prices.unit_prices import LADDER, PriceParameters, ladder_of

pytestmark = pytest.mark.django_db


def test_by_command_to_every_kind_of_file_and_again_from_its_stages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "d.csv", made())
    answers = []
    for out in ("flagged.csv", "flagged.parquet", "flagged.xlsx", "all"):
        call_command(
            "unit_prices",
            str(path),
            output=str(tmp_path / out),
            min_group=12,
            work=str(tmp_path / "kept"),
            format="json",
        )
        answers.append(json.loads(capsys.readouterr().out))
    assert len({json.dumps({**one, "seconds": 0}) for one in answers}) == 1
    number = answers[0]["flagged"]
    with (tmp_path / "flagged.csv").open() as file:
        assert len(list(csv.DictReader(file))) == number
    assert pq.read_table(tmp_path / "flagged.parquet").num_rows == number
    assert load_workbook(tmp_path / "flagged.xlsx").active.max_row == number + 1
    assert json.loads((tmp_path / "all" / "report.json").read_text())["flagged"] == number
    assert {one.name for one in (tmp_path / "all").iterdir()} == {
        "flagged.parquet",
        "report.json",
        "by_importer.csv",
        "by_partner.csv",
        "by_product.csv",
        "by_month.csv",
    }
    before = (tmp_path / "kept" / "cleaned.parquet").stat().st_mtime_ns
    call_command(
        "unit_prices",
        str(path),
        output=str(tmp_path / "x.csv"),
        min_group=20,
        work=str(tmp_path / "kept"),
        format="json",
    )
    assert json.loads(capsys.readouterr().out)["groups"] != answers[0]["groups"], (
        "other parameters are another comparison"
    )
    assert (tmp_path / "kept" / "cleaned.parquet").stat().st_mtime_ns == before, "the cleaned rows are the same"


def test_parquet_in_parts_and_foreign_heads_by_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = made()
    folder = tmp_path / "parts"
    folder.mkdir()
    for n in range(3):
        table = pa.Table.from_pylist(
            [
                {
                    "nr": row["Declaration ID"],
                    "ware": row["HS Code"],
                    "woher": row["Country of Origin"],
                    "kg": float(row["Net Mass"]),
                    "wert": float(row["Customs Value"]),
                    "Date": row["Date"],
                }
                for row in rows[n::3]
            ]
        )
        pq.write_table(table, folder / f"{n}.parquet")
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\nid = "nr"\nhs = "ware"\npartner = "woher"\nquantity = "kg"\nvalue = "wert"\n')
    call_command(
        "unit_prices",
        str(folder),
        output=str(tmp_path / "o.csv"),
        mapping=str(mapping),
        group="hs6,origin,month",
        min_group=12,
        format="json",
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == len(rows)
    assert answer["columns"]["hs"] == "ware"
    assert ladder_of(["hs6", "partner", "month"])[0] == ("hs6", "partner", "month")
    assert ladder_of(["hs6"]) == (("hs6",), LADDER[1])


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        ("a,b\n1,2\n", {}, "missing_column"),
        ("", {}, "no_rows"),
        ("hs,quantity,value\n850440,0,1\n", {}, "no_rows"),
        ("hs,quantity,value\n850440,1,1\n", {"low": 0.8, "high": 0.2}, "quantiles"),
        ("hs,quantity,value\n850440,1,1\n", {"min_group": 1}, "min_group"),
        ("hs,quantity,value\n850440,1,1\n", {"group": "hs6,colour"}, "group"),
        ("hs,quantity,value\n850440,1,1\n", {"memory": "much"}, "memory"),
        ("hs,quantity,value\n850440,1,1\n", {"output": "o.doc"}, "output"),
        ("hs,quantity,value\n850440,1,1\n", {"rates": "no.csv"}, "unreadable"),
    ],
)
def test_what_cannot_be_used_ends_with_the_reason(
    tmp_path: Path, content: str, said: dict[str, Any], code: str
) -> None:
    path = tmp_path / "d.csv"
    path.write_text(content)
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command(
            "unit_prices", str(path), **{"output": str(tmp_path / "o.csv"), "format": "json", "stdout": out} | said
        )
    assert ended.value.returncode == 2
    assert json.loads(out.getvalue())["error"] == code


def test_formulas_in_names_are_neutral_in_the_csv(tmp_path: Path) -> None:
    rows = made()
    for row in rows:
        row["Importer ID"] = "=cmd()"
    path, work = written(tmp_path / "d.csv", rows), tmp_path / "w"
    found = screen(Source(path), work, PriceParameters(min_group=12))
    write_results(found, work, tmp_path / "o.csv")
    with (tmp_path / "o.csv").open() as file:
        assert {row["importer"] for row in csv.DictReader(file)} == {"'=cmd()"}
    with pytest.raises(BadInput):
        write_results(found, work, tmp_path / "o.exe")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_file_of_another_encoding_or_a_workbook_says_the_same(tmp_path: Path, encoding: str) -> None:
    rows = [row | {"Importer ID": f"Société générale n° {at % 5}"} for at, row in enumerate(made(200))]
    plain = screen(Source(written(tmp_path / "plain.csv", rows)), tmp_path / "a", PriceParameters(min_group=10))
    other = tmp_path / "other.csv"
    other.write_text((tmp_path / "plain.csv").read_text(), encoding=encoding)
    found = screen(Source(other), tmp_path / "b", PriceParameters(min_group=10))
    assert found.summaries["importer"] == plain.summaries["importer"]
    assert "Société générale n° 1" in {row["importer"] for row in found.summaries["importer"]}
    said = found.answer()["vintage"]
    assert (said["encoding"] != "", said["from"], said["until"]) == (encoding != "utf-8-sig", 2024, 2025), said
    assert said["file"] == datetime.fromtimestamp(other.stat().st_mtime, UTC).date().isoformat()
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook_of_rows(HEADS, [list(row.values()) for row in rows]))
    assert screen(Source(book), tmp_path / "c", PriceParameters(min_group=10)).flagged == plain.flagged


@pytest.mark.parametrize(("at", "kept"), [("Comparing", "likes.parquet"), ("Judging", "screened.parquet")])
def test_parts_find_what_the_whole_finds_and_a_stopped_run_goes_on_with_the_next(
    at: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = written(tmp_path / "d.csv", made(900)), PriceParameters(min_group=12)
    whole = screen(Source(path), tmp_path / "whole", asked)
    write_results(whole, tmp_path / "whole", tmp_path / "whole.csv")
    monkeypatch.setattr("tidewaiter.trade.prices.price_run.A_GIGABYTE", 100)
    monkeypatch.setattr("tidewaiter.trade.prices.price_run.A_STRETCH", 500)

    def stopped(stage: str) -> None:
        if stage.startswith(at) and "part 2" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(Source(path), tmp_path / "parts", asked, tell=stopped)
    first = tmp_path / "parts" / kept / "0000.parquet"
    done, cleaned = first.stat().st_mtime_ns, (tmp_path / "parts" / "cleaned.parquet").stat().st_mtime_ns
    again: list[str] = []
    found = screen(Source(path), tmp_path / "parts", asked, tell=again.append)
    assert (first.stat().st_mtime_ns, (tmp_path / "parts" / "cleaned.parquet").stat().st_mtime_ns) == (done, cleaned)
    assert any(stage.startswith(at) and "part 2 of 2" in stage for stage in again)
    assert not any("Reading" in stage or (stage.startswith(at) and "part 1" in stage) for stage in again)
    write_results(found, tmp_path / "parts", tmp_path / "parts.csv")
    assert (tmp_path / "parts.csv").read_text() == (tmp_path / "whole.csv").read_text()
    with (tmp_path / "whole.csv").open() as file:
        assert all(re.search(r" of [0-9]+ like ones", row["reason"]) for row in csv.DictReader(file))
    assert found.answer() | {"seconds": 0} == whole.answer() | {"seconds": 0}


def test_a_run_stopped_and_begun_again_with_other_memory_compares_every_row_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = ["610910"] * 250 + ["640411"] * 100 + ["850440"] * 100
    rows = [row | {"HS Code": code} for row, code in zip(made(450), codes, strict=True)]
    path, asked = written(tmp_path / "d.csv", rows), PriceParameters(min_group=12)
    whole = screen(Source(path), tmp_path / "whole", asked)
    monkeypatch.setattr("tidewaiter.trade.prices.price_run.A_GIGABYTE", 100)

    def stopped(stage: str) -> None:
        if "part 2 of 2" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(Source(path), tmp_path / "w", asked, memory="4GB", tell=stopped)
    found = screen(Source(path), tmp_path / "w", asked, memory="3GB")
    assert found.answer() | {"seconds": 0} == whole.answer() | {"seconds": 0}


def test_a_file_that_is_changed_in_a_folder_is_read_again(tmp_path: Path) -> None:
    folder, rows = tmp_path / "lake", made(60)
    folder.mkdir()
    for at in range(2):
        pq.write_table(pa.Table.from_pylist(rows[at * 30 : at * 30 + 30]), folder / f"{at}.parquet")
    assert screen(Source(folder), tmp_path / "w", PriceParameters(min_group=5)).rows == 60
    pq.write_table(pa.Table.from_pylist(rows[30:45]), folder / "1.parquet")
    assert screen(Source(folder), tmp_path / "w", PriceParameters(min_group=5)).rows == 45


def test_rows_of_a_folder_are_numbered_through_its_files(tmp_path: Path) -> None:
    rows = made(90)
    folder = tmp_path / "lake"
    folder.mkdir()
    for at in range(3):
        pq.write_table(pa.Table.from_pylist(rows[at * 30 : at * 30 + 30]), folder / f"{at}.parquet")
    screen(Source(folder), tmp_path / "w", PriceParameters(min_group=5))
    numbers = {row["id"]: row["row"] for row in pq.read_table(tmp_path / "w" / "cleaned.parquet").to_pylist()}
    assert numbers == {row["Declaration ID"]: at + 1 for at, row in enumerate(rows)}


def test_numbers_and_days_that_a_file_knows_as_such_say_what_texts_say(tmp_path: Path) -> None:
    rows = made(300)
    typed = [
        row
        | {
            "Net Mass": float(row["Net Mass"]),
            "Customs Value": float(row["Customs Value"]),
            "Date": date.fromisoformat(row["Date"]),
        }
        for row in rows
    ]
    pq.write_table(pa.Table.from_pylist(typed), tmp_path / "d.parquet")
    texts, known = (
        screen(Source(path), tmp_path / path.suffix, PriceParameters(min_group=10)).answer()
        for path in (written(tmp_path / "d.csv", rows), tmp_path / "d.parquet")
    )
    assert known | {"seconds": 0} == texts | {"seconds": 0}


def test_work_that_does_not_fit_into_the_memory_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", made(9000))
    with pytest.raises(BadInput, match="does not fit into 1MB"):
        screen(Source(path), tmp_path / "w", PriceParameters(), memory="1MB")


def test_two_columns_of_one_head_are_refused_and_heads_that_end_in_numbers_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"D{n},2025-01-{1 + n % 27:02d},640411,CN,10,{100 + n},{900 + n}" for n in range(40)]
    heads = "declaration id,date,hs,origin,quantity,value"
    twice, apart = tmp_path / "twice.csv", tmp_path / "apart.csv"
    twice.write_text("\n".join([f"{heads},Value", *lines]) + "\n")
    apart.write_text("\n".join([f"{heads},value_1", *lines]) + "\n")
    with pytest.raises(CommandError, match=r"Two columns hold «[vV]alue»"):
        call_command("unit_prices", str(twice), output=str(tmp_path / "x.csv"), min_group=12, format="json")
    capsys.readouterr()
    call_command("unit_prices", str(apart), output=str(tmp_path / "y.csv"), min_group=12, format="json")
    assert json.loads(capsys.readouterr().out)["rows"] == 40

"""The unit-price screen: numbers equal a recount by the book, bad rows are counted, a run goes on where it was stopped."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import workbook_of_rows
from tidewaiter.trade.declarations import units
from tidewaiter.trade.prices import LADDER, Parameters, ladder_of, unit_prices
from tidewaiter.trade.screening import Source, screen, with_reason, write_results

HEADS = (
    "Declaration ID",
    "Date",
    "HS Code",
    "Country of Origin",
    "Net Mass",
    "Unit",
    "Customs Value",
    "Importer ID",
    "Flow",
)


def _made(number: int = 900, seed: int = 3) -> list[dict[str, str]]:
    """Declarations of three goods from three origins over two years, some priced far off."""
    chance = random.Random(seed)
    rows = []
    for n in range(number):
        hs, origin = chance.choice(("8504409000", "8504401000", "6109100000")), chance.choice(("CN", "VN", "TR"))
        quantity, price = chance.randrange(1, 500), {"8": 12.0, "6": 4.0}[hs[0]] * math.exp(chance.gauss(0, 0.3))
        price *= chance.choices((1, 3, 0.3, 10), (90, 4, 4, 2))[0]
        rows.append(dict(zip(HEADS, (f"D{n:05}", f"202{4 + n % 2}-{1 + n % 12:02}-15", hs, origin, str(quantity), "KG", f"{price * quantity:.4f}", f"I{n % 7}", chance.choice(("import", "export"))), strict=True)))  # fmt: skip
    return rows


def _written(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _found(
    path: Path, tmp_path: Path, parameters: Parameters | None = None, **said: Any
) -> tuple[Any, dict[str, dict[str, Any]]]:
    work = tmp_path / f"work{len(list(tmp_path.iterdir()))}"
    asked = parameters or Parameters()
    found = screen(Source(path, **said), work, asked)
    rows = {row["id"]: row for row in _all(work, asked)}
    flagged = pq.read_table(work / "screened.parquet").to_pylist()
    assert all(row.items() <= rows[row["id"]].items() for row in flagged), "what is kept is what the whole says"
    assert {key for key, row in rows.items() if row["side"] or row["side_beside"]} == {row["id"] for row in flagged}
    return found, rows


def _all(work: Path, parameters: Parameters) -> list[dict[str, Any]]:
    """Every row of a screen by the library's own door: flagged or not."""
    whole = unit_prices(ibis.duckdb.connect().read_parquet(str(work / "cleaned.parquet")), parameters)
    found: list[dict[str, Any]] = whole.to_pyarrow().to_pylist()
    return found


def _recount(rows: list[dict[str, str]], parameters: Parameters) -> dict[str, dict[str, Any]]:
    """The same by the book: for every row the like ones without it, sorted, the value at the nearest rank."""
    known = [
        {"id": row["Declaration ID"], "hs10": row["HS Code"], "hs6": row["HS Code"][:6], "partner": row["Country of Origin"], "flow": row["Flow"], "year": row["Date"][:4],
         "quarter": (int(row["Date"][5:7]) - 1) // 3, "price": float(row["Customs Value"]) / float(row["Net Mass"]), "quantity": float(row["Net Mass"])}
        for row in rows
    ]  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for row in known:
        answer: dict[str, Any] = {"rung": None, "side": None, "amount": 0.0}
        for rung, keys in enumerate(parameters.ladder):
            every = ["flow", *keys, *(["year"] if "quarter" in keys else [])]
            like = sorted(
                other["price"]
                for other in known
                if other["id"] != row["id"] and all(other[key] == row[key] for key in every)
            )
            if len(like) < parameters.min_group:
                continue
            low, high = (
                like[max(1, math.ceil(quantile * len(like))) - 1] for quantile in (parameters.low, parameters.high)
            )
            answer = {"rung": rung, "low": low, "high": high, "group_size": len(like) + 1, "side": None, "amount": 0.0}
            if row["price"] > high:
                answer |= {"side": "over", "amount": (row["price"] - high) * row["quantity"]}
            elif row["price"] < low:
                answer |= {"side": "under", "amount": (low - row["price"]) * row["quantity"]}
            break
        found[row["id"]] = answer
    return found


@pytest.mark.parametrize("parameters", [Parameters(min_group=12), Parameters(low=0.1, high=0.9, min_group=40)])
def test_every_row_equals_a_recount(tmp_path: Path, parameters: Parameters) -> None:
    rows = _made()
    found, by_id = _found(_written(tmp_path / "d.csv", rows), tmp_path, parameters)
    book = _recount(rows, parameters)
    assert set(by_id) == set(book)
    for key, said in book.items():
        row = by_id[key]
        assert (row["rung"], row["side"]) == (said["rung"], said["side"]), key
        assert row["amount"] == pytest.approx(said["amount"]), key
        if said["rung"] is not None:
            assert (row["low"], row["high"], row["group_size"]) == (
                pytest.approx(said["low"]),
                pytest.approx(said["high"]),
                said["group_size"],
            )
    flagged = [one for one in book.values() if one["side"]]
    assert (found.rows, found.flagged) == (len(rows), len(flagged))
    assert found.over_value == pytest.approx(sum(one["amount"] for one in flagged if one["side"] == "over"), abs=0.01)
    assert found.under_value == pytest.approx(sum(one["amount"] for one in flagged if one["side"] == "under"), abs=0.01)
    assert found.outflow + found.inflow == pytest.approx(found.over_value + found.under_value, abs=0.02)
    assert len({one["rung"] for one in book.values()}) > 1, "the ladder is used"


def test_the_direction_of_flow_is_that_of_the_table(tmp_path: Path) -> None:
    rows = _made()
    _all, by_id = _found(_written(tmp_path / "d.csv", rows), tmp_path, Parameters(min_group=12))
    flows = {row["Declaration ID"]: row["Flow"] for row in rows}
    table = {("import", "over"): "outflow", ("import", "under"): "inflow", ("export", "over"): "inflow", ("export", "under"): "outflow"}  # fmt: skip
    flagged = [row for row in by_id.values() if row["side"]]
    assert {(row["flow"], row["side"]) for row in flagged} == set(table)
    assert all(row["movement"] == table[flows[row["id"]], row["side"]] for row in flagged)
    said = with_reason(ibis.memtable(pa.Table.from_pylist(flagged))).to_pyarrow().to_pylist()
    assert all(str(row["group_size"]) in row["reason"] and "like ones" in row["reason"] for row in said)


def test_a_factor_of_ten_is_called_a_slip(tmp_path: Path) -> None:
    rows = [dict(zip(HEADS, (f"D{n}", "2025-03-01", "850440", "CN", "10", "KGM", str(100 + n % 5), "I", "import"), strict=True)) for n in range(60)]  # fmt: skip
    rows[7]["Customs Value"], rows[8]["Customs Value"], rows[9]["Customs Value"] = "1020", "46.3", "180"
    found, by_id = _found(_written(tmp_path / "d.csv", rows), tmp_path)
    assert [by_id[key]["slip"] for key in ("D7", "D8", "D9")] == ["power_of_ten", "pound_kilogram", None]
    assert found.slips == 2


def test_units_are_counted_in_one_and_unlike_ones_never_mixed(tmp_path: Path) -> None:
    rows = [dict(zip(HEADS, (f"D{n}", "2025-03-01", "850440", "CN", "1", "T", str(12_000 + n), "I", "import"), strict=True)) for n in range(40)]  # fmt: skip
    rows += [dict(zip(HEADS, (f"G{n}", "2025-03-01", "850440", "CN", "1000", "G", str(12 + n / 1000), "I", "import"), strict=True)) for n in range(40)]  # fmt: skip
    rows += [dict(zip(HEADS, (f"P{n}", "2025-03-01", "850440", "CN", "2", "DZN", str(24 * 5 + n), "I", "import"), strict=True)) for n in range(40)]  # fmt: skip
    _answer, by_id = _found(_written(tmp_path / "d.csv", rows), tmp_path)
    assert {(row["unit"], row["group_size"]) for row in by_id.values()} == {("KGM", 80), ("H87", 40)}
    assert by_id["P0"]["price"] == pytest.approx(5.0)
    assert len({said for said, _base, _factor in units()}) == len(units())


def test_prices_that_the_analyst_brings_win_over_the_quartiles(tmp_path: Path) -> None:
    rows = [dict(zip(HEADS, (f"D{n}", "2025-03-01", "080390", "EC", "100", "KGM", "46", "I", "import"), strict=True)) for n in range(60)]  # fmt: skip
    path = _written(tmp_path / "bananas.csv", rows)
    found, _rows = _found(path, tmp_path)
    assert found.flagged == 0, "where all of a trade is priced alike the quartiles see nothing"
    given = [{"hs": "0803", "unit": "KGM", "low": 0.9, "high": 1.1}, {"hs": "08", "unit": "KGM", "low": 0.1, "high": 9}]
    found, by_id = _found(path, tmp_path, Parameters(reference=given))
    assert (found.flagged, found.under_value) == (60, pytest.approx(60 * (0.9 - 0.46) * 100))
    assert by_id["D1"]["rung"] == -1


def test_what_is_wrong_is_counted_and_mended_zeros_are_told(tmp_path: Path) -> None:
    rows = _made(60)
    for row in rows:
        row["HS Code"] = "80390"  # a spreadsheet took the zero before
    rows[0]["Net Mass"], rows[1]["Net Mass"], rows[2]["Customs Value"], rows[3]["HS Code"], rows[4]["Net Mass"] = (
        "0",
        "-5",
        "",
        "x",
        "many",
    )
    rows[5]["HS Code"] = ""
    found, by_id = _found(_written(tmp_path / "d.csv", rows, ";"), tmp_path)
    assert found.dropped == {"no_product": 2, "no_quantity": 1, "no_value": 1, "quantity_not_positive": 2}
    assert found.hs_mended >= 54
    assert {row["hs"] for row in by_id.values()} == {"080390"}
    assert found.rows == 60


def test_currencies_by_a_rate_table(tmp_path: Path) -> None:
    rows = [{**row, "Currency": "EUR" if n % 2 else "XXX"} for n, row in enumerate(_made(80))]
    found, by_id = _found(_written(tmp_path / "d.csv", rows), tmp_path, rates={"EUR": 2.0})
    assert found.dropped == {"unknown_currency": 40}
    sample = next(iter(by_id.values()))
    original = next(row for row in rows if row["Declaration ID"] == sample["id"])
    assert sample["value"] == pytest.approx(2 * float(original["Customs Value"]))


def test_by_command_to_every_kind_of_file_and_again_from_its_stages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _written(tmp_path / "d.csv", _made())
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
    assert {one.name for one in (tmp_path / "all").iterdir()} == {"flagged.parquet", "report.json", "by_importer.csv", "by_partner.csv", "by_product.csv", "by_month.csv"}  # fmt: skip
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
    rows = _made()
    folder = tmp_path / "parts"
    folder.mkdir()
    for n in range(3):
        table = pa.Table.from_pylist([{"nr": row["Declaration ID"], "ware": row["HS Code"], "woher": row["Country of Origin"], "kg": float(row["Net Mass"]), "wert": float(row["Customs Value"]), "Date": row["Date"]} for row in rows[n::3]])  # fmt: skip
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
)  # fmt: skip
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
    rows = _made()
    for row in rows:
        row["Importer ID"] = "=cmd()"
    path, work = _written(tmp_path / "d.csv", rows), tmp_path / "w"
    found = screen(Source(path), work, Parameters(min_group=12))
    write_results(found, work, tmp_path / "o.csv")
    with (tmp_path / "o.csv").open() as file:
        assert {row["importer"] for row in csv.DictReader(file)} == {"'=cmd()"}
    with pytest.raises(BadInput):
        write_results(found, work, tmp_path / "o.exe")


def test_items_of_one_declaration_are_rows_of_their_own_and_repeated_rows_are_counted(tmp_path: Path) -> None:
    rows = _made(300)
    for at, row in enumerate(rows):
        row["Declaration ID"] = f"D{at // 3}"
    rows += [dict(rows[5]), dict(rows[5])]
    found = screen(Source(_written(tmp_path / "d.csv", rows)), tmp_path / "w", Parameters(min_group=10))
    assert (found.rows, found.repeated) == (302, 2)
    screened = _all(tmp_path / "w", Parameters(min_group=10))
    assert sorted(row["row"] for row in screened) == list(range(1, 303))
    alike = [row for row in screened if row["id"] == "D1" and row["quantity"] == float(rows[5]["Net Mass"])]
    assert len({(row["price"], row["low"], row["high"]) for row in alike}) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_file_of_another_encoding_or_a_workbook_says_the_same(tmp_path: Path, encoding: str) -> None:
    rows = [row | {"Importer ID": f"Société générale n° {at % 5}"} for at, row in enumerate(_made(200))]
    plain = screen(Source(_written(tmp_path / "plain.csv", rows)), tmp_path / "a", Parameters(min_group=10))
    other = tmp_path / "other.csv"
    other.write_text((tmp_path / "plain.csv").read_text(), encoding=encoding)
    found = screen(Source(other), tmp_path / "b", Parameters(min_group=10))
    assert found.summaries["importer"] == plain.summaries["importer"]
    assert "Société générale n° 1" in {row["importer"] for row in found.summaries["importer"]}
    said = found.answer()["vintage"]
    assert (said["encoding"] != "", said["from"], said["until"]) == (encoding != "utf-8-sig", 2024, 2025), said
    assert said["file"] == datetime.fromtimestamp(other.stat().st_mtime, UTC).date().isoformat()
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook_of_rows(HEADS, [list(row.values()) for row in rows]))
    assert screen(Source(book), tmp_path / "c", Parameters(min_group=10)).flagged == plain.flagged


@pytest.mark.parametrize(("at", "kept"), [("Comparing", "likes.parquet"), ("Judging", "screened.parquet")])
def test_parts_find_what_the_whole_finds_and_a_stopped_run_goes_on_with_the_next(
    at: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = _written(tmp_path / "d.csv", _made(900)), Parameters(min_group=12)
    whole = screen(Source(path), tmp_path / "whole", asked)
    write_results(whole, tmp_path / "whole", tmp_path / "whole.csv")
    monkeypatch.setattr("tidewaiter.trade.screening.A_GIGABYTE", 100)
    monkeypatch.setattr("tidewaiter.trade.screening.A_STRETCH", 500)

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
    rows = [row | {"HS Code": code} for row, code in zip(_made(450), codes, strict=True)]
    path, asked = _written(tmp_path / "d.csv", rows), Parameters(min_group=12)
    whole = screen(Source(path), tmp_path / "whole", asked)
    monkeypatch.setattr("tidewaiter.trade.screening.A_GIGABYTE", 100)

    def stopped(stage: str) -> None:
        if "part 2 of 2" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(Source(path), tmp_path / "w", asked, memory="4GB", tell=stopped)
    found = screen(Source(path), tmp_path / "w", asked, memory="3GB")
    assert found.answer() | {"seconds": 0} == whole.answer() | {"seconds": 0}


def test_a_file_that_is_changed_in_a_folder_is_read_again(tmp_path: Path) -> None:
    folder, rows = tmp_path / "lake", _made(60)
    folder.mkdir()
    for at in range(2):
        pq.write_table(pa.Table.from_pylist(rows[at * 30 : at * 30 + 30]), folder / f"{at}.parquet")
    assert screen(Source(folder), tmp_path / "w", Parameters(min_group=5)).rows == 60
    pq.write_table(pa.Table.from_pylist(rows[30:45]), folder / "1.parquet")
    assert screen(Source(folder), tmp_path / "w", Parameters(min_group=5)).rows == 45


def test_rows_of_a_folder_are_numbered_through_its_files(tmp_path: Path) -> None:
    rows = _made(90)
    folder = tmp_path / "lake"
    folder.mkdir()
    for at in range(3):
        pq.write_table(pa.Table.from_pylist(rows[at * 30 : at * 30 + 30]), folder / f"{at}.parquet")
    screen(Source(folder), tmp_path / "w", Parameters(min_group=5))
    numbers = {row["id"]: row["row"] for row in pq.read_table(tmp_path / "w" / "cleaned.parquet").to_pylist()}
    assert numbers == {row["Declaration ID"]: at + 1 for at, row in enumerate(rows)}


def test_numbers_and_days_that_a_file_knows_as_such_say_what_texts_say(tmp_path: Path) -> None:
    rows = _made(300)
    typed = [row | {"Net Mass": float(row["Net Mass"]), "Customs Value": float(row["Customs Value"]), "Date": date.fromisoformat(row["Date"])} for row in rows]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(typed), tmp_path / "d.parquet")
    texts, known = (
        screen(Source(path), tmp_path / path.suffix, Parameters(min_group=10)).answer()
        for path in (_written(tmp_path / "d.csv", rows), tmp_path / "d.parquet")
    )
    assert known | {"seconds": 0} == texts | {"seconds": 0}


def test_work_that_does_not_fit_into_the_memory_says_so(tmp_path: Path) -> None:
    path = _written(tmp_path / "d.csv", _made(9000))
    with pytest.raises(BadInput, match="does not fit into 1MB"):
        screen(Source(path), tmp_path / "w", Parameters(), memory="1MB")

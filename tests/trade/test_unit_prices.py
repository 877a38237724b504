"""The unit-price screen: numbers equal a recount by the book, what is wrong is
counted, units and flows are never mixed.
"""

from __future__ import annotations

from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from tests.trade.declared import HEADS, every_row, made, recount, screened, written
from tidewaiter.trade.prices.flagged_rows import with_reason
from tidewaiter.trade.prices.price_run import Source, screen
from tidewaiter.trade.prices.unit_prices import PriceParameters

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "parameters", [PriceParameters(min_group=12), PriceParameters(low=0.1, high=0.9, min_group=40)]
)
def test_every_row_equals_a_recount(tmp_path: Path, parameters: PriceParameters) -> None:
    rows = made()
    found, by_id = screened(written(tmp_path / "d.csv", rows), tmp_path, parameters)
    book = recount(rows, parameters)
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
    rows = made()
    _all, by_id = screened(written(tmp_path / "d.csv", rows), tmp_path, PriceParameters(min_group=12))
    flows = {row["Declaration ID"]: row["Flow"] for row in rows}
    table = {
        ("import", "over"): "outflow",
        ("import", "under"): "inflow",
        ("export", "over"): "inflow",
        ("export", "under"): "outflow",
    }
    flagged = [row for row in by_id.values() if row["side"]]
    assert {(row["flow"], row["side"]) for row in flagged} == set(table)
    assert all(row["movement"] == table[flows[row["id"]], row["side"]] for row in flagged)
    said = with_reason(ibis.memtable(pa.Table.from_pylist(flagged))).to_pyarrow().to_pylist()
    assert all(str(row["group_size"]) in row["reason"] and "like ones" in row["reason"] for row in said)


def test_a_factor_of_ten_is_called_a_slip(tmp_path: Path) -> None:
    rows = [
        dict(
            zip(
                HEADS,
                (f"D{n}", "2025-03-01", "850440", "CN", "10", "KGM", str(100 + n % 5), "I", "import"),
                strict=True,
            )
        )
        for n in range(60)
    ]
    rows[7]["Customs Value"], rows[8]["Customs Value"], rows[9]["Customs Value"] = "1020", "46.3", "180"
    found, by_id = screened(written(tmp_path / "d.csv", rows), tmp_path)
    assert [by_id[key]["slip"] for key in ("D7", "D8", "D9")] == ["power_of_ten", "pound_kilogram", None]
    assert found.slips == 2


def test_units_are_counted_in_one_and_unlike_ones_never_mixed(tmp_path: Path) -> None:
    rows = [
        dict(zip(HEADS, (f"D{n}", "2025-03-01", "850440", "CN", "1", "T", str(12_000 + n), "I", "import"), strict=True))
        for n in range(40)
    ]
    rows += [
        dict(
            zip(
                HEADS,
                (f"G{n}", "2025-03-01", "850440", "CN", "1000", "G", str(12 + n / 1000), "I", "import"),
                strict=True,
            )
        )
        for n in range(40)
    ]
    rows += [
        dict(
            zip(HEADS, (f"P{n}", "2025-03-01", "850440", "CN", "2", "DZN", str(24 * 5 + n), "I", "import"), strict=True)
        )
        for n in range(40)
    ]
    _answer, by_id = screened(written(tmp_path / "d.csv", rows), tmp_path)
    assert {(row["unit"], row["group_size"]) for row in by_id.values()} == {("KGM", 80), ("H87", 40)}
    assert by_id["P0"]["price"] == pytest.approx(5.0)


def test_prices_that_the_analyst_brings_win_over_the_quartiles(tmp_path: Path) -> None:
    rows = [
        dict(zip(HEADS, (f"D{n}", "2025-03-01", "080390", "EC", "100", "KGM", "46", "I", "import"), strict=True))
        for n in range(60)
    ]
    path = written(tmp_path / "bananas.csv", rows)
    found, _rows = screened(path, tmp_path)
    assert found.flagged == 0, "where all of a trade is priced alike the quartiles see nothing"
    given = [{"hs": "0803", "unit": "KGM", "low": 0.9, "high": 1.1}, {"hs": "08", "unit": "KGM", "low": 0.1, "high": 9}]
    found, by_id = screened(path, tmp_path, PriceParameters(reference=given))
    assert (found.flagged, found.under_value) == (60, pytest.approx(60 * (0.9 - 0.46) * 100))
    assert by_id["D1"]["rung"] == -1


def test_what_is_wrong_is_counted_and_mended_zeros_are_told(tmp_path: Path) -> None:
    rows = made(60)
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
    found, by_id = screened(written(tmp_path / "d.csv", rows, ";"), tmp_path)
    assert found.dropped == {"no_product": 2, "no_quantity": 1, "no_value": 1, "quantity_not_positive": 2}
    assert found.hs_mended >= 54
    assert {row["hs"] for row in by_id.values()} == {"080390"}
    assert found.rows == 60


def test_currencies_by_a_rate_table(tmp_path: Path) -> None:
    rows = [{**row, "Currency": "EUR" if n % 2 else "XXX"} for n, row in enumerate(made(80))]
    found, by_id = screened(written(tmp_path / "d.csv", rows), tmp_path, rates={"EUR": 2.0})
    assert found.dropped == {"unknown_currency": 40}
    sample = next(iter(by_id.values()))
    original = next(row for row in rows if row["Declaration ID"] == sample["id"])
    assert sample["value"] == pytest.approx(2 * float(original["Customs Value"]))


def test_items_of_one_declaration_are_rows_of_their_own_and_repeated_rows_are_counted(tmp_path: Path) -> None:
    rows = made(300)
    for at, row in enumerate(rows):
        row["Declaration ID"] = f"D{at // 3}"
    rows += [dict(rows[5]), dict(rows[5])]
    found = screen(Source(written(tmp_path / "d.csv", rows)), tmp_path / "w", PriceParameters(min_group=10))
    assert (found.rows, found.repeated) == (302, 2)
    screened = every_row(tmp_path / "w", PriceParameters(min_group=10))
    assert sorted(row["row"] for row in screened) == list(range(1, 303))
    alike = [row for row in screened if row["id"] == "D1" and row["quantity"] == float(rows[5]["Net Mass"])]
    assert len({(row["price"], row["low"], row["high"]) for row in alike}) == 1

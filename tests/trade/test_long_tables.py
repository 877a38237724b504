"""Eurostat's SDMX-CSV holds one fact a row: laid wide it says what the same figures say in a row, through every door;
quarters, and side tables whose figures are read to the last digit.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD
from tests.trade.asking import said_by
from tests.trade.test_doors_alike import SAME
from tidewaiter.foundation.actors import NODE
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.runs import perform
from tidewaiter.trade.tables.long_form import wide_heads, wide_rows
from tidewaiter.trade.tasks import run_trade

pytestmark = pytest.mark.django_db
HEADS = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE\n"
FLOW = "ESTAT:DS-045409(1.0),15/03/24 11:00:00"


def facts(
    reporter: str, partner: str, product: str, flow: int, euros: float, hundreds: float, period: str = "2023-01"
) -> str:
    """Three facts of one flow, as Eurostat writes them."""
    begin, freq = f"{reporter},{partner},{product},{flow}", "A" if len(period) == 4 else "Q" if "Q" in period else "M"
    said = (("VALUE_IN_EUROS", euros), ("QUANTITY_IN_100KG", hundreds), ("SUPPLEMENTARY_QUANTITY", 7))
    return "".join(f"{FLOW},{freq},{begin},{name},{period},{amount}\n" for name, amount in said)


TABLE = HEADS + facts("DE", "CN", "85423219", 1, 600, 1.5) + facts("DE", "CN", "85423290", 1, 460, 0.5)
TABLE += (
    facts("CN", "DE", "854232", 2, 1000, 2)
    + facts("DE", "QQ", "854232", 1, 5, 1)
    + facts("FR", "0720", "010121", 1, 8, 1)
)


def flows_of(folder: Path) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Value and weight of imports by importer, exporter and product."""
    with (folder / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {
        (row["importer"], row["exporter"], row["product"]): (row["imported"], row["import_weight"])
        for row in rows
        if row["imported"]
    }


def test_facts_are_laid_wide_and_hundreds_of_kilograms_are_kilograms(tmp_path: Path) -> None:
    said = said_by("mirror", tmp_path, TABLE)
    assert (said["flows"], said["matched"], said["dropped"]) == (2, 1, {"no_country": 1})
    assert flows_of(tmp_path) == {("DE", "CN", "854232"): ("1060.0", "200.0"), ("FR", "CN", "010121"): ("8.0", "100.0")}
    assert said["median_weight_ratio"] == 1.0
    assert said["columns"]["weight"] == "QUANTITY_IN_KG"
    wide = "reporter,partner,product,flow,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG\n"
    wide += "DE,CN,85423219,1,2023-01,600,150\nDE,CN,85423290,1,2023-01,460,50\nCN,DE,854232,2,2023-01,1000,200\n"
    alike = said_by("mirror", tmp_path, wide)
    assert alike["median_value_ratio"] == said["median_value_ratio"]


def test_a_fact_that_stands_twice_counts_once_and_two_that_contradict_each_other_not_at_all(tmp_path: Path) -> None:
    twice = said_by("mirror", tmp_path, TABLE + facts("DE", "CN", "85423219", 1, 600, 1.5))
    assert twice["dropped"] == {"no_country": 1, "repeated": 1}
    assert flows_of(tmp_path)["DE", "CN", "854232"] == ("1060.0", "200.0")
    contrary = said_by("mirror", tmp_path, TABLE + facts("DE", "CN", "85423219", 1, 900, 1.5))
    assert contrary["dropped"] == {"no_country": 1, "several_values": 2}
    assert flows_of(tmp_path)["DE", "CN", "854232"] == ("460.0", "50.0")


def test_a_fact_that_is_none_and_an_amount_that_is_no_number_are_named(tmp_path: Path) -> None:
    odd = f"{FLOW},M,DE,CN,85423219,1,PRICE_INDEX,2023-02,104\n"
    comma = (
        f'{FLOW},M,DE,US,010121,1,VALUE_IN_EUROS,2023-02,40\n{FLOW},M,DE,US,010121,1,QUANTITY_IN_100KG,2023-02,"1,5"\n'
    )
    said = said_by("mirror", tmp_path, TABLE + odd + comma)
    named = {(one["column"], one["value"]): one["rows"] for one in said["not_understood"]}
    assert named == {("VALUE_IN_EUROS", "PRICE_INDEX ?"): 1, ("QUANTITY_IN_KG", "QUANTITY_IN_100KG 1,5"): 1}
    assert flows_of(tmp_path)["DE", "US", "010121"] == ("40.0", "")


def test_a_year_stands_before_its_quarters_and_a_quarter_before_its_months(tmp_path: Path) -> None:
    table = HEADS + facts("CN", "DE", "854232", 2, 1000, 2, "2023")
    quarters = "".join(facts("DE", "CN", "854232", 1, 250, 1, f"2023-Q{at}") for at in (1, 2, 3, 4))
    months = facts("DE", "CN", "854232", 1, 90, 1, "2023-02") + facts("DE", "CN", "854232", 1, 160, 1, "2023-03")
    said = said_by("mirror", tmp_path, table + quarters + months)
    assert said["dropped"] == {"another_period": 2}
    assert flows_of(tmp_path)["DE", "CN", "854232"] == ("1000.0", "400.0")
    whole = said_by("mirror", tmp_path, table + quarters + months + facts("DE", "CN", "854232", 1, 1060, 4, "2023"))
    assert whole["dropped"] == {"another_period": 6}
    assert flows_of(tmp_path)["DE", "CN", "854232"] == ("1060.0", "400.0")


def test_unit_prices_of_a_long_table(tmp_path: Path) -> None:
    table = HEADS + "".join(
        facts("DE", partner, "85423219", 1, 100 + at, 1, f"20{10 + at:02}-Q1")
        for at in range(12)
        for partner in ("CN", "US", "JP")
    )
    said = said_by("unit_prices", tmp_path, table, "--min-group", "4")
    assert (said["rows"], said["columns"]["weight"]) == (
        36,
        "QUANTITY_IN_KG",
    )
    assert said["not_understood"] == []
    assert said["vintage"]["from"] == 2010


def test_page_and_program_say_the_same_of_a_long_table(settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    analyst = add_officer(username="anna.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)
    by_command = said_by("mirror", tmp_path, TABLE)
    client = Client()
    assert client.login(username=analyst.username, password=PASSWORD)
    kept = client.post("/trade/bring/", {"file": SimpleUploadedFile("in.csv", TABLE.encode())})
    source = str(kept["Location"]).split("file=")[1]
    form = client.get(f"/trade/new/mirror/?file={source}").content.decode()
    for head in ("VALUE_IN_EUROS", "QUANTITY_IN_KG", "TIME_PERIOD", "reporter"):
        assert f'<option value="{head}" selected>' in form, head
    taken = {"product": "product", "value": "VALUE_IN_EUROS", "weight": "QUANTITY_IN_KG", "period": "TIME_PERIOD"}
    taken |= {"reporter": "reporter", "partner": "partner", "flow": "flow", "frequency": "freq"}
    columns = {f"c.{name}": head for name, head in taken.items()}
    begun = client.post("/trade/new/mirror/", {"source": source, "net_re_exports": "1"} | columns)
    run = TradeRun.objects.get(ref=str(begun["Location"]).strip("/").split("/")[-1])
    perform(run, analyst, lambda _step, _share: None)
    run.refresh_from_db()
    _token, text = make_token(officer=analyst, scope="write", by=analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    file = program.post("/api/v1/trade/files?name=in.csv", TABLE.encode(), content_type="application/octet-stream")
    asked = {"analysis": "mirror", "file": file.json()["file"], "parameters": {}}
    made = program.post("/api/v1/trade/runs", json.dumps(asked), content_type="application/json").json()
    run_trade.func(Job.objects.get(subject=made["ref"]).ref)
    by_program = program.get(f"/api/v1/trade/runs/{made['ref']}").json()["answer"]
    for name in SAME:
        assert run.answer[name] == by_command[name] == by_program[name], name


def test_first_rows_are_shown_under_their_facts() -> None:
    heads = HEADS.strip().split(",")
    keys = ["freq", "reporter", "partner", "product", "flow", "TIME_PERIOD"]
    assert wide_heads(heads) == [*keys, "VALUE_IN_EUROS", "QUANTITY_IN_KG", "SUPPLEMENTARY_QUANTITY"]
    rows = [line.split(",") for line in TABLE.splitlines()[1:3]]
    begin = ["M", "DE", "CN", "85423219", "1", "2023-01"]
    assert wide_rows(heads, rows) == [[*begin, "600", "", ""], [*begin, "", "100 × 1.5", ""]]
    assert wide_heads(["a", "b"]) == ["a", "b"]


RATES = "date,hs,origin,net_weight,currency,customs_value\n" + "".join(
    f"2023-01-{1 + at:02},85423219,CN,{10 + at},{'EUR' if at % 2 else 'USD'},{1000 + at}\n" for at in range(20)
)


@pytest.mark.parametrize(
    ("rates", "why"),
    [
        ("currency,rate\nEUR,nan\nUSD,1\n", "«nan» is not a number"),
        ("currency,rate\nEUR,1_0\nUSD,1\n", "«1_0» is not a number"),
        ("currency,rate\nEUR,inf\nUSD,1\n", "«inf» is not a number"),
        ('currency,rate\nEUR,"1,250"\nUSD,1\n', "may be two numbers"),
        ('currency,rate\nEUR,"1,08"\nUSD,0.915\n', "by points and by commas"),
    ],
)
def test_side_tables_take_plain_finite_numbers_alone(rates: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(rates)
    said = said_by("unit_prices", tmp_path, RATES, "--rates", str(tmp_path / "rates.csv"), "--min-group", "4")
    assert said["exit"] == 2
    assert why in said["message"]


def test_figures_of_side_tables_keep_every_digit(tmp_path: Path) -> None:
    from tidewaiter.trade.files.opening import rows_of_table

    table = tmp_path / "prices.csv"
    table.write_text("hs,unit,low,high\n854232,KGM,0.1000000000000005,12345678901234.25\n")
    [row] = rows_of_table(str(table), ("hs", "unit", "low", "high"), ("low", "high"))
    assert (row["low"], row["high"]) == ("0.1000000000000005", "12345678901234.25")
    table.write_text('hs,unit,low,high\n854232,KGM,"0,5","1,25"\n')
    [row] = rows_of_table(str(table), ("hs", "unit", "low", "high"), ("low", "high"))
    assert (row["low"], row["high"]) == ("0.5", "1.25")


def test_a_factor_for_a_country_that_is_none_is_not_taken_for_all(tmp_path: Path) -> None:
    (tmp_path / "factors.csv").write_text("importer,exporter,factor\nAtlantis,CN,1.2\n")
    said = said_by("mirror", tmp_path, TABLE, "--cif-fob", str(tmp_path / "factors.csv"))
    assert (said["exit"], said["error"]) == (2, "unknown_country")
    assert "Line 2: «Atlantis» is no country." in said["message"]

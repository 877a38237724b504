"""The engine of trade and that of statistics see what they are given and nothing
else, whatever a name or a setting says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import ibis
import pytest

from tests.trade.test_rooms import _declarations
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.actions import add_officer
from tidewaiter.people.models import Officer
from tidewaiter.statistics import store
from tidewaiter.statistics.queries import connect
from tidewaiter.trade.engines import engine, numbered, read_parquet
from tidewaiter.trade.files.opening import raw_table
from tidewaiter.trade.files.sources import bring_file
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare, write_flows
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.prices.price_run import Source, screen, write_results
from tidewaiter.trade.prices.unit_prices import PriceParameters
from tidewaiter.trade.runs import perform, start

PASSWORD = "a-long-passphrase-1"


@pytest.fixture
def shut(tmp_path: Path) -> SimpleNamespace:
    """An engine with an input and a folder of its own, and beside them what it must not see."""
    for name in ("input", "own", "others"):
        (tmp_path / name).mkdir()
    (tmp_path / "input" / "rows.csv").write_text("a\n1\n")
    (tmp_path / "others" / "secret.csv").write_text("s\nsecret\n")
    connection = engine("duckdb", "1GB", tmp_path / "own", reads=[tmp_path / "input" / "rows.csv"])
    return SimpleNamespace(connection=connection, home=tmp_path)


STATEMENTS = [
    "SELECT * FROM read_csv('{home}/others/secret.csv')",
    "SELECT * FROM '{home}/others/secret.csv'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('{home}/others/*')",
    "SELECT * FROM glob('/*')",
    "ATTACH '{home}/others/new.db' AS other",
    "ATTACH '{home}/node.db' (TYPE sqlite)",
    "COPY (SELECT 1) TO '{home}/others/out.csv'",
    "COPY (SELECT 1) TO '{home}/input/other.csv'",
    "EXPORT DATABASE '{home}/others/all'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "SET memory_limit = '100GB'",
    "SET temp_directory = '/tmp'",
    "RESET memory_limit",
    "SET GLOBAL threads = 64",
    "PRAGMA enable_profiling",
    "SELECT * FROM read_csv('{home}/own/../others/secret.csv')",
    "CREATE SECRET s (TYPE s3)",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_trades_engine_refuses_whatever_leaves_its_folder(shut: SimpleNamespace, statement: str) -> None:
    if statement.startswith("PRAGMA enable_profiling"):
        shut.connection.raw_sql(statement)  # it may be asked, but writes nowhere that it may not
        return
    with pytest.raises(duckdb.Error):
        shut.connection.raw_sql(statement.format(home=shut.home)).fetchall()
    assert list((shut.home / "others").iterdir()) == [shut.home / "others" / "secret.csv"]
    assert raw_table(shut.connection, shut.home / "input" / "rows.csv").count().execute() == 1


def test_a_link_out_of_its_folder_leads_nowhere(shut: SimpleNamespace) -> None:
    (shut.home / "own" / "link.csv").symlink_to(shut.home / "others" / "secret.csv")
    with pytest.raises(duckdb.Error):
        shut.connection.raw_sql(f"SELECT * FROM read_csv('{shut.home}/own/link.csv')").fetchall()
    folder = shut.home / "parts"
    folder.mkdir()
    (folder / "1.parquet").symlink_to("/etc/hostname")
    with pytest.raises(BadInput, match="link out of its folder"):
        read_parquet(engine("duckdb", "1GB", shut.home / "own", reads=[folder]), folder)


@pytest.mark.parametrize("name", ["*.csv", "?.csv", "[ab].csv", "a'b.csv", 'a"; DROP TABLE x; --.csv', "{a,b}.csv"])
def test_a_name_with_signs_of_patterns_or_of_sql_is_that_file_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text("x\nanother file's\nanother file's\n")
    (tmp_path / name).write_text("x\nits own\n")
    (tmp_path / "own").mkdir()
    connection = engine("duckdb", "1GB", tmp_path / "own", reads=[tmp_path / name])
    table = numbered(connection, tmp_path / name, raw_table(connection, tmp_path / name))
    assert table.execute().to_dict("records") == [{"x": "its own", "row": 1}]


def test_a_folder_with_signs_of_patterns_is_that_folder_alone(tmp_path: Path) -> None:
    for name, value in (("in[a]*", 1), ("ina", 2)):
        (tmp_path / name).mkdir()
        duckdb.sql(f"SELECT {value} AS x").write_parquet(str(tmp_path / name / "p?.parquet"))
    (tmp_path / "own").mkdir()
    connection = engine("duckdb", "1GB", tmp_path / "own", reads=[tmp_path / "in[a]*"])
    table = raw_table(connection, tmp_path / "in[a]*")
    assert numbered(connection, tmp_path / "in[a]*", table).execute()["x"].tolist() == [1]


HOSTILE = """x"; COPY (SELECT 1) TO 'out.csv'; --"""


def _screened(path: Path, work: Path, mapping: dict[str, str]) -> None:
    found = screen(Source(path, mapping), work, PriceParameters(min_group=4), memory="1GB")
    write_results(found, work, work / "out.csv")


def _compared(path: Path, work: Path, mapping: dict[str, str]) -> None:
    found = compare(Reported(path, mapping), work, MirrorParameters(), memory="1GB")
    write_flows(found, work, work / "out.csv")


@pytest.mark.parametrize("analyse", [_screened, _compared])
@pytest.mark.parametrize("head", [HOSTILE, "' || read_text('/etc/hostname') || '", 'a""b', "x\x00y", "{}%s$1"])
@pytest.mark.django_db
def test_heads_and_mappings_that_speak_sql_are_names_of_columns(
    tmp_path: Path, analyse: Callable[..., None], head: str
) -> None:
    quoted = head.replace('"', '""')
    lines = [f'"{quoted}",country,qty,price,reporter,partner,flow,year']
    lines += [f"640411,CN,{n},{n * 10},KE,CN,M,2024" for n in range(1, 40)]
    (tmp_path / "in.csv").write_text("\n".join(lines))
    both = {
        "hs": head,
        "product": head,
        "partner": "partner",
        "quantity": "qty",
        "value": "price",
        "reporter": "reporter",
    }
    wanted = (
        {"hs", "partner", "quantity", "value"} if analyse is _screened else {"product", "partner", "value", "reporter"}
    )
    mapping = {ours: theirs for ours, theirs in both.items() if ours in wanted}
    try:
        analyse(tmp_path / "in.csv", tmp_path / "work", mapping)
    except BadInput as refusal:
        assert "column" in refusal.sentence or "read" in refusal.sentence or "row" in refusal.sentence
    assert {path.name for path in tmp_path.iterdir()} <= {"in.csv", "work"}
    assert not Path("out.csv").exists()


def test_no_analysis_is_done_by_an_engine_that_nobody_has_shut_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, people: SimpleNamespace, settings: Any
) -> None:
    def refused(*_words: Any, **_said: Any) -> None:
        raise AssertionError("Ibis opened an engine of its own")

    monkeypatch.setattr(ibis.config, "_default_backend", refused)
    settings.TIDEWAITER_HOME, settings.HOLDS_NAMES = str(tmp_path / "home"), True
    found = screen(Source(_kept(tmp_path)), tmp_path / "work", PriceParameters(min_group=20), memory="1GB")
    for name in ("o.csv", "o.xlsx", "o.parquet", "folder"):
        write_results(found, tmp_path / "work", tmp_path / name)
        assert (tmp_path / name).exists()


def _kept(folder: Path) -> Path:
    (folder / "d.csv").write_bytes(_declarations())
    return folder / "d.csv"


@pytest.mark.django_db
def test_the_engine_of_statistics_is_shut_in_alike(people: SimpleNamespace, tmp_path: Path) -> None:
    store.bring_up_to_date()
    (tmp_path / "secret.csv").write_text("s\nsecret\n")
    with connect() as connection:
        for statement in STATEMENTS:
            if "{home}/own" in statement or "PRAGMA" in statement:
                continue
            with pytest.raises(duckdb.Error):
                connection.execute(statement.format(home=tmp_path)).fetchall()
        aside = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert aside is not None
    assert "/scratch/" in aside[0]


@pytest.fixture
def kenyan(people: SimpleNamespace, settings: Any, tmp_path: Path) -> Officer:
    settings.TIDEWAITER_HOME, settings.HOLDS_NAMES = str(tmp_path / "home"), True
    return add_officer(username="lena.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


def _asked(by: Officer) -> TradeRun:
    brought = bring_file(name="imports.csv", chunks=[_declarations()], by=by)
    return start(analysis="unit_prices", source=brought.ref, name="", mapping={}, parameters={"min_group": 20}, by=by)


@pytest.mark.django_db
def test_an_analysis_tells_its_real_share_and_its_scratch_is_empty_afterwards(kenyan: Officer, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    run = _asked(kenyan)
    perform(run, kenyan, lambda step, share: told.append((step, share)))
    shares = [share for _step, share in told]
    assert shares == sorted(shares)
    assert shares[-1] >= 0.5
    assert told[-1][0]
    run.refresh_from_db()
    assert run.answer["flagged"] > 8
    assert list((tmp_path / "home" / "scratch").glob("*")) == []


@pytest.mark.django_db
def test_a_cancelled_analysis_says_so_and_leaves_no_scratch(kenyan: Officer, tmp_path: Path) -> None:
    run = _asked(kenyan)

    def cancelled(step: str, _share: float) -> None:
        if step:
            raise Refusal("job_cancelled", "The work was cancelled.")

    with pytest.raises(Refusal, match="cancelled"):
        perform(run, kenyan, cancelled)
    run.refresh_from_db()
    assert run.why == "The work was cancelled."
    assert list((tmp_path / "home" / "scratch").glob("*")) == []


@pytest.mark.django_db
def test_an_analysis_that_is_over_its_budget_is_a_sentence_of_the_run(
    kenyan: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_ANALYSIS_SECONDS", "1")
    run = _asked(kenyan)
    with pytest.raises(BadInput, match="1 seconds of processor time"):
        perform(run, kenyan, lambda _step, _share: None)
    run.refresh_from_db()
    assert "processor time" in run.why

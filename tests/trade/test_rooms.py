"""The trade room by page and by program: files and runs of one's own administration,
what was found, what cannot be done.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Officer
from tidewaiter.trade.files.sources import bring_file, folder_of
from tidewaiter.trade.models import TradeFile, TradeRun
from tidewaiter.trade.runs import perform, start
from tidewaiter.trade.tasks import run_trade

pytestmark = pytest.mark.django_db


def _declarations(rows: int = 400, seed: int = 2) -> bytes:
    chance, lines = random.Random(seed), ["declaration id,date,hs,origin,quantity,value,importer"]
    for at in range(rows):
        kilograms = chance.randint(1, 500)
        price = 10 * chance.uniform(0.9, 1.1) * (chance.choice((40, 0.02)) if at % 50 == 7 else 1)
        value, origin = kilograms * price, ("CN", "VN")[at % 2]
        lines.append(f"D{at},2025-0{1 + at % 9}-11,640411,{origin},{kilograms},{value:.2f},SECRET{at % 9} LTD")
    return "\n".join(lines).encode()


def _reported() -> bytes:
    return b"reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt\n" + b"".join(
        f"KEN,CHN,M,640411,{year},1000,100\nCHN,KEN,X,640411,{year},{(900, 300)[year % 2]},100\n".encode()
        for year in range(2018, 2024)
    )


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """Each test has a folder of trade files of its own: what another test brought is not looked at."""
    settings.TIDEWAITER_HOME = str(tmp_path / "home")


@pytest.fixture
def kenyan(people: SimpleNamespace) -> Officer:
    return add_officer(username="anna.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


@pytest.fixture
def at_the_desk(kenyan: Officer, settings: Any) -> Client:
    settings.HOLDS_NAMES = True  # as a national node
    client = Client()
    assert client.login(username=kenyan.username, password=PASSWORD)
    return client


def _done(client: Client, analysis: str, source: str, by: Officer, **said: Any) -> TradeRun:
    answer = client.post(
        f"/trade/new/{analysis}/",
        {"source": source, "leave_one_out": "1", "related": "1", "net_re_exports": "1"} | said,
    )
    assert answer.status_code == 302, answer.content.decode()
    run = TradeRun.objects.get(ref=answer["Location"].strip("/").split("/")[-1])
    assert b"Waiting for its turn" in client.get(f"/trade/{run.ref}/").content
    perform(run, by, lambda _step, _share: None)
    run.refresh_from_db()
    return run


def _brought(client: Client, name: str, content: bytes) -> str:
    answer = client.post("/trade/bring/", {"file": SimpleUploadedFile(name, content)})
    return str(answer["Location"]).split("file=")[1]


def test_from_a_file_to_a_ranked_list_a_distribution_and_an_export(at_the_desk: Client, kenyan: Officer) -> None:
    source = _brought(at_the_desk, "imports 2025.csv", _declarations())
    form = at_the_desk.get(f"/trade/new/unit_prices/?file={source}").content.decode()
    assert '<option value="declaration id" selected>' in form, "columns are recognised by their heads"
    run = _done(at_the_desk, "unit_prices", source, kenyan, min_group="20")
    page = at_the_desk.get(f"/trade/{run.ref}/")
    assert run.answer["flagged"] > 8
    body = page.content.decode()
    assert f"again={run.ref}" in body
    again = at_the_desk.get(f"/trade/new/unit_prices/?file={source}&again={run.ref}").content.decode()
    assert re.search(r'name="min_group"\s+value="20"', again), "what was set last time stands there"
    assert "SECRET7 LTD" in body, "a national node names its importers"
    taken = at_the_desk.get(f"/trade/{run.ref}/take/csv/")
    table = b"".join(taken.streaming_content).decode()  # type: ignore[attr-defined] -- a file answer streams
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == run.answer["flagged"]
    amounts = [float(row["amount"]) for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    one = at_the_desk.get(f"/trade/{run.ref}/?row={rows[0]['row']}").content.decode()
    assert "markhead" in one
    assert rows[0]["reason"] in one
    assert "Open a case" not in one, "an analyst files no cases"
    assert at_the_desk.get(f"/trade/{run.ref}/?row=none").status_code == 404
    assert [entry.deed for entry in Entry.objects.filter(deed__startswith="trade.").order_by("seq")] == [
        "trade.file_brought",
        "trade.analysis_started",
    ]


def test_an_investigator_opens_a_case_from_a_row(people: SimpleNamespace) -> None:
    by = add_officer(username="ivan.ke", administration="KE", role="investigator", password=PASSWORD, by=NODE)
    client = Client()
    assert client.login(username=by.username, password=PASSWORD)
    run = _done(client, "unit_prices", _brought(client, "d.csv", _declarations()), by, min_group="20")
    row = next(row for row in pq.read_table(folder_of(run) / "screened.parquet").to_pylist() if row["side"])
    page = client.get(f"/trade/{run.ref}/?row={row['row']}").content.decode()
    assert 'formaction="/cases/new/IPR/"' in page
    said = {
        "lines": "1",
        "deed": "check",
        "kind": "seizure",
        "direction": "import",
        "lines.1.hs": row["hs"][:6],
        "lines.1.quantity": str(row["quantity"]),
    }
    entry = client.post("/cases/new/IPR/", said).content.decode()
    assert f'value="{row["hs"][:6]}"' in entry
    assert all(f'name="{name}"' in page for name in said)


def test_a_mirror_comparison_shows_pairs_by_year_and_gaps_on_a_map(at_the_desk: Client, kenyan: Officer) -> None:
    run = _done(
        at_the_desk, "mirror", _brought(at_the_desk, "comtrade.csv", _reported()), kenyan, factor="1.06", relative="0.5"
    )
    assert (run.answer["flows"], run.answer["gaps"]) == (6, 3)
    body = at_the_desk.get(f"/trade/{run.ref}/?exporter=CN&importer=KE").content.decode()
    assert body.count('<svg class="chart"') == 1
    assert '<svg class="map"' in body
    assert "not an amount of money lost" in body
    assert at_the_desk.get(f"/trade/{run.ref}/?exporter=CN&importer=XX").status_code == 404
    book = at_the_desk.get(f"/trade/{run.ref}/take/xlsx/")
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined] -- a file answer streams


def test_a_selection_is_trained_and_scores_by_page(at_the_desk: Client, kenyan: Officer) -> None:
    chance, lines = random.Random(4), ["date,hs,importer,net weight,value,found,penalty"]
    for at in range(2400):
        importer = chance.randrange(20)
        bad = int(chance.random() < (0.7 if importer < 2 else 0.02))
        weight, value = chance.randint(1, 90), chance.randint(100, 900)
        day = f"2025-{1 + at // 200:02d}-{1 + at % 28:02d}"
        lines.append(f"{day},640411,IMP{importer},{weight},{value},{bad},{bad * 100}")
    source = _brought(at_the_desk, "opened.csv", "\n".join(lines).encode())
    answer = at_the_desk.post("/trade/new/select_train/", {"source": source, "label": "found"})
    leaking = TradeRun.objects.get(ref=answer["Location"].strip("/").split("/")[-1])
    with pytest.raises(Exception, match="penalty"):
        perform(leaking, kenyan, lambda _step, _share: None)
    assert "«penalty»" in at_the_desk.get(f"/trade/{leaking.ref}/").content.decode()
    trained = _done(at_the_desk, "select_train", source, kenyan, label="found", exclude="penalty")
    card = at_the_desk.get(f"/trade/{trained.ref}/").content.decode()
    assert "decides nothing by itself" in card
    scored = _done(at_the_desk, "select_score", source, kenyan, model=trained.ref, rate="0.05")
    assert sum(scored.answer["chosen"].values()) == 120
    page = at_the_desk.get(f"/trade/{scored.ref}/").content.decode()
    assert "by score" in page
    assert at_the_desk.post("/trade/new/select_score/", {"source": source, "model": leaking.ref}).status_code == 404


def test_files_and_runs_are_seen_in_ones_own_administration_alone(
    at_the_desk: Client, kenyan: Officer, people: SimpleNamespace
) -> None:
    source = _brought(at_the_desk, "d.csv", _declarations())
    run = _done(at_the_desk, "unit_prices", source, kenyan)
    american = add_officer(username="ann.us", administration="US", role="analyst", password=PASSWORD, by=NODE)
    for other, sees in ((american, 404), (people.officer, 404), (people.analyst, 404), (kenyan, 200)):
        client = Client()
        assert client.login(username=other.username, password=PASSWORD)
        for address in (f"/trade/{run.ref}/", f"/trade/{run.ref}/take/csv/", f"/trade/new/mirror/?file={source}"):
            assert client.get(address).status_code == sees, (other.username, address)
        if sees == 404:
            assert client.post(f"/trade/{run.ref}/forget/").status_code == 404
    assert at_the_desk.get("/trade/new/mirror/?file=folder:../tidewaiter.sqlite3").status_code == 404
    assert at_the_desk.post(f"/trade/{run.ref}/forget/").status_code == 302
    assert not folder_of(run).exists()
    assert at_the_desk.post("/trade/bring/", {"forget": source}).status_code == 302
    assert not TradeFile.objects.exists()


def test_a_file_of_the_configured_folder_is_chosen_by_name(
    at_the_desk: Client, kenyan: Officer, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "national.csv").write_bytes(_declarations())
    (tmp_path / "secret.txt").write_text("no")
    settings.TRADE_FOLDER = str(tmp_path)
    assert b"national.csv" in at_the_desk.get("/trade/").content
    assert b"secret.txt" not in at_the_desk.get("/trade/").content
    run = _done(at_the_desk, "unit_prices", "folder:national.csv", kenyan)
    assert run.answer["rows"] == 400
    assert at_the_desk.get("/trade/new/mirror/?file=folder:secret.txt").status_code == 404


def test_a_node_that_holds_no_names_keeps_no_importer(people: SimpleNamespace, settings: Any) -> None:
    settings.HOLDS_NAMES = False
    made = bring_file(name="d.csv", chunks=[_declarations()], by=people.analyst)
    path = folder_of(TradeRun(ref="x")).parent.parent / "files" / made.stored
    assert pq.read_table(path).column_names == ["declaration id", "date", "hs", "origin", "quantity", "value"]
    both = bring_file(name="distances.csv", chunks=[b"exporter,importer,distance\nKEN,CHN,9000\n"], by=people.analyst)
    assert both.stored.endswith(".csv"), "countries are no names"
    assert not [one for one in path.parent.iterdir() if b"SECRET" in one.read_bytes()]


@pytest.mark.parametrize(
    ("analysis", "said", "words"),
    [
        ("unit_prices", {"low": "0.9"}, "lies between"),
        ("unit_prices", {"low": "much"}, "not a number"),
        ("unit_prices", {"ladder": "x"}, "is one of"),
        ("mirror", {"factor": "9"}, "lies between"),
        ("select_train", {}, "Say: What was found"),
    ],
)
def test_settings_that_do_not_hold_are_said_and_nothing_is_begun(
    at_the_desk: Client, analysis: str, said: dict[str, str], words: str
) -> None:
    source = _brought(at_the_desk, "d.csv", _declarations(40))
    answer = at_the_desk.post(f"/trade/new/{analysis}/", {"source": source} | said)
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert not TradeRun.objects.exists()


def test_by_program_an_analysis_is_a_job_however_small_its_file(
    kenyan: Officer, people: SimpleNamespace, monkeypatch: Any
) -> None:
    _token, text = make_token(officer=kenyan, scope="write", by=kenyan)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    made = program.post("/api/v1/trade/files?name=d.csv", _declarations(), content_type="application/octet-stream")
    assert made.status_code == 201
    said = {"analysis": "unit_prices", "file": made.json()["file"], "parameters": {"min_group": 20}}
    with monkeypatch.context() as no_engine:
        no_engine.setattr("duckdb.connect", None)  # nothing is analysed by the web process
        answer = program.post("/api/v1/trade/runs", json.dumps(said), content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    ref = answer.json()["ref"]
    job = Job.objects.get(subject=ref)
    assert (job.ref, job.lane, job.state) == (answer.json()["job"], "heavy", "queued")
    run_trade.func(job.ref)
    assert program.get(f"/api/v1/trade/runs/{ref}").json()["state"] == "done"
    rows = program.get(f"/api/v1/trade/runs/{ref}/rows?limit=5").json()
    assert len(rows) == 5
    assert rows[0]["amount"] >= rows[1]["amount"]
    assert program.get(f"/api/v1/trade/runs/{ref}/file/parquet").status_code == 200
    assert program.get("/api/v1/trade/runs").json()[0]["ref"] == ref
    bad = program.post(
        "/api/v1/trade/runs", json.dumps(said | {"parameters": {"lo": 1}}), content_type="application/json"
    )
    assert (bad.status_code, "lo" in bad.content.decode()) == (422, True)
    _other, stranger = make_token(officer=people.officer, scope="write", by=people.officer)
    for address in ("files", "runs", f"runs/{ref}", f"runs/{ref}/rows"):
        assert (
            Client(headers={"Authorization": f"Bearer {stranger}"}).get(f"/api/v1/trade/{address}").status_code == 404
        )
    assert program.delete(f"/api/v1/trade/runs/{ref}").status_code == 204
    assert program.get(f"/api/v1/trade/runs/{ref}").status_code == 404


def test_a_mirror_comparison_and_a_selection_by_program(kenyan: Officer, settings: Any) -> None:
    settings.HOLDS_NAMES = True
    _token, text = make_token(officer=kenyan, scope="write", by=kenyan)
    program = Client(headers={"Authorization": f"Bearer {text}"})

    def ran(name: str, content: bytes, analysis: str, **said: Any) -> dict[str, Any]:
        file = program.post(
            f"/api/v1/trade/files?name={name}", content, content_type="application/octet-stream"
        ).json()["file"]
        answer = program.post(
            "/api/v1/trade/runs",
            json.dumps({"analysis": analysis, "file": file, "parameters": said}),
            content_type="application/json",
        )
        assert answer.status_code == 202, answer.content
        run_trade.func(answer.json()["job"])
        found: dict[str, Any] = program.get(f"/api/v1/trade/runs/{answer.json()['ref']}").json()
        return found

    mirrored = ran("comtrade.csv", _reported(), "mirror", factor=1.06)
    assert mirrored["answer"]["gaps"] == 3
    assert [row["year"] for row in program.get(f"/api/v1/trade/runs/{mirrored['ref']}/rows").json()] == [
        2019,
        2021,
        2023,
    ]
    chance, lines = random.Random(4), ["date,hs,importer,net weight,value,found"]
    for at in range(1500):
        importer = chance.randrange(15)
        weight, value = chance.randint(1, 90), chance.randint(100, 900)
        bad = int(chance.random() < (0.7 if importer < 2 else 0.02))
        lines.append(f"2025-{1 + at // 125:02d}-{1 + at % 28:02d},640411,IMP{importer},{weight},{value},{bad}")
    opened = "\n".join(lines).encode()
    trained = ran("opened.csv", opened, "select_train", label="found")
    assert trained["answer"]["judged"]["auc"] > 0.7
    scored = ran("opened.csv", opened, "select_score", model=trained["ref"], rate=0.1)
    rows = program.get(f"/api/v1/trade/runs/{scored['ref']}/rows?limit=3").json()
    assert rows[0]["score"] == 1.0
    assert rows[0]["reasons"]


def test_a_node_that_holds_no_names_leaves_nothing_of_a_file_it_cannot_read(
    people: SimpleNamespace, settings: Any
) -> None:
    settings.HOLDS_NAMES = False
    broken = _declarations(30_000) + b"\nD,2025-01-01,640411,CN,1,2,LATE SECRET LTD,more,cells,than,heads\n"
    with pytest.raises(BadInput):
        bring_file(name="d.parquet", chunks=[b"PAR1 no table, SECRET LTD"], by=people.analyst)
    with suppress(BadInput):  # an engine may read past the odd row, or not: the names stay nowhere
        bring_file(name="d.csv", chunks=[broken], by=people.analyst)
    files = folder_of(TradeRun(ref="x")).parent.parent / "files"
    assert not [one for one in files.iterdir() if b"SECRET" in one.read_bytes()]


def test_a_node_that_holds_no_names_selects_nothing_from_its_folder(
    people: SimpleNamespace, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "national.csv").write_bytes(_declarations())
    settings.TRADE_FOLDER, settings.HOLDS_NAMES = str(tmp_path), False
    with pytest.raises(BadInput, match="holds no names"):
        start(
            analysis="select_train",
            source="folder:national.csv",
            name="",
            mapping={},
            parameters={"label": "x"},
            by=people.analyst,
        )


def test_two_runs_lie_side_by_side_by_page_and_program(at_the_desk: Client, kenyan: Officer) -> None:
    brought = _brought(at_the_desk, "d.csv", _declarations())
    wide = _done(at_the_desk, "unit_prices", brought, kenyan, min_group="20")
    strict = _done(at_the_desk, "unit_prices", brought, kenyan, min_group="20", low="0.05", high="0.95")
    page = at_the_desk.get(f"/trade/{wide.ref}/").content.decode()
    assert f'<option value="{strict.ref}">' in page
    body = at_the_desk.get(f"/trade/{wide.ref}/beside/?other={strict.ref}").content.decode()
    assert "Lower quantile" in body
    assert "Least rows of a group" not in body, "only what differs is shown"
    _token, text = make_token(officer=kenyan, scope="read", by=kenyan)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    said = program.get(f"/api/v1/trade/runs/{wide.ref}/beside/{strict.ref}").json()
    assert said["settings"]["low"] == [0.25, 0.05]
    assert said["figures"]["flagged"] == [wide.answer["flagged"], strict.answer["flagged"]]
    assert said["rows"] == {
        "both": strict.answer["flagged"],
        "first": wide.answer["flagged"] - strict.answer["flagged"],
        "second": 0,
    }
    mirrored = _done(at_the_desk, "mirror", _brought(at_the_desk, "comtrade.csv", _reported()), kenyan)
    assert at_the_desk.get(f"/trade/{wide.ref}/beside/?other={mirrored.ref}").status_code == 404
    assert at_the_desk.get(f"/trade/{wide.ref}/beside/?other=TA-none").status_code == 404


def test_outcomes_of_inspections_are_fed_back_by_page(at_the_desk: Client, kenyan: Officer) -> None:
    chance, lines = random.Random(9), ["date,importer,score,probability,selected,found,worth"]
    for at in range(400):
        score = chance.random()
        selected = "score" if score > 0.8 else "chance" if at % 20 == 0 else ""
        outcome = str(int(chance.random() < (0.9 if selected == "score" else 0.1))) if selected else ""
        probability, worth = 0.9 if score > 0.8 else 0.1, chance.randint(1, 9)
        lines.append(f"2025-03-{1 + at % 28:02d},I{at % 7},{score:.4f},{probability},{selected},{outcome},{worth}")
    run = _done(
        at_the_desk,
        "select_evaluate",
        _brought(at_the_desk, "done.csv", "\n".join(lines).encode()),
        kenyan,
        label="found",
        revenue="worth",
    )
    opened = [line.split(",") for line in lines[1:] if line.split(",")[5]]
    by_score = [int(one[5]) for one in opened if one[4] == "score"]
    assert run.answer["rows"] == len(opened)
    assert run.answer["unknown"] == 400 - len(opened)
    assert run.answer["by_choice"]["score"] == {
        "rows": len(by_score),
        "precision": pytest.approx(sum(by_score) / len(by_score), abs=1e-4),
        "interval": [0.817, 0.9491],
    }
    body = at_the_desk.get(f"/trade/{run.ref}/").content.decode()
    assert "By what it was chosen" in body
    assert "rows that nobody looked at" in body
    assert json.loads(at_the_desk.get(f"/trade/{run.ref}/take/json/").content)["rows"] == len(opened)

"""Page, command and program say the same of the same table, refuse the same, and take the same «anyway»."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD
from tests.trade.asking import said_by
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Officer
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.runs import perform
from tidewaiter.trade.tasks import run_trade

pytestmark = pytest.mark.django_db
HEADS = "refYear,reporterCode,reporterDesc,flowCode,partnerCode,partnerDesc,cmdCode,primaryValue\n"
TABLE = HEADS + "".join(
    f"2022,404,Kenya,M,{code},{name},854232,{value}\n2022,{code},{name},X,404,Kenya,854232,1000\n"
    for code, name, value in (("800", "Uganda", 1060), ("9995", "Rwanda", 1060), ("9996", "Atlantis", 1060))
)
LOST = HEADS + "2022,404,Kenya,M,9996,Atlantis,854232,900\n2022,404,Kenya,M,800,Uganda,854232,100\n"
SAME = (
    "flows",
    "matched",
    "dropped",
    "not_understood",
    "warnings",
    "median_value_ratio",
    "columns",
    "caveats",
    "about",
)


@pytest.fixture
def analyst(settings: Any, tmp_path: Path) -> Officer:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    return add_officer(username="anna.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


def _by_page(by: Officer, table: str, **said: str) -> tuple[Client, TradeRun]:
    client = Client()
    assert client.login(username=by.username, password=PASSWORD)
    kept = client.post("/trade/bring/", {"file": SimpleUploadedFile("in.csv", table.encode())})
    source = str(kept["Location"]).split("file=")[1]
    form = client.get(f"/trade/new/mirror/?file={source}").content.decode()
    assert '<option value="reporterCode" selected>' in form
    columns = {
        "c.reporter": "reporterCode",
        "c.partner": "partnerCode",
        "c.flow": "flowCode",
        "c.product": "cmdCode",
        "c.value": "primaryValue",
        "c.year": "refYear",
    }
    answer = client.post("/trade/new/mirror/", {"source": source, "net_re_exports": "1"} | columns | said)
    assert answer.status_code == 302, answer.content.decode()
    return client, TradeRun.objects.get(ref=str(answer["Location"]).strip("/").split("/")[-1])


def _by_program(by: Officer, table: str, **parameters: bool) -> dict[str, Any]:
    _token, text = make_token(officer=by, scope="write", by=by)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    kept = program.post("/api/v1/trade/files?name=in.csv", table.encode(), content_type="application/octet-stream")
    asked = {"analysis": "mirror", "file": kept.json()["file"], "parameters": parameters}
    run = program.post("/api/v1/trade/runs", json.dumps(asked), content_type="application/json").json()
    run_trade.func(Job.objects.get(subject=run["ref"]).ref)
    found: dict[str, Any] = program.get(f"/api/v1/trade/runs/{run['ref']}").json()
    return found


def test_one_table_says_the_same_through_page_command_and_program(analyst: Officer, tmp_path: Path) -> None:
    by_command = said_by("mirror", tmp_path, TABLE)
    assert (by_command["flows"], by_command["matched"], by_command["dropped"]) == (2, 2, {"unknown_country": 2})
    assert [one["value"] for one in by_command["not_understood"]] == ["9996", "9996"]
    client, run = _by_page(analyst, TABLE)
    perform(run, analyst, lambda _step, _share: None)
    run.refresh_from_db()
    by_program = _by_program(analyst, TABLE)["answer"]
    for name in SAME:
        assert run.answer[name] == by_command[name] == by_program[name], name
    page = client.get(f"/trade/{run.ref}/").content.decode()
    assert "Not understood" in page
    assert "9996" in page
    assert "33.3 % of the value was not understood" in page
    answer = client.get(f"/trade/{run.ref}/take/csv/")
    taken = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] -- a file answer streams
    assert taken.count("Mirror data analysis; CIF/FOB 1.06") == 1


def test_what_is_mostly_not_understood_is_refused_and_done_anyway_through_every_door(
    analyst: Officer, tmp_path: Path
) -> None:
    assert said_by("mirror", tmp_path, LOST)["error"] == "not_understood"
    assert said_by("mirror", tmp_path, LOST, "--anyway")["flows"] == 1
    _client, run = _by_page(analyst, LOST)
    with pytest.raises(BadInput, match="90 % of the value was not understood"):
        perform(run, analyst, lambda _step, _share: None)
    _client, again = _by_page(analyst, LOST, anyway="1")
    perform(again, analyst, lambda _step, _share: None)
    again.refresh_from_db()
    assert again.answer["flows"] == 1
    refused = _by_program(analyst, LOST)
    assert (refused["state"], "90 %" in refused["why"]) == ("failed", True)
    assert _by_program(analyst, LOST, anyway=True)["answer"]["flows"] == 1

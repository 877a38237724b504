"""The ledger's page and its export: narrowed, taken away, checked by the verifier that needs nothing of ours."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.making import case_in, done_by_worker
from tidewaiter.cases.actions import draft
from tidewaiter.ledger.models import Entry


def _verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), *more], capture_output=True, text=True, cwd="/"
    )


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_steward_narrows_the_ledger_by_person_thing_deed_and_day(people: SimpleNamespace) -> None:
    refs = draft(cases=[case_in(national_ref=f"L-{n}") for n in range(120)], by=people.contact, channel="csv").refs
    client = Client()
    assert client.login(username=people.steward.username, password=PASSWORD)
    page = client.get("/ledger/").content.decode()
    assert "Older entries" in page
    assert refs[0][:30] not in page
    assert refs[0][:30] in client.get(f"/ledger/?ref={refs[0]}").content.decode()
    assert client.get("/ledger/?by=nobody.at.all").content.decode().count("No entry fits") == 1
    entries = client.get("/ledger/?deed=people.").content.decode().partition("<tbody>")[2]
    assert entries
    assert "Drafted" not in entries
    day = Entry.objects.latest("seq").at[:10]
    assert "Drafted" in client.get(f"/ledger/?since={day}&until={day}").content.decode()
    assert "No entry fits" in client.get("/ledger/?until=1999-01-01").content.decode()
    assert client.get("/ledger/?since=yesterday").status_code == 400
    taken = client.get("/ledger/?format=csv&deed=cases.drafted")
    table = b"".join(taken.streaming_content).decode()  # type: ignore[attr-defined] -- a file answer streams
    assert table.count("cases.drafted") == 120
    checked = client.post("/ledger/check/").content.decode()
    assert "The chain is intact" in checked
    assert "has the entry of its making" in checked
    assert "a head that left the node" in checked
    for who in (people.contact, people.analyst, people.reviewer):
        other = Client()
        assert other.login(username=who.username, password=PASSWORD)
        assert [other.get("/ledger/").status_code, other.post("/ledger/take-away/").status_code] == [404, 404]


@pytest.mark.django_db
def test_the_export_is_checked_by_a_file_that_needs_nothing_of_ours(people: SimpleNamespace, tmp_path: Path) -> None:
    draft(cases=[case_in(national_ref=f"É-{n}") for n in range(5)], by=people.contact, channel="csv")
    client = Client()
    client.post(
        "/accounts/login/", {"login": people.steward.username, "password": PASSWORD}
    )  # the export asks who it is
    page = client.post("/ledger/take-away/")["Location"]
    done_by_worker(page.split("/")[2])
    answer = client.get(f"{page}result/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:  # type: ignore[attr-defined]
        box.extractall(tmp_path)
    good = _verify(tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "INTACT" in good.stdout
    assert "Not proven" in good.stdout
    node = json.loads((tmp_path / "node.json").read_text())
    (tmp_path / "kept.json").write_text(json.dumps(node["head"]))
    held = _verify(tmp_path, "--head", str(tmp_path / "kept.json"), "--key", node["head"]["public_key"])
    assert held.returncode == 0
    assert "Proven: that the ledger continues the heads that you gave" in held.stdout
    assert "Not proven: that the key is this node's" not in held.stdout
    assert "Not proven: that every record of the node has its entry" in held.stdout
    assert _verify(tmp_path, "--key", "00" * 32).returncode == 1
    lines = (tmp_path / "entries.ndjson").read_text().splitlines()
    for number, change in (
        (2, lambda entry: {**entry, "by": "somebody.else"}),
        (3, lambda entry: {**entry, "at": "2020" + entry["at"][4:]}),
    ):
        bad = [json.dumps(change(json.loads(line))) if at == number - 1 else line for at, line in enumerate(lines)]
        (tmp_path / "entries.ndjson").write_text("\n".join(bad) + "\n")
        wrong = _verify(tmp_path)
        assert (wrong.returncode, f"entry {number}" in wrong.stdout) == (1, True)
    for cut in (lines[:-1], lines[1:], [lines[1], lines[0], *lines[2:]]):
        (tmp_path / "entries.ndjson").write_text("\n".join(cut) + "\n")
        assert _verify(tmp_path).returncode == 1


def test_the_export_by_command(node: Program, tmp_path: Path) -> None:
    answer = node.json("export_ledger", "-o", str(tmp_path / "ledger.zip"))
    with zipfile.ZipFile(answer["file"]) as box:
        box.extractall(tmp_path / "out")
    assert f"{answer['entries']} entries" in _verify(tmp_path / "out").stdout

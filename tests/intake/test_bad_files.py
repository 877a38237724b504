"""What must not get in does not, and is told why; its twin does get in."""

from __future__ import annotations

import json
import resource
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import PASSWORD, Program
from tests.intake.bad_files import Bad, bad_files
from tests.intake.files import ROW, csv_of, file_of

SHARES = 8


@pytest.fixture(scope="session")
def corpus() -> list[Bad]:
    """The bad files."""
    return list(bad_files())


def taken(path: Path, by: Any) -> tuple[Any, str]:
    """(receipt, code of a refusal) of a file that is brought in."""
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.jobs.actions import Progress

    receipt = receive(path=path, name=path.name, mapping_text="", mapping_name="", options={}, by=by)
    try:
        take_in(receipt=receipt, by=by, progress=Progress(None))
    except BadInput as refusal:
        assert refusal.sentence.strip()
        return receipt, refusal.code
    return receipt, ""


def _largest_child() -> int:
    """MiB of the largest child that this process has had; tests before this one had children too."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def test_the_corpus_is_large_enough_and_no_file_is_in_it_twice(corpus: list[Bad]) -> None:
    assert len(corpus) >= 200
    assert len({one.name for one in corpus}) == len(corpus)
    print(f"{len(corpus)} bad files")


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
def test_a_bad_file_is_told_and_changes_nothing_and_its_twin_is_taken(
    corpus: list[Bad], share: int, people: SimpleNamespace, tmp_path: Path
) -> None:
    from tidewaiter.cases.models import Case
    from tidewaiter.intake.models import StagedRow
    from tidewaiter.intake.queries import errors_of

    wrong = []
    before = _largest_child()
    for one in corpus[share::SHARES]:
        path = tmp_path / one.name
        path.write_bytes(one.data)
        Case.objects.all().delete()
        receipt, code = taken(path, people.contact)
        kind, _, said = one.answer.partition(":")
        if kind == "refused":
            ok = code == said and not Case.objects.exists() and not StagedRow.objects.filter(receipt=receipt).exists()
            got = code
        else:
            codes = {error["code"] for error in errors_of(receipt)}
            ok = code == "" and (said in codes if kind == "rejected" else not codes)
            ok = ok and all(error["message"] for error in errors_of(receipt))
            got = f"{code} {codes}"
        Case.objects.all().delete()
        twin = tmp_path / f"twin_{one.name}"
        twin.write_bytes(one.twin)
        good, refused = taken(twin, people.contact)
        if not ok or refused or good.rejected or not good.accepted:
            wrong.append((one.name, one.answer, got, f"twin: {refused or errors_of(good)}"[:200]))
        path.unlink()
        twin.unlink()
    assert wrong == [], "\n".join(map(str, wrong))
    megabytes = _largest_child()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # a child begins as a copy of this process
    assert megabytes <= max(1600, own) or megabytes == before, f"a child took {megabytes} MiB"


@pytest.mark.django_db
@given(
    st.binary(max_size=400),
    st.sampled_from(["csv", "xlsx", "xml", "json", "ndjson"]),
    st.integers(0, 2000),
    st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_read_or_refused(tmp_path: Path, noise: bytes, kind: str, at: int, replace: bool) -> None:
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.intake.mapping.mapping_file import ReaderHints
    from tidewaiter.intake.reading.readers import open_source
    from tidewaiter.intake.rows import RowParser

    whole = file_of(kind, ROW)
    data = whole[: at % len(whole)] + noise + whole[at % len(whole) + (len(noise) if replace else 0) :]
    path = tmp_path / "file"
    path.write_bytes(data)
    try:
        rows = [row for batch in RowParser(open_source(path, ReaderHints()), None).staged(100) for row in batch]
    except BadInput as refusal:
        assert refusal.sentence
        return
    for row in rows:
        assert row.problems or row.header["country"] == "KE" or row.skipped
        assert all(problem.sentence() for problem in row.problems)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "saisie effectuée à l'aéroport, cachée derrière le siège"),
        ("koi8_r", "изъято в порту, спрятано в двойном дне контейнера"),
        ("cp1251", "изъято в порту, спрятано в двойном дне контейнера"),
        ("big5", "在港口查獲，藏於貨櫃夾層內"),
        ("gb18030", "在港口查获，藏于集装箱夹层内"),
        ("shift_jis", "港で押収され、コンテナの二重底に隠されていた"),
        ("euc_kr", "항구에서 압수되어 컨테이너 이중바닥에 숨겨짐"),
        ("cp1256", "تم ضبطها في الميناء مخبأة في قاع مزدوج للحاوية"),
        ("utf-16", "saisie à l'aéroport"),
        ("utf-16-le", "saisie à l'aéroport"),
        ("utf-8-sig", "在港口查获"),
    ],
)
def test_an_encoding_is_guessed_and_said(encoding: str, words: str, people: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.cases.models import Case

    path = tmp_path / "file.csv"
    path.write_bytes(
        csv_of(*({**ROW, "national_ref": f"R-{n}", "narrative": words} for n in range(5))).decode().encode(encoding)
    )
    receipt, refused = taken(path, people.contact)
    assert (refused, receipt.accepted) == ("", 5)
    assert Case.objects.earliest("pk").header["narrative"] == words
    assert receipt.notes.get("encoding", "").replace("_", "-") == (
        "" if encoding in ("utf-16", "utf-8-sig") else encoding.replace("_", "-")
    )


def test_bad_files_are_told_by_page_program_and_command(corpus: list[Bad], node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    for name in ("cut_60.xlsx", "laughs.xml", "comma.csv"):
        one = next(bad for bad in corpus if bad.name == name)
        path = tmp_path / name
        path.write_bytes(one.data)
        done = node.run("import_cases", str(path), "--by", "grace", "--format", "json")
        answer = json.loads(done.stdout)
        if one.answer.startswith("refused"):
            assert done.returncode == 2
            assert answer["message"]
        else:
            assert done.returncode == 1
            assert answer["errors"][0]["code"] == one.answer.split(":")[1]


@pytest.mark.django_db
def test_bad_files_are_told_by_page_and_by_program(corpus: list[Bad], people: SimpleNamespace, client: Client) -> None:
    from tidewaiter.intake.models import Receipt
    from tidewaiter.intake.tasks import run_intake
    from tidewaiter.jobs.models import Job
    from tidewaiter.people.actions.tokens import make_token

    client.login(username=people.contact.username, password=PASSWORD)
    _, token = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    for name in ("cut_60.xlsx", "laughs.xml", "comma.csv", "random.xlsx"):
        one = next(bad for bad in corpus if bad.name == name)
        code = one.answer.split(":")[1]
        answer = program.post("/api/v1/receipts?name=a", one.data, content_type="application/octet-stream")
        if answer.status_code == 202:  # it cannot be told how long it is: the worker reads it
            run_intake.func(Job.objects.get(subject=answer.json()["receipt"]).ref)
            answer = program.get(f"/api/v1/receipts/{answer.json()['receipt']}")
            assert (answer.json()["state"], answer.json()["why"] != "") == ("unreadable", True)
        elif one.answer.startswith("refused"):
            assert answer.status_code == 422
            assert answer.json()["detail"]
        else:
            assert answer.status_code == 201
            assert answer.json()["errors"][0]["code"] == code
        page = client.post("/intake/", {"file": SimpleUploadedFile(name, one.data)})
        ref = page["Location"].rstrip("/").split("/")[-1]
        job = Job.objects.filter(subject=ref).first()
        assert job is not None
        if Receipt.objects.get(ref=ref).state not in ("done", "unreadable"):
            run_intake.func(job.ref)
        shown = client.get(page["Location"]).content.decode()
        assert ("could not be read" in shown) if one.answer.startswith("refused") else ("1,250" in shown), name

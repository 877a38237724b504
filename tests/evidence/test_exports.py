"""A case leaves the node as one file that others verify without it: by command, page and program."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from tests.evidence.authority import Authority, served
from tests.evidence.conftest import SHOES
from tidewaiter.evidence.models import Bundle, CustodyEvent, StampBatch
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> Iterator[Authority]:
    """The node's own authority, at work."""
    one = Authority()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(one.root.public_bytes(Encoding.PEM))
    with served(one) as address:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = f"{address}/tsa", str(roots)
        yield one


def run(command: str, *words: Any) -> dict[str, Any]:
    """What a command answers."""
    out = StringIO()
    call_command(command, *map(str, words), "--format", "json", stdout=out, stderr=StringIO())
    return dict(json.loads(out.getvalue()))


@pytest.fixture
def two(staff: SimpleNamespace, shoes: Any) -> list[Any]:
    """The shoes and a telephone of the same case."""
    from tidewaiter.evidence.actions import seize

    phone = {
        "description": "A telephone, black, two SIM cards",
        "case": shoes.case,
        "place": "KEMBA",
        "material": "data",
    }
    return [shoes, seize(said={**SHOES, **phone, "quantity": "1", "unit": "H87"}, by=staff.officer)]


def test_a_case_is_exported_and_verified_off_line_by_command(
    staff: SimpleNamespace, two: list[Any], authority: Authority, tmp_path: Path
) -> None:
    zip_ = tmp_path / "case.zip"
    said = run("export_evidence", two[0].case, "-o", zip_, "--by", "investigator.ke", "--purpose", "Hearing of 12 Jan")
    assert (said["exhibits"], said["events"]) == (2, 4)
    assert said["sha256"] == hashlib.sha256(zip_.read_bytes()).hexdigest()
    names = zipfile.ZipFile(zip_).namelist()
    assert [one for one in names if one.endswith(".jsonld")] == ["case.jsonld"]
    assert {"bundle.pdf", "manifest.ndjson", "seal.json", "verify_evidence.py", "stamps/000001.tst"} <= set(names)
    found = run("verify_evidence", zip_)
    assert (found["intact"], found["stamped"], found["first_fault"]) == (True, True, "")
    assert (found["exhibits"], found["events"]) == (2, 4)
    [event] = CustodyEvent.objects.filter(exhibit=two[0], kind="export")
    assert event.note == "Hearing of 12 Jan"
    entry = Entry.objects.get(deed="evidence.exported", ref=two[0].ref)
    assert json.loads(entry.detail)["purpose"] == "Hearing of 12 Jan"
    bundle = Bundle.objects.get()
    assert (bundle.made_by, bundle.sha256, bundle.exhibits) == ("investigator.ke", said["sha256"], 2)


def test_the_verifier_inside_the_export_says_the_same_in_a_shell_of_its_own(
    two: list[Any], authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    run("export_evidence", two[0].case, "-o", folder, "--by", "investigator.ke", "--purpose", "for the court")
    (tmp_path / "roots2.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    words = [sys.executable, "-I", folder / "verify_evidence.py", folder, "--roots", tmp_path / "roots2.pem"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "INTACT: 2 exhibits, 4 events" in done.stdout
    assert "was stamped at" in done.stdout
    assert "Not shown: that what was recorded is right" in done.stdout
    (folder / "README.txt").write_text("another")
    assert subprocess.run(words, capture_output=True).returncode == 1


def test_the_ontologys_validator_takes_the_export(two: list[Any], tmp_path: Path) -> None:
    folder = tmp_path / "export"
    run("export_evidence", two[0].case, "-o", folder, "--by", "investigator.ke", "--purpose", "for the court")
    program = Path(sys.executable).parent / "case_validate"
    done = subprocess.run([program, folder / "case.jsonld"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout


def test_without_an_authority_the_events_wait_and_the_export_says_so(two: list[Any], tmp_path: Path) -> None:
    zip_ = tmp_path / "case.zip"
    run("export_evidence", two[0].case, "-o", zip_, "--by", "investigator.ke", "--purpose", "for the court")
    found = run("verify_evidence", zip_)
    assert (found["intact"], found["stamped"]) == (True, False)
    assert "when 4 of 4 events were recorded: no stamp covers them" in found["not_shown"]
    assert StampBatch.objects.get().stamped_at is None


def test_the_court_bundle_has_contents_exhibits_custody_and_says_what_is_missing(
    two: list[Any], authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    run("export_evidence", two[0].case, "-o", folder, "--by", "investigator.ke", "--purpose", "for the court")
    paper = pypdfium2.PdfDocument(folder / "bundle.pdf")
    text = " ".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", " ")
    for words in (
        "Contents",
        two[0].reference,
        "Sports shoes with the mark Wave Line",
        "counted by hand, twice",
        "What is missing",
        "No seal was put on it.",
        "There is no photograph of it.",
        "Harbour Time Authority (invented)",
        "It does not show that what was written is right",
    ):
        assert words in text, words


def test_whoever_may_not_take_it_is_told_and_nothing_is_written(
    staff: SimpleNamespace, two: list[Any], tmp_path: Path
) -> None:
    refused = {}
    for name in ("officer.ke", "analyst.ke", "investigator.ug", "foreign.ug"):
        with pytest.raises(CommandError) as error:
            run("export_evidence", two[0].case, "-o", tmp_path / "x.zip", "--by", name, "--purpose", "for the court")
        refused[name] = error.value.returncode
    assert set(refused.values()) <= {1, 2}
    assert not (tmp_path / "x.zip").exists()
    with pytest.raises(CommandError, match="Say what you read names for"):
        run("export_evidence", two[0].case, "-o", tmp_path / "x.zip", "--by", "investigator.ke", "--purpose", "x")
    assert not Bundle.objects.exists()


def test_what_is_restricted_leaves_by_an_order_alone(two: list[Any], tmp_path: Path) -> None:
    type(two[0]).objects.filter(pk=two[0].pk).update(restricted=True)
    words = ["export_evidence", two[0].case, "-o", tmp_path / "x.zip", "--by", "investigator.ke"]
    with pytest.raises(CommandError, match="by an order alone"):
        run(*words, "--purpose", "for the court")
    said = run(*words, "--purpose", "for the court", "--order", "MC-221/26 of 4 December")
    assert said["exhibits"] == 2
    assert CustodyEvent.objects.get(exhibit=two[0], kind="export").authority == "MC-221/26 of 4 December"


def test_a_large_case_is_printed_in_volumes_whose_contents_the_bundle_has(
    staff: SimpleNamespace, two: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tidewaiter.evidence.actions import seize
    from tidewaiter.evidence.proof import court_bundle

    three = [*two, seize(said={**SHOES, "description": "A third thing", "case": two[0].case}, by=staff.officer)]
    monkeypatch.setattr(court_bundle, "EXHIBITS_A_VOLUME", 2)
    folder = tmp_path / "export"
    run("export_evidence", two[0].case, "-o", folder, "--by", "investigator.ke", "--purpose", "for the court")
    assert run("verify_evidence", folder)["intact"] is True
    volumes = sorted(path.name for path in (folder / "bundle").iterdir())
    assert volumes == ["volume-001.pdf", "volume-002.pdf"]
    bundle, first, second = (_text(folder / name) for name in ("bundle.pdf", *(f"bundle/{one}" for one in volumes)))
    for one in three:
        assert one.reference in bundle, "the contents name every exhibit"
    assert "Volume 1 of 2" in first
    assert three[0].reference in first
    assert three[1].reference in first
    assert three[2].reference not in first
    assert three[2].reference in second
    assert "A third thing" in second
    assert "counted by hand, twice" not in bundle, "an exhibit is printed in its volume alone"
    assert "There is no photograph of it." in bundle
    assert "How to check it" in bundle


def _text(path: Path) -> str:
    paper = pypdfium2.PdfDocument(path)
    return " ".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", " ")

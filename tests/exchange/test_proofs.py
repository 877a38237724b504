"""A receipt is verified by anybody, off-line, with one file and no account; a changed one is told."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import PROJECT
from tests.exchange.conftest import bring, joined, keys  # noqa: F401 -- fixtures
from tests.exchange.test_envelopes import body
from tidewaiter.exchange.models import Closed, Incoming

pytestmark = pytest.mark.django_db


@pytest.fixture
def proven(joined: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:  # noqa: F811
    """Five receipts of a day that has ended, the proof of one of them, and the program that verifies it."""
    from tidewaiter.exchange.actions.publishing import close_receipts, proof_of
    from tidewaiter.ledger.queries import current_head

    for number in range(5):
        content = body(national_ref=f"KE-{number}")
        said = joined.foreign.said(joined.card, "case", content, record=f"TW-F-{number}", id=f"XE-{number}")
        bring(joined, joined.foreign.envelope(joined.card, said))
    assert Incoming.objects.filter(status="processed").count() == 5
    for row in Incoming.objects.all():
        Incoming.objects.filter(pk=row.pk).update(done_at=row.done_at - timedelta(days=1))
    assert close_receipts() == 1
    assert close_receipts() == 0
    program = tmp_path / "elsewhere" / "verify_receipt.py"
    program.parent.mkdir()
    call_command("exchange", "verifier", "-o", str(program))
    return SimpleNamespace(proof=proof_of("XE-3"), program=program, head=current_head(), joined=joined)


def verify(proven: SimpleNamespace, proof: dict[str, Any], *words: str) -> subprocess.CompletedProcess[str]:
    path = proven.program.with_name("proof.json")
    path.write_text(json.dumps(proof))
    return subprocess.run(
        [sys.executable, "-I", str(proven.program), str(path), *words],
        cwd=proven.program.parent,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_receipt_is_verified_off_line_by_one_file_and_each_changed_part_is_told(proven: SimpleNamespace) -> None:
    head = proven.program.with_name("head.json")
    head.write_text(json.dumps(proven.head))
    held = verify(proven, proven.proof, "--head", str(head))
    assert held.returncode == 0, held.stdout + held.stderr
    assert held.stdout.startswith("VALID: processed by NODE-")
    assert "TW-F-3" in held.stdout
    assert "Not proven: that the card" in held.stdout
    wrong = []
    for part, change in (
        ("receipt", lambda proof: proof.update(receipt=_other(proof["receipt"]))),
        ("root", lambda proof: proof["closed"].update(root="ab" * 32)),
        ("count", lambda proof: proof["closed"].update(count=6)),
        ("place", lambda proof: proof.update(place=(proof["place"] + 1) % 5)),
        ("signature", lambda proof: proof["closed"].update(signature="00" * 64)),
        ("head", lambda proof: proof["head"].update(hash="cd" * 32)),
        ("card", lambda proof: proof["card"].update(card=_other(proof["card"]["card"]))),
    ):
        proof = copy.deepcopy(proven.proof)
        change(proof)
        told = verify(proven, proof)
        if told.returncode == 0:
            wrong.append(part)
    assert wrong == []
    assert verify(proven, proven.proof, "--fingerprint", "0000 1111 2222 3333").returncode == 1
    assert verify(proven, {"proof": 1}).returncode == 2


def _other(token: str) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def test_what_was_received_today_is_published_tomorrow_and_a_receipt_cannot_be_put_in_later(
    proven: SimpleNamespace,
) -> None:
    from tidewaiter.exchange.actions.publishing import proof_of
    from tidewaiter.foundation.refusals import Missing

    joined_ = proven.joined
    content = body(national_ref="KE-77")
    said = joined_.foreign.said(joined_.card, "case", content, record="TW-F-77", id="XE-77")
    bring(joined_, joined_.foreign.envelope(joined_.card, said))
    with pytest.raises(Missing, match="when the day has ended"):
        proof_of("XE-77")
    row = Incoming.objects.get(ref="XE-77")
    Incoming.objects.filter(pk=row.pk).update(done_at=row.done_at - timedelta(days=1))
    with pytest.raises(Missing, match="when the day has ended"):
        proof_of("XE-77")
    assert Closed.objects.get().count == 5


def test_heads_are_signed_twice_and_the_second_signature_is_looked_at(keys: None, settings: Any) -> None:  # noqa: F811
    from tidewaiter.ledger.keys import key_of_seed, new_seed
    from tidewaiter.ledger.queries import current_head, verify

    (Path(settings.TIDEWAITER_KEYS) / "node.mldsa65").unlink(missing_ok=True)
    (Path(settings.TIDEWAITER_KEYS) / "node.mldsa65").write_bytes(seed := new_seed())
    head = current_head()
    assert head["ml_dsa_key"] == key_of_seed(seed)[1]
    assert len(bytes.fromhex(head["ml_dsa_signature"])) == 3309
    whole = verify(head)
    assert whole["intact"] or "another node" in whole["why"]
    changed = {**head, "ml_dsa_signature": "00" * 3309}
    assert "not signed by the key" in verify(changed)["why"]


def test_the_verifier_needs_nothing_of_the_node() -> None:
    text = (PROJECT / "tidewaiter" / "exchange" / "receipt_verifier.py").read_text()
    assert "django" not in text
    assert "tidewaiter." not in text.replace("Tidewaiter", "")

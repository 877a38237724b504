"""What was recorded is stamped in batches over the heads: queued while the authority is away, verified at the time of
the stamp, renewed before it weakens.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.evidence.authority import Authority, served
from tests.evidence.conftest import SHOES
from tests.evidence.test_exports import authority as authority
from tests.evidence.test_exports import run
from tidewaiter.evidence.actions import seize, stamps
from tidewaiter.evidence.actions.stamps import close_batch, stamp_by_clock
from tidewaiter.evidence.models import StampBatch, StampLeaf
from tidewaiter.evidence.proof import statements
from tidewaiter.evidence.proof.boxes import leaf_of, root_from
from tidewaiter.evidence.proof.tokens import WrongToken, read_token, verified
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(staff: SimpleNamespace, case: Any) -> list[Any]:
    """Three exhibits."""
    return [seize(said={**SHOES, "case": case.ref}, by=staff.officer) for _n in range(3)]


def test_the_clock_closes_one_batch_over_all_heads_and_the_ledgers_and_has_it_stamped(
    three: list[Any], authority: Authority
) -> None:
    [room] = [one for one in rooms_of_node() if one.name == "evidence"]
    room.schedule["evidence_stamped"].do()
    batch = StampBatch.objects.get()
    assert (batch.number, batch.count, batch.unrevoked) == (1, 3, True)
    assert batch.authority == "CN=Harbour Time Authority (invented)"
    assert abs((batch.stamped_at - datetime.now(UTC)).total_seconds()) < 60
    last = Entry.objects.exclude(deed__in=("evidence.batch_closed", "evidence.stamped")).order_by("-seq").first()
    assert last is not None
    assert (batch.ledger_seq, batch.ledger_hash) == (last.seq, last.hash)
    leaves = list(StampLeaf.objects.filter(exhibit=three[1]))
    [path] = statements.paths_of(batch, leaves)
    assert root_from(leaf_of(statements.leaf_said(leaves[0])), path["place"], path["path"]) == batch.root
    assert leaves[0].digest == three[1].head


def test_nothing_new_makes_no_batch_and_a_look_neither(three: list[Any], staff: SimpleNamespace) -> None:
    from tidewaiter.evidence.actions import look_at

    assert stamp_by_clock() == 0
    look_at(exhibits=three, purpose="custody", by=staff.custodian)
    stamp_by_clock()
    assert StampBatch.objects.count() == 1


def test_while_the_authority_is_away_batches_wait_and_are_stamped_in_their_order(
    three: list[Any], staff: SimpleNamespace, case: Any, authority: Authority
) -> None:
    authority.away = True
    assert stamp_by_clock() == 0
    seize(said={**SHOES, "case": case.ref}, by=staff.officer)
    assert stamp_by_clock() == 0
    assert list(StampBatch.objects.order_by("number").values_list("number", "why", "tries")) == [
        (1, "refused", 2),
        (2, "", 0),
    ]
    assert Entry.objects.filter(deed="evidence.not_stamped").count() == 1
    authority.away = False
    assert stamp_by_clock() == 2
    first, second = StampBatch.objects.order_by("number")
    assert second.previous == first.digest
    assert first.stamped_at <= second.stamped_at


def test_what_the_authority_gives_is_not_believed_when_it_is_another_authoritys(
    three: list[Any], authority: Authority, settings: Any
) -> None:
    stranger = Authority()
    with served(stranger) as address:
        settings.TIMESTAMP_URL = address
        assert stamp_by_clock() == 0
    assert StampBatch.objects.get().why == "answer"


def test_a_stamp_whose_certificate_has_ended_is_good_for_its_time(tmp_path: Path) -> None:
    began = datetime(2020, 1, 1, tzinfo=UTC)
    one = Authority(began=began, valid=timedelta(days=365), at=datetime(2020, 6, 1, 12, tzinfo=UTC))
    digest = hashlib.sha256(b"head").hexdigest()
    token = read_token(one.token(bytes.fromhex(digest)))
    lists = [x509.load_der_x509_crl(one.crl())]
    shown = verified(token, digest, roots=[one.root], more=[], lists=lists)
    assert (shown.at, shown.good_until) == (one.at, began + timedelta(days=365))
    one.at = datetime(2021, 6, 1, tzinfo=UTC)
    late = read_token(one.token(bytes.fromhex(digest)))
    with pytest.raises(WrongToken, match="was not valid when the stamp was made"):
        verified(late, digest, roots=[one.root], more=[], lists=lists)


@pytest.mark.parametrize(
    ("revoked", "reason", "fits"),
    [
        (datetime(2020, 7, 1, tzinfo=UTC), x509.ReasonFlags.superseded, True),
        (datetime(2020, 5, 1, tzinfo=UTC), x509.ReasonFlags.superseded, False),
        (datetime(2020, 7, 1, tzinfo=UTC), x509.ReasonFlags.key_compromise, False),
    ],
)
def test_a_certificate_that_was_taken_back_ends_what_it_signed_later_and_all_when_its_key_was_stolen(
    revoked: datetime, reason: x509.ReasonFlags, fits: bool
) -> None:
    one = Authority(began=datetime(2020, 1, 1, tzinfo=UTC), at=datetime(2020, 6, 1, 12, tzinfo=UTC))
    digest = hashlib.sha256(b"head").hexdigest()
    token = read_token(one.token(bytes.fromhex(digest)))
    one.revoke(revoked, reason)
    lists = [x509.load_der_x509_crl(one.crl())]
    if fits:
        assert verified(token, digest, roots=[one.root], more=[], lists=lists).unrevoked
    else:
        with pytest.raises(WrongToken, match="was revoked"):
            verified(token, digest, roots=[one.root], more=[], lists=lists)


def test_a_stamp_over_something_else_or_with_a_changed_time_is_refused() -> None:
    one = Authority()
    digest = hashlib.sha256(b"head").hexdigest()
    raw = one.token(bytes.fromhex(digest))
    with pytest.raises(WrongToken, match="over something else"):
        verified(read_token(raw), hashlib.sha256(b"another").hexdigest(), roots=[one.root], more=[], lists=[])
    said = read_token(raw).at.strftime("%Y%m%d%H%M%SZ").encode()
    changed = raw.replace(said, b"20200101000000Z")
    with pytest.raises(WrongToken, match="is not the one that was signed"):
        verified(read_token(changed), digest, roots=[one.root], more=[], lists=[])
    unlisted = verified(read_token(raw), digest, roots=[one.root], more=[], lists=[])
    assert not unlisted.unrevoked, "without a list nobody can say so"


@pytest.fixture
def weak(settings: Any, tmp_path: Path) -> Iterator[Authority]:
    """An authority whose certificate ends in sixty days."""
    one = Authority(began=datetime.now(UTC) - timedelta(days=300), valid=timedelta(days=360))
    (tmp_path / "roots.pem").write_bytes(one.root.public_bytes(Encoding.PEM))
    settings.TIMESTAMP_ROOTS = str(tmp_path / "roots.pem")
    with served(one) as settings.TIMESTAMP_URL:
        yield one


def test_a_stamp_is_renewed_by_a_stronger_one_and_the_export_holds_both(
    three: list[Any],
    staff: SimpleNamespace,
    case: Any,
    weak: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert stamp_by_clock() == 1
    assert stamp_by_clock() == 0, "once a day, where nothing else happens"
    with monkeypatch.context() as a_day_later:
        a_day_later.setattr(stamps, "now", lambda: datetime.now(UTC) + timedelta(days=1, minutes=1))
        assert close_batch(by=NODE) is not None
    assert stamp_by_clock() == 1
    assert StampBatch.objects.get(pk=1).renewed_in is None, "the same certificate makes it no stronger"
    weak.valid = timedelta(days=3000)
    weak.move_to(weak.address)
    seize(said={**SHOES, "case": case.ref}, by=staff.officer)
    assert stamp_by_clock() == 1
    first = StampBatch.objects.get(pk=1)
    assert first.renewed_in_id == 3
    leaf = StampLeaf.objects.get(batch_id=3, renews=first)
    assert leaf.digest == hashlib.sha256(base64.b64decode(first.token)).hexdigest()
    zip_ = tmp_path / "case.zip"
    run("export_evidence", case.ref, "-o", zip_, "--by", "investigator.ke", "--purpose", "for the court")
    found = run("verify_evidence", zip_, "--roots", tmp_path / "roots.pem")
    assert (found["intact"], found["stamped"]) == (True, True)
    assert "batch 1 was stamped at" in found["shown"]
    assert "batch 3 was stamped at" in found["shown"]


def test_no_authority_no_stamp_and_no_mistake(three: list[Any], settings: Any) -> None:
    settings.TIMESTAMP_URL = ""
    assert stamp_by_clock() == 0
    assert close_batch(by=NODE) is None
    assert StampBatch.objects.get().tries == 0

"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.conftest import Program
from tidewaiter.foundation.moments import now


@pytest.mark.django_db
def test_a_rewritten_ledger_does_not_fit_a_head_that_was_signed_before(people: SimpleNamespace) -> None:
    from tests.ledger.test_records import _rewritten
    from tidewaiter.ledger.actions import sign_head
    from tidewaiter.ledger.models import ChainEnd, Entry
    from tidewaiter.ledger.queries import verify

    head = sign_head(day=now().date().isoformat())
    assert head is not None
    assert verify()["intact"]
    entries = list(Entry.objects.order_by("seq"))
    entries[0].by = "somebody.else"
    _rewritten(entries, ChainEnd.objects.get().node)
    answer = verify()
    assert (answer["intact"], answer["wrong_entry"]) == (False, head.seq)


@pytest.mark.django_db
def test_a_head_that_another_key_has_signed_proves_nothing(people: SimpleNamespace) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tidewaiter.ledger import chain
    from tidewaiter.ledger.queries import current_head, verify

    head = current_head()
    key = Ed25519PrivateKey.generate()
    forged = {
        **head,
        "public_key": key.public_key().public_bytes_raw().hex(),
        "signature": key.sign(chain.head_text(head["day"], head["seq"], head["hash"])).hex(),
    }
    assert verify(head)["intact"]
    assert not verify(forged)["intact"]


def test_a_role_that_was_given_at_the_shell_is_held_to_be_given(small_node: Program) -> None:
    small_node.person("s.ke", "KE", "officer")
    assert small_node.json("verify_ledger")["intact"], "the entry tells of the shell beside the role"

"""Warnings, revocations and sightings between nodes: what leaves, what is held back, what becomes of it there."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.advisories.conftest import WARNING
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory, Sighting, StixObject
from tidewaiter.advisories.wire import KINDS
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.wire_kinds import RECALL, Arriving, Terms

pytestmark = pytest.mark.django_db
BY_NAME = {kind.name: kind for kind in KINDS}


class Peer:
    """Another node, as the exchange lets it act here."""

    username, display_name, administration_code, region_code = "node:kenya", "Kenya", "KE", ""
    role_codes: frozenset[str] = frozenset({"contact"})
    reviewed_regions: frozenset[str] = frozenset()
    door = "exchange:NODE-KE"


def _arrives(ref: str, version: int, body: dict[str, Any], op: str = "put") -> Arriving:
    said: dict[str, Any] = json.loads(json.dumps(body))
    return Arriving(ref=ref, version=version, op=op, body=said, node="NODE-KE", peer="kenya", by=Peer())


def test_a_warning_its_sighting_and_its_revocation_go_to_another_node(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    seen = actions.sight(
        advisory=one, indicator=one.indicators.get(number=2), seen=actions.Seen(times=7), by=staff.ghana
    )
    went = BY_NAME["warning"].leaving(one.ref, Terms())
    sighted = BY_NAME["sighting"].leaving(seen.ref, Terms())
    assert went is not None
    assert sighted is not None
    assert (went.handling, went.version, went.body["collection"]) == ("AMBER", 1, "eceg")
    assert BY_NAME["revocation"].leaving(one.ref, Terms()) is None
    actions.revoke(advisory=one, reason="innocent host", by=staff.expert)
    gone = BY_NAME["revocation"].leaving(one.ref, Terms())
    assert gone is not None
    assert BY_NAME["warning"].leaving(one.ref, Terms()) is None
    assert BY_NAME["warning"].refs is not None
    assert list(BY_NAME["revocation"].refs("", 10) if BY_NAME["revocation"].refs else []) == [one.ref]
    report = one.report_id
    StixObject.objects.all().delete()
    Sighting.objects.all().delete()
    one.delete()

    BY_NAME["warning"].take(_arrives(went.ref, 1, went.body))
    there = Advisory.objects.get()
    assert (there.title, there.tlp, there.report_id, there.node) == (WARNING["title"], "AMBER", report, "NODE-KE")
    BY_NAME["sighting"].take(_arrives(sighted.ref, 1, sighted.body))
    assert Sighting.objects.get().times == 7
    BY_NAME["revocation"].take(_arrives(gone.ref, 2, gone.body))
    there.refresh_from_db()
    assert there.state == "warning_revoked"
    assert BY_NAME["warning"].leaving(there.ref, Terms()) is None  # another node's is not passed on as ours
    taken = BY_NAME["warning"].take(_arrives(went.ref, 1, {}, RECALL))
    assert taken.word == "erased"
    assert not Advisory.objects.exists()
    assert not StixObject.objects.filter(stix_id=report).exists()


def test_a_draft_does_not_leave_and_what_is_no_list_is_not_taken(staff: SimpleNamespace, eceg: Any) -> None:
    draft = actions.draft_warning(collection=eceg, said=WARNING, by=staff.expert)
    assert BY_NAME["warning"].leaving(draft.ref, Terms()) is None
    assert BY_NAME["warning"].over({"objects": [], "names": []}, Terms()) == ["names"]
    with pytest.raises(BadInput):
        BY_NAME["warning"].take(_arrives("EW-1", 1, {"objects": {}}))

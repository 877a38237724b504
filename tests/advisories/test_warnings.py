"""A warning is written in minutes, reaches those it is for, is seen, answered, revised and taken back."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from tests.advisories.conftest import WARNING
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory, Reach, StixObject
from tidewaiter.advisories.queries import advisory_named, visible_advisories
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_a_warning_is_published_at_once_and_tells_whom_it_is_for(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    assert one.number == f"EW-{one.made_at.year}-001"
    assert (one.state, one.version, one.rank) == ("warning_published", 1, 2)
    assert one.countries == ["KE", "GH", "PT"]
    assert [one.value for one in one.indicators.order_by("number")] == [
        "https://parcel-duty.example/ke/pay",
        "parcel-duty.example",
        "203.0.113.45",
    ]
    told = set(Notice.objects.filter(ref=one.ref, deed="advisories.published").values_list("to", flat=True))
    assert told == {"colleague.ke", "ghana.gh", "portugal.pt", "editor.int", "bank.int"}
    reached = {(one.party, one.state) for one in Reach.objects.filter(advisory=one)}
    assert reached == {("KE", "read"), ("GH", "told"), ("PT", "told"), ("INT", "told"), ("bank.int", "told")}
    assert advisory_named(staff.bank, one.number).pk == one.pk
    with pytest.raises(Missing):
        advisory_named(staff.stranger, one.ref)
    assert list(visible_advisories(staff.officer)) == []
    deeds = list(Entry.objects.filter(ref=one.ref).order_by("seq").values_list("deed", flat=True))
    assert deeds == ["advisories.drafted", "advisories.published"]
    dates = list(StixObject.objects.filter(collection=eceg).order_by("pk").values_list("date_added", flat=True))
    assert len(dates) > 8
    assert all(before < after for before, after in pairwise(dates))


def test_who_only_reads_a_collection_proposes_and_another_publishes(staff: SimpleNamespace, eceg: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.warn(collection=eceg, said=WARNING, by=staff.bank)
    with pytest.raises(NotAllowed, match=r"AMBER\+STRICT"):
        actions.draft_warning(collection=eceg, said={**WARNING, "tlp": "AMBER+STRICT"}, by=staff.bank)
    draft = actions.draft_warning(collection=eceg, said=WARNING, by=staff.bank)
    assert StixObject.objects.filter(stix_id=draft.report_id).count() == 0
    assert advisory_named(staff.expert, draft.ref).state == "warning_draft"
    published = actions.publish_warning(advisory=draft, by=staff.expert)
    assert published.state == "warning_published"
    assert Notice.objects.filter(to="bank.int", ref=draft.ref, deed="advisories.published").exists()


def test_a_revision_and_a_revocation_reach_every_reader_and_every_machine(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    with pytest.raises(NotAllowed):
        actions.revise(advisory=one, said={"title": "Another"}, by=staff.ghana)
    revised = actions.revise(
        advisory=one,
        said={"countries": "KE, GH, PT, CL", "indicators": "parcel-duty.example\ncustoms-fee.example medium"},
        note="Chile added",
        by=staff.colleague,
    )
    assert revised.version == 2
    assert one.indicators.get(value="203.0.113.45").revoked_at is not None
    assert Notice.objects.filter(to="ghana.gh", ref=one.ref, deed="advisories.revised").count() == 1
    kept = StixObject.objects.filter(collection=eceg, stix_id=one.report_id)
    assert sorted(kept.values_list("is_first", "is_last")) == [(False, True), (True, False)]
    with pytest.raises(Refusal, match="Nothing is changed"):
        actions.revise(advisory=one, said={}, by=staff.expert)
    with pytest.raises(Refusal, match="Say why"):
        actions.revoke(advisory=one, reason=" ", by=staff.expert)
    actions.revoke(advisory=one, reason="The pages were a test of the post.", by=staff.expert)
    assert Notice.objects.filter(to="bank.int", ref=one.ref, deed="advisories.revoked").count() == 1
    last = kept.get(is_last=True)
    assert '"revoked":true' in last.body
    assert Advisory.objects.get(pk=one.pk).state == "warning_revoked"


def test_a_country_says_what_it_is_to_it_and_who_is_not_reached_is_known(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    actions.read_warning_of(advisory=one, by=staff.ghana)
    actions.acknowledge(advisory=one, state="concerned", by=staff.ghana, note="works on it")
    actions.acknowledge(advisory=one, state="handled", by=staff.bank)
    found = {row.party: row.state for row in one.reaches.all()}
    assert found == {"KE": "read", "GH": "concerned", "PT": "told", "INT": "told", "bank.int": "handled"}
    with pytest.raises(NotAllowed):
        actions.acknowledge(advisory=one, state="handled", by=staff.stranger)


def test_a_sighting_and_its_being_taken_back_travel(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    seen = actions.sight(
        advisory=one,
        indicator=one.indicators.get(number=2),
        seen=actions.Seen(times=2140, how="gateway_log", note="one night"),
        by=staff.ghana,
    )
    with pytest.raises(NotAllowed):
        actions.withdraw_sighting(sighting=seen, by=staff.portugal)
    actions.withdraw_sighting(sighting=seen, by=staff.ghana)
    bodies = list(StixObject.objects.filter(stix_id=seen.stix_id).order_by("date_added").values_list("body", flat=True))
    assert len(bodies) == 2
    assert '"revoked":true' in bodies[1]
    assert '"count":2140' in bodies[0]

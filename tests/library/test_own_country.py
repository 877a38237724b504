"""Nobody approves what their own country has written: the reviewer of a region at home there too, by every door."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item
from tidewaiter.people.actions import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OWN = "Nobody approves what their own country has written."


def _handed_in(by: Any) -> Item:
    texts = {"en": ("Pumps", "Look twice.")}
    item = write(said=Written(kind="alert", topic="modus_operandi", texts=texts), by=by)
    return move(item=item, deed="submit", by=by)


@pytest.mark.parametrize("deed", ["publish", "send_back"])
def test_a_reviewer_does_not_judge_an_item_of_their_own_country(people: SimpleNamespace, deed: str) -> None:
    """The own reviewer is of Kenya and reviews Kenya's region, as the reviewer of Uganda does."""
    item = _handed_in(people.contact)
    with pytest.raises(NotAllowed, match=OWN):
        move(item=item, deed=deed, by=people.own_reviewer, reason="why")
    page = Client()
    assert page.login(username=people.own_reviewer.username, password=PASSWORD)
    assert page.post(f"/library/{item.ref}/{deed}/", {"reason": "why"}).status_code == 403
    _token, text = make_token(officer=people.own_reviewer, scope="write", by=people.own_reviewer)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    read = program.get(f"/api/v1/library/{item.ref}").json()
    said = json.dumps({"reason": "why", "digest": read["digest"]})
    answer = program.post(f"/api/v1/library/{item.ref}/{deed}", said, content_type="application/json")
    assert answer.status_code == 403, answer.content
    assert Item.objects.get().status == "submitted"
    shown = page.get(f"/library/{item.ref}/").content.decode()
    assert f'action="/library/{item.ref}/{deed}/"' not in shown, "no page offers what would be refused"
    assert (
        move(item=item, deed=deed, by=people.reviewer, reason="why").status
        == {"publish": "published", "send_back": "draft"}[deed]
    )


def test_what_a_reviewer_wrote_themselves_is_approved_by_another_country(people: SimpleNamespace) -> None:
    item = _handed_in(people.own_reviewer)
    with pytest.raises(NotAllowed, match=OWN):
        move(item=item, deed="publish", by=people.own_reviewer)
    with pytest.raises(NotAllowed):
        move(item=item, deed="publish", by=people.far_reviewer)
    assert move(item=item, deed="publish", by=people.reviewer).status == "published"

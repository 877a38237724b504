"""The truth table of a library item: which deed is done in which state, and what comes of it;
everything else is refused in words.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item

pytestmark = pytest.mark.django_db
MOVES = {
    ("submit", "draft"): "submitted",
    ("send_back", "submitted"): "draft",
    ("publish", "submitted"): "published",
    ("withdraw", "draft"): "withdrawn",
    ("withdraw", "submitted"): "withdrawn",
    ("withdraw", "published"): "withdrawn",
}
STATES = ("draft", "submitted", "published", "withdrawn")
DEEDS = ("submit", "send_back", "publish", "withdraw")


def _written() -> Written:
    return Written(kind="alert", topic="modus_operandi", texts={"en": ("Pumps", "Look twice.")})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("deed", DEEDS)
def test_an_item_moves_as_the_table_says_and_not_otherwise(people: SimpleNamespace, deed: str, state: str) -> None:
    item = write(said=_written(), by=people.contact)
    Item.objects.filter(pk=item.pk).update(status=state)
    item.refresh_from_db()
    by = people.reviewer if deed in ("send_back", "publish") else people.contact
    after = MOVES.get((deed, state))
    if after is None:
        with pytest.raises(Refusal, match="cannot be done now"):
            move(item=item, deed=deed, by=by, reason="why")
        after = state
    else:
        move(item=item, deed=deed, by=by, reason="why")
    assert Item.objects.get(pk=item.pk).status == after


@pytest.mark.parametrize("state", STATES)
def test_only_a_draft_is_written_anew(people: SimpleNamespace, state: str) -> None:
    item = write(said=_written(), by=people.contact)
    Item.objects.filter(pk=item.pk).update(status=state)
    item.refresh_from_db()
    if state == "draft":
        assert write(said=_written(), by=people.contact, item=item).status == "draft"
    else:
        with pytest.raises(Refusal):
            write(said=_written(), by=people.contact, item=item)

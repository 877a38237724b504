"""Deeds of subscriptions: collections of other servers that this node fetches by itself."""

from __future__ import annotations

import base64

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy
from tidewaiter.advisories.actions.importing import Brought, take_objects
from tidewaiter.advisories.marks import TLP
from tidewaiter.advisories.models import Collection, Subscription
from tidewaiter.advisories.taxii.lines import LineDown, fetch, is_address
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.cursors import sealed, unsealed
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record

TASK = "advisories_fetched"
PAGES, LIMIT = 10, "500"
"""Pages of one turn, and objects of a page."""
_SECRET = "taxii subscription"  # noqa: S105 -- what the sealed text is for


def subscribe(
    *, collection: Collection, address: str, by: Actor, secret: str = "", ceiling: str = "AMBER"
) -> Subscription:
    """Has a collection of another server fetched into one of this node. `secret` is a token, or `name:password` for a
    server that knows names; it is kept sealed. What comes without a mark stands under `ceiling`.

    Raises `BadInput` for an address that is none, a refusal.
    """
    policy.may_keep_collections(by)
    where = address.strip()
    if not is_address(where) or len(where) > 500:
        raise BadInput(
            "address", _("Give the address of one collection: https://…/collections/ID/ (without a query or a name).")
        )
    if ceiling not in TLP:
        raise BadInput("ceiling", _("«%(text)s» is none of: %(all)s.") % {"text": ceiling[:20], "all": ", ".join(TLP)})
    if len(secret) > 500:
        raise BadInput("secret", _("The token is too long."))
    said = {
        "ceiling": ceiling,
        "secret": sealed(_SECRET, secret.strip()) if secret.strip() else "",
        "scheme": "basic" if ":" in secret else "bearer",
        "by": by.username,
        "at": now(),
    }
    with transaction.atomic():
        made, new = Subscription.objects.update_or_create(
            collection=collection,
            address=where.rstrip("/") + "/",
            defaults={**said, "failed": "", "failed_at": None},
            create_defaults={**said, "ref": new_ref("SB")},
        )
        record(by=by, deed="advisories.subscribed", ref=made.ref, detail={"new": new})
    return made


def unsubscribe(*, ref: str, by: Actor) -> None:
    """Fetches it no more; what has come stays. Raises a refusal."""
    policy.may_keep_collections(by)
    with transaction.atomic():
        held = Subscription.objects.select_for_update().filter(pk=ref).first()
        if held is None:
            raise Missing("no_subscription", _("There is no such subscription."))
        held.delete()
        record(by=by, deed="advisories.unsubscribed", ref=ref)


def fetch_all() -> int:
    """The clock's part: each subscription is fetched on from where it stands. Gives how many had something new."""
    rows = list(Subscription.objects.order_by("fetched_at", "pk"))
    ran = run_each(rows, _fetch_quietly, deed=TASK, ref_of=lambda one: one.ref, in_transaction=False)
    return len(ran.done)


def _fetch_quietly(one: Subscription) -> None:
    fetch_subscription(one=one, by=NODE)


def fetch_subscription(*, one: Subscription, by: Actor) -> Brought:
    """Fetches what a server has added since the last time; where it does not answer, that is kept with the moment."""
    made = Brought()
    reached, objects, following = one.reached, [], ""
    why = ""
    try:
        for _page in range(PAGES):
            told = fetch(one.address, authorization_of(one), **_question(reached, following))
            objects += told.objects
            reached = told.last or reached
            following = told.next
            if not told.more or not (following or told.objects):
                break
    except LineDown as down:
        why = down.why
    if objects:
        made = take_objects(collection=one.collection, objects=objects, by=by, default=one.ceiling, source=one.ref)
    with transaction.atomic():
        Subscription.objects.filter(pk=one.pk).update(
            reached=reached,
            fetched_at=now(),
            failed=why,
            failed_at=now() if why else None,
        )
        if objects:
            record(by=by, deed="advisories.fetched", ref=one.ref, detail={"objects": made.objects})
    return made


def _question(reached: str, following: str) -> dict[str, str]:
    """What is asked: what came after the last object, page by page; both are said, for servers that want both."""
    asked = {"limit": LIMIT}
    if reached and not following:
        asked["added_after"] = reached
    if following:
        asked["next"] = following
    return asked


def authorization_of(one: Subscription) -> str:
    """The header by which the server knows this node; nothing for an open one. Raises `Refusal`."""
    if not one.secret:
        return ""
    try:
        text = unsealed(_SECRET, one.secret, 2000)
    except BadInput as error:
        raise Refusal("secret", _("The token of this subscription cannot be opened: write it anew.")) from error
    if one.scheme == "basic":
        return f"Basic {base64.b64encode(text.encode()).decode()}"
    return f"Bearer {text}"

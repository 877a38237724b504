"""Deeds of warnings: drafting, publishing, revising, revoking, declining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy, states
from tidewaiter.advisories.actions.reaching import told_of
from tidewaiter.advisories.actions.storing import publish_objects
from tidewaiter.advisories.indicators import Read
from tidewaiter.advisories.models import Advisory, Collection, Indicator, Version
from tidewaiter.advisories.written import FIELDS, read_indicators, read_warning, shortened
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Outdated, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.notices.ringing import acknowledge_for


def draft_warning(
    *, collection: Collection, said: Mapping[str, Any], by: Actor, origin: str = "", indicators: Any = None
) -> Advisory:
    """Writes a warning that nobody but its author and those who publish in the collection sees. Another room may call
    it with what it found (`origin`: the ref there, which never leaves); names are not among what it takes.

    Raises `WrongFields` for what is not understood, a refusal.
    """
    fields = read_warning(said)
    read = read_indicators(said.get("indicators") if indicators is None else indicators)
    policy.may_draft(by, collection.pk, fields["tlp"])
    with transaction.atomic():
        made = _drafted(collection, fields, read, by, origin)
        record(by=by, deed="advisories.drafted", ref=made.ref, detail={"kind": made.kind})
    return made


def _drafted(
    collection: Collection, fields: dict[str, Any], read: Sequence[tuple[Read, str]], by: Actor, origin: str
) -> Advisory:
    moment = now()
    recent = Advisory.objects.filter(made_by=by.username, made_at__gt=moment - timedelta(hours=1)).count()
    if recent >= most("warnings_hour"):
        raise over("warnings_hour", waiting_helps=True)
    made = Advisory.objects.create(
        ref=new_ref("EW"),
        collection=collection,
        administration=by.administration_code,
        report_id=f"report--{uuid4()}",
        origin=origin,
        made_by=by.username,
        made_at=moment,
        changed_at=moment,
        **fields,
    )
    _keep_indicators(made, read)
    return made


def _keep_indicators(advisory: Advisory, read: Sequence[tuple[Read, str]], reason: str = "") -> dict[str, int]:
    """Makes the warning's indicators these: new ones are added, those that are missing are revoked; of a draft they
    are dropped. Gives how many of each.
    """
    moment = now()
    there = {(one.kind, one.value): one for one in advisory.indicators.all()}
    last = max((one.number for one in there.values()), default=0)
    wanted = {(one.kind, one.value): (one, confidence) for one, confidence in read}
    made = []
    for key, (one, confidence) in wanted.items():
        if (held := there.get(key)) is None:
            last += 1
            made.append(
                Indicator(
                    advisory=advisory,
                    number=last,
                    kind=one.kind,
                    value=one.value,
                    checked=one.check,
                    confidence=confidence,
                    stix_id=f"indicator--{uuid4()}",
                    added_at=moment,
                )
            )
        elif held.confidence != confidence or held.revoked_at is not None:
            Indicator.objects.filter(pk=held.pk).update(confidence=confidence, revoked_at=None, reason="")
    Indicator.objects.bulk_create(made)
    gone = advisory.indicators.filter(
        pk__in=[one.pk for key, one in there.items() if key not in wanted], revoked_at=None
    )
    dropped = gone.count()
    if advisory.version:
        gone.update(revoked_at=moment, reason=shortened(reason, 300))
    else:
        gone.delete()
    return {"added": len(made), "dropped": dropped}


def amend_draft(*, advisory: Advisory, said: Mapping[str, Any], by: Actor, draft: int | None = None) -> Advisory:
    """Writes a draft anew. Raises `Outdated` where somebody else was faster, `WrongFields`, a refusal."""
    fields = read_warning(said)
    read = read_indicators(said.get("indicators"))
    with transaction.atomic():
        held = held_advisory(advisory)
        policy.may_amend(by, held)
        policy.may_draft(by, held.collection_id, fields["tlp"])
        _must_be(held, draft)
        _write(held, fields)
        _keep_indicators(held, read)
        record(by=by, deed="advisories.amended", ref=held.ref, version=held.draft)
    return held


def held_advisory(advisory: Advisory) -> Advisory:
    """The warning's row, held until the transaction ends."""
    return Advisory.objects.select_for_update(of=("self",)).select_related("collection").get(pk=advisory.pk)


def _must_be(advisory: Advisory, draft: int | None) -> None:
    if draft is not None and draft != advisory.draft:
        raise Outdated(
            "changed_meanwhile", _("Somebody changed the warning meanwhile: look at it again."), advisory.draft
        )


def _write(advisory: Advisory, fields: dict[str, Any]) -> list[str]:
    """Puts the columns into the row; gives the names of those that changed."""
    changed = [name for name in FIELDS if getattr(advisory, name) != fields[name]]
    for name in FIELDS:
        setattr(advisory, name, fields[name])
    advisory.draft += 1
    advisory.changed_at = now()
    advisory.save()
    return changed


def warn(
    *, collection: Collection, said: Mapping[str, Any], by: Actor, origin: str = "", indicators: Any = None
) -> Advisory:
    """Writes a warning and publishes it at once: minutes count. Raises `WrongFields`, a refusal."""
    fields = read_warning(said)
    read = read_indicators(said.get("indicators") if indicators is None else indicators)
    policy.may_warn(by, collection.pk, fields["tlp"])
    with transaction.atomic():
        made = _drafted(collection, fields, read, by, origin)
        record(by=by, deed="advisories.drafted", ref=made.ref, detail={"kind": made.kind})
        return _published(made, by)


def publish_warning(*, advisory: Advisory, by: Actor, draft: int | None = None) -> Advisory:
    """Publishes a draft as it was read: whoever it is for is told. Raises `Outdated`, a refusal."""
    with transaction.atomic():
        held = held_advisory(advisory)
        policy.may_publish(by, held)
        _must_be(held, draft)
        published = _published(held, by)
        tell(to=[(held.made_by, held.ref, 1)], deed="advisories.published", by=by)
    return published


def _published(advisory: Advisory, by: Actor) -> Advisory:
    moment = now()
    advisory.number = next_number(advisory.collection)
    advisory.state, advisory.version = states.MOVES["publish"][advisory.state], 1
    advisory.published_by, advisory.published_at, advisory.changed_at = by.username, moment, moment
    advisory.save()
    keep_version(advisory, "publish", "", by)
    record(by=by, deed="advisories.published", ref=advisory.ref, version=1, detail={"tlp": advisory.tlp})
    publish_objects(advisory=advisory, by=by)
    told_of(advisory=advisory, deed="advisories.published", by=by)
    return advisory


def next_number(collection: Collection) -> str:
    """What the next warning of a collection is called; the collection is held until the transaction ends."""
    Collection.objects.select_for_update().get(pk=collection.pk)
    begins = f"EW-{now().year}-"
    return f"{begins}{Advisory.objects.filter(collection=collection, number__startswith=begins).count() + 1:03}"


def keep_version(advisory: Advisory, deed: str, note: str, by: Actor) -> None:
    """Keeps what a version says."""
    said: dict[str, Any] = {name: getattr(advisory, name) for name in FIELDS if name != "rank"}
    for name in ("valid_until", "answer_by"):
        said[name] = said[name].isoformat() if said[name] else None
    said["indicators"] = [
        {"kind": one.kind, "value": one.value, "confidence": one.confidence}
        for one in advisory.indicators.filter(revoked_at=None).order_by("number")
    ]
    Version.objects.create(
        advisory=advisory,
        number=advisory.version,
        deed=deed,
        by=by.username,
        at=advisory.changed_at,
        note=shortened(note, 300),
        said=said,
    )


def revise(
    *, advisory: Advisory, said: Mapping[str, Any], by: Actor, note: str = "", draft: int | None = None
) -> Advisory:
    """Publishes the next version: everybody who has the older one is told. What is not said stays as it was.

    Raises `Outdated`, `WrongFields`, a refusal: also where nothing would change.
    """
    with transaction.atomic():
        held = held_advisory(advisory)
        policy.may_revise(by, held)
        _must_be(held, draft)
        fields = read_warning({**{name: getattr(held, name) for name in FIELDS}, **_as_typed(held), **said})
        policy.may_warn(by, held.collection_id, fields["tlp"])
        before = [(one.kind, one.value, one.confidence) for one in held.indicators.filter(revoked_at=None)]
        read = read_indicators(said["indicators"]) if "indicators" in said else None
        changed = _write(held, fields)
        counts = {"added": 0, "dropped": 0} if read is None else _keep_indicators(held, read, note)
        after = [(one.kind, one.value, one.confidence) for one in held.indicators.filter(revoked_at=None)]
        if not changed and sorted(before) == sorted(after):
            raise Refusal("unchanged", _("Nothing is changed: the version that stands says the same."))
        held.version += 1
        held.save(update_fields=["version"])
        keep_version(held, "revise", note.strip(), by)
        record(
            by=by,
            deed="advisories.revised",
            ref=held.ref,
            version=held.version,
            detail={"fields": sorted(changed), **counts},
        )
        publish_objects(advisory=held, by=by)
        told_of(advisory=held, deed="advisories.revised", by=by)
    return held


def _as_typed(advisory: Advisory) -> dict[str, Any]:
    """Columns as `read_warning` takes them."""
    return {
        "valid_until": advisory.valid_until.isoformat() if advisory.valid_until else "",
        "answer_by": advisory.answer_by.isoformat() if advisory.answer_by else "",
    }


def revoke(*, advisory: Advisory, reason: str, by: Actor) -> Advisory:
    """Takes a warning back: every reader is told, and machines get the word. Raises a refusal."""
    if not reason.strip():
        raise Refusal("reason", _("Say why: readers must know what to undo."))
    with transaction.atomic():
        held = held_advisory(advisory)
        policy.may_revoke(by, held)
        held.state = states.MOVES["revoke"][held.state]
        held.reason = shortened(reason, 1000)
        held.version, held.draft, held.changed_at = held.version + 1, held.draft + 1, now()
        held.save()
        held.indicators.filter(revoked_at=None).update(revoked_at=held.changed_at, reason=shortened(held.reason, 300))
        keep_version(held, "revoke", held.reason, by)
        record(by=by, deed="advisories.revoked", ref=held.ref, version=held.version)
        publish_objects(advisory=held, by=by)
        told_of(advisory=held, deed="advisories.revoked", by=by)
        acknowledge_for(ref=held.ref, by=by, outcome="withdrawn")
    return held


def decline(*, advisory: Advisory, reason: str, by: Actor) -> Advisory:
    """Says that a draft is not published, and why; its author takes it back by the same deed. Raises a refusal."""
    if not reason.strip():
        raise Refusal("reason", _("Say why: its author needs it."))
    with transaction.atomic():
        held = held_advisory(advisory)
        policy.may_decline(by, held)
        held.state, held.reason = states.MOVES["decline"][held.state], shortened(reason, 1000)
        held.draft, held.changed_at = held.draft + 1, now()
        held.save()
        record(by=by, deed="advisories.declined", ref=held.ref, version=held.draft)
        tell(to=[(held.made_by, held.ref, 1)], deed="advisories.declined", by=by)
    return held

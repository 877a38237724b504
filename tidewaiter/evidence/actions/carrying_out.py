"""The act of disposal itself: done before two witnesses, each by own sign-in or by a signature on the device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.actions.disposal import held_disposal
from tidewaiter.evidence.files import kept_files, said_files
from tidewaiter.evidence.hands import AWAITING
from tidewaiter.evidence.keeping import entry_of, event_of, held_all, keep_party, told, write_all
from tidewaiter.evidence.models import CustodyEvent, Disposal, DisposalItem, Exhibit
from tidewaiter.evidence.queries import contents_of
from tidewaiter.evidence.typed import decimal_text, read_currency_code, read_quantity, read_signed, read_text
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

WITNESSES = 2


def carry_out(*, disposal: Disposal, said: Mapping[str, Any], by: Actor) -> Disposal:
    """Writes down that it was done: witnesses (`witness1`, `witness2`: accounts, or a name with its signature), photos,
    figures as reported. It stands when both have signed. Raises a refusal: under hold, not counted, a witness of the
    store.
    """
    figures = _figures(said)
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.FIXED)
        items = list(one.items.select_related("exhibit"))
        if any(each.quantity is not None and each.counted is None for each in items):
            raise Refusal("not_counted", _("Count or weigh it at the gate first."))
        rows = {each.pk: each for each in held_all([each.exhibit_id for each in items])}
        for each in rows.values():
            policy.may_dispose(by, each, within=one)
        witnesses, signatures = _witnesses(said, by)
        every = [*rows.values(), *held_all([each.pk for each in contents_of(rows.values())])]
        events = _dispose(one, items, every, figures, said, by)
        one.state, one.witnesses, one.files = states.WITNESSING, witnesses, said_files(said)
        one.cost, one.currency = figures["cost"], figures["currency"]
        one.carbon, one.recycled = figures["carbon"], figures["recycled"]
        one.save()
        for witness, files in zip(witnesses, signatures, strict=True):
            if witness["signed"]:
                _witness(every, events, witness, files, by)
        tell(
            to=[(each["hand"], one.ref, 1) for each in witnesses if not each["signed"]],
            deed="evidence.disposed",
            by=by,
        )
        record(by=by, deed="evidence.carried_out", ref=one.ref, detail={"exhibits": len(items)})
        return _end_if_signed(one, every, by)


def _figures(said: Mapping[str, Any]) -> dict[str, Any]:
    """Cost, carbon and share recycled, as reported."""
    typed = TypedFields(said)
    made: dict[str, Any] = {
        "cost": typed.read("cost", read_quantity, None),
        "currency": typed.read("currency", read_currency_code, ""),
        "carbon": typed.read("carbon", read_signed, None),
        "recycled": typed.read("recycled", read_quantity, None),
    }
    if made["recycled"] is not None and made["recycled"] > 100:
        typed.wrong["recycled"] = _("A share is between 0 and 100 per cent.")
    if made["cost"] is not None and not made["currency"]:
        typed.wrong.setdefault("currency", _("In which currency?"))
    typed.done()
    return made


def _witnesses(said: Mapping[str, Any], by: Actor) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Two, neither who does it nor of the store; one without an account has signed on the device."""
    named = [str(one).strip() for one in said.get("witnesses") or []]
    named = (named + [""] * WITNESSES)[:WITNESSES]
    made: list[dict[str, Any]] = []
    signatures: list[list[dict[str, Any]]] = []
    for n, given in enumerate(named, 1):
        account = given or str(said.get(f"witness{n}") or "").strip()
        if account:
            made.append({"hand": account, "kind": "account", "organisation": "", "signed": ""})
            signatures.append([])
            _must_be_witness(account, by)
            continue
        files = kept_files(said, (f"signature{n}",), by)
        if not files:
            raise BadInput(f"witness{n}", _("Two witnesses: an account, or a name with a signature, each."))
        party, digest = keep_party(
            name=str(said.get(f"name{n}", "")), organisation=str(said.get(f"organisation{n}", "")), by=by
        )
        signed = stamp(now())
        made.append(
            {
                "hand": party.ref,
                "kind": "party",
                "organisation": party.organisation,
                "digest": digest,
                "signed": signed,
            }
        )
        signatures.append([files[0] | {"role": "signature"}])
    if len({one["hand"] for one in made}) != WITNESSES:
        raise BadInput("witness2", _("Two witnesses are two people."))
    return made, signatures


def _must_be_witness(account: str, by: Actor) -> None:
    if account == by.username:
        raise NotAllowed("same_hand", _("Whoever does it does not witness it."))
    officer = Officer.objects.filter(username=account, is_active=True, administration_id=by.administration_code).first()
    if officer is None or not officer.role_codes & policy.READERS:
        raise BadInput("witness", _("«%(name)s» is no account that can witness this.") % {"name": account[:60]})
    if "custodian" in officer.role_codes:
        raise NotAllowed("of_the_store", _("A witness is not of the store: «%(name)s» is.") % {"name": account[:60]})


def _dispose(
    one: Disposal,
    items: Sequence[DisposalItem],
    every: Sequence[Exhibit],
    figures: Mapping[str, Any],
    said: Mapping[str, Any],
    by: Actor,
) -> list[CustodyEvent]:
    """The event of each exhibit: what went, by which order and method."""
    of_exhibit = {each.exhibit_id: each for each in items}
    made = []
    files = said_files(said)
    for exhibit in every:
        item = of_exhibit.get(exhibit.pk)
        detail = {
            "disposal": one.ref,
            "way": one.way,
            "order": one.order,
            "ordered_by": one.ordered_by,
            "ordered_on": one.ordered_on.isoformat(),
            "methods": one.methods,
            "quantity": decimal_text(item.quantity if item else exhibit.quantity),
            "kept": decimal_text(item.kept) if item else "",
            "counted": decimal_text(item.counted) if item else "",
            "unit": exhibit.unit,
            "difference": one.difference,
            "cost": decimal_text(figures["cost"]),
            "currency": figures["currency"],
            "carbon": decimal_text(figures["carbon"]),
            "recycled": decimal_text(figures["recycled"]),
        }
        event = event_of(
            exhibit,
            states.DISPOSE,
            by,
            authority=one.order,
            place=str(said.get("place") or "")[:300],
            note=str(said.get("note") or ""),
            seal_before=exhibit.seal,
            detail=detail,
            files=files,
            batch=one.ref,
        )
        exhibit.awaits, exhibit.awaits_whom = event.ref, ""
        made.append(event)
    write_all(every, made, AWAITING)
    _record(made, "evidence.disposed", by)
    return made


def _record(events: Sequence[CustodyEvent], deed: str, by: Actor) -> None:
    """Writes an entry for each event, under its exhibit and its number, with its digest."""
    record_many(by=by, deed=deed, things=map(entry_of, events), details=map(told, events))


def _witness(
    every: Sequence[Exhibit],
    events: Sequence[CustodyEvent],
    witness: Mapping[str, Any],
    files: Sequence[dict[str, Any]],
    by: Actor,
) -> None:
    """A witness's word on each event."""
    drawn = witness["kind"] == "party"
    detail = {"signed": "drawn" if drawn else "account", "organisation": witness["organisation"]}
    if drawn:
        detail |= {"party": witness["hand"], "party_digest": witness["digest"]}
    made = [
        event_of(exhibit, states.WITNESS, by, taker=witness["hand"], detail=detail, files=list(files), answers=event)
        for exhibit, event in zip(every, events, strict=True)
    ]
    write_all(every, made)
    _record(made, "evidence.witnessed", by)


def witness_disposal(*, disposal: Disposal, by: Actor) -> Disposal:
    """A witness signs by own sign-in. When both have, it stands, and the certificate can be had. Raises a refusal."""
    with transaction.atomic():
        policy.must_read(by)
        one = held_disposal(disposal, states.WITNESSING)
        mine = [each for each in one.witnesses if each["hand"] == by.username and not each["signed"]]
        if not mine:
            raise NotAllowed("not_you", _("Somebody else is to witness this."))
        every, events = _awaiting(one)
        mine[0]["signed"] = stamp(now())
        one.save(update_fields=["witnesses"])
        _witness(every, events, mine[0], (), by)
        return _end_if_signed(one, every, by)


def _awaiting(one: Disposal) -> tuple[list[Exhibit], list[CustodyEvent]]:
    """What went, held, each beside the event that says so; an act that was taken back is not among them."""
    said = CustodyEvent.objects.filter(kind=states.DISPOSE, batch=one.ref)
    every = held_all(sorted(set(said.values_list("exhibit_id", flat=True))))
    events = said.in_bulk([each.awaits for each in every])
    return every, [events[each.awaits] for each in every]


def undo_disposal(*, disposal: Disposal, reason: str, by: Actor) -> Disposal:
    """Takes back that it was carried out, before both witnesses have signed: one says that it was not so, or never
    signs. What was written stays, with the reason beside it; it is done anew, or the order is taken back. Raises a
    refusal.
    """
    if not (words := read_text(reason)):
        raise BadInput("reason", _("Say why: it is kept with the decision."))
    with transaction.atomic():
        policy.must_read(by)
        one = held_disposal(disposal, states.WITNESSING)
        if not policy.may_undo(by, one):
            raise NotAllowed("not_you", _("Whoever orders disposals says so, or a witness who has not signed."))
        every, events = _awaiting(one)
        detail = {"disposal": one.ref, "undone": True}
        made = [
            event_of(exhibit, states.CORRECT, by, note=words, detail=detail, answers=event)
            for exhibit, event in zip(every, events, strict=True)
        ]
        for exhibit in every:
            exhibit.awaits, exhibit.awaits_whom = "", ""
        write_all(every, made, AWAITING)
        _record(made, "evidence.corrected", by)
        one.state, one.witnesses, one.files = states.FIXED, [], []
        one.cost, one.currency, one.carbon, one.recycled = None, "", None, None
        one.save()
        tell(to=[(one.made_by, one.ref, len(every))], deed="evidence.disposal_undone", by=by)
        record(by=by, deed="evidence.disposal_undone", ref=one.ref, detail={"exhibits": len(every)})
    return one


def _end_if_signed(one: Disposal, every: Sequence[Exhibit], by: Actor) -> Disposal:
    """When both witnesses have signed: what went is no more, what was kept stays where it is as the sample."""
    if not all(each["signed"] for each in one.witnesses):
        return one
    kept = {each.exhibit_id: each.kept for each in one.items.all()}
    for exhibit in every:
        exhibit.awaits, exhibit.awaits_whom = "", ""
        left = kept.get(exhibit.pk)
        if left:
            exhibit.quantity = left
            continue
        exhibit.state = states.MOVES["dispose"][exhibit.state]
        exhibit.holder_kind, exhibit.holder, exhibit.store, exhibit.shelf = "person", "", None, ""
        exhibit.due_at, exhibit.seal, exhibit.seal_whole = None, "", None
    changed = ["awaits", "awaits_whom", "quantity", "state", "holder_kind", "holder", "store", "shelf"]
    Exhibit.objects.bulk_update(every, [*changed, "due_at", "seal", "seal_whole"], batch_size=200)
    one.state, one.done_by, one.done_at = states.DONE, by.username, now()
    one.save(update_fields=["state", "done_by", "done_at"])
    record(by=by, deed="evidence.disposal_done", ref=one.ref)
    return one


def take_certificate(*, disposal: Disposal, names: bool, purpose: str, by: Actor) -> None:
    """Writes down that the certificate was taken, with or without names. Raises a refusal before it stands."""
    policy.must_read(by)
    if disposal.state != states.DONE:
        raise Refusal("not_done", _("There is a certificate when both witnesses have signed."))
    with transaction.atomic():
        detail = {"purpose": purpose, "names": names}
        record(by=by, deed="evidence.certificate_taken", ref=disposal.ref, detail=detail)

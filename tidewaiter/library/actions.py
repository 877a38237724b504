"""Deeds of the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.called import cases_called, the_case
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import fold
from tidewaiter.ledger.actions import record
from tidewaiter.library import policy, states
from tidewaiter.library.as_read import must_stand
from tidewaiter.library.models import Item, Receipt, Text, Visit
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Administration, Officer
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.threads.actions import say

KINDS, TOPICS, HANDLING = "library_kind", "alert_topic", "handling"
LONGEST, LONGEST_LINK, MOST_CASES = 40_000, 500, 60
ONE_VISIT = timedelta(minutes=30)


@dataclass(slots=True)
class Written:
    """What an item says of itself; `texts` is `{language: (title, body)}`."""

    kind: str
    texts: dict[str, tuple[str, str]]
    topic: str = ""
    commodity: str = ""
    countries: list[str] = field(default_factory=list)
    valid_from: date | None = None
    valid_to: date | None = None
    audience: str = "members"
    agencies: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    """Accounts of other agencies, for the audience `agencies`."""
    partner: str = ""
    handling: str = "AMBER"
    link: str = ""
    cases: list[str] = field(default_factory=list)


def write(*, said: Written, by: Actor, item: Item | None = None) -> Item:
    """Writes a new draft, or one's own draft anew. Raises `BadInput` for what does not hold together, or a refusal."""
    if item is None:
        policy.may_write(by)
    fields = _checked(said, by)
    moment = now()
    with transaction.atomic():
        if item is None:
            place = Administration.objects.get(code=by.administration_code)
            item = Item.objects.create(
                ref=new_ref("LB"),
                administration=place.code,
                region=place.region_id or "",
                made_by=by.username,
                made_at=moment,
                changed_at=moment,
                **fields,
            )
            deed = "library.drafted"
        else:
            item = Item.objects.select_for_update().get(pk=item.pk)
            policy.may_amend(by, item)
            Item.objects.filter(pk=item.pk).update(changed_at=moment, **fields)
            item.texts.all().delete()
            deed = "library.amended"
        _write_texts(item, said)
        record(by=by, deed=deed, ref=item.ref)
    item.refresh_from_db()
    return item


def hand_in(*, said: Written, by: Actor) -> Item:
    """Takes what a group of experts delivers: the group has agreed it, and it waits here for the approval that
    everything has. The rooms above have made sure that the person speaks for the group. Raises `BadInput`.
    """
    fields = _checked(said, by)
    place, moment = Administration.objects.get(code=by.administration_code), now()
    with transaction.atomic():
        item = Item.objects.create(
            ref=new_ref("LB"),
            status=states.SUBMITTED,
            administration=place.code,
            region=place.region_id or "",
            made_by=by.username,
            made_at=moment,
            changed_at=moment,
            **fields,
        )
        _write_texts(item, said)
        record(by=by, deed="library.drafted", ref=item.ref)
        record(by=by, deed="library.submitted", ref=item.ref)
    return item


def _write_texts(item: Item, said: Written) -> None:
    Text.objects.bulk_create(
        [
            Text(item=item, lang=lang, title=title, body=body, folded=f" {fold(f'{title} {body}')}")
            for lang, (title, body) in said.texts.items()
        ]
    )


def _checked(said: Written, by: Actor) -> dict[str, object]:
    texts = {
        lang: (mask_personal_data(title.strip()[:200]), mask_personal_data(body.strip()[:LONGEST]))
        for lang, (title, body) in said.texts.items()
        if title.strip() or body.strip()
    }
    if not texts or any(not title for title, _body in texts.values()):
        raise BadInput("title", _("Give it a title in every language it is written in."))
    said.texts = texts
    for name, code in ((KINDS, said.kind), (HANDLING, said.handling)):
        if code not in list_view(name).codes:
            raise BadInput("kind" if name == KINDS else name, _("Choose a kind and a handling mark."))
    if (said.kind == "alert") != (said.topic in list_view(TOPICS).codes):
        raise BadInput("topic", _("An alert says what it warns of; other items do not."))
    if said.audience not in policy.audiences() or (said.audience == "partner") != bool(said.partner):
        raise BadInput("audience", _("Say whom it is for."))
    agencies = _agencies(said, by)
    if (
        said.partner
        and not Officer.objects.filter(username=said.partner, grants__role="partner", is_active=True).exists()
    ):
        raise BadInput("partner", _("There is no such partner organisation."))
    if said.audience in ("partners", "partner") and said.handling not in policy.FOR_PARTNERS:
        raise BadInput("handling", _("A partner cannot be told under this handling mark."))
    if said.valid_from and said.valid_to and said.valid_from > said.valid_to:
        raise BadInput("valid_to", _("It ends before it begins to hold."))
    if said.link and not said.link.startswith(("https://", "http://")):
        raise BadInput("link", _("A link begins with https://."))
    if len(said.link) > LONGEST_LINK:
        raise BadInput("link", _("A link may have 500 signs: a part of it would lead elsewhere."))
    countries = [code for code in said.countries if code in list_view("country").codes][:60]
    if said.commodity and said.commodity not in list_view("commodity").codes:
        raise BadInput("commodity", _("There is no such commodity."))
    cases = _cases(said.cases, by)
    return {
        "kind": said.kind,
        "topic": said.topic,
        "commodity": said.commodity,
        "countries": countries,
        "valid_from": said.valid_from,
        "valid_to": said.valid_to,
        "audience": said.audience,
        "agencies": agencies,
        "partners": _partners(said),
        "partner": said.partner,
        "handling": said.handling,
        "link": said.link,
        "cases": cases,
    }


def _agencies(said: Written, by: Actor) -> str:
    """The agencies of a nation that an item is for, as they are kept. Raises `BadInput`."""
    named = list(dict.fromkeys(one.strip().upper() for one in said.agencies if one.strip()))
    if (said.audience == "agencies") != bool(named or said.partners):
        raise BadInput("agencies", _("An item for agencies names them; other items do not."))
    known = set(Administration.objects.filter(code__in=named[:MOST_CASES]).values_list("code", flat=True))
    if unknown := [code for code in named if code not in known]:
        raise BadInput("agencies", _("«%(code)s» is no administration of this node.") % {"code": unknown[0][:20]})
    if policy.is_of_a_nation() and said.handling in ("RED", "AMBER+STRICT") and said.audience != "country":
        raise BadInput("handling", _("Under this mark it stays in your administration: say that it is for that."))
    return f";{';'.join(named)};" if named else ""


def _partners(said: Written) -> str:
    """The accounts of other agencies that an item is for, as they are kept. Raises `BadInput`."""
    named = list(dict.fromkeys(one.strip().lower() for one in said.partners if one.strip()))[:MOST_CASES]
    open_accounts = Officer.objects.filter(username__in=named, grants__role="partner", is_active=True)
    known = set(open_accounts.values_list("username", flat=True)) if policy.is_of_a_nation() else set()
    if unknown := [name for name in named if name not in known]:
        raise BadInput("partners", _("«%(name)s» is no account of another agency.") % {"name": unknown[0][:60]})
    return f";{';'.join(named)};" if named else ""


def _cases(said: list[str], by: Actor) -> list[str]:
    """The refs of the cases that were named, each by any reference one sees. Raises `BadInput`."""
    found = cases_called(by, said[:MOST_CASES])
    if unknown := [name for name in said[:MOST_CASES] if not found.get(name)]:
        raise BadInput("cases", _("«%(ref)s» is no case that you see.") % {"ref": unknown[0][:64]})
    try:
        return list(dict.fromkeys(the_case(name, cases).ref for name, cases in found.items()))
    except BadInput as several:
        raise BadInput("cases", several.sentence) from several


_DEEDS = {
    "submit": "library.submitted",
    "send_back": "library.sent_back",
    "publish": "library.published",
    "withdraw": "library.withdrawn",
}


def move(*, item: Item, deed: str, by: Actor, reason: str = "") -> Item:
    """Submits, sends back, publishes or withdraws an item as it was read; sending back and withdrawing say why.

    Raises `Outdated` where the item says something else by now, or a refusal.
    """
    if deed in ("send_back", "withdraw") and not reason.strip():
        raise Refusal("reason", _("Say why: the colleagues on the other side need it."))
    moment = now()
    with transaction.atomic():
        held = Item.objects.select_for_update().get(pk=item.pk)
        policy.MAY[deed](by, held)
        must_stand(item, held)
        held.status = states.MOVES[deed][held.status]
        held.changed_at, held.reason = moment, mask_personal_data(reason.strip()[:1000])
        if deed == "publish":
            held.published_by, held.published_at = by.username, moment
        held.save()
        record(by=by, deed=_DEEDS[deed], ref=held.ref)
        if deed == "publish":
            tell(
                to=[(name, held.ref, 1) for name in _to_be_told(held) if name != by.username],
                deed="library.published",
                by=by,
            )
        else:
            tell(to=[(held.made_by, held.ref, 1)], deed=_DEEDS[deed], by=by)
    return held


def _to_be_told(item: Item) -> list[str]:
    """Whom a published item is for, of those who act on it: contact points, and partners where it is theirs too."""
    people = Officer.objects.filter(is_active=True)
    contacts = people.filter(grants__role="contact")
    if item.audience == "country" or item.handling == "RED":
        contacts = contacts.filter(administration_id=item.administration)
    elif item.audience == "agencies":
        contacts = contacts.filter(administration__in=[*item.agency_codes, item.administration])
    elif item.audience == "region":
        contacts = contacts.filter(administration__region_id=item.region)
    names = set(contacts.values_list("username", flat=True)) | {item.made_by}
    if item.audience == "agencies" and item.handling in policy.FOR_PARTNERS:
        names |= set(people.filter(username__in=item.partner_names).values_list("username", flat=True))
    elif item.audience == "partners":
        names |= set(people.filter(grants__role="partner").values_list("username", flat=True))
    elif item.audience == "partner":
        names.add(item.partner)
    return sorted(names)


def read_item(*, item: Item, by: Actor) -> None:
    """Says that one has read a published item; said again it changes nothing."""
    if item.status != states.PUBLISHED:
        raise Refusal("state", _("Only what is published is read."))
    with transaction.atomic():
        _kept, new = Receipt.objects.get_or_create(
            item=item, username=by.username, defaults={"administration": by.administration_code, "at": now()}
        )
        if new:
            record(by=by, deed="library.read", ref=item.ref)


def say_of_item(*, item: Item, text: str, by: Actor) -> None:
    """Says something under an item; its author and who approved it are told. Who reads
    it goes by the state it was said in.
    """
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item.pk)  # not published between the look and the word
        policy.may_say(by, item)
        say(ref=item.ref, text=text, by=by, state=item.status)
        told = [name for name in dict.fromkeys((item.made_by, item.published_by)) if name and name != by.username]
        tell(to=[(name, item.ref, 1) for name in told], deed="library.said", by=by)


def visited(*, by: Actor) -> None:
    """Remembers that somebody looks at the library now; looks within half an hour of each other are one visit."""
    moment = now()
    held = Visit.objects.filter(username=by.username).first()
    if held is None:
        Visit.objects.get_or_create(username=by.username, defaults={"at": moment})
    elif moment - held.at > ONE_VISIT:
        Visit.objects.filter(pk=held.pk).update(before=held.at, at=moment)
    else:
        Visit.objects.filter(pk=held.pk).update(at=moment)


def take_from_node(*, ref: str, node: str, said: Written, by: Actor) -> Item:
    """Keeps an item of another node under its own ref, or what it says now. On a node of a nation it is published: its
    own administration has approved it; on the centre it waits for approval as one written here. Raises a refusal.
    """
    fields = _checked(said, by)
    place = Administration.objects.filter(code=by.administration_code).first()
    if place is None:
        raise Refusal("administration", _("The administration that wrote it is not known here."))
    moment = now()
    published = policy.is_of_a_nation()
    state = states.PUBLISHED if published else states.SUBMITTED
    with transaction.atomic():
        held = Item.objects.select_for_update().filter(pk=ref).first()
        if held is not None and held.node != node:
            raise Refusal("not_theirs", _("The item is another node's: it is not written over."))
        changes: dict[str, object] = {
            **fields,
            "status": state,
            "node": node,
            "administration": place.code,
            "region": place.region_id or "",
            "changed_at": moment,
            "published_by": by.username if published else "",
            "published_at": moment if published else None,
        }
        if held is None:
            held = Item.objects.create(ref=ref, made_by=by.username, made_at=moment, **changes)
            record(by=by, deed="library.drafted", ref=ref)
        else:
            Item.objects.filter(pk=ref).update(**changes)
            held.texts.all().delete()
            record(by=by, deed="library.amended", ref=ref)
        _write_texts(held, said)
        record(by=by, deed="library.published" if published else "library.submitted", ref=ref)
        held.refresh_from_db()
        if published:
            tell(to=[(name, ref, 1) for name in _to_be_told(held)], deed="library.published", by=by)
    return held


def take_back_from_node(*, ref: str, node: str, by: Actor, erase: bool) -> str:
    """Withdraws an item of another node because it was withdrawn there, or erases it; gives the word for it."""
    with transaction.atomic():
        held = Item.objects.select_for_update().filter(pk=ref, node=node).first()
        if held is None:
            return "erased" if erase else "withdrawn"
        if erase:
            held.delete()
            record(by=by, deed="library.erased", ref=ref)
            return "erased"
        if held.status != states.WITHDRAWN:
            held.status, held.changed_at = states.WITHDRAWN, now()
            held.reason = _("Withdrawn by the node that wrote it.")
            held.save(update_fields=["status", "changed_at", "reason"])
            record(by=by, deed="library.withdrawn", ref=ref)
    return "withdrawn"

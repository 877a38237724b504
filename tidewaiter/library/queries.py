"""Finding items: what one may see, by kind and words, what is new, who has read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.library import states
from tidewaiter.library.models import Item, Text, Visit
from tidewaiter.library.policy import is_close, visible, works_here
from tidewaiter.people.models import Officer
from tidewaiter.threads.models import Message
from tidewaiter.threads.queries import thread_of

FIELDS = ("kind", "topic", "commodity", "status", "handling", "audience", "administration")


def visible_items(actor: Actor) -> QuerySet[Item]:
    """The items a person sees, newest first."""
    return Item.objects.filter(visible(actor)).prefetch_related("texts").order_by("-published_at", "-changed_at", "-pk")


def item_named(actor: Actor, ref: str) -> Item:
    """One item; raises `Missing` for absent and unseen alike."""
    found = visible_items(actor).filter(ref=ref).first()
    if found is None:
        raise Missing("no_item", gettext("There is no such item in the library."))
    return found


def sought_items(actor: Actor, wanted: dict[str, list[str]]) -> QuerySet[Item]:
    """Items narrowed by fields and words (`q`: all of them, in any language).
    Raises `BadInput` for a field that is none.
    """
    items = visible_items(actor)
    for name, values in wanted.items():
        if name == "q":
            for word in fold(values[-1][:200]).split()[:12]:
                items = items.filter(pk__in=Text.objects.filter(folded__contains=f" {word}").values("item"))
        elif name == "current":
            today = now().date()
            items = items.filter(Q(valid_to=None) | Q(valid_to__gte=today), status=states.PUBLISHED)
        elif name in FIELDS:
            items = items.filter(**{f"{name}__in": values})
        else:
            raise BadInput(
                "unknown_field", gettext("The library cannot be narrowed by «%(name)s».") % {"name": name[:40]}
            )
    return items


def text_of(item: Item, lang: str) -> Text:
    """The text in the reader's language, else in English, else the first one written."""
    texts = {one.lang: one for one in item.texts.all()}
    return texts.get(lang) or texts.get(lang.split("-")[0]) or texts.get("en") or next(iter(texts.values()))


def last_visit(actor: Actor) -> datetime | None:
    """When the person looked at the library before this visit; visits within half an hour are one."""
    found = Visit.objects.filter(username=actor.username).first()
    return found.before if found else None


def readers_of(item: Item) -> tuple[int, int, list[dict[str, Any]]]:
    """(contact points of its audience that have read it, how many there are, those that have not): who these are is
    for those alone who work on the item (`policy.is_close`).
    """
    contacts = (
        Officer.objects.filter(is_active=True, grants__role="contact").exclude(administration_id="INT").distinct()
    )
    if item.audience == "country":
        contacts = contacts.filter(administration_id=item.administration)
    elif item.audience == "agencies":
        contacts = contacts.filter(administration__in=[*item.agency_codes, item.administration])
    elif item.audience == "region":
        contacts = contacts.filter(administration__region_id=item.region)
    read = set(item.receipts.values_list("username", flat=True))
    every = list(contacts.order_by("administration_id", "username").values("username", "administration_id"))
    unread = [dict(one) for one in every if one["username"] not in read]
    return len(every) - len(unread), len(every), unread


def partners_of(item: Item) -> tuple[int, int]:
    """(partner organisations that have read it, how many it is for); none where it is not for partners."""
    if item.audience not in ("partners", "partner") and not item.partners:
        return 0, 0
    partners = Officer.objects.filter(is_active=True, grants__role="partner").distinct()
    if item.audience == "partner":
        partners = partners.filter(username=item.partner)
    elif item.audience == "agencies":
        partners = partners.filter(username__in=item.partner_names)
    names = set(partners.values_list("username", flat=True))
    return item.receipts.filter(username__in=names).count(), len(names)


def talk_of(item: Item, actor: Actor) -> list[Message]:
    """What was said under an item, newest first: all to those who work on it, to others what was said once it was
    published.

    Of what an older release kept without its state, the moment tells.
    """
    said = thread_of(item.ref)
    if is_close(actor, item):
        return said
    if not works_here(actor):
        return []
    since = item.published_at
    return [
        one
        for one in said
        if one.state == states.PUBLISHED or (one.state == "" and since is not None and one.at >= since)
    ]


def titles(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """The titles of the items that a person sees, by ref, in the reader's language."""
    lang = get_language() or "en"
    return {item.ref: text_of(item, lang).title for item in visible_items(actor).filter(ref__in=list(refs))}


def linked_cases(item: Item, actor: Actor) -> list[Case]:
    """The cases an item rests on, of those this person sees."""
    return list(visible_cases(actor).filter(ref__in=item.cases).order_by("-date", "-pk")) if item.cases else []

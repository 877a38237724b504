"""Deeds of collections: opening one for a group, saying whom it is for, and no longer."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy
from tidewaiter.advisories.marks import TLP, rank
from tidewaiter.advisories.models import Collection, Reader
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration, Officer

_code = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def open_collection(*, code: str, title: str, by: Actor, description: str = "") -> Collection:
    """Opens the collection of a group, whose code is its alias; one that is there already is given back with this
    title. Whom it is for is said by `let_read`. Rooms above open theirs through this: what they let do, they ask.

    Raises `BadInput` for a code or a title that is none.
    """
    if _code.fullmatch(code) is None:
        raise BadInput("code", _("A collection's code is small letters, digits and hyphens, 40 at most."))
    name = title.strip()
    if not 0 < len(name) <= 200:
        raise BadInput("title", _("A title has 1 to 200 signs."))
    with transaction.atomic():
        made, new = Collection.objects.select_for_update().get_or_create(
            code=code,
            defaults={"title": name, "description": description.strip(), "made_by": by.username, "made_at": now()},
        )
        if new:
            record(by=by, deed="advisories.collection_opened", ref=str(made.pk), detail={"code": code})
        elif (made.title, made.description) != (name, description.strip() or made.description):
            made.title, made.description = name, description.strip() or made.description
            made.save(update_fields=["title", "description"])
            record(by=by, deed="advisories.collection_amended", ref=str(made.pk), detail={"code": code})
    return made


def let_read(
    *, collection: Collection, kind: str, value: str, by: Actor, ceiling: str = "AMBER", writes: bool = False
) -> Reader:
    """Says that a person, an administration or a sector reads a collection up to a mark, and whether they publish in
    it. Said again it is changed. Raises `BadInput` for who or what is none.
    """
    _must_be_reader(kind, value)
    if ceiling not in TLP:
        raise BadInput("ceiling", _("«%(text)s» is none of: %(all)s.") % {"text": ceiling[:20], "all": ", ".join(TLP)})
    with transaction.atomic():
        held = Reader.objects.select_for_update().filter(collection=collection, kind=kind, value=value).first()
        if held is not None and (held.ceiling, held.writes) == (ceiling, writes):
            return held
        made, _new = Reader.objects.update_or_create(
            collection=collection,
            kind=kind,
            value=value,
            defaults={"ceiling": ceiling, "rank": rank(ceiling), "writes": writes, "by": by.username, "at": now()},
        )
        record(
            by=by,
            deed="advisories.reader_let",
            ref=str(collection.pk),
            detail={"kind": kind, "ceiling": ceiling, "writes": writes},
        )
    return made


def _must_be_reader(kind: str, value: str) -> None:
    if kind not in policy.READERS:
        raise BadInput("kind", _("A reader is a person, an administration or a sector."))
    known = {
        policy.PERSON: lambda: Officer.objects.filter(username=value).exists(),
        policy.ADMINISTRATION: lambda: Administration.objects.filter(code=value).exists(),
        policy.SECTOR: lambda: value in policy.SECTORS,
    }[kind]()
    if not known:
        raise BadInput("value", _("«%(name)s» is not known on this node.") % {"name": value[:60]})


def no_longer_read(*, collection: Collection, kind: str, value: str, by: Actor) -> bool:
    """Says that they read it no more; gives whether they did. What they have taken away is with them."""
    with transaction.atomic():
        gone, _which = Reader.objects.filter(collection=collection, kind=kind, value=value).delete()
        if gone:
            record(by=by, deed="advisories.reader_ended", ref=str(collection.pk), detail={"kind": kind})
    return bool(gone)

"""Persons, companies and conveyances on the wire: between nodes that hold names, under an agreement that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.text import fold
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Held, Leaving, Taken, Terms, WireKind
from tidewaiter.ledger.queries import history
from tidewaiter.registry.actions.erasing import erase_listed
from tidewaiter.registry.actions.from_nodes import take_from_node, take_link_from_node, untie_listed
from tidewaiter.registry.models import CaseTie, Entity, Link, Statement
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.vocabulary import NAMES, NUMBERS, WORDS

CONVEYANCES = ("vessel", "vehicle", "aircraft", "container")
FIELDS = ("name", "alias", "country", "jurisdiction", "registrationNumber", "imoNumber", "flag", "nationality")
"""What leaves where the agreement names no fields: what tells one thing from another, and nothing of a life."""
_FOLLOWS = ("registry.entered", "registry.amended", "registry.said")
_MARKS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


def listed_as(peer: str) -> str:
    """What the registry calls what a node has sent."""
    return f"exchange {peer}"[:60]


def names_known(case: str) -> tuple[str, ...]:
    """Names and numbers of all who have part in a case."""
    refs = CaseTie.objects.filter(case=case).values("entity")
    wanted = (*NAMES, *NUMBERS, "phone", "email", "address", "birthDate")
    return tuple(Statement.objects.filter(entity__in=refs, prop__in=wanted).values_list("value", flat=True))


def values_sought(kind: str) -> Iterator[tuple[str, str]]:
    """(ref, normalised) of every name and number that this node holds itself of a kind."""
    said = Statement.objects.filter(entity__kind=kind, entity__listed="", prop__in=(*NAMES, *NUMBERS))
    rows = said.exclude(entity__handling="RED").values_list("entity_id", "prop", "value")
    for ref, prop, value in rows.iterator(chunk_size=5000):
        yield ref, normalised(value, number=prop in NUMBERS)


def normalised(text: str, *, number: bool) -> str:
    """A name as its words in order, a number as its letters and digits."""
    if number:
        return "".join(sign for sign in text.upper() if sign.isalnum())
    return " ".join(sorted(fold(text).split()))


def leaving_entity(kinds: Sequence[str], ref: str, terms: Terms) -> Leaving | None:
    """A record of this node as it would leave: the statements whose property was agreed, with their grades."""
    entity = Entity.objects.filter(ref=ref, listed="").first()
    if entity is None or entity.kind not in kinds:
        return None
    fields = FIELDS if terms.fields is None else terms.fields
    told, held = [], []
    for said in entity.statements.order_by("pk"):
        if said.prop not in fields:
            held.append(Held(said.prop, "agreement"))
        elif terms.ceiling and _narrower(said.handling, terms.ceiling):
            held.append(Held(said.prop, "graded"))
        else:
            told.append(
                {
                    "prop": said.prop,
                    "value": said.original or said.value,
                    "date": said.said_on.isoformat() if said.said_on else "",
                    "scheme": said.scheme,
                    "grade": said.grade,
                    "handling": said.handling,
                    "owner": said.owner,
                }
            )
    held.append(Held("source", "agreement"))
    return Leaving(
        ref=ref,
        version=sum(entry.deed in _FOLLOWS for entry in history(ref)) or 1,
        body={"kind": entity.kind, "handling": entity.handling, "statements": told},
        handling=entity.handling,
        called=entity.caption,
        held=tuple(held),
    )


def refs_of(kinds: Sequence[str], after: str, most: int) -> list[str]:
    """Refs of this node's own records of some kinds after a ref, in order."""
    own = Entity.objects.filter(listed="", kind__in=kinds, ref__gt=after).order_by("ref")
    return list(own.values_list("ref", flat=True)[:most])


_LINK = ("subject", "object", "schema", "role", "begins", "ends", "share", "scheme", "grade")
"""What a link says; its source, as that of a record, stays."""


def leaving_link(ref: str, terms: Terms) -> Leaving | None:
    """What ties two records of this node, once the receiver has both; nothing where either is marked RED."""
    held = Link.objects.filter(ref=ref, listed="").select_related("subject", "object").first()
    if held is None or held.subject.listed or held.object.listed:
        return None
    agreed = _LINK if terms.fields is None else ("subject", "object", "schema", *terms.fields)
    body = {"subject": held.subject_id, "object": held.object_id, "schema": held.schema}
    body |= {name: getattr(held, name) for name in _LINK[3:]}
    narrowest = max((held.subject.handling, held.object.handling), key=_place)
    return Leaving(
        ref=ref,
        version=1,
        body={name: value for name, value in body.items() if name in agreed},
        handling=narrowest,
        called=f"{held.subject.caption} – {held.object.caption}",
        held=(Held("source", "agreement"), *(Held(name, "agreement") for name in _LINK if name not in agreed)),
    )


def _place(mark: str) -> int:
    return _MARKS.index(mark) if mark in _MARKS else _MARKS.index("AMBER")


def over_link(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """What a link does not say, or was not agreed."""
    agreed = _LINK if terms.fields is None else ("subject", "object", "schema", *terms.fields)
    return sorted(set(body) - set(agreed))


def take_link(came: Arriving) -> Taken:
    """Ties what came from the same node, or unties it again. Raises a refusal."""
    listed = listed_as(came.peer)
    if came.op != PUT:
        untie_listed(key=came.ref, listed=listed, by=came.by)
        return Taken(came.ref, "erased")
    said = {name: str(came.body.get(name, "")) for name in _LINK}
    return Taken(take_link_from_node(key=came.ref, said=said, listed=listed, by=came.by).ref)


def refs_of_links(after: str, most: int) -> list[str]:
    """Refs of links between this node's own records after a ref, in order."""
    own = Link.objects.filter(listed="", subject__listed="", object__listed="", ref__gt=after).order_by("ref")
    return list(own.values_list("ref", flat=True)[:most])


def _narrower(mark: str, ceiling: str) -> bool:
    return mark in _MARKS and _MARKS.index(mark) > _MARKS.index(ceiling)


def over_entity(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """The properties that were not agreed, and all else that a record does not say."""
    fields = FIELDS if terms.fields is None else terms.fields
    said = [str(one.get("prop", "")) for one in body.get("statements", ()) if isinstance(one, dict)]
    return sorted({*(set(body) - {"kind", "handling", "statements"}), *(prop for prop in said if prop not in fields)})


def take_entity(kinds: Sequence[str], came: Arriving) -> Taken:
    """Keeps a record that came as its node's word, or erases it again. Raises a refusal."""
    listed = listed_as(came.peer)
    if came.op != PUT:
        erase_listed(key=came.ref, listed=listed, by=came.by)
        return Taken(came.ref, "erased")
    names = ("prop", "value", "date", "scheme", "grade", "handling", "owner")
    told = [
        {**{name: str(one.get(name, "")) for name in names}, "source": listed}
        for one in came.body.get("statements", ())
        if isinstance(one, dict)
    ]
    kind = str(came.body.get("kind", ""))
    said = SaidThing(
        key=came.ref,
        kind=kind if kind in kinds else "",
        source=listed,
        handling=str(came.body.get("handling", "AMBER")),
        told=told,
    )
    return Taken(take_from_node(said=said, listed=listed, by=came.by).ref)


_TEXT = {"type": "string"}
_SCHEMA = {
    "type": "object",
    "required": ["kind", "statements"],
    "additionalProperties": False,
    "properties": {
        "kind": _TEXT,
        "handling": _TEXT,
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["prop", "value"],
                "properties": dict.fromkeys(("prop", "value", "date", "scheme", "grade", "handling", "owner"), _TEXT),
            },
        },
    },
}


_TITLES = {**WORDS, "kind": _("Kind"), "handling": _("Handling"), "source": _("Source"), "statements": _("Statements")}


_LINK_TITLES = {
    "subject": _("From"),
    "object": _("To"),
    "schema": _("Link"),
    "role": _("Role"),
    "begins": _("Begins"),
    "ends": _("Ends"),
    "share": _("Share"),
    "scheme": _("Grading"),
    "grade": _("Grade"),
    "source": _("Source"),
}


def _kind(name: str, word: Any, kinds: Sequence[str]) -> WireKind:
    return WireKind(
        name=name,
        word=word,
        nominal=True,
        follows=_FOLLOWS,
        ends=("registry.erased",),
        refs=partial(refs_of, kinds),
        leaving=partial(leaving_entity, kinds),
        take=partial(take_entity, kinds),
        over=over_entity,
        schema=_SCHEMA,
        titles=_TITLES,
    )


KINDS = (
    _kind("person", p("kind on the wire", "person"), ("person",)),
    _kind("company", p("kind on the wire", "company"), ("company",)),
    _kind("conveyance", p("kind on the wire", "conveyance"), CONVEYANCES),
    WireKind(
        name="link",
        word=p("kind on the wire", "link"),
        nominal=True,
        follows=("registry.linked",),
        needs=lambda body: [str(body[name]) for name in ("subject", "object") if name in body],
        refs=refs_of_links,
        leaving=leaving_link,
        take=take_link,
        over=over_link,
        titles=_LINK_TITLES,
        schema={
            "type": "object",
            "required": ["subject", "object", "schema"],
            "additionalProperties": False,
            "properties": dict.fromkeys(_LINK, _TEXT),
        },
    ),
)
"""What of the registry goes to other nodes."""

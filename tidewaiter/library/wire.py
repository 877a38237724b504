"""Alerts and items of the library on the wire: what is published for more than its own administration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW, Arriving, Held, Leaving, Taken, Terms, WireKind
from tidewaiter.ledger.queries import history
from tidewaiter.library import states
from tidewaiter.library.actions import Written, take_back_from_node, take_from_node
from tidewaiter.library.models import Item
from tidewaiter.privacy.masking import MASK, masked

ALERT = "alert"
FIELDS = ("kind", "topic", "commodity", "countries", "valid_from", "valid_to", "link", "texts", "handling")
_ALWAYS = ("kind", "topic", "texts", "handling")
"""What an item is nothing without, whatever was agreed."""
_WIDE = ("members", "partners")
"""Audiences that reach beyond their own administration and region."""
_LEFT = ("library.published", "library.withdrawn")


def is_of_kind(kind: str, item_kind: str) -> bool:
    """Alerts are a kind of their own; the rest of the library is the other."""
    return (item_kind == ALERT) == (kind == ALERT)


def leaving_item(kind: str, ref: str, terms: Terms) -> Leaving | None:
    """A published item of this node as it would leave; nothing for a draft, or for what is one administration's."""
    item = Item.objects.filter(ref=ref, node="").prefetch_related("texts").first()
    if item is None or not is_of_kind(kind, item.kind) or item.audience not in _WIDE:
        return None
    version = sum(entry.deed in _LEFT for entry in history(ref)) or 1
    title = next((one.title for one in item.texts.all()), ref)
    if item.status == states.WITHDRAWN:
        return Leaving(ref=ref, version=version, body={"reason": "withdrawn"}, op=WITHDRAW, called=title)
    if item.status != states.PUBLISHED:
        return None
    held: list[Held] = []
    judge = _judged(terms, held)
    body: dict[str, Any] = {
        "kind": item.kind,
        "topic": item.topic,
        "commodity": item.commodity,
        "countries": item.countries,
        "valid_from": item.valid_from.isoformat() if item.valid_from else "",
        "valid_to": item.valid_to.isoformat() if item.valid_to else "",
        "link": judge("link", item.link),
        "handling": item.handling,
        "texts": {
            one.lang: {"title": judge("title", one.title), "body": judge("body", one.body)} for one in item.texts.all()
        },
    }
    agreed = FIELDS if terms.fields is None else (*_ALWAYS, *terms.fields)
    held += [Held(name, "agreement") for name in body if name not in agreed and body[name]]
    held += [Held(name, "pictures" if name == "pictures" else "agreement") for name in _stays(item)]
    return Leaving(
        ref=ref,
        version=version,
        body={name: value for name, value in body.items() if name in agreed},
        handling=item.handling,
        called=title,
        held=tuple(held),
    )


def _stays(item: Item) -> list[str]:
    return [name for name in ("pictures", "files", "cases") if getattr(item, name)]


def _judged(terms: Terms, held: list[Held]) -> Callable[[str, str], str]:
    """What a text is on a node that holds no names; for one that does it leaves as it stands."""
    known = [re.escape(name) for name in terms.names if len(name) >= 3]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE) if known else None

    def judge(path: str, text: str) -> str:
        if terms.nominal or not text:
            return text
        clean, _found = masked(pattern.sub(MASK, text) if pattern else text, "free")
        if clean != text:
            held.append(Held(path, "masked"))
        return clean

    return judge


def over_item(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """The fields that an item has not, or that were not agreed."""
    agreed = FIELDS if terms.fields is None else (*_ALWAYS, *terms.fields)
    return sorted(set(body) - set(agreed))


def take_item(kind: str, came: Arriving) -> Taken:
    """Keeps an item that came, or withdraws or erases it again. Raises a refusal."""
    if came.op != PUT:
        return Taken(came.ref, take_back_from_node(ref=came.ref, node=came.node, by=came.by, erase=came.op == RECALL))
    try:
        said = _written(came.body)
        if not is_of_kind(kind, said.kind):
            raise BadInput("kind", _("What came is of another kind than its envelope says."))
        return Taken(take_from_node(ref=came.ref, node=came.node, said=said, by=came.by).ref)
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error


def _written(body: Mapping[str, Any]) -> Written:
    texts = body.get("texts")
    if not isinstance(texts, dict) or not 0 < len(texts) <= 40:
        raise BadInput("texts", _("Give it a title in every language it is written in."))
    countries = body.get("countries", [])
    return Written(
        kind=str(body.get("kind", "")),
        topic=str(body.get("topic", "")),
        commodity=str(body.get("commodity", "")),
        countries=[str(code) for code in countries] if isinstance(countries, list) else [],
        valid_from=_day(body.get("valid_from")),
        valid_to=_day(body.get("valid_to")),
        link=str(body.get("link", "")),
        handling=str(body.get("handling", "")),
        texts={
            str(lang)[:8]: (str(said.get("title", "")), str(said.get("body", "")))
            for lang, said in texts.items()
            if isinstance(said, dict)
        },
    )


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)) if said else None
    except ValueError as error:
        raise BadInput("valid_from", _("«%(name)s» is no day (YYYY-MM-DD).") % {"name": str(said)[:20]}) from error


def refs_of(kind: str, after: str, most: int) -> list[str]:
    """Refs of this node's published items of a kind after a ref, in order."""
    items = Item.objects.filter(node="", status=states.PUBLISHED, ref__gt=after).order_by("ref")
    items = items.filter(kind=ALERT) if kind == ALERT else items.exclude(kind=ALERT)
    return list(items.values_list("ref", flat=True)[:most])


_TEXT = {"type": "string"}
_SCHEMA = {
    "type": "object",
    "required": ["kind", "handling", "texts"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("kind", "topic", "commodity", "valid_from", "valid_to", "link", "handling"), _TEXT),
        "countries": {"type": "array", "items": _TEXT},
        "texts": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["title"],
                "properties": {"title": {"type": "string", "maxLength": 200}, "body": _TEXT},
            },
        },
    },
}
_TITLES = {
    "kind": gettext_lazy("Kind"),
    "topic": gettext_lazy("Topic"),
    "commodity": gettext_lazy("Commodity"),
    "countries": gettext_lazy("Countries"),
    "valid_from": gettext_lazy("Holds from"),
    "valid_to": gettext_lazy("Holds until"),
    "link": gettext_lazy("Link"),
    "texts": gettext_lazy("Texts"),
    "title": gettext_lazy("Title"),
    "body": gettext_lazy("Text"),
    "handling": gettext_lazy("Handling"),
    "pictures": gettext_lazy("Pictures"),
    "files": gettext_lazy("Files"),
    "cases": gettext_lazy("Cases"),
}


def _kind(name: str, word: Any) -> WireKind:
    return WireKind(
        name=name,
        word=word,
        follows=_LEFT,
        leaving=partial(leaving_item, name),
        take=partial(take_item, name),
        over=over_item,
        refs=partial(refs_of, name),
        schema=_SCHEMA,
        titles=_TITLES,
    )


KINDS = (
    _kind(ALERT, p("kind on the wire", "alert")),
    _kind("library_item", p("kind on the wire", "library item")),
)
"""What of the library goes to other nodes."""

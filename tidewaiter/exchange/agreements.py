"""Agreements as data: a TOML file that the stewards of both nodes sign; nothing else leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.exchange.cards import own_document, own_node, public_key
from tidewaiter.exchange.jose import NotOurs, header_of, sign, verified
from tidewaiter.exchange.keys import signing_key
from tidewaiter.exchange.models import Agreement, Peer
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json, read_toml
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.foundation.wire_kinds import WireKind

TYP = "tw-agreement"
BASES = "exchange_basis"
MARKS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""Handling marks, the widest first."""
RELEASES = ("automatic", "contact")
_KNOWN = {"code", "title", "parties", "basis", "epoch", "from", "until", "handling", "purposes", "kinds", "signatures"}
_KNOWN |= {"backfill", "at_end"}
"""Whether what was there before follows (`true`), and what becomes of copies at the end (`erase`, the default)."""
AT_END = ("erase", "keep")
_OF_KIND = {"kind", "from", "fields", "release", "names"}
SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class KindTerms:
    """What is agreed of one kind in one direction."""

    kind: str
    sender: str
    """The name of the node that sends it; empty for both."""
    fields: tuple[str, ...] | None
    release: str
    names: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement as it was read."""

    code: str
    title: str
    parties: tuple[str, str]
    basis: str
    epoch: int
    starts: date
    ends: date
    handling: str
    purposes: tuple[str, ...]
    kinds: tuple[KindTerms, ...]
    document: dict[str, Any] = field(repr=False)


def kinds_of_node() -> dict[str, WireKind]:
    """The kinds that this node's rooms know."""
    return {kind.name: kind for room in rooms_of_node() for kind in room.wire}


def names_of(ref: str) -> tuple[str, ...]:
    """What the rooms of this node know to be a name in a case."""
    return tuple(name for room in rooms_of_node() if room.names_known is not None for name in room.names_known(ref))


def known_in(texts: Sequence[str]) -> tuple[str, ...]:
    """What in texts the rooms of this node know to be somebody's name."""
    return tuple(name for room in rooms_of_node() if room.names_in is not None for name in room.names_in(texts))


def read_agreement(text: str) -> tuple[Terms, dict[str, str]]:
    """The terms of a file, and its signatures by node. Raises `BadInput` that says what is wrong, and where."""
    if len(text.encode()) > most("toml_bytes"):
        raise BadInput("agreement", _("This is no agreement: it is too long."))
    try:
        said = read_toml(text)
    except Refusal as error:
        raise BadInput("agreement", _("The agreement is no TOML: %(why)s") % {"why": error.sentence[:200]}) from error
    signatures = said.pop(SIGNATURES, [])
    terms = terms_of(_plain(said))
    found: dict[str, str] = {}
    for one in signatures if isinstance(signatures, list) else []:
        if isinstance(one, dict) and isinstance(one.get("node"), str) and isinstance(one.get("jws"), str):
            found[one["node"]] = one["jws"]
    return terms, found


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """The document with dates as texts: what is signed."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def terms_of(said: dict[str, Any]) -> Terms:
    """The terms of a document. Raises `BadInput`."""
    if unknown := sorted(set(said) - _KNOWN):
        raise BadInput(
            "unknown_field",
            _("An agreement has no «%(name)s». There are: %(names)s.")
            % {"name": unknown[0][:40], "names": ", ".join(sorted(_KNOWN))},
        )
    parties = _texts(said, "parties")
    if len(parties) != 2 or parties[0] == parties[1]:
        raise BadInput("parties", _("An agreement has two parties: name both nodes (parties)."))
    starts, ends = _day(said, "from"), _day(said, "until")
    if ends < starts:
        raise BadInput("until", _("The agreement ends before it begins (from, until)."))
    epoch = said.get("epoch")
    if type(epoch) is not int or not 1 <= epoch <= 1_000_000:
        raise BadInput(
            "epoch", _("Say which epoch of the agreement this is: 1, and one more with each change (epoch).")
        )
    handling = _text(said, "handling")
    if handling not in MARKS:
        raise BadInput("handling", _("The ceiling of handling is one of %(marks)s.") % {"marks": ", ".join(MARKS)})
    kinds = said.get("kinds")
    if not isinstance(kinds, list) or not kinds:
        raise BadInput("kinds", _("Say which kinds are exchanged, each in its own [[kinds]]."))
    basis = _text(said, "basis")
    view = list_view(BASES).codes.get(basis)
    if view is None:
        raise BadInput(
            "basis",
            _("«%(said)s» is no legal basis. There are: %(names)s.")
            % {"said": basis[:40], "names": ", ".join(list_view(BASES).codes)},
        )
    if not view.valid_on(starts):
        raise BadInput(
            "basis", _("The legal basis «%(said)s» is not in force on %(day)s.") % {"said": basis, "day": starts}
        )
    purposes = _texts(said, "purposes")
    if not purposes:
        raise BadInput("purposes", _("Say for which purposes (purposes)."))
    if type(said.get("backfill", False)) is not bool or said.get("at_end", "erase") not in AT_END:
        raise BadInput("agreement", _("«backfill» is true or false, «at_end» is «erase» or «keep»."))
    return Terms(
        code=_text(said, "code"),
        title=_text(said, "title"),
        parties=(parties[0], parties[1]),
        basis=basis,
        epoch=epoch,
        starts=starts,
        ends=ends,
        handling=handling,
        purposes=tuple(purposes),
        kinds=tuple(_kind(one, parties) for one in kinds),
        document=said,
    )


def _kind(said: Any, parties: list[str]) -> KindTerms:
    if not isinstance(said, dict) or set(said) - _OF_KIND:
        raise BadInput("kinds", _("A kind has %(names)s and nothing else.") % {"names": ", ".join(sorted(_OF_KIND))})
    name = _text(said, "kind")
    sender = str(said.get("from", ""))
    if sender and sender not in parties:
        raise BadInput("kinds", _("«%(name)s» sends a kind and is no party.") % {"name": sender[:40]})
    release = said.get("release", "automatic")
    if release not in RELEASES:
        raise BadInput("kinds", _("A kind leaves «automatic», or by the release of the «contact» point (release)."))
    fields = said.get("fields", "projection")
    if fields != "projection" and not (isinstance(fields, list) and all(isinstance(one, str) for one in fields)):
        raise BadInput("kinds", _("Fields are «projection», or a list of their paths (fields)."))
    return KindTerms(
        kind=name,
        sender=sender,
        fields=None if fields == "projection" else tuple(fields),
        release=str(release),
        names=said.get("names") is True,
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise BadInput(name, _("The agreement lacks «%(name)s», or it is no text.") % {"name": name})
    return value.strip()


def _texts(said: dict[str, Any], name: str) -> list[str]:
    value = said.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) and 0 < len(one) <= 100 for one in value):
        raise BadInput(name, _("The agreement lacks «%(name)s», or it is no list of texts.") % {"name": name})
    return value


def _day(said: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(said.get(name)))
    except ValueError as error:
        raise BadInput(name, _("«%(name)s» is no day (YYYY-MM-DD).") % {"name": name}) from error


def nodes_of(terms: Terms) -> tuple[str, str]:
    """The refs of both parties, by the names of this node and its peers. Raises `BadInput` for one nobody knows."""
    own = own_document()
    known = {own["name"]: own["node"], own["node"]: own["node"]}
    for peer in Peer.objects.filter(revoked_at=None):
        known |= {str(peer.card.get("name")): peer.node, peer.name: peer.node, peer.node: peer.node}
    unknown = [name for name in terms.parties if name not in known]
    if unknown:
        raise BadInput(
            "parties",
            _("«%(name)s» is neither this node nor one of its peers (`exchange add_peer`).")
            % {"name": unknown[0][:40]},
        )
    return known[terms.parties[0]], known[terms.parties[1]]


def toml_of(agreement: Agreement) -> str:
    """An agreement as a file again, with its signatures: what was signed is the document, whatever its spelling."""
    said = {name: value for name, value in agreement.document.items() if name != "kinds"}
    lines = [f"{name} = {_toml(value)}" for name, value in said.items()]
    for one in agreement.document["kinds"]:
        lines += ["", "[[kinds]]", *(f"{name} = {_toml(value)}" for name, value in one.items())]
    for node, token in agreement.signatures.items():
        lines += ["", f"[[{SIGNATURES}]]", f"node = {_toml(node)}", f"jws = {_toml(token)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A text, a number, yes or no, or a list of texts: JSON writes them as TOML does."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def own_signature(terms: Terms) -> str:
    """This node's signature under the terms."""
    key = signing_key()
    return sign(canonical(terms.document), key.key, key.kid, typ=TYP)


def must_be_signed(terms: Terms, node: str, token: str) -> None:
    """Raises `Refusal` unless that node has signed these very terms."""
    card = own_document() if node == own_node() else Peer.objects.get(node=node).card
    try:
        header, said = verified(token, public_key(card, str(header_of(token, 3).get("kid")), "sig"))
    except NotOurs as error:
        raise Refusal("signature", _("A signature under the agreement does not fit.")) from error
    if header.get("typ") != TYP or said != canonical(terms.document):
        raise Refusal("signature", _("A signature under the agreement is of other terms: sign them anew."))


def terms_in(agreement: Agreement) -> Terms:
    """The terms of an agreement that was taken in, read once."""
    return _read_terms(canonical(agreement.document))


@lru_cache(maxsize=128)
def _read_terms(document: bytes) -> Terms:
    return terms_of(read_json(document))


def in_force(agreement: Agreement) -> bool:
    """Whether it holds today."""
    return agreement.status == "agreed" and agreement.starts <= now().date() <= agreement.ends


def name_in(agreement: Agreement, node: str) -> str:
    """What the agreement calls a party."""
    return str(agreement.document["parties"][list(agreement.parties).index(node)])


def agreed_kind(agreement: Agreement, kind: str, sender: str) -> KindTerms | None:
    """What is agreed of a kind from that node; an answer goes wherever what it answers may come from."""
    terms = terms_in(agreement)
    name = name_in(agreement, sender)
    for one in terms.kinds:
        if one.kind == kind and one.sender in ("", name):
            return one
    known = kinds_of_node().get(kind)
    if known is None or not known.answers:
        return None
    other = next(node for node in agreement.parties if node != sender)
    asked = agreed_kind(agreement, known.answers, other)
    return KindTerms(kind, name, None, "automatic", asked.names) if asked else None


def within(handling: str, ceiling: str) -> bool:
    """Whether a mark is no narrower than the ceiling; what bears none is AMBER."""
    mark = handling if handling in MARKS else "AMBER"
    return MARKS.index(mark) <= MARKS.index(ceiling)

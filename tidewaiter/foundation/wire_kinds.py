"""What a room says of itself to other nodes: kinds of things that may leave it, and what becomes of those that come.

A room's kinds stand in its `wire.py` and on its card (`Room.wire`); the room that carries them (`exchange`) knows none
of them by name. A kind says what leaves and what is held back by which rule; whether anything leaves at all is the
agreement's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from tidewaiter.foundation.actors import Actor

PUT, WITHDRAW, RECALL = "put", "withdraw", "recall"
"""What an envelope asks: keep this version; the thing is withdrawn; erase what I sent."""


@dataclass(frozen=True, slots=True)
class Held:
    """A field that stays here, and by which rule (a code of the page's: `nominal`, `agreement`, `masked` …)."""

    path: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which terms something leaves: what the agreement and the receiver's shape say."""

    fields: tuple[str, ...] | None = None
    """The fields that may leave; nothing said is the form's own non-nominal projection."""
    nominal: bool = False
    """Whether the receiver is a node that may hold names, and the agreement lets them go."""
    ceiling: str = ""
    """The narrowest handling mark that the agreement lets go."""
    names: tuple[str, ...] = ()
    """What is known here to name somebody: no text that leaves for a node without names holds one."""
    known_in: Callable[[Sequence[str]], Sequence[str]] = field(default=lambda _texts: ())
    """Of texts: what in them is known here to be somebody's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One version of a thing as it would leave."""

    ref: str
    version: int
    body: dict[str, Any]
    op: str = PUT
    handling: str = ""
    called: str = ""
    """What people call the thing, for the outbox."""
    held: tuple[Held, ...] = ()
    to: str = ""
    """The one node that it is for; empty for all with whom it is agreed."""
    home: str = ""
    """The administration whose node it is for; empty for all."""
    origin: str = ""
    """The ref under which the receiver knows what this answers, where it answers something that came from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """What has come, opened, checked and within its agreement."""

    ref: str
    version: int
    op: str
    body: Mapping[str, Any]
    node: str
    """The ref of the node that it came from."""
    peer: str
    by: Actor
    """The peer, who acts here for its administration."""
    purpose: str = ""
    nominal: bool = False
    fields: tuple[str, ...] | None = None
    """What was agreed that its owner sends; nothing said is the form's own projection. All else is the receiver's."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: the ref under which it is kept here, and one word for the receipt."""

    ref: str
    word: str = "processed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireKind:
    """A kind of thing that nodes exchange."""

    name: str
    word: Promise
    version: int = 1
    nominal: bool = False
    """Whether it names somebody by its nature: then it never goes to a node that holds no names."""
    answers: str = ""
    """The kind that it answers: it may go back wherever that one may come from, and needs no word of its own."""
    follows: tuple[str, ...] = ()
    """The deeds after which something may leave."""
    ends: tuple[str, ...] = ()
    """The deeds by which a thing is gone here: every copy of it is called back."""
    thing: Callable[[str, int], str] = field(default=lambda ref, _version: ref)
    """The ref of the thing that an entry of the ledger (its ref and version) is about."""
    refs: Callable[[str, int], Sequence[str]] | None = None
    """So many refs of this node's things after a ref, in order: what a new agreement is filled with."""
    needs: Callable[[Mapping[str, Any]], Sequence[str]] = field(default=lambda _body: ())
    """Of a body, the refs of things that the receiver must have before it."""
    leaving: Callable[[str, Terms], Leaving | None]
    """The thing of a ref as it would leave now; nothing where it is not this node's to send."""
    take: Callable[[Arriving], Taken]
    """Keeps what has come by the room's own deeds, in the caller's transaction. Raises a refusal."""
    take_many: Callable[[Sequence[Arriving]], Sequence[Taken]] | None = None
    """Keeps many of different refs at once, all of them new versions; a refusal of one is one of all, which are then
    taken one by one.
    """
    over: Callable[[Mapping[str, Any], Terms], Sequence[str]] = field(default=lambda _body, _terms: ())
    """The paths of a body that the terms do not let go: what the receiver refuses."""
    schema: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of its body."""
    titles: Mapping[str, Promise] = field(default_factory=dict)
    """What people call the fields of its body, and the properties that its statements name."""

"""What a room says of itself to the rest of the house, and how the cards of this node's shape are read (DESIGN.md §3).

A room's card is one literal in its `room.py`; a shape is a tuple of cards (`site/shapes/`). Whoever draws the rail,
puts the addresses together, names a deed, turns the clock or writes the documents reads the cards, so that no room but
the shape names another that may be missing. The foundation knows no room: what only one room understands (kinds of
work, claims, routers) is typed `Any` here, and the room that reads it says what it must be.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.wire_kinds import WireKind

type Panel = Callable[[HttpRequest, Any], str]
"""Of the request and the thing of its page: a rendered fragment, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEntry:
    """A place of the rail."""

    name: str
    address: str
    icon: str
    word: Promise
    place: int
    """Where it stands: entries are put in the order of this number."""
    shown_to: Callable[[Actor], bool] | None = None
    """Who finds it there; everybody where nothing is said."""
    finds: bool = False
    """Whether the box for finding leads there (`?q=`) whoever finds no cases."""
    outside: bool = False
    """Whether partners and experts find it too, who read what is published and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A letter that stands for a button of the room's pages."""

    key: str
    word: Promise
    place: int
    """Where it stands in the list of keys."""
    shown_to: Callable[[Actor], bool] | None = None
    """Who has such a button; everybody where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The page to which a notice of some deeds leads."""

    deeds: tuple[str, ...]
    """Names of deeds, or their beginnings (`library.`): the longest that fits a notice is taken."""
    page: str
    """The name of the route."""
    of_ref: bool = True
    """Whether the route takes the notice's ref."""
    many: str = ""
    """The route where one notice tells of several things, and says of how many."""
    called: Callable[[Actor, Sequence[str]], Mapping[str, str]] | None = None
    """What the things are called, by ref, of those that a person sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What the clock does."""

    every: int
    """Seconds."""
    do: Callable[[], object]
    word: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A kind of thing that takes space."""

    things: Callable[[], Iterable[Any]]
    """All of them, as `vault.storage.Thing`."""
    word: Promise
    listed: bool = False
    """Whether people find theirs by name on the page of what they have stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Words for codes of the room's own."""

    deeds: Mapping[str, Promise] = field(default_factory=dict)
    """By the name in the ledger, which begins with the room's."""
    states: Mapping[str, Promise] = field(default_factory=dict)
    """By state. Two rooms that use one state say the same word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who may do what at which door, in the words of CONTRACT.md. A test holds every door to it, and documents show it.

    The rule of a door without a thing is the name of a kind of people (`signed`, `filer`, `steward` …); with a thing
    `see.X` (X is missing for whoever may not see it) or `do.X.DEED`. `post` before it: the door takes no other method.
    """

    pages: Mapping[str, str] = field(default_factory=dict)
    """By the name of the route."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Of the JSON door, by operation."""
    sees: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By kind of thing and by its state: who sees it."""
    does: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By kind of thing and deed: who of those does it; where the state tells, `{"who": …, "from": …}`."""
    talks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By kind of thing: who reads and writes its thread."""
    open_pages: frozenset[str] = frozenset()
    """First words of addresses that partners and experts open too (`people/outsiders.py`)."""
    open_programs: frozenset[str] = frozenset()
    """The same of what follows `/api/v1/`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of the data folder that belongs to a node beside its database, and that a backup holds."""

    name: str
    left_out: str = ""
    """What is left out with it, in words, where a backup may be made without it (`--without-NAME`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPart:
    """What a room adds to the demo."""

    place: int
    """Parts are loaded in the order of this number."""
    load: Callable[[Callable[[str], None]], dict[str, Any] | None] | None = None
    """Told how to say a line to the person who waits; gives what `load_demo` answers, or nothing."""
    at_home: Callable[[Callable[[str], None]], dict[str, Any] | None] | None = None
    """The same on a national node, whose people are of one country, where the room has a story there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """What a room keeps beside a case and that is typed on the case's own page of entry. The case's room hands over
    what was posted and reads none of it.
    """

    begins: str
    """How the names of its fields begin, and its buttons' deeds: `named.`."""
    fill: Callable[[Mapping[str, str], dict[str, str], Actor, str], None]
    """Of what was posted, the texts of the case's fields, who enters, and the case's ref (empty for a new one): puts
    into empty fields what follows from it.
    """
    wrong: Callable[[Mapping[str, str], Actor], list[tuple[str, str]]]
    """(the id of a field, its name) of what must be mended before the case is kept."""
    names: Callable[[Mapping[str, str], str], Mapping[str, str]]
    """Of what was posted and of the case's ref: names that stand in the annex, each with what others get instead."""
    keep: Callable[[str, Mapping[str, str], Actor], None]
    """Keeps what was posted beside the case of this ref, in the caller's transaction. Raises a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A kind of file that is no table of cases, and that a room takes wherever files of cases are brought."""

    is_one: Callable[[Path], bool]
    """Of a file: whether it is of this kind, by its content."""
    take: Callable[[Path, Actor], dict[str, Any]]
    """Of the file and who brings it: what became of it, as `import_cases` answers. Raises a refusal."""
    page: Callable[[dict[str, Any]], str]
    """Of that answer: the address where what came is seen. Whoever brought it by page goes on there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The card of a room. What is left out the room has not."""

    name: str
    """Of its package, in `tidewaiter`."""
    urls: str | None = None
    """Where its `urls` stand: the beginning of their addresses, `""` for the root."""
    api: tuple[Any, ...] = ()
    """Its routers of the JSON door (ninja)."""
    tasks: Mapping[str, Any] = field(default_factory=dict)
    """Its kinds of work (`jobs.kinds.Kind`), by the name of their task."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """Who of it follows the ledger, and the deed of its schedule that does so."""
    schedule: Mapping[str, Scheduled] = field(default_factory=dict)
    """What the clock does for it, by the names that logs, pages and metrics use."""
    panels: Mapping[str, tuple[Panel, ...]] = field(default_factory=dict)
    """What it shows on the pages of other rooms, by place."""
    rail: tuple[RailEntry, ...] = ()
    keys: tuple[Key, ...] = ()
    labels: Labels = field(default_factory=Labels)
    links: tuple[Link, ...] = ()
    rights: Rights = field(default_factory=Rights)
    claims: tuple[Any, ...] = ()
    """What must stand in the ledger beside its records (`ledger.claims.Claim`)."""
    stored: Mapping[str, Counted] = field(default_factory=dict)
    """What of it takes space, by kind."""
    folders: tuple[Folder, ...] = ()
    passing: tuple[str, ...] = ()
    """Folders of the data folder whose contents end by themselves within the hour: a restore deletes them."""
    masks: tuple[Callable[..., Any], ...] = ()
    """Walks through its records whose texts are judged one by one (`cases.stored_masking.Masked`): `mask_stored` goes
    them.
    """
    case_history: tuple[str, ...] = ()
    """Deeds, or beginnings of their names, of which the history of a case tells."""
    prepared: Callable[[], None] | None = None
    """What `init` makes of it beside tables and lists; called again it changes nothing."""
    demo: DemoPart | None = None
    wire: tuple[WireKind, ...] = ()
    """What of it goes to other nodes, and comes from them (`wire.py`)."""
    names_known: Callable[[str], Sequence[str]] | None = None
    """Of a case's ref: the names that the room knows to have part in it, so that no text that leaves holds them."""
    names_in: Callable[[Sequence[str]], Sequence[str]] | None = None
    """Of texts: the words in them that the room knows to be somebody's name."""
    annex: Annex | None = None
    key_files: tuple[str, ...] = ()
    """Files of its own in the folder of the node's keys: a backup with keys holds those that are there."""

    carried: tuple[Carried, ...] = ()
    reaches: Callable[[str], Mapping[str, str]] | None = None
    """Of a kind of thing on the wire: the administrations whose nodes it may leave for today, each with what its node
    is called.
    """
    values_sought: Callable[[str], Iterable[tuple[str, str]]] | None = None
    """Of a kind: each normalised name and number that the room holds of it, beside its ref. Other nodes ask for hit or
    no hit among them.
    """

    @property
    def package(self) -> str:
        """What Python and Django call it."""
        return f"tidewaiter.{self.name}"


@cache
def rooms_of_node() -> tuple[Room, ...]:
    """The cards of the shape that this node has, the uppermost room first. Django must be set up."""
    rooms: tuple[Room, ...] = importlib.import_module(settings.SHAPE_MODULE).ROOMS
    return rooms


def carried_file(path: Path) -> Carried | None:
    """Which room of this node takes a file that is no table of cases; nothing for all others."""
    kinds = (one for room in rooms_of_node() for one in room.carried)
    return next((one for one in kinds if one.is_one(path)), None)


def nodes_reached(kind: str) -> dict[str, str]:
    """By administration what its node is called, of those for which a kind of thing may leave this node today."""
    rooms = (room.reaches for room in rooms_of_node() if room.reaches is not None)
    return {home: title for reaches in rooms for home, title in reaches(kind).items()}


def together[T](tables: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """Tables of several rooms as one. Raises `ValueError` where two rooms say different things under one name."""
    made: dict[str, T] = {}
    for table in tables:
        for name, said in table.items():
            if name in made and made[name] != said:
                raise ValueError(f"Two room cards say different things of «{name}».")
            made[name] = said
    return made

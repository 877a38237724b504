"""A room as it is read: its messages, opened once a process and kept in memory while the room is open.

Everything is sealed where it lies, so what asks over all messages (figures, facets, search) is answered from here. What
is kept follows the room's events: new messages are opened, corrected ones anew. A room that is sealed is forgotten at
the next look at it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tidewaiter.foundation.text import fold
from tidewaiter.operations import policy, states
from tidewaiter.operations.content import Content, content_of, numbered
from tidewaiter.operations.definitions import Template, template_of
from tidewaiter.operations.models import Attachment, Event, Membership, Message, MessageTemplate, Operation
from tidewaiter.operations.room_keys import RoomKey, key_of

MOST_MESSAGES = 100_000
"""Messages that a process keeps opened, of all rooms together; rooms asked for least lately are forgotten."""


@dataclass(slots=True)
class File:
    """A file of a message."""

    ref: str
    name: str
    media_type: str
    size: int
    sha256: str
    restricted: bool
    words: str = ""
    """What it says, in comparable form, once the clock has read it."""
    lists: tuple[str, ...] = ()
    """Lists of known files that it stands on."""
    digests: tuple[str, ...] = ()
    likeness: str = ""
    """PDQ digests of a picture in all its turns."""


@dataclass(slots=True)
class Version:
    """What a message said once: as it was written, or corrected."""

    content: Content
    by: str
    at: datetime


@dataclass(slots=True)
class Told:
    """A message, opened."""

    number: int
    template: Template
    version: int
    by: str
    administration: str
    to: list[str]
    at: datetime
    reply_to: int | None
    urgent: bool
    training: bool
    content: Content
    history: list[Version]
    """What it said before, the original first; empty for one that was never corrected."""
    corrected_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    case_ref: str
    files: list[File] = field(default_factory=list)
    folded: str = ""
    """Its words, without names, in comparable form, for search."""
    folded_names: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    """Names of its codes by language, in comparable form, once somebody has looked for them (`wording`)."""

    def plain(self, member: Membership) -> dict[str, Any]:
        """As programs read it."""
        whole = policy.reads_names(member)
        names = {one.name for one in self.template.fields if one.nominal}
        return {
            "number": self.number,
            "template": self.template.code,
            "version": self.version,
            "from": self.administration,
            "by": self.by,
            "to": self.to,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "reply_to": self.reply_to,
            "urgent": self.urgent,
            "training": self.training,
            "data": self.content.told(names=names, whole=whole),
            "before": [version.content.told(names=names, whole=whole) for version in self.history],
            "corrected_at": self.corrected_at.isoformat() if self.corrected_at else None,
            "withdrawn_at": self.withdrawn_at.isoformat() if self.withdrawn_at else None,
            "attachments": [
                {
                    "ref": one.ref,
                    "name": "" if one.restricted else one.name,
                    "type": one.media_type,
                    "size": one.size,
                    "sha256": one.sha256,
                    "restricted": one.restricted,
                    "lists": list(one.lists),
                }
                for one in self.files
            ],
        }


class Opened:
    """The messages of one room."""

    def __init__(self, operation: Operation) -> None:
        self.ref = operation.ref
        self.key: RoomKey = key_of(operation.ref, operation.key_print)
        self.event = 0
        self.messages: dict[int, Told] = {}
        self.templates: dict[tuple[str, int], Template] = {}
        self.lock = threading.Lock()

    def follow(self, operation: Operation) -> None:
        """Opens what is new since the last look."""
        with self.lock:
            if self.event >= operation.last_event:
                return
            numbers = {
                number
                for number in Event.objects.filter(
                    operation=operation, seq__gt=self.event, number__isnull=False
                ).values_list("number", flat=True)
                if number is not None
            }
            wiped = Event.objects.filter(operation=operation, seq__gt=self.event, kind="wiped").exists()
            if wiped:
                self.messages.clear()
            rows = Message.objects.filter(operation=operation).prefetch_related("corrections").order_by("number")
            if self.event and not wiped:
                rows = rows.filter(number__in=numbers)
            files = self._files(operation, None if wiped or not self.event else numbers)
            for row in rows:
                self.messages[row.number] = self._told(row, files.get(row.number, []))
            self.event = operation.last_event

    def template(self, code: str, version: int) -> Template:
        """A version of a template, as messages were written by it."""
        if (code, version) not in self.templates:
            row = MessageTemplate.objects.get(operation_id=self.ref, code=code, version=version)
            self.templates[code, version] = opened_template(self.key, row)
        return self.templates[code, version]

    def _files(self, operation: Operation, numbers: set[int] | None) -> dict[int, list[File]]:
        rows = Attachment.objects.filter(operation=operation, number__isnull=False).order_by("ref")
        if numbers is not None:
            rows = rows.filter(number__in=numbers)
        found: dict[int, list[File]] = {}
        for row in rows:
            found.setdefault(row.number or 0, []).append(opened_file(self.key, row))
        return found

    def _told(self, row: Message, files: list[File]) -> Told:
        first = content_of(self.key.open_json(f"message {row.number}", row.content))
        versions = [Version(first, row.by, row.at)]
        for one in sorted(row.corrections.all(), key=lambda each: each.number):
            said = self.key.open_json(f"correction {row.number} {one.number}", one.content)
            versions.append(Version(content_of(said), one.by, one.at))
        template = self.template(row.template, row.template_version)
        last = versions[-1]
        made = Told(
            number=row.number,
            template=template,
            version=row.template_version,
            by=row.by,
            administration=row.administration,
            to=list(row.to),
            at=row.at,
            reply_to=row.reply_to,
            urgent=row.urgent,
            training=row.training,
            content=last.content,
            history=versions[:-1],
            corrected_at=last.at if len(versions) > 1 else None,
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=row.withdrawn_by,
            case_ref=row.case_ref,
            files=files,
        )
        made.folded, made.folded_names = _folded(made)
        return made


def opened_template(key: RoomKey, row: MessageTemplate) -> Template:
    """A template as its definition says."""
    return template_of(key.open_json(f"template {row.code} {row.version}", row.definition))


def opened_file(key: RoomKey, row: Attachment) -> File:
    """What is known of a file."""
    about = key.open_json(f"attachment {row.ref}", row.about)
    words = key.open(f"words {row.ref}", row.words).decode() if row.words else ""
    digests = [about[name] for name in ("sha256", "sha1", "md5") if name in about]
    return File(
        row.ref,
        about["name"],
        about["type"],
        row.size,
        about["sha256"],
        row.restricted,
        words,
        tuple(about.get("lists", ())),
        tuple(digests),
        key.open(f"likeness {row.ref}", row.likeness).decode() if row.likeness else "",
    )


def _folded(told: Told) -> tuple[str, str]:
    """Words of a message: what everybody who sees it finds it by, and what only those who read names do."""
    nominal = {one.name for one in told.template.fields if one.nominal}
    open_ = [told.content.text, told.administration, f"#{told.number}", told.template.code]
    hidden: list[str] = []
    for name, value in told.content.data.items():
        (hidden if name in nominal else open_).extend(_texts(value))
    for person in numbered(told.content.annex):
        hidden.extend(person.values())
    open_ += [one.name for one in told.files if not one.restricted]
    return fold(" ".join(filter(None, open_))), fold(" ".join(filter(None, hidden))) if hidden else ""


def _texts(value: Any) -> list[str]:
    """Every text of a document, on one level."""
    waiting, found = [value], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            found.append(one)
    return found


_opened: OrderedDict[str, Opened] = OrderedDict()
_lock = threading.Lock()


def opened(operation: Operation) -> Opened:
    """The room's messages as they are now. Raises `Refusal` for one that is sealed or destroyed."""
    if operation.phase not in states.OPEN:
        forget(operation.ref)
    policy.must_be_open(operation)
    with _lock:
        held = _opened.get(operation.ref)
        if held is None:
            held = _opened[operation.ref] = Opened(operation)
        _opened.move_to_end(operation.ref)
    held.follow(operation)
    _forget_oldest()
    return held


def _forget_oldest() -> None:
    with _lock:
        total = sum(len(one.messages) for one in _opened.values())
        while total > MOST_MESSAGES and len(_opened) > 1:
            _ref, gone = _opened.popitem(last=False)
            total -= len(gone.messages)


def forget(ref: str) -> None:
    """Nothing of a room is kept in this process any longer."""
    with _lock:
        _opened.pop(ref, None)


def forget_closed() -> None:
    """The same of every room that is not open any longer: asked by what runs beside the pages."""
    with _lock:
        held = list(_opened)
    if held:
        open_ = set(Operation.objects.filter(ref__in=held, sealed_at=None).values_list("ref", flat=True))
        for ref in set(held) - open_:
            forget(ref)


def visible(room: Opened, member: Membership) -> list[Told]:
    """The messages a member sees, the newest first."""
    found = [
        one
        for one in list(room.messages.values())
        if policy.sees(member, to=one.to, administration=one.administration, by=one.by)
    ]
    return sorted(found, key=lambda one: -one.number)

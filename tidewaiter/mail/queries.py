"""Finding letters: one's boxes, one thread, one file; what one may not see is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.mail.addresses import called
from tidewaiter.mail.models import OFFICE, PERSON, Draft, File, Hold, Keeping, Letter, Reading, Thread
from tidewaiter.mail.policy import corresponds, received, visible
from tidewaiter.people.models import Office, Officer

BOXES = ("inbox", "unread", "owed", "awaited", "overdue", "sent")
"""All that one was sent; not opened; an answer is owed; is awaited; either of them too late; what one wrote."""
WORDS, LONGEST_SOUGHT, LONGEST_THREAD = 12, 200, 500


def visible_letters(actor: Actor) -> QuerySet[Letter]:
    """The letters that one wrote or was sent."""
    return Letter.objects.filter(visible(actor))


def letters_in(box: str, actor: Actor, sought: str = "") -> QuerySet[Letter]:
    """Those of a box that hold all the words sought. Raises `BadInput` for a box that is none."""
    letters, me = visible_letters(actor), actor.username
    if box == "sent":
        letters = letters.filter(by=me)
    elif box == "awaited":
        letters = letters.filter(by=me, due_at__isnull=False, answered_at=None)
    elif box == "overdue":
        letters = letters.filter(due_at__lte=now(), answered_at=None)
    elif box in BOXES:
        letters = letters.filter(received(actor)).exclude(by=me)
        if box == "unread":
            letters = letters.exclude(_opened(me))
        elif box == "owed":
            letters = letters.filter(due_at__isnull=False, answered_at=None)
    else:
        raise BadInput("box", _("There is no box «%(name)s». There are: %(names)s.") % _told(box))
    for word in fold(sought[:LONGEST_SOUGHT]).split()[:WORDS]:
        letters = letters.filter(folded__contains=f" {word}")
    return letters


def _told(box: str) -> dict[str, str]:
    return {"name": box[:40], "names": ", ".join(BOXES)}


def _opened(username: str) -> Exists:
    return Exists(Reading.objects.filter(letter=OuterRef("pk"), username=username))


@dataclass(slots=True)
class Row:
    """A thread as a box lists it."""

    thread: Thread
    last: Letter
    """The newest letter of it that is in the box."""
    number: int
    unread: int
    files: int
    clock: Letter | None
    """The letter whose answer is due first."""
    to: str
    late: bool = False


def threads_in(
    box: str, actor: Actor, sought: str = "", *, before: datetime | None = None, most: int = 50
) -> list[Row]:
    """The threads of a box, the newest letter first."""
    letters = letters_in(box, actor, sought)
    newest = letters.order_by().values("thread").annotate(last=Max("at")).order_by("-last", "-thread")
    if before is not None:
        newest = newest.filter(last__lt=before)
    named = [row["thread"] for row in newest[:most]]
    return rows_of(named, letters, actor)


def rows_of(threads: Sequence[str], letters: QuerySet[Letter], actor: Actor) -> list[Row]:
    """The threads as rows, in this order."""
    shown = letters.filter(thread__in=threads).select_related("thread").prefetch_related("addressees")
    every = visible_letters(actor).filter(thread__in=threads)
    numbers: dict[str, list[bool]] = {}
    for thread, by, opened in every.annotate(opened=_opened(actor.username)).values_list("thread", "by", "opened"):
        numbers.setdefault(thread, []).append(by == actor.username or opened)
    files = list(File.objects.filter(letter__in=every).values_list("letter__thread", flat=True))
    clocks: dict[str, Letter] = {}
    for letter in every.filter(due_at__isnull=False, answered_at=None).order_by("-due_at"):
        clocks[letter.thread_id] = letter
    last = {letter.thread_id: letter for letter in shown.order_by("at", "pk")}
    calls = names_of(last.values())
    return [
        Row(
            thread=last[ref].thread,
            last=last[ref],
            number=len(numbers[ref]),
            unread=numbers[ref].count(False),
            files=files.count(ref),
            clock=clocks.get(ref),
            to=", ".join(calls[last[ref].pk]),
            late=bool(clocks.get(ref)) and (clocks[ref].due_at or now()) <= now(),
        )
        for ref in threads
    ]


def names_of(letters: Iterable[Letter]) -> dict[str, list[str]]:
    """What the addressees of each letter are called."""
    rows = {letter.pk: list(letter.addressees.all()) for letter in letters}
    every = [one for some in rows.values() for one in some]
    people = Officer.objects.filter(username__in={one.who for one in every if one.kind == PERSON})
    names = {one.username: one.display_name for one in people}
    keys = {int(one.who) for one in every if one.kind == OFFICE}
    offices = {str(one.pk): one.name for one in Office.objects.filter(pk__in=keys)} if keys else {}
    return {ref: [called(one, names, offices) for one in some] for ref, some in rows.items()}


def thread_named(actor: Actor, ref: str) -> Thread:
    """A thread of which one sees a letter. Raises `Missing` for absent and unseen alike."""
    found = Thread.objects.filter(pk=ref, letters__in=visible_letters(actor)).first()
    if found is None:
        raise Missing("no_thread", _("There is no such letter for you."))
    return found


def letters_of(thread: Thread, actor: Actor) -> list[Letter]:
    """The letters of a thread that one sees, the oldest first; of a very long one the newest five hundred."""
    letters = visible_letters(actor).filter(thread=thread).select_related("forwards")
    newest = letters.prefetch_related("addressees", "files", "readings", "forwards__files").order_by("-at", "-pk")
    return list(newest[:LONGEST_THREAD])[::-1]


def letter_named(actor: Actor, ref: str) -> Letter:
    """A letter that one sees. Raises `Missing` for absent and unseen alike."""
    found = visible_letters(actor).filter(pk=ref).select_related("thread").first()
    if found is None:
        raise Missing("no_letter", _("There is no such letter for you."))
    return found


def draft_named(actor: Actor, ref: str) -> Draft:
    """A draft of one's own. Raises `Missing`."""
    found = Draft.objects.filter(pk=ref, by=actor.username).select_related("answers", "forwards").first()
    if found is None:
        raise Missing("no_draft", _("There is no such draft of yours."))
    return found


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """One's drafts, the last changed first."""
    return Draft.objects.filter(by=actor.username).prefetch_related("files").order_by("-changed_at", "-pk")


def file_named(actor: Actor, ref: str) -> File:
    """A file of a letter that one sees, or one that one has brought oneself. Raises `Missing`."""
    seen = Q(letter__in=visible_letters(actor)) | Q(letter=None, by=actor.username)
    found = File.objects.filter(seen, pk=ref).first() if corresponds(actor) else None
    if found is None:
        raise Missing("no_file", _("There is no such file for you."))
    return found


def counted(actor: Actor) -> dict[str, int]:
    """How many letters of each kind wait for a person."""
    if not corresponds(actor):
        return dict.fromkeys(("unread", "owed", "overdue", "drafts"), 0)
    owed = letters_in("owed", actor)
    return {
        "unread": letters_in("unread", actor).count(),
        "owed": owed.count(),
        "overdue": owed.filter(due_at__lte=now()).count(),
        "drafts": drafts_of(actor).count(),
    }


def subjects(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the threads of these refs are about, of those that one sees."""
    found = Thread.objects.filter(pk__in=list(refs), letters__in=visible_letters(actor)).distinct()
    return dict(found.values_list("pk", "subject"))


def keeping_of(actor: Actor) -> Keeping | None:
    """How long the person's administration keeps mail; nothing where it stays."""
    return Keeping.objects.filter(administration=actor.administration_code).first()


def holds_of(actor: Actor, most: int = 500) -> list[Hold]:
    """The holds of the person's administration, the newest first."""
    return list(Hold.objects.filter(administration=actor.administration_code).order_by("-made_at", "-ref")[:most])

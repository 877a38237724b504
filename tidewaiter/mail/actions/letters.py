"""Deeds of letters: sending, answering, forwarding, opening, taking back; and the clock that reminds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Outdated
from tidewaiter.foundation.text import fold
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.mail import policy
from tidewaiter.mail.addresses import addressees_of, people_of, written
from tidewaiter.mail.models import PERSON, Addressee, Draft, File, Letter, Reading, Thread
from tidewaiter.mail.written import Written, read_due, read_mark, read_subject, read_text
from tidewaiter.notices.actions import tell, untell
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.people.called import person_called
from tidewaiter.people.queries import zone_of

SENT, ANSWERED, FORWARDED = "mail.sent", "mail.answered", "mail.forwarded"
AN_HOUR = timedelta(hours=1)


def send_mail(
    *,
    said: Written,
    by: Actor,
    answers: Letter | None = None,
    forwards: Letter | None = None,
    draft: Draft | None = None,
    files: Sequence[File] = (),
) -> Letter:
    """Sends a letter: a new one, an answer, or one that sends another on with its files; its draft goes.

    An answer goes to whom it names of those who have the letter, to all of them where it names nobody; it never reaches
    anybody else, and its mark is never wider. Where somebody wrote in the thread since `read_up_to`, `Outdated` says
    who. Raises `BadInput`, `OverLimit`, or a refusal.
    """
    policy.must_correspond(by)
    text, mark = read_text(said.text), read_mark(said.handling)
    due = read_due(said.due, zone_of(by.administration_code))
    moment = now()
    with transaction.atomic():
        if Letter.objects.filter(by=by.username, at__gt=moment - AN_HOUR).count() >= most("mail_letters_hour"):
            raise over("mail_letters_hour", _("Write to an office or an administration instead."), waiting_helps=True)
        if answers is not None:
            answers = Letter.objects.select_for_update().get(pk=answers.pk)
        addressees = _for(said, mark, by, answers, forwards)
        thread = answers.thread if answers else _begun(said, by)
        letter = Letter.objects.create(
            ref=new_ref("LT"),
            thread=thread,
            by=by.username,
            administration=by.administration_code,
            at=moment,
            text=text,
            handling=mark,
            answers=answers,
            forwards=forwards,
            urgent=said.urgent,
            due_at=due,
        )
        for one in addressees:
            one.letter = letter
        Addressee.objects.bulk_create(addressees)
        _take_along(letter, draft, files, forwards, by)
        deed = ANSWERED if answers else FORWARDED if forwards else SENT
        record(by=by, deed=deed, ref=letter.ref, detail={"to": len(addressees)})
        if answers is not None:
            _answered(answers, letter, by)
        _told_of(letter, addressees, deed, by)
        if draft is not None:
            Draft.objects.filter(pk=draft.pk).delete()
    return letter


def _for(said: Written, mark: str, by: Actor, answers: Letter | None, forwards: Letter | None) -> list[Addressee]:
    """Whom a letter goes to, under its mark. Raises `BadInput`, or a refusal."""
    addressees = addressees_of(said.to, by) if answers is None else _for_an_answer(answers, said, mark, by)
    policy.must_suit(mark, addressees, by)
    if forwards is not None:
        policy.may_forward(by, forwards)
        policy.must_not_widen(mark, forwards)
        policy.must_stay(forwards, addressees, by)
    return addressees


def _told_of(letter: Letter, addressees: Sequence[Addressee], deed: str, by: Actor) -> None:
    """Tells those whom it reaches; an urgent one rings at each administration until somebody has it."""
    tell(to=[(name, letter.thread_id, 1) for name in sorted(people_of(addressees))], deed=deed, by=by)
    if letter.urgent:
        for home in sorted({one.administration for one in addressees}):
            named = people_of([one for one in addressees if one.administration == home]) - {by.username}
            ring(ref=letter.thread_id, deed="mail.urgent", administration=home, named=sorted(named), by=by)


def _begun(said: Written, by: Actor) -> Thread:
    subject = read_subject(said.subject)
    return Thread.objects.create(ref=new_ref("ML"), subject=subject, made_by=by.username, made_at=now())


def _for_an_answer(letter: Letter, said: Written, mark: str, by: Actor) -> list[Addressee]:
    """Whom an answer goes to: of those who have the letter, never anybody else."""
    policy.may_answer(by, letter)
    policy.must_not_widen(mark, letter)
    if said.read_up_to:
        seen = Letter.objects.filter(policy.visible(by), thread=letter.thread)
        known = seen.filter(pk=said.read_up_to).first()
        later = seen.exclude(by=by.username).order_by("-at", "-pk")
        newest = (later.filter(at__gt=known.at) if known else later).first()
        if newest is not None:
            who, at = person_called(newest.by), newest.at
            sentence = _("%(who)s wrote in this thread at %(when)s. Read it, then send yours.")
            raise Outdated("written_meanwhile", sentence % {"who": who, "when": f"{at:%Y-%m-%d %H:%M} UTC"})
    having = [
        Addressee(kind=PERSON, who=letter.by, administration=letter.administration),
        *letter.addressees.all(),
    ]
    words = [word for word in said.to if word.strip()] or [written(one) for one in having]
    if beyond := sorted({word.strip() for word in words} - {written(one) for one in having}):
        raise BadInput(
            "to",
            _("«%(who)s» does not have the letter that you answer: forward it to them instead.")
            % {"who": beyond[0][:60]},
        )
    return addressees_of(words, by, having)


def _take_along(letter: Letter, draft: Draft | None, files: Sequence[File], forwards: Letter | None, by: Actor) -> None:
    """The files of the draft, those that were named, and copies of those of a letter that is sent on."""
    own = File.objects.filter(letter=None, by=by.username)
    named = own.filter(pk__in=[one.pk for one in files])
    if draft is not None:
        named = named | own.filter(draft=draft)
    names = [one.name for one in named]
    if len(names) > most("mail_files"):
        raise over("mail_files", _("Put several into one zip archive."))
    named.update(letter=letter, draft=None)
    if forwards is not None:
        copies = [
            File(
                ref=new_ref("MF"),
                letter=letter,
                by=by.username,
                at=letter.at,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                digest=one.digest,
            )
            for one in forwards.files.all()
        ]
        File.objects.bulk_create(copies)
        names += [one.name for one in copies]
        record_many(by=by, deed="mail.file_brought", things=[(one.pk, 0) for one in copies])
    letter.folded = f" {fold(' '.join([letter.thread.subject, letter.text, *names]))}"
    letter.save(update_fields=["folded"])


def _answered(answers: Letter, letter: Letter, by: Actor) -> None:
    """Every clock of the thread that was put to its writer stops; what was answered is read; nothing rings for it."""
    owed = Letter.objects.filter(policy.received(by), thread=answers.thread, due_at__isnull=False, answered_at=None)
    owed.exclude(by=by.username).update(answered_at=letter.at, answered_by=by.username)
    if answers.by != by.username:
        Reading.objects.get_or_create(letter=answers, username=by.username, defaults={"at": letter.at})
        acknowledge_for(ref=answers.thread_id, by=by)


def open_letters(*, letters: Sequence[Letter], by: Actor) -> int:
    """Says that one has opened letters that others wrote, once each; gives how many were new."""
    mine = [one for one in letters if one.by != by.username]
    opened = set(Reading.objects.filter(letter__in=mine, username=by.username).values_list("letter", flat=True))
    fresh = [one for one in mine if one.pk not in opened]
    if not fresh:
        return 0
    with transaction.atomic():
        rows = [Reading(letter=one, username=by.username, at=now()) for one in fresh]
        Reading.objects.bulk_create(rows, ignore_conflicts=True)
        record_many(by=by, deed="mail.opened", things=[(one.ref, 0) for one in fresh])
    return len(fresh)


def take_letter_back(*, letter: Letter, by: Actor) -> Draft:
    """Undoes a sending within a minute, while nobody has opened it: the letter is gone, its words are a draft again.

    Raises a refusal.
    """
    with transaction.atomic():
        held = Letter.objects.select_for_update().select_related("thread").get(pk=letter.pk)
        policy.may_take_back(by, held)
        draft = Draft.objects.create(
            ref=new_ref("MD"),
            by=by.username,
            changed_at=now(),
            answers=held.answers,
            forwards=held.forwards,
            to=[written(one) for one in held.addressees.all()],
            subject=held.thread.subject,
            text=held.text,
            handling=held.handling,
            urgent=held.urgent,
            due=_on_the_wall(held.due_at, by),
        )
        own = held.files.all()
        if held.forwards is not None:
            own = own.exclude(digest__in=held.forwards.files.values("digest"))
        own.update(letter=None, draft=draft)
        reopened = Letter.objects.filter(thread=held.thread, answered_by=by.username, answered_at=held.at)
        reopened.update(answered_by="", answered_at=None)
        record(by=by, deed="mail.taken_back", ref=held.ref)
        untell(ref=held.thread_id, by=by, since=held.at)
        acknowledge_for(ref=held.thread_id, by=by, outcome="withdrawn")
        thread = held.thread
        held.delete()
        if not thread.letters.exists():
            thread.delete()
    return draft


def _on_the_wall(moment: datetime | None, by: Actor) -> str:
    """A moment as its writer typed it: the wall clock of their administration."""
    if moment is None:
        return ""
    return moment.astimezone(ZoneInfo(zone_of(by.administration_code))).strftime("%Y-%m-%dT%H:%M")


def remind_of_letters() -> int:
    """Reminds whoever owes an answer when a quarter of the time is left, and tells both sides once it is over.

    Gives how many letters it spoke of.
    """
    moment, told = now(), 0
    waiting = Letter.objects.filter(due_at__isnull=False, answered_at=None, overdue_at=None)
    for letter in waiting.filter(due_at__lte=moment).select_related("thread")[:200]:
        told += _remind(letter, "mail.overdue", "overdue_at", both=True)
    for letter in waiting.filter(due_at__gt=moment, reminded_at=None).select_related("thread").iterator():
        if letter.due_at is not None and letter.due_at - moment <= (letter.due_at - letter.at) / 4:
            told += _remind(letter, "mail.due", "reminded_at", both=False)
    return told


def _remind(letter: Letter, deed: str, column: str, *, both: bool) -> int:
    with transaction.atomic():
        fresh = Letter.objects.filter(pk=letter.pk, answered_at=None, **{column: None}).update(**{column: now()})
        if fresh:
            people = people_of(letter.addressees.all()) - {letter.by}
            to = sorted(people | ({letter.by} if both else set()))
            tell(to=[(name, letter.thread_id, 1) for name in to], deed=deed, by=NODE)
            if deed == "mail.due":
                record(by=NODE, deed="mail.due", ref=letter.ref)
            else:
                record(by=NODE, deed="mail.overdue", ref=letter.ref)
    return int(fresh)

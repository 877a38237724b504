"""The JSON door of mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached, clean_name
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.mail.actions import attach_file, export_thread, open_letters, send_mail, take_file, take_letter_back
from tidewaiter.mail.addresses import written
from tidewaiter.mail.models import File, Letter
from tidewaiter.mail.policy import must_correspond
from tidewaiter.mail.queries import file_named, letter_named, letters_of, thread_named, threads_in
from tidewaiter.mail.written import Written
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["mail"])


class MailFileOut(Schema):
    """A file of a letter."""

    file: str
    name: str
    type: str
    size: int


class LetterOut(Schema):
    """A letter as its reader sees it. `to` holds accounts, `office:NUMBER`, `administration:CODE`."""

    ref: str
    thread: str
    by: str
    administration: str
    at: datetime
    to: list[str]
    text: str
    handling: str
    urgent: bool
    answers: str | None
    due_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    opened_by: list[str]
    files: list[MailFileOut]


class ThreadOut(Schema):
    """A thread: those of its letters that one sees."""

    ref: str
    subject: str
    letters: list[LetterOut]


class RowOut(Schema):
    """A thread as a box lists it."""

    ref: str
    subject: str
    by: str
    at: datetime
    letters: int
    unread: int
    files: int
    handling: str
    due_at: datetime | None
    overdue: bool


class LettersAsked(Schema):
    """Which box, which words; `before` is the `at` of the last row of the page before."""

    box: str = Field("inbox", max_length=20, description="inbox, unread, owed, awaited, overdue or sent")
    q: str = Field("", max_length=200)
    before: datetime | None = None
    limit: int = Field(50, ge=1, le=200)


class AnswerIn(Schema):
    """What is answered: nobody named goes to all who have the letter; no mark is that of the letter."""

    text: str = Field(..., min_length=1, max_length=40_000)
    to: list[str] = Field([], max_length=200)
    handling: str = Field("", max_length=12)
    reply_by: str = Field("", max_length=32, description="a moment of ISO 8601, or hours (+24)")
    urgent: bool = False
    files: list[str] = Field([], max_length=50, description="of POST /mail/files")
    read_up_to: str = Field("", max_length=64, description="the newest letter seen: 409 where one came since")


class ForwardIn(AnswerIn):
    """What goes with a letter that is sent on, with its files; its subject where none is given."""

    to: list[str] = Field(..., min_length=1, max_length=200)
    subject: str = Field("", max_length=200)


class LetterIn(ForwardIn):
    """A new letter."""

    subject: str = Field(..., min_length=1, max_length=200)
    handling: str = Field("AMBER", max_length=12)


class SentOut(Schema):
    """A letter that was sent."""

    ref: str
    thread: str


def letter_out(letter: Letter) -> dict[str, Any]:
    """A letter as programs get it."""
    names = (
        *("ref", "by", "administration", "at", "text", "handling", "urgent"),
        *("due_at", "answered_at", "answered_by"),
    )
    return {name: getattr(letter, name) for name in names} | {
        "thread": letter.thread_id,
        "to": [written(one) for one in letter.addressees.all()],
        "answers": letter.answers_id,
        "opened_by": sorted(one.username for one in letter.readings.all()),
        "files": [file_out(one) for one in letter.files.all()],
    }


def file_out(file: File) -> dict[str, Any]:
    """A file as programs get it."""
    return {"file": file.ref, "name": file.name, "type": file.media_type, "size": file.size}


@router.get("/mail", response=list[RowOut], operation_id="list_mail", summary="Threads of a box")
def list_mail(request: HttpRequest, asked: Query[LettersAsked]) -> list[dict[str, Any]]:
    """The newest first. What is listed is not opened."""
    by = reader(request)
    must_correspond(by)
    known_only(request, LettersAsked.model_fields)
    if asked.before is not None and asked.before.tzinfo is None:
        raise BadInput("before", _("Give the moment with its offset, as the row before had it."))
    return rows_out(by, asked.box, asked.q, asked.before, asked.limit)


def rows_out(by: Actor, box: str, sought: str, before: datetime | None, most: int) -> list[dict[str, Any]]:
    """The threads of a box as programs get them."""
    return [
        {
            "ref": row.thread.ref,
            "subject": row.thread.subject,
            "by": row.last.by,
            "at": row.last.at,
            "letters": row.number,
            "unread": row.unread,
            "files": row.files,
            "handling": row.last.handling,
            "due_at": row.clock.due_at if row.clock else None,
            "overdue": row.late,
        }
        for row in threads_in(box, by, sought, before=before, most=most)
    ]


@router.post("/mail", response={201: SentOut}, operation_id="send_letter", summary="Send a letter")
def send_letter(request: HttpRequest, said: Body[LetterIn]) -> Status[dict[str, Any]]:
    """To people, offices and administrations of this node."""
    by = writer(request)
    return _sent(by, said, said.subject)


class MailFileNameIn(Schema):
    """What the file is called."""

    name: str = Field(..., min_length=1, max_length=150)


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/mail/files",
    response={201: MailFileOut},
    operation_id="bring_mail_file",
    summary="Bring a file for a letter",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def bring_mail_file(request: HttpRequest, said: Query[MailFileNameIn]) -> Status[dict[str, Any]]:
    """The file's bytes as the body. It waits a day for the letter that names it."""
    by = writer(request)
    known_only(request, MailFileNameIn.model_fields)
    with scratch() as folder:
        path = folder / "file"
        path.write_bytes(request.body)
        return Status(201, file_out(attach_file(path=path, name=clean_name(said.name), by=by)))


@router.get(
    "/mail/files/{ref}",
    operation_id="get_mail_file",
    summary="A file of a letter",
    openapi_extra={"responses": {200: {"description": "The file", "content": _BYTES}}},
)
def get_mail_file(request: HttpRequest, ref: str) -> HttpResponse:
    """For those who see the letter; that it was taken is recorded."""
    by = reader(request)
    known_only(request, ())
    file = file_named(by, ref)
    return attached(HttpResponse(take_file(file=file, by=by), content_type="application/octet-stream"), file.name)


@router.get("/mail/{ref}", response=ThreadOut, operation_id="show_mail", summary="One thread")
def show_mail(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Those of its letters that one sees; they are opened by it."""
    by = reader(request)
    known_only(request, ())
    return thread_out(by, ref)


@router.post(
    "/mail/{ref}/export",
    operation_id="export_mail_thread",
    summary="A thread as a signed file",
    openapi_extra={"responses": {200: {"description": "The file", "content": _BYTES}}},
)
def export_mail_thread(request: HttpRequest, ref: str) -> HttpResponse:
    """Those of its letters that one sees, signed by the node; that it was taken is recorded."""
    content = export_thread(ref=ref, by=writer(request))
    return attached(HttpResponse(content, content_type="application/json"), f"{ref}.json")


def thread_out(by: Actor, ref: str) -> dict[str, Any]:
    """A thread as programs get it."""
    thread = thread_named(by, ref)
    open_letters(letters=letters_of(thread, by), by=by)
    letters = [letter_out(one) for one in letters_of(thread, by)]
    return {"ref": thread.ref, "subject": thread.subject, "letters": letters}


@router.post(
    "/mail/letters/{ref}/answer", response={201: SentOut}, operation_id="answer_letter", summary="Answer a letter"
)
def answer_letter(request: HttpRequest, ref: str, said: Body[AnswerIn]) -> Status[dict[str, Any]]:
    """It goes to those alone who have the letter."""
    by = writer(request)
    return _sent(by, said, "", answers=letter_named(by, ref))


@router.post(
    "/mail/letters/{ref}/forward", response={201: SentOut}, operation_id="forward_letter", summary="Send a letter on"
)
def forward_letter(request: HttpRequest, ref: str, said: Body[ForwardIn]) -> Status[dict[str, Any]]:
    """A new thread, with the letter's files, under its mark or a stricter one."""
    by = writer(request)
    letter = letter_named(by, ref)
    return _sent(by, said, said.subject or letter.thread.subject, forwards=letter)


def _sent(
    by: Actor, said: AnswerIn, subject: str, answers: Letter | None = None, forwards: Letter | None = None
) -> Status[dict[str, Any]]:
    about = answers or forwards
    words = Written(
        to=said.to,
        subject=subject,
        text=said.text,
        handling=said.handling or (about.handling if about else "AMBER"),
        urgent=said.urgent,
        due=said.reply_by,
        read_up_to=said.read_up_to,
    )
    must_correspond(by)
    files = [file_named(by, one) for one in said.files]
    if any(one.letter_id is not None for one in files):
        raise BadInput("files", _("A file goes with one letter: forward the letter that has it."))
    letter = send_mail(said=words, by=by, answers=answers, forwards=forwards, files=files)
    return Status(201, {"ref": letter.ref, "thread": letter.thread_id})


class DraftOut(Schema):
    """The draft that a letter is again."""

    draft: str


@router.post(
    "/mail/letters/{ref}/take_back", response=DraftOut, operation_id="take_letter_back", summary="Take a letter back"
)
def take_back_letter(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Within a minute, while nobody has opened it."""
    by = writer(request)
    return {"draft": take_letter_back(letter=letter_named(by, ref), by=by).ref}

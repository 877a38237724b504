"""The page on which a letter is written: a draft from its first word, kept as one types, sent when it is right."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.doors import takes_files
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated, Refusal
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.mail import policy
from tidewaiter.mail.actions import (
    attach_file,
    drop_draft,
    drop_file,
    keep_draft,
    send_mail,
    take_letter_back,
)
from tidewaiter.mail.addresses import (
    administrations_to_write_to,
    offices_to_write_to,
    people_to_write_to,
    written,
)
from tidewaiter.mail.models import Draft, Letter
from tidewaiter.mail.queries import draft_named, file_named, letter_named, names_of
from tidewaiter.mail.views import corresponding
from tidewaiter.mail.written import Written
from tidewaiter.people.queries import zone_of

NEW = "new"
"""Stands for the ref of a draft that is not one yet."""
NAMED = 200
"""Colleagues that the page offers; others are typed."""


def read_written(post: QueryDict) -> Written:
    """What a page posts. Whom it is for stands in boxes that are ticked, and typed between commas."""
    to = [word for said in post.getlist("to") for word in re.split(r"[,;\s]+", said) if word]
    due = post.get("due", "")
    return Written(
        to=to,
        subject=post.get("subject", ""),
        text=post.get("text", ""),
        handling=post.get("handling", "") or "AMBER",
        urgent=bool(post.get("urgent")),
        due=post.get("due_at", "") if due == "at" else due,
        read_up_to=post.get("read_up_to", ""),
    )


@takes_files
def new_letter(request: HttpRequest) -> HttpResponse:
    """An empty letter, or one that was posted: a draft is made of it first, so that nothing typed is lost."""
    by = corresponding(request)
    if request.method != "POST":
        to = [word for word in request.GET.getlist("to") if word]
        return _page(request, by, None, Written(to=to))
    begun = request.POST.get("draft", "")
    return _written(request, by, draft_named(by, begun) if begun else None, None, None)


@takes_files
def draft_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft of one's own; posted, it is kept, sent or thrown away."""
    by = corresponding(request)
    draft = draft_named(by, ref)
    if request.method != "POST":
        return _page(request, by, draft, said_in(draft))
    if request.POST.get("deed") == "drop":
        drop_draft(draft=draft, by=by)
        messages.info(request, _("The draft is gone."))
        return redirect("mail")
    if dropped := request.POST.get("drop_file"):
        drop_file(file=file_named(by, dropped), by=by)
    return _written(request, by, draft, draft.answers, draft.forwards)


@require_POST
def keep_typed(request: HttpRequest, ref: str) -> HttpResponse:
    """Keeps what is typed, while one types; says when. `new` begins a draft with the first words."""
    by = corresponding(request)
    said, draft = read_written(request.POST), None if ref == NEW else draft_named(by, ref)
    if draft is not None or said.to or said.subject.strip() or said.text.strip():
        draft = keep_draft(said=said, by=by, draft=draft)
    return render(request, "mail/_kept.html", {"draft": draft, "zone": zone_of(by.administration_code)})


@takes_files
@require_POST
def letter_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Answering a letter, sending it on, taking it back."""
    by = corresponding(request)
    letter = letter_named(by, ref)
    if deed == "take_back":
        draft = take_letter_back(letter=letter, by=by)
        messages.info(request, _("The letter was taken back: nobody had opened it. It is a draft again."))
        return redirect("mail_draft", ref=draft.ref)
    if deed == "answer":
        return _written(request, by, None, letter, None)
    if deed == "forward":
        policy.may_forward(by, letter)
        said = Written(subject=letter.thread.subject, handling=letter.handling)
        draft = keep_draft(said=said, by=by, forwards=letter)
        return redirect("mail_draft", ref=draft.ref)
    raise Missing("missing", _("There is no such page."))


def _written(
    request: HttpRequest, by: Actor, draft: Draft | None, answers: Letter | None, forwards: Letter | None
) -> HttpResponse:
    """Keeps what was typed and the files that came with it; sends it where that was asked for."""
    said = read_written(request.POST)
    if answers is not None and not said.handling:
        said.handling = answers.handling
    draft = keep_draft(said=said, by=by, draft=draft, answers=answers, forwards=forwards)
    try:
        uploads = [one for one in request.FILES.getlist("file") if one]
        with on_disk(uploads) as paths:
            for path, upload in zip(paths, uploads):
                attach_file(path=path, name=clean_name(upload.name or ""), by=by, draft=draft)
        if request.POST.get("deed") != "send":
            return redirect("mail_draft", ref=draft.ref)
        for one in (answers, forwards):
            if one is not None:
                letter_named(by, one.pk)  # what one was sent may have been taken back meanwhile
        letter = send_mail(said=said, by=by, answers=answers, forwards=forwards, draft=draft)
    except Outdated as outdated:
        return _page(request, by, draft, said, outdated, status=409)
    except BadInput as wrong:
        return _page(request, by, draft, said, wrong, status=400)
    messages.info(request, _("Sent. You can take it back within a minute, while nobody has opened it."))
    return redirect("mail_thread", ref=letter.thread_id)


def said_in(draft: Draft) -> Written:
    """What a draft says."""
    fields = {name: getattr(draft, name) for name in ("to", "subject", "text", "handling", "urgent", "due")}
    return Written(**fields, read_up_to=draft.read_up_to)


def _page(
    request: HttpRequest,
    by: Actor,
    draft: Draft | None,
    said: Written,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a letter that is being written, with what is wrong with it where it was not sent."""
    answers, forwards = (draft.answers, draft.forwards) if draft else (None, None)
    about = answers or forwards
    having: list[tuple[str, str]] = []
    if answers is not None:
        names = names_of([answers])[answers.pk]
        having = [(answers.by, ""), *((written(one), name) for one, name in zip(answers.addressees.all(), names))]
        having = [one for one in having if one[0] != by.username]
    people = [] if answers else list(people_to_write_to(by).select_related("administration")[:NAMED])
    offices = [] if answers else [(f"office:{one.pk}", one.name) for one in offices_to_write_to(by)]
    places = [] if answers else list(administrations_to_write_to())
    offered = {one.username for one in people} | {word for word, _name in offices}
    offered |= {f"administration:{one.code}" for one in places} | {one for one, _name in having}
    latest = answers.thread.letters.filter(policy.visible(by)).order_by("-at", "-pk").first() if answers else None
    shown: dict[str, Any] = {
        "draft": draft,
        "said": said,
        "typed": ", ".join(word for word in said.to if word not in offered),
        "answers": answers,
        "forwards": forwards,
        "having": having,
        "people": people,
        "offices": offices,
        "places": places,
        "marks": policy.STRICTNESS[policy.STRICTNESS.index(about.handling) if about else 0 :],
        "refusal": refusal.sentence if refusal else "",
        "wrong": refusal.code if refusal else "",
        "latest": latest if isinstance(refusal, Outdated) else None,
        "read_up_to": latest.pk if latest else said.read_up_to,
        "files": list(draft.files.all()) if draft else [],
        "file_bytes": most("any_file_bytes"),
        "zone": zone_of(by.administration_code),
        "now": now(),
    }
    return render(request, "mail/write.html", shown, status=status)

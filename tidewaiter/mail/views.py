"""The pages of mail: one's boxes, a thread, drafts, a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.mail import policy
from tidewaiter.mail.actions import open_letters, take_file
from tidewaiter.mail.addresses import written
from tidewaiter.mail.models import Letter
from tidewaiter.mail.queries import (
    BOXES,
    counted,
    drafts_of,
    file_named,
    letters_of,
    names_of,
    thread_named,
    threads_in,
)
from tidewaiter.mail.written import read_before
from tidewaiter.people.queries import zone_of

PAGE, SHOWN = 50, 6


def corresponding(request: HttpRequest) -> Actor:
    """The person who asks. Raises `Missing` for whoever has no mail here."""
    by = actor_of(request)
    if not policy.corresponds(by):
        raise Missing("missing", _("There is no such page."))
    return by


@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """A box, the newest first, or what of it holds the words sought."""
    by = corresponding(request)
    box, sought = request.GET.get("box", "inbox"), request.GET.get("q", "").strip()
    rows = threads_in(box, by, sought, before=read_before(request.GET.get("before", "")), most=PAGE + 1)
    shown = {
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].last.at.isoformat() if len(rows) > PAGE else "",
        "box": box,
        "boxes": BOXES,
        "sought": sought,
        "keeps": policy.looks_after(by),
        "counts": counted(by),
        "zone": zone_of(by.administration_code),
    }
    return render(request, "mail/mail.html", shown)


@require_GET
def thread_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A thread as one sees it; what one sees of it is opened."""
    by = corresponding(request)
    thread = thread_named(by, ref)
    open_letters(letters=letters_of(thread, by), by=by)
    letters = letters_of(thread, by)
    return render(request, "mail/thread.html", {"thread": thread, **shown_letters(letters, by)})


def shown_letters(letters: list[Letter], by: Actor) -> dict[str, Any]:
    """What the page of a thread needs of its letters: the last one is answered, clocks stand where they are owed."""
    names = names_of(letters)
    rows: list[dict[str, Any]] = [
        {
            "letter": letter,
            "to": names[letter.pk],
            "mine": letter.by == by.username,
            "readers": [one.username for one in letter.readings.all()],
            "may": {deed: policy.allowed(deed, letter, by) for deed in policy.MAY},
            "late": letter.due_at is not None and letter.answered_at is None and letter.due_at <= now(),
        }
        for letter in letters
    ]
    last = letters[-1]
    having = [(written(one), name) for one, name in zip(last.addressees.all(), names[last.pk])]
    owed = [row for row in rows if row["letter"].due_at and not row["letter"].answered_at and not row["mine"]]
    strict = max((letter.handling for letter in letters), key=policy.STRICTNESS.index)
    return {
        "rows": rows,
        "last": last,
        "having": [one for one in having if one[0] != by.username],
        "owed": owed[0] if owed else None,
        "marks": policy.STRICTNESS[policy.STRICTNESS.index(last.handling) :],
        "strict": strict,
        "zone": zone_of(by.administration_code),
        "file_bytes": most("any_file_bytes"),
    }


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """What one is writing."""
    by = corresponding(request)
    shown = {"rows": list(drafts_of(by)[:PAGE]), "box": "drafts", "boxes": BOXES, "counts": counted(by)}
    return render(request, "mail/drafts.html", shown)


@require_GET
def mail_file(request: HttpRequest, ref: str) -> HttpResponse:
    """A file of a letter that one sees: to be kept, never opened in the page."""
    by = corresponding(request)
    file = file_named(by, ref)
    headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-store"}
    answer = HttpResponse(take_file(file=file, by=by), content_type=file.media_type, headers=headers)
    return attached(answer, file.name)


def waiting_panel(request: HttpRequest, _thing: Any) -> str:
    """What waits for a person in their mail: answers that they owe first, then what they have not opened."""
    by = actor_of(request)
    if not policy.corresponds(by):
        return ""
    counts = counted(by)
    if not (counts["unread"] or counts["owed"]):
        return ""
    owed = threads_in("owed", by, most=SHOWN)
    owed.sort(key=lambda row: row.clock.due_at.timestamp() if row.clock and row.clock.due_at else 0)
    known = {row.thread.pk for row in owed}
    rows = owed + [row for row in threads_in("unread", by, most=SHOWN) if row.thread.pk not in known]
    shown = {"rows": rows[:SHOWN], "counts": counts, "zone": zone_of(by.administration_code)}
    return render_to_string("mail/_waiting.html", shown, request=request)

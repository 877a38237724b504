"""Pages on which messages are written: by a template, corrected, or as free text to all; drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.operations import policy
from tidewaiter.operations.actions.drafting import attach, drop_draft, drop_unsent, keep_draft
from tidewaiter.operations.actions.messages import Written, correct, send
from tidewaiter.operations.content import VICTIM
from tidewaiter.operations.definitions import Template, languages, word
from tidewaiter.operations.models import Message
from tidewaiter.operations.opened import Told, opened, visible
from tidewaiter.operations.queries import Room, homes_of, present_of, room_of
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.typing_in import LINE, MODE, as_typed, data_of, rows_shown, typed_in
from tidewaiter.operations.wording import label, language_name
from tidewaiter.operations.writing import drafts_of, template_in_use

MOST_PEOPLE = 200


@takes_files
@require_http_methods(["GET", "POST"])
def write_message(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Writes a message by a template, or corrects one (`?correct=N`)."""
    by = actor_of(request)
    room = room_of(by, ref)
    policy.may_send(room.member, room.operation)
    key = key_of(ref, room.operation.key_print)
    number = read_whole(request.GET.get("correct", "") or "0")
    before = _to_correct(room, number, code) if number else None
    template = before.template if before else template_in_use(key, room.operation, code)[0]
    refused: Refusal | None = None
    files: list[str] = []
    typed: dict[str, Any] = (
        as_typed(before.content, to=before.to, urgent=before.urgent) if before else drafts_of(room).get(code, {})
    )
    if request.method == "POST":
        typed = typed_in(request, template)
        try:
            if "draft" in request.POST:
                keep_draft(room=room, template=code, said=typed, by=by)
                messages.success(request, _("The draft is kept, for you alone."))
                return redirect("operation_room", ref)
            if before:
                correct(room=room, number=number, data=data_of(typed, template, before.content), by=by)
                return redirect("operation_message", ref, number)
            files.extend(_attached(room, one, request, by) for one in request.FILES.getlist("files"))
            sent = send(room=room, said=_written(request, template, typed, files), by=by)
            return redirect(f"/operations/{ref}/#m{sent.number}")
        except BadInput as refusal:
            refused = refusal
            drop_unsent(room=room, refs=files, by=by)  # the browser brings them again
    elif reply_to := request.GET.get("reply_to", ""):
        typed = _replying(room, reply_to) | typed
    return render(
        request,
        "operations/write.html",
        _write_shown(room, template, typed, refused, number),
        status=422 if refused else 200,
    )


def _replying(room: Room, number: str) -> dict[str, Any]:
    """What an answer begins with: the number that it answers, and to whom: a word to some is answered to them alone."""
    begun: dict[str, Any] = {"reply_to": number}
    asked = read_whole(number)
    told = next((one for one in visible(opened(room.operation), room.member) if one.number == asked), None)
    if told is not None and told.to:
        own = {room.member.administration, f"@{room.member.username}"}
        back = f"@{told.by}" if any(one.startswith("@") for one in told.to) else told.administration
        begun["to"] = [one for one in dict.fromkeys([back, *told.to]) if one not in own]
    return begun


def _write_shown(
    room: Room, template: Template, typed: dict[str, Any], refused: Refusal | None, number: int
) -> dict[str, Any]:
    lang = get_language() or "en"
    problems = {one.path: one.sentence() for one in getattr(refused, "problems", [])}
    homes = sorted(homes_of(room.operation) | set(room.operation.countries))
    return {
        "operation": room.operation,
        "home": room.member.administration,
        "template": template,
        "kind": template.named(lang),
        "fields": [
            {
                "field": one,
                "label": label(one, lang),
                "value": typed.get(one.name, ""),
                "problem": problems.get(one.name, ""),
                "codes": [(view.code, view.label(lang)) for view in list_view(one.list).current()]
                if one.list and one.list not in ("unlocode", "hs")
                else [],
            }
            for one in template.fields
        ],
        "typed": typed,
        "refused": refused,
        "problems": problems,
        "homes": [home for home in homes if home != room.member.administration],
        "chosen": typed.get("to", []),
        "people": _people(room),
        "text_languages": [(code.split("-")[0], language_name(code)) for code in languages()],
        "forms": [(form.code, form.title(lang)) for form in forms_in_use()] if template.record else [],
        "words": {
            name: word(name, lang) for name in ("text", "lang", "annex", "name", "role", "document", "form", "mode")
        },
        "rows": rows_shown(typed, "annex"),
        "lines": rows_shown(typed, "lines") if template.record else (),
        "line_parts": LINE,
        "roles": [(view.code, view.label(lang)) for view in list_view("person_role").current()]
        + [(VICTIM, word(VICTIM, lang))],
        "number": number,
        "mode_name": MODE,
        "mode": typed.get(MODE, ""),
        "modes": [(view.code, view.label(lang)) for view in list_view("mode").current()] if template.record else [],
        "countries": [(view.code, view.label(lang)) for view in list_view("country").current()]
        if template.record
        else [],
    }


def _people(room: Room) -> list[tuple[str, str]]:
    """Members to whom alone one may write: account, and as a message names it; as many as a list may show."""
    found = present_of(room.operation, MOST_PEOPLE)
    names = sorted(one.username for one in found if one.username != room.member.username)
    return [(name, f"@{name}") for name in names]


def _written(request: HttpRequest, template: Template, typed: dict[str, Any], files: list[str]) -> Written:
    reply_to = typed.get("reply_to", "")
    minutes = typed.get("reply_minutes", "")
    return Written(
        template=template.code,
        data=data_of(typed, template),
        to=typed["to"],
        reply_to=read_whole(reply_to) if reply_to else None,
        reply_minutes=read_whole(minutes) if minutes else None,
        urgent=typed["urgent"],
        files=files,
    )


def _attached(room: Room, upload: Any, request: HttpRequest, by: Any) -> str:
    kind = str(upload.content_type or "application/octet-stream")
    made = attach(
        room=room,
        name=str(upload.name or "file"),
        media_type=kind,
        chunks=upload.chunks(),
        by=by,
        restricted="restricted" in request.POST,
    )
    return made.ref


def _to_correct(room: Room, number: int, code: str) -> Told:
    """The message that is corrected, by the template it was written by: the form shows whom it names, so whoever reads
    no names corrects their own alone. Raises a refusal.
    """
    told = next((one for one in visible(opened(room.operation), room.member) if one.number == number), None)
    if told is None or told.template.code != code:
        raise Missing("no_message", _("There is no such message in this room."))
    policy.may_correct(room.member, room.operation, Message.objects.get(operation_id=room.ref, number=number))
    if not policy.reads_names(room.member) and told.by != room.member.username:
        raise NotAllowed("names", _("It names people, whom you do not read: a colleague who does corrects it."))
    return told


@takes_files
@require_POST
def say_to_all(request: HttpRequest, ref: str) -> HttpResponse:
    """Free text to all, from the line on top of a room."""
    by = actor_of(request)
    room = room_of(by, ref)
    files = [_attached(room, one, request, by) for one in request.FILES.getlist("files")]
    data = {"text": request.POST.get("text", ""), "lang": request.POST.get("lang", "")}
    sent = send(room=room, said=Written(template="instruction", data=data, files=files), by=by)
    return redirect(f"/operations/{ref}/#m{sent.number}")


@require_POST
def draft_dropped(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Throws a draft away."""
    by = actor_of(request)
    drop_draft(room=room_of(by, ref), template=code, by=by)
    return redirect("operation_room", ref)

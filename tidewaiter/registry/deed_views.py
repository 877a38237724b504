"""What the registry's pages post: a purpose, a new record, a file, a statement, a link, decisions and their undoing."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.registry import policy
from tidewaiter.registry.actions.bringing import bring_entities
from tidewaiter.registry.actions.entering import enter, link, say_of_entity, tie_to_case
from tidewaiter.registry.actions.merging import decide, unmerge
from tidewaiter.registry.models import Entity
from tidewaiter.registry.purposes import for_a_purpose, keep_purpose, purpose_of
from tidewaiter.registry.queries import entity_named
from tidewaiter.registry.reading.said import SaidThing, read_grading
from tidewaiter.registry.reading.tables import PROPERTY
from tidewaiter.registry.verdicts import APART, ONE, UNSURE
from tidewaiter.registry.vocabulary import KIND_WORDS, PART_WORDS, type_of

LARGEST = 8 * 1024 * 1024
"""Bytes of a file that a page takes; larger ones come by the command, which tells how far it is."""
FIELDS = (
    "name",
    "alias",
    "birth_date",
    "nationality",
    "country",
    "document",
    "registration_number",
    "imo",
    "address",
    "phone",
    "email",
    "note",
)


@require_POST
def purpose(request: HttpRequest) -> HttpResponse:
    """Keeps what one reads names for, and leads back."""
    if not policy.answers(actor_of(request)):
        policy.may_consult(actor_of(request))
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts=None) and to.startswith("/registry/")
    keep_purpose(request, request.POST.get("purpose", ""))
    return redirect(to if safe else "registry")


@require_http_methods(["GET", "POST"])
@for_a_purpose
def new_entity(request: HttpRequest) -> HttpResponse:
    """Enters one record."""
    by = actor_of(request)
    policy.may_write(by)
    typed = {name: request.POST.get(name, "").strip() for name in (*FIELDS, "kind", "source", "grading", "handling")}
    refused = None
    if request.method == "POST":
        try:
            return redirect("registry_entity", enter(said=_thing(typed), by=by).ref)
        except BadInput as refusal:
            refused = refusal
    shown = {"typed": typed, "refused": refused, "kind_words": KIND_WORDS, "purpose": purpose_of(request)}
    return render(request, "registry/new.html", shown, status=422 if refused else 200)


def _thing(typed: dict[str, str]) -> SaidThing:
    kind = typed["kind"]
    if kind not in KIND_WORDS:
        raise BadInput("kind", _("Say what it is."))
    if not typed["source"]:
        raise BadInput("source", _("Say who says so: a statement has a source."))
    scheme, grade = read_grading(typed["grading"])
    values = [
        (PROPERTY[name], part.strip())
        for name in FIELDS
        for part in typed[name].split(";")
        if part.strip() and type_of(kind, PROPERTY[name])
    ]
    return SaidThing(
        key="",
        kind=kind,
        values=values,
        source=typed["source"],
        scheme=scheme,
        grade=grade,
        handling=typed["handling"] or "AMBER",
    )


@takes_files
@require_http_methods(["GET", "POST"])
@for_a_purpose
def bring(request: HttpRequest) -> HttpResponse:
    """Brings a file in, and says what came of it."""
    by = actor_of(request)
    policy.may_write(by)
    done = None
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            raise BadInput("no_file", _("Choose a file."))
        if (upload.size or 0) > LARGEST:
            raise BadInput(
                "too_large", _("A page takes files of 8 MiB. Bring larger ones by the command import_entities.")
            )
        with on_disk([upload]) as [path]:
            done = bring_entities(
                path=path, by=by, listed=request.POST.get("list", ""), mapping=request.POST.get("mapping", "")
            )
    return render(request, "registry/bring.html", {"done": done, "purpose": purpose_of(request)})


@require_POST
@for_a_purpose
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes a decision back."""
    under, members = unmerge(ref=ref, by=actor_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("Taken back. Each is read as what still stands says."))
    return redirect("registry_entity", under if under in members else members[0])


def _say(request: HttpRequest, entity: Entity) -> None:
    said = request.POST
    say_of_entity(
        entity=entity,
        prop=said.get("property", ""),
        value=said.get("value", ""),
        by=actor_of(request),
        source=said.get("source", ""),
        grading=said.get("grading", ""),
    )


def _link(request: HttpRequest, entity: Entity) -> None:
    said, by = request.POST, actor_of(request)
    link(
        subject=entity,
        target=entity_named(by, said.get("other", "").strip()),
        schema=said.get("schema", ""),
        by=by,
        role=said.get("role", ""),
        source=said.get("source", ""),
    )


def _tie(request: HttpRequest, entity: Entity) -> None:
    role = request.POST.get("role", "")
    case = request.POST.get("case", "").strip()
    tie_to_case(entity=entity, case=case, role=role if role in PART_WORDS else "other", by=actor_of(request))


DEEDS: dict[str, Callable[[HttpRequest, Entity], None]] = {"say": _say, "link": _link, "tie": _tie}
VERDICTS = {"merge": ONE, "apart": APART, "unsure": UNSURE}


@require_POST
@for_a_purpose
def entity_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Says one thing more of a record, ties it to another or to a case, decides that two are one or apart."""
    by = actor_of(request)
    entity = entity_named(by, ref)
    if verdict := VERDICTS.get(deed):
        other, reason = request.POST.get("other", "").strip(), request.POST.get("reason", "")
        made = decide(left=ref, right=other, verdict=verdict, by=by, reason=reason)
        if verdict != ONE:
            return redirect("registry_doubles")
        messages.success(request, _("They are read as one now. It can be taken back: %(ref)s") % {"ref": made.ref})
        return redirect("registry_entity", entity_named(by, ref).ref)
    if deed not in DEEDS:
        raise Missing("no_deed", _("There is no such page."))
    DEEDS[deed](request, entity)
    return redirect("registry_entity", entity.ref)

"""The page on which a warning is written, amended or revised; files that are brought; collections, who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.advisories import actions, policy, states
from tidewaiter.advisories.drafting import ECRIME, from_case, from_query
from tidewaiter.advisories.marks import PAP, TLP
from tidewaiter.advisories.models import Advisory, Collection
from tidewaiter.advisories.presenters import typed_of
from tidewaiter.advisories.queries import advisory_named, collection_named, visible_collections
from tidewaiter.advisories.views import WORDS, of_the_room
from tidewaiter.advisories.words import ENTRY
from tidewaiter.advisories.written import read_draft
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.doors import takes_files
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.foundation.uploads import on_disk

_SEVERAL = ("systems",)


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {
        name: request.POST.getlist(name) if name in _SEVERAL else str(request.POST.get(name, ""))
        for name in (*ENTRY, "note", "draft", "collection", "deed", "origin")
    }


@require_http_methods(["GET", "POST"])
def new_advisory(request: HttpRequest) -> HttpResponse:
    """An empty warning, or one begun from a case or an alarm; «warn» publishes it, «draft» hands it in."""
    by = of_the_room(request)
    places = _places(by)
    if request.method != "POST":
        return _form(request, by, places, _begun(request, by))
    typed = _typed(request)
    collection = collection_named(by, typed["collection"])
    origin = _origin(by, typed["origin"])
    write = actions.draft_warning if typed["deed"] == "draft" else actions.warn
    try:
        made = write(collection=collection, said=typed, by=by, origin=origin)
    except WrongFields as wrong:
        return _form(request, by, places, typed, wrong.fields, wrong.sentence)
    except BadInput as wrong:
        return _form(request, by, places, typed, {wrong.code: wrong.sentence}, wrong.sentence)
    except Missing:
        raise
    except Refusal as refusal:
        return _form(request, by, places, typed, {}, refusal.sentence)
    messages.info(request, _said_of(made))
    return redirect("advisory", ref=made.ref)


def _said_of(made: Advisory) -> str:
    if made.state == states.PUBLISHED:
        return _("%(number)s is published, and whom it is for are told.") % {"number": made.number}
    return _("The draft is handed in: those who publish in the collection look at it.")


def _places(by: Actor) -> list[tuple[Collection, bool]]:
    """The collections in which a person proposes, and whether they publish there."""
    may = policy.access(by)
    return [(one, may[one.pk].writes) for one in Collection.objects.filter(pk__in=list(may)).order_by("title")]


def _begun(request: HttpRequest, by: Actor) -> dict[str, Any]:
    if ref := request.GET.get("case", ""):
        case = case_by_ref(by, ref)
        if case.form != ECRIME:
            raise BadInput("case", _("A warning is begun from a case of electronic crime."))
        return {**from_case(case), "origin": case.ref}
    return {"collection": request.GET.get("collection", ""), **from_query(request.GET.dict())}


def _origin(by: Actor, said: str) -> str:
    """The case that a warning was begun from, if it is one that the person sees."""
    return case_by_ref(by, said).ref if said else ""


def _form(
    request: HttpRequest,
    by: Actor,
    places: list[tuple[Collection, bool]],
    typed: dict[str, Any],
    wrong: dict[str, str] | None = None,
    refusal: str = "",
    **more: Any,
) -> HttpResponse:
    for name in ("countries", "likely", "techniques", "vulnerabilities"):
        if isinstance(typed.get(name), list):
            typed[name] = ", ".join(typed[name])
    shown = {
        **WORDS,
        "labels": ENTRY,
        "places": places,
        "publishes": any(writes for _one, writes in places),
        "typed": typed,
        "wrong": wrong or {},
        "refusal": refusal,
        "tlps": TLP,
        "paps": PAP,
        "advisory": None,
        **more,
    }
    return render(request, "advisories/new.html", shown, status=400 if refusal else 200)


@require_http_methods(["GET", "POST"])
def edit_advisory(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft is amended, a published warning gets its next version."""
    by = of_the_room(request)
    advisory = advisory_named(by, ref)
    deed = "amend" if advisory.state == states.DRAFT else "revise"
    policy.MAY[deed](by, advisory)
    shown: dict[str, Any] = {"advisory": advisory, "revising": deed == "revise"}
    if request.method != "POST":
        return _form(request, by, [], typed_of(advisory) | {"draft": advisory.draft}, **shown)
    typed = _typed(request)
    draft = read_draft(typed["draft"])
    try:
        if deed == "revise":
            actions.revise(advisory=advisory, said=typed, note=typed["note"], draft=draft, by=by)
        else:
            actions.amend_draft(advisory=advisory, said=typed, draft=draft, by=by)
    except WrongFields as wrong:
        return _form(request, by, [], typed, wrong.fields, wrong.sentence, **shown)
    except BadInput as wrong:
        return _form(request, by, [], typed, {wrong.code: wrong.sentence}, wrong.sentence, **shown)
    except Refusal as refusal:
        return _form(request, by, [], typed, {}, refusal.sentence, **shown)
    return redirect("advisory", ref=ref)


@takes_files
@require_http_methods(["GET", "POST"])
def bring_page(request: HttpRequest) -> HttpResponse:
    """A bundle of STIX 2.1 or an event of MISP: what became of it, and what was lost."""
    by = of_the_room(request)
    places = [one for one, writes in _places(by) if writes]
    shown: dict[str, Any] = {"places": places, "tlps": TLP, "brought": None, "refusal": ""}
    if request.method == "POST":
        try:
            shown["brought"] = _brought(request, by)
            shown["lost"] = dict(sorted(shown["brought"].lost.items()))
            shown["warnings"] = [advisory_named(by, ref) for ref in shown["brought"].warnings[:50]]
        except Missing:
            raise
        except Refusal as refusal:
            shown["refusal"] = refusal.sentence
    return render(request, "advisories/bring.html", shown, status=400 if shown["refusal"] else 200)


def _brought(request: HttpRequest, by: Actor) -> Any:
    upload = request.FILES.get("file")
    if upload is None:
        raise BadInput("file", _("Choose a file."))
    default = request.POST.get("default", "AMBER")
    if default not in TLP:
        raise BadInput("default", _("Choose a mark."))
    collection = collection_named(by, request.POST.get("collection", ""))
    with on_disk([upload]) as paths:
        document = read_json(bytes_of(paths[0], "stix_file_bytes"), limit="stix_file_bytes")
        return actions.bring(collection=collection, document=document, default=default, by=by)


@require_http_methods(["GET", "POST"])
def collections_page(request: HttpRequest) -> HttpResponse:
    """Collections: whom they are for, which machines take them, what is fetched into them. Stewards change it."""
    by = of_the_room(request)
    refusal = ""
    if request.method == "POST":
        policy.may_keep_collections(by)
        post = {name: str(value) for name, value in request.POST.items()}
        if post.get("deed") not in _DEEDS:
            raise Missing("missing", _("There is no such page."))
        try:
            _DEEDS[post["deed"]](by, post)
            return redirect("advisories_collections")
        except Missing:
            raise
        except Refusal as wrong:
            refusal = wrong.sentence
    rows = visible_collections(by).order_by("code").prefetch_related("readers", "takings", "subscriptions")
    may = policy.access(by)
    keeps = policy.keeps_collections(by)
    shown = {
        "rows": [(one, may.get(one.pk)) for one in rows],
        "keeps": keeps,
        "tlps": TLP,
        "sectors": policy.SECTORS,
        "root": "partners" if policy.is_outsider(by) else "members",
        "refusal": refusal,
    }
    return render(request, "advisories/collections.html", shown, status=400 if refusal else 200)


def _let(by: Actor, post: dict[str, str]) -> None:
    actions.let_read(
        collection=collection_named(by, post.get("collection", "")),
        kind=post.get("kind", ""),
        value=post.get("value", "").strip(),
        ceiling=post.get("ceiling", ""),
        writes=bool(post.get("writes")),
        by=by,
    )


def _subscribe(by: Actor, post: dict[str, str]) -> None:
    actions.subscribe(
        collection=collection_named(by, post.get("collection", "")),
        address=post.get("address", ""),
        secret=post.get("secret", ""),
        ceiling=post.get("ceiling", "AMBER"),
        by=by,
    )


_DEEDS: dict[str, Callable[[Actor, dict[str, str]], object]] = {
    "open": lambda by, post: actions.open_collection(
        code=post.get("code", "").strip(), title=post.get("title", ""), by=by
    ),
    "let": _let,
    "end": lambda by, post: actions.no_longer_read(
        collection=collection_named(by, post.get("collection", "")),
        kind=post.get("kind", ""),
        value=post.get("value", ""),
        by=by,
    ),
    "subscribe": _subscribe,
    "unsubscribe": lambda by, post: actions.unsubscribe(ref=post.get("subscription", ""), by=by),
}
"""What the page of collections posts, and the deed."""

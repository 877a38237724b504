"""Pages of scenes: begun, step by step, the receipt in the holder's language; and the checklists of a steward."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.checklists.reading import SHIPPED, said, shipped
from tidewaiter.evidence.models import Checklist, Exhibit, Party, Scene, SceneStep
from tidewaiter.evidence.queries import scene_exhibits, scene_named, visible_exhibits, visible_scenes
from tidewaiter.evidence.views import kept_uploads, of_the_room, purpose_here
from tidewaiter.evidence.words import MATERIALS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.people.called import office_called, person_called
from tidewaiter.vault.actions import read


@require_http_methods(["GET", "POST"])
def new_scene(request: HttpRequest) -> HttpResponse:
    """Begins the work at a scene; and the scenes that are open."""
    by = of_the_room(request)
    refusal = ""
    typed = {name: str(value) for name, value in request.POST.items()} or {"case": request.GET.get("case", "")}
    if request.method == "POST":
        try:
            made = actions.begin_scene(said=typed, by=by)
            return redirect("evidence_scene", ref=made.ref)
        except (BadInput, Missing) as found:
            refusal = found.sentence
    rows = visible_scenes(by).order_by("-begun_at")[:30]
    shown = {"typed": typed, "refusal": refusal, "rows": rows, "steward": policy.stewards(by)}
    return render(request, "evidence/new_scene.html", shown, status=400 if refusal else 200)


@require_GET
def scene_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A scene: its steps, what was done, what comes next."""
    by = of_the_room(request)
    return _page(request, by, scene_named(by, ref))


def _page(
    request: HttpRequest, by: Actor, scene: Scene, refusal: Refusal | None = None, step: str = ""
) -> HttpResponse:
    done: dict[str, list[SceneStep]] = {}
    for one in scene.steps.order_by("pk"):
        done.setdefault(one.step, []).append(one)
    seen = visible_exhibits(by).in_bulk([ref for some in done.values() for one in some for ref in one.exhibits])
    open_ = [one["id"] for one in scene.checklist.definition["steps"] if one["id"] not in done]
    current = step or request.GET.get("step") or (open_[0] if open_ else "")
    steps = [
        {
            "rule": rule,
            "title": said(rule["title"]),
            "help": said(rule["help"]) if "help" in rule else "",
            "basis": said(rule["basis"]) if "basis" in rule else "",
            "done": [(one, [seen[ref] for ref in one.exhibits if ref in seen]) for one in done.get(rule["id"], [])],
            "current": rule["id"] == current and scene.state == "at_scene",
        }
        for rule in scene.checklist.definition["steps"]
    ]
    shown = {
        "scene": scene,
        "title": said(scene.checklist.definition["title"]),
        "steps": steps,
        "unsealed": [one for one in scene_exhibits(scene) if not one.seal and one.pk in seen],
        "materials": MATERIALS,
        "receipt_languages": sorted(scene.checklist.definition["receipt"]),
        "open": open_,
        "refusal": refusal.sentence if refusal else "",
        "typed": request.POST,
    }
    return render(request, "evidence/scene.html", shown, status=400 if refusal else 200)


@takes_files
@require_POST
def scene_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Does a step; `leave` ends the work."""
    by = of_the_room(request)
    scene = scene_named(by, ref)
    typed: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    try:
        typed["files"] = kept_uploads(request, by, step)
        actions.do_step(scene=scene, step=step, said=typed, by=by)
    except (BadInput, Refusal) as refusal:
        return _page(request, by, scene_named(by, ref), refusal, step)
    messages.info(request, _("Done, and written down."))
    again = f"?step={step}" if typed.get("more") else ""
    return redirect(f"{request.path.rpartition('/do/')[0]}/{again}")


@require_POST
def scene_left(request: HttpRequest, ref: str) -> HttpResponse:
    """Ends the work at a scene."""
    by = of_the_room(request)
    try:
        actions.leave_scene(scene=scene_named(by, ref), by=by)
    except Refusal as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(request, by, scene_named(by, ref), refusal)
    return redirect("evidence_scene", ref=ref)


@require_GET
def scene_receipt(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The receipt of the holder, in their language, with their signature, as PDF."""
    by = of_the_room(request)
    scene = scene_named(by, ref)
    step = scene.steps.filter(pk=number).exclude(party="").first()
    if step is None:
        raise Missing("no_receipt", _("There is no such receipt for you."))
    actions.take_receipt(scene=scene, step=step, purpose=purpose_here(request), by=by)
    html = receipt_html(scene, step)
    return attached(HttpResponse(pdf_of(html)[0], content_type="application/pdf"), "receipt.pdf")


def receipt_html(scene: Scene, step: SceneStep) -> str:
    """A receipt as HTML, in the holder's language: what was taken, its seals, who took it, the signature."""
    party = Party.objects.get(pk=step.party)
    words = scene.checklist.definition["receipt"][party.language]
    signature = next((one for one in step.files if one["role"] == "signature"), None)
    picture = ""
    if signature:
        picture = f"data:{signature['type']};base64,{base64.b64encode(read(signature['sha256'])).decode()}"
    shown = {
        "lang": party.language,
        "words": words,
        "party": party,
        "scene": scene,
        "step": step,
        "exhibits": Exhibit.objects.filter(pk__in=step.exhibits).order_by("pk"),
        "picture": picture,
        "by": person_called(step.by),
        "administration": office_called(scene.administration),
    }
    with override(party.language):
        return render_to_string("evidence/receipt_print.html", shown)


@takes_files
@require_http_methods(["GET", "POST"])
def checklists_page(request: HttpRequest) -> HttpResponse:
    """The checklists of a steward: what is in use, and a newer one, typed or brought."""
    by = actor_of(request)
    policy.must_be_steward_of_checklists(by)
    refusal = ""
    own = Checklist.objects.filter(administration=by.administration_code).order_by("-current", "-loaded_at")
    text = request.POST.get("text", "")
    if request.method == "POST":
        try:
            actions.load_checklist(text=text, by=by)
            messages.info(request, _("The checklist is in use from now on."))
            return redirect("evidence_checklists")
        except BadInput as found:
            refusal = found.sentence
    shown = {
        "rows": own[:30],
        "text": text or SHIPPED.read_text(encoding="utf-8"),
        "refusal": refusal,
        "shipped": [said(one["title"]) for one in shipped()["steps"]],
    }
    return render(request, "evidence/checklists.html", shown, status=400 if refusal else 200)

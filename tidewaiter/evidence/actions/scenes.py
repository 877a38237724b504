"""Deeds of a scene: begun by a checklist, done step by step, left when all that must be done is; and the checklists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.evidence import policy, states
from tidewaiter.evidence.actions.exhibits import seize
from tidewaiter.evidence.actions.seals import seal
from tidewaiter.evidence.checklists.reading import read_checklist, said, shipped
from tidewaiter.evidence.files import kept_files, said_files
from tidewaiter.evidence.keeping import keep_party
from tidewaiter.evidence.models import Checklist, Scene, SceneStep
from tidewaiter.evidence.queries import exhibits_named, scene_exhibits
from tidewaiter.evidence.typed import read_line, read_text
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record


def load_checklist(*, text: str, by: Actor) -> Checklist:
    """Brings a national checklist: it is the next version of its code, and scenes begin by it from now on.

    Raises `BadInput` that names what is wrong, `Missing` for whoever is no steward.
    """
    policy.must_be_steward_of_checklists(by)
    definition = read_checklist(text)
    with transaction.atomic():
        own = Checklist.objects.filter(administration=by.administration_code, code=definition["code"])
        last = own.aggregate(last=Max("version"))["last"] or 0
        Checklist.objects.filter(administration=by.administration_code).update(current=False)
        made = _kept(by.administration_code, definition, last + 1, by)
        detail = {"code": made.code, "steps": len(definition["steps"])}
        record(
            by=by, deed="evidence.checklist_loaded", ref=f"checklist:{made.code}", version=made.version, detail=detail
        )
    return made


def _kept(administration: str, definition: Mapping[str, Any], version: int, by: Actor) -> Checklist:
    return Checklist.objects.create(
        administration=administration,
        code=definition["code"],
        version=version,
        definition=definition,
        loaded_by=by.username,
        loaded_at=now(),
    )


def begin_scene(*, said: Mapping[str, Any], by: Actor) -> Scene:
    """Begins the work at a scene by the checklist in use. Raises `WrongFields`, `Missing` for a case not seen."""
    policy.must_read(by)
    typed = TypedFields(said)
    typed.needed("place", _("Say where you are."))
    place = typed.read("place", read_line, "")
    typed.done()
    case = case_by_ref(by, typed.text("case")) if typed.text("case") else None
    with transaction.atomic():
        own = Checklist.objects.filter(administration=by.administration_code, current=True).first()
        checklist = own or _kept(by.administration_code, shipped(), 1, NODE)
        made = Scene.objects.create(
            ref=new_ref("SC"),
            administration=by.administration_code,
            checklist=checklist,
            case=case.ref if case else "",
            case_reference=case.reference if case else "",
            place=place,
            begun_by=by.username,
            begun_at=now(),
        )
        record(by=by, deed="evidence.scene_begun", ref=made.ref)
    return made


def do_step(*, scene: Scene, step: str, said: Mapping[str, Any], by: Actor) -> SceneStep:
    """Does a step of the checklist: words, photos, a thing that is numbered, a seal, a receipt that is signed.

    Raises `BadInput` for what is missing, a refusal at a scene that was left.
    """
    rule = next((one for one in scene.checklist.definition["steps"] if one["id"] == step), None)
    if rule is None:
        raise BadInput("step", _("The checklist has no such step."))
    with transaction.atomic():
        held = Scene.objects.select_for_update().get(pk=scene.pk)
        _must_work_here(held, by)
        made = _STEPS[rule["kind"]](held, rule, said, by)
        made.save()
        detail = {"step": step, "files": [one["sha256"] for one in made.files], "exhibits": made.exhibits}
        record(by=by, deed="evidence.step_done", ref=held.ref, detail=detail)
    return made


def _must_work_here(scene: Scene, by: Actor) -> None:
    policy.must_read(by)
    if scene.state != states.AT_WORK:
        raise Refusal("left", _("This scene was left: begin another."))
    if scene.administration != by.administration_code:
        raise NotAllowed("not_yours", _("This scene is another administration's."))


def _made(scene: Scene, rule: Mapping[str, Any], by: Actor, **said: Any) -> SceneStep:
    return SceneStep(scene=scene, step=rule["id"], by=by.username, at=now(), **said)


def _noted(scene: Scene, rule: Mapping[str, Any], typed: Mapping[str, Any], by: Actor) -> SceneStep:
    words = read_text(str(typed.get("said") or ""))
    if not words:
        raise BadInput("said", _("Write what you found and did."))
    return _made(scene, rule, by, said=words, files=said_files(typed))


def _photographed(scene: Scene, rule: Mapping[str, Any], typed: Mapping[str, Any], by: Actor) -> SceneStep:
    files = said_files(typed)
    if not files:
        raise BadInput("files", _("Take or choose a photo."))
    return _made(scene, rule, by, said=read_text(str(typed.get("said") or "")), files=files)


def _identified(scene: Scene, rule: Mapping[str, Any], typed: Mapping[str, Any], by: Actor) -> SceneStep:
    found = {"place": scene.place, **typed, "case": scene.case}
    exhibit = seize(said=found, by=by)
    return _made(scene, rule, by, said=exhibit.description, exhibits=[exhibit.ref], files=said_files(typed))


def _sealed(scene: Scene, rule: Mapping[str, Any], typed: Mapping[str, Any], by: Actor) -> SceneStep:
    found, unknown = exhibits_named(by, [str(typed.get("exhibit") or "")])
    if unknown or not found:
        raise BadInput("exhibit", _("Which exhibit is sealed?"))
    event = seal(exhibit=found[0], said=typed, by=by)
    return _made(scene, rule, by, said=event.seal_after, exhibits=[found[0].ref], files=said_files(typed))


def _receipted(scene: Scene, rule: Mapping[str, Any], typed: Mapping[str, Any], by: Actor) -> SceneStep:
    """A receipt: signed by the holder on the device, or why it is not."""
    files = kept_files(typed, ("signature",), by)
    reason = read_text(str(typed.get("said") or ""))
    if not files and not reason:
        raise BadInput("signature", _("The holder signs on the device; where not, write why."))
    language = str(typed.get("language") or "en")
    if language not in scene.checklist.definition["receipt"]:
        raise BadInput("language", _("The checklist has no receipt in this language."))
    party, _digest = keep_party(
        name=str(typed.get("name", "")), document=str(typed.get("document", "")), language=language, by=by
    )
    refs = [one.ref for one in scene_exhibits(scene)]
    return _made(scene, rule, by, said=reason, exhibits=refs, files=files, party=party.ref)


_STEPS = {
    "note": _noted,
    "photos": _photographed,
    "exhibits": _identified,
    "seals": _sealed,
    "receipt": _receipted,
}


def leave_scene(*, scene: Scene, by: Actor) -> Scene:
    """Leaves a scene. Raises a refusal that names the steps that must be done still."""
    with transaction.atomic():
        held = Scene.objects.select_for_update().get(pk=scene.pk)
        _must_work_here(held, by)
        open_ = missing_steps(held.checklist.definition["steps"], list(held.steps.values_list("step", flat=True)))
        if open_:
            names = ", ".join(open_)
            raise Refusal("open", _("Still to be done: %(names)s.") % {"names": names})
        held.state, held.ended_at = states.LEFT, now()
        held.save(update_fields=["state", "ended_at"])
        record(by=by, deed="evidence.scene_left", ref=held.ref)
    return held


def missing_steps(steps: Sequence[Mapping[str, Any]], done: Sequence[str]) -> list[str]:
    """The titles of the steps that must be done and are not."""
    return [said(one["title"]) for one in steps if one.get("required") and one["id"] not in done]


def take_receipt(*, scene: Scene, step: SceneStep, purpose: str, by: Actor) -> None:
    """Writes down that a receipt, with the holder's name, was printed, and for what."""
    policy.must_read(by)
    with transaction.atomic():
        detail = {"purpose": purpose, "party": step.party}
        record(by=by, deed="evidence.receipt_taken", ref=scene.ref, detail=detail)

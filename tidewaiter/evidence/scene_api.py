"""The JSON door of scenes: begun, step by step, left."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Status

from tidewaiter.evidence import actions
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.files import named_files
from tidewaiter.evidence.queries import scene_named
from tidewaiter.evidence.scene_schemas import SceneIn, SceneOut, SceneStepIn
from tidewaiter.evidence.scenes import scene_out
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


@router.post("/evidence/scenes", response={201: SceneOut}, operation_id="begin_scene", summary="Begin at a scene")
def begun_scene(request: HttpRequest, said: Body[SceneIn]) -> Status[Any]:
    """By the checklist of the administration."""
    by = of_the_room(writer(request))
    return Status(201, scene_out(actions.begin_scene(said=said.model_dump(), by=by)))


@router.get("/evidence/scenes/{ref}", response=SceneOut, operation_id="get_scene", summary="A scene")
def get_scene(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its steps, and what must be done still."""
    by = of_the_room(reader(request))
    return scene_out(scene_named(by, ref))


@router.post("/evidence/scenes/{ref}/steps/{step}", response=SceneOut, operation_id="do_scene_step", summary="A step")
def done_step(request: HttpRequest, ref: str, step: str, said: Body[SceneStepIn]) -> dict[str, Any]:
    """What the step asks for: words, photos (brought to an exhibit before), a thing, a seal, a signature."""
    by = of_the_room(writer(request))
    scene = scene_named(by, ref)
    typed = {name: value for name, value in said.model_dump().items() if value not in (None, "")}
    actions.do_step(scene=scene, step=step, said={**typed, "files": named_files(said.files, by)}, by=by)
    return scene_out(scene_named(by, ref))


@router.post("/evidence/scenes/{ref}/leave", response=SceneOut, operation_id="leave_scene", summary="Leave a scene")
def left_scene(request: HttpRequest, ref: str) -> dict[str, Any]:
    """When all that must be done is done."""
    by = of_the_room(writer(request))
    return scene_out(actions.leave_scene(scene=scene_named(by, ref), by=by))

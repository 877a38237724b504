"""A scene as programs and the shell get it."""

from __future__ import annotations

from typing import Any

from tidewaiter.evidence.actions.scenes import missing_steps
from tidewaiter.evidence.models import Scene
from tidewaiter.evidence.queries import scene_exhibits


def scene_out(scene: Scene) -> dict[str, Any]:
    """A scene as programs get it; of a receipt the reference of its holder alone."""
    done = list(scene.steps.order_by("pk"))
    names = ("ref", "place", "state", "case", "case_reference")
    return {name: getattr(scene, name) for name in names} | {
        "checklist": f"{scene.checklist.code} {scene.checklist.version}",
        "open": missing_steps(scene.checklist.definition["steps"], [one.step for one in done]),
        "exhibits": [one.reference for one in scene_exhibits(scene)],
        "steps": [{"step": one.step, "said": one.said, "by": one.by, "party": one.party} for one in done],
    }

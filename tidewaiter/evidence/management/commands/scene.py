"""Work at a scene, at the shell: begun by the checklist, each step, left."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.evidence.actions import begin_scene, do_step, leave_scene
from tidewaiter.evidence.checklists.reading import said as worded
from tidewaiter.evidence.files import keep_all
from tidewaiter.evidence.models import Scene
from tidewaiter.evidence.queries import scene_named, visible_scenes
from tidewaiter.evidence.scenes import scene_out
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`scene list|begin|show|step|leave [REF] [--step ID] [--set FIELD=VALUE …] [--file PHOTO …] --by U`."""

    help = "works through a scene by the checklist: begins, does a step, shows what is open, leaves"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, at which scene, with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=("list", "begin", "show", "step", "leave"))
        parser.add_argument("ref", metavar="REF", nargs="?", default="", help="of the scene")
        parser.add_argument("--step", default="", metavar="ID", help="step: which one of the checklist")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="begin: place, case; step: what it asks"
        )
        parser.add_argument("--file", action="append", default=[], type=Path, metavar="PHOTO", help="step: photos")
        parser.add_argument("--signature", type=Path, metavar="FILE.png", help="step: what the holder has drawn")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """The scene as the API gives it, and the steps of its checklist; of `list` those that are open."""
        by, deed = officer_at_shell(options["by"]), options["deed"]
        if deed == "list":
            return [scene_out(one) for one in visible_scenes(by).filter(state="at_scene").order_by("-begun_at")[:100]]
        if deed == "begin":
            return _shown(begin_scene(said=_said(options["set"]), by=by))
        scene = scene_named(by, options["ref"])
        if deed == "step":
            do_step(scene=scene, step=options["step"], said=_step(options, by), by=by)
        elif deed == "leave":
            leave_scene(scene=scene, by=by)
        return _shown(scene_named(by, scene.ref))


def _shown(scene: Scene) -> dict[str, Any]:
    steps = scene.checklist.definition["steps"]
    names = ("id", "kind")
    rows = [{name: one[name] for name in names} | {"title": worded(one["title"])} for one in steps]
    return scene_out(scene) | {"checklist_steps": rows}


def _said(pairs: list[str]) -> dict[str, Any]:
    return {name.strip(): value for name, _sign, value in (one.partition("=") for one in pairs)}


def _step(options: dict[str, Any], by: Officer) -> dict[str, Any]:
    said = _said(options["set"])
    if options["signature"] is not None:
        drawn = base64.b64encode(bytes_of(options["signature"], "picture_bytes")).decode()
        said["signature"] = f"data:image/png;base64,{drawn}"
    if away := [path.name for path in options["file"] if not path.is_file()]:
        raise BadInput("file", _("«%(file)s» cannot be read.") % {"file": away[0]})
    said["files"] = keep_all([(path, path.name) for path in options["file"]], options["step"][:20] or "photo", by)
    return said

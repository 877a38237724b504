"""Templates of a room: trimmed, changed, made anew and retired by its co-ordinators, without programming."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.definitions import BASE, MOST_TEMPLATES, Template, must_fit
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import MessageTemplate
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.writing import template_in_use


def define(*, room: Room, template: Template, by: Actor) -> MessageTemplate:
    """A new template, or a new version of one; messages written by a former one stay as they are. Raises a refusal."""
    must_fit(template)
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_coordinate(room.member, operation)
        key = key_of(operation.ref, operation.key_print)
        last = operation.templates.filter(code=template.code).order_by("-version").first()
        if last is None and operation.templates.values("code").distinct().count() >= MOST_TEMPLATES:
            raise Refusal("templates", _("A room has at most %(most)s templates.") % {"most": MOST_TEMPLATES})
        version = last.version + 1 if last else 1
        made = MessageTemplate.objects.create(
            operation=operation,
            code=template.code,
            version=version,
            definition=key.seal_json(f"template {template.code} {version}", msgspec.to_builtins(template)),
            made_by=by.username,
            made_at=now(),
        )
        record(
            by=by,
            deed="operations.template_defined",
            ref=operation.ref,
            version=version,
            detail={"template": template.code, "fields": len(template.fields)},
        )
        happened(operation, "template")
    return made


def trim(*, room: Room, code: str, keep: Collection[str], by: Actor) -> MessageTemplate:
    """A new version of a template with those of its fields alone. Raises a refusal."""
    key = key_of(room.ref, room.operation.key_print)
    template, _version = template_in_use(key, room.operation, code)
    fields = tuple(one for one in template.fields if one.name in keep)
    if unknown := sorted(set(keep) - {one.name for one in template.fields}):
        raise BadInput("template", _("The template has no field «%(name)s».") % {"name": unknown[0][:40]})
    if len(fields) == len(template.fields):
        raise BadInput("template", _("Nothing would change: it has these fields already."))
    title = tuple(name for name in template.title if name in keep or name == "text")
    return define(room=room, template=msgspec.structs.replace(template, fields=fields, title=title), by=by)


def retire(*, room: Room, code: str, by: Actor) -> None:
    """Takes a template of the room's own out of use. Those that every room has stay. Raises a refusal."""
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_coordinate(room.member, operation)
        if code in BASE:
            raise Refusal("base", _("This template every room has: it can be trimmed, not taken away."))
        if not operation.templates.filter(code=code).update(retired=True):
            raise Missing("no_template", _("There is no such template in this room."))
        record(by=by, deed="operations.template_retired", ref=operation.ref, detail={"template": code})
        happened(operation, "template")

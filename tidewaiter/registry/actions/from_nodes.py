"""What another node sends of a person, a firm or a conveyance: kept as that node's word, beside what is known here."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.registry.keeping import put_anew, put_in, ready
from tidewaiter.registry.models import Entity, Link
from tidewaiter.registry.reading.said import SaidThing, Unread
from tidewaiter.registry.vocabulary import KINDS, LINKS, type_of


def take_from_node(*, said: SaidThing, listed: str, by: Actor) -> Entity:
    """Keeps one thing under the node's name (`listed`), or what the node says of it now. Raises `BadInput`."""
    if said.kind not in KINDS:
        raise BadInput("kind", _("Say what it is: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    if unknown := [one["prop"] for one in said.told if not type_of(said.kind, one["prop"])]:
        raise BadInput("property", _("What is of this kind has no «%(name)s».") % {"name": unknown[0][:40]})
    moment = now()
    made = ready(said, by, moment)
    if isinstance(made, Unread):
        raise BadInput(made.code, _("Give it a name."))
    with transaction.atomic():
        held = Entity.objects.select_for_update().filter(listed=listed, source_key=said.key).first()
        if held is None:
            [ref] = put_in([made], by, listed, moment)
            record(by=by, deed="registry.entered", ref=ref)
        else:
            ref = held.ref
            put_anew([(held, made)], by, moment)
            record(by=by, deed="registry.amended", ref=ref)
    return Entity.objects.get(ref=ref)


def take_link_from_node(*, key: str, said: dict[str, str], listed: str, by: Actor) -> Link:
    """Ties two records of a node as that node does, or anew as it says now. Raises a refusal."""
    if said["schema"] not in LINKS:
        raise Refusal("link", _("Say what ties two different things: %(links)s.") % {"links": ", ".join(LINKS)})
    names = ("role", "begins", "ends", "share", "scheme", "grade")
    with transaction.atomic():
        ends = {
            one.source_key: one
            for one in Entity.objects.filter(listed=listed, source_key__in=(said["subject"], said["object"]))
        }
        if len(ends) != 2:
            raise Refusal("no_ends", _("What the link ties has not come from its node."))
        held = Link.objects.select_for_update().filter(listed=listed, source_key=key).first()
        fields = {name: said[name][: getattr(Link._meta.get_field(name), "max_length", None)] for name in names}
        fields |= {"schema": said["schema"], "source": listed}
        tied = {"subject": ends[said["subject"]], "object": ends[said["object"]]}
        if held is None:
            made = {"administration": by.administration_code, "made_by": by.username, "made_at": now()}
            held = Link.objects.create(ref=new_ref("RL"), listed=listed, source_key=key, **fields, **tied, **made)
        else:
            Link.objects.filter(pk=held.pk).update(**fields, **tied)
        record(by=by, deed="registry.linked", ref=held.ref)
    return held


def untie_listed(*, key: str, listed: str, by: Actor) -> int:
    """Unties what a node has tied, because it calls it back; gives how many links went."""
    with transaction.atomic():
        held = Link.objects.select_for_update().filter(listed=listed, source_key=key).first()
        if held is None:
            return 0
        ref = held.ref
        held.delete()
        record(by=by, deed="registry.untied_link", ref=ref)
    return 1

"""What another node sends of a person, a firm or a conveyance: kept as that node's word, beside what is known here."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.registry.keeping import put_anew, put_in, ready
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing, Unread
from tidewaiter.registry.vocabulary import KINDS, type_of


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

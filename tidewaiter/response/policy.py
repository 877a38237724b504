"""Who raises an alarm, who sees it, who acts for it; who answers a request."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed, Refusal, passes
from tidewaiter.response import states
from tidewaiter.response.models import Alarm, Preservation, Request

RAISES = frozenset({"officer", "contact", "investigator", "duty", "coordinator", "participant", "steward"})
"""Any officer who hears of it: minutes count."""
DESK = frozenset({"contact", "duty", "investigator", "coordinator"})
"""The stop-payment desk: it sends, and writes down what came back."""


def raises(actor: Actor) -> bool:
    """Whether the person may write an alarm down."""
    return bool(actor.role_codes & RAISES)


def is_desk(actor: Actor) -> bool:
    """Whether the person is of the desk of their administration."""
    return bool(actor.role_codes & DESK)


def must_raise(actor: Actor) -> None:
    """Raises `NotAllowed` for whoever writes no alarms."""
    if not raises(actor):
        raise NotAllowed("role", _("Officers and the desk write alarms."))


def visible(actor: Actor) -> Q:
    """Of alarms: those one wrote oneself; all of one's administration for its desk. Nobody else, no steward either."""
    if not raises(actor):
        return Q(pk__in=[])
    mine = Q(administration=actor.administration_code, node="")
    return mine if is_desk(actor) else mine & Q(made_by=actor.username)


def asked(actor: Actor) -> Q:
    """Of requests: those that the administration of the person was asked, for its desk."""
    if not is_desk(actor):
        return Q(pk__in=[])
    return Q(to_kind="administration", to=actor.administration_code)


def visible_preservations(actor: Actor) -> Q:
    """Of preservations: those of one's administration, for its desk."""
    if not is_desk(actor):
        return Q(pk__in=[])
    return Q(administration=actor.administration_code)


def _must_be_desk(actor: Actor) -> None:
    if not is_desk(actor):
        raise NotAllowed("role", _("The desk does this: contact points, duty officers, investigators, co-ordinators."))


def _must_be_open(alarm: Alarm) -> None:
    if alarm.state == states.CLOSED:
        raise Refusal("closed", _("The alarm is closed: open it again first."))


def may_mend(actor: Actor, alarm: Alarm) -> None:
    """Whoever wrote it, and the desk, while it is open. Raises a refusal."""
    must_raise(actor)
    _must_be_open(alarm)


def may_act(actor: Actor, alarm: Alarm) -> None:
    """The desk, while it is open: taking it, sending, writing down answers, closing. Raises a refusal."""
    _must_be_desk(actor)
    _must_be_open(alarm)


def may_take(actor: Actor, alarm: Alarm) -> None:
    """The desk, where nobody has taken it. Raises a refusal."""
    may_act(actor, alarm)
    if alarm.state != states.NEW:
        raise Refusal("taken", _("Somebody of the desk has it already."))


def may_reopen(actor: Actor, alarm: Alarm) -> None:
    """The desk, of a closed one. Raises a refusal."""
    _must_be_desk(actor)
    if alarm.state != states.CLOSED:
        raise Refusal("open", _("The alarm is open."))


def may_answer(actor: Actor, request: Request) -> None:
    """The desk of the administration that was asked, or of the one that asks (what a bank said by telephone)."""
    _must_be_desk(actor)
    if request.state == states.WITHDRAWN:
        raise Refusal("withdrawn", _("The request was withdrawn."))


def may_withdraw(actor: Actor, request: Request) -> None:
    """The desk that asks, while its alarm is open. Raises a refusal."""
    may_act(actor, request.alarm)
    if request.alarm.node or request.alarm.administration != actor.administration_code:
        raise NotAllowed("not_yours", _("The desk that asks withdraws its request."))


def may_pass_on(actor: Actor, request: Request) -> None:
    """The desk that another node has asked: it asks the bank. Raises a refusal."""
    may_answer(actor, request)
    if not request.node:
        raise NotAllowed("not_asked", _("This request is your own: ask the bank on the page of its alarm."))


def must_preserve(actor: Actor) -> None:
    """Raises `NotAllowed` for whoever asks for no preservation."""
    _must_be_desk(actor)


def may_move_preservation(actor: Actor, preservation: Preservation) -> None:
    """The desk, until it has ended. Raises a refusal."""
    _must_be_desk(actor)
    if preservation.state == states.ENDED:
        raise Refusal("ended", _("This preservation has ended."))


MAY: dict[str, Callable[[Actor, Alarm], None]] = {
    "mend": may_mend,
    "take": may_take,
    "act": may_act,
    "reopen": may_reopen,
}


def allowed(deed: str, alarm: Alarm, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, alarm)

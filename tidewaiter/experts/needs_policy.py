"""Who answers for a country, who sees its profile, and who plans what follows."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.experts import states
from tidewaiter.experts.models import PlanLine, Response
from tidewaiter.experts.policy import is_secretariat
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs


def visible_responses(actor: Actor) -> Q:
    """Of answers: one's own country's, for whoever leads them, has a section, or works for its customs; all for the
    secretariat. No other member sees a country's profile, the chair of the group neither.
    """
    if is_secretariat(actor):
        return Q()
    own = Q(country=actor.administration_code)
    if is_customs(actor):
        return own
    return own & (Q(lead=actor.username) | Q(shares__username=actor.username))


def _must_run(response: Response) -> None:
    if response.round.closed_at is not None:
        raise Refusal("closed", _("This round is closed: its answers change no more."))
    if response.state == states.SUBMITTED:
        raise Refusal("submitted", _("The answers are handed in: they change no more."))


def may_lead(actor: Actor, response: Response) -> None:
    """Whoever leads the answers of the country. Raises a refusal."""
    if actor.username != response.lead:
        raise NotAllowed("lead", _("Whoever was asked for the country does this."))
    _must_run(response)


def may_answer(actor: Actor, response: Response, domain: str) -> None:
    """Whoever leads, and the colleague to whom the section was given. Raises a refusal."""
    shared = response.shares.filter(domain=domain, username=actor.username).exists()
    if actor.username != response.lead and not shared:
        raise NotAllowed("section", _("This section is another colleague's."))
    _must_run(response)


def must_be_colleague(response: Response, username: str) -> None:
    """A section goes to somebody of the same administration. Raises `BadInput`."""
    if not Officer.objects.filter(username=username, administration=response.country, is_active=True).exists():
        raise BadInput(
            "username", _("«%(name)s» is no colleague of the same administration.") % {"name": username[:60]}
        )


def may_plan(actor: Actor, response: Response) -> None:
    """The country's lead and the secretariat, once the answers are handed in. Raises a refusal."""
    if not (is_secretariat(actor) or actor.username == response.lead):
        raise NotAllowed("plan", _("The country and the secretariat agree on the plan."))
    if response.state != states.SUBMITTED:
        raise Refusal("early", _("The plan follows from answers that were handed in."))


def must_be_other_side(actor: Actor, line: PlanLine) -> None:
    """The country agrees to what the secretariat proposed, and the other way round. Raises a refusal."""
    proposed_by_country = line.by == line.response.lead
    if proposed_by_country == (actor.username == line.response.lead):
        raise NotAllowed("own_line", _("The other side agrees to what one side proposed."))

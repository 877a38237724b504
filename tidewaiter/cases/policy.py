"""Who may see and do what with cases (CONTRACT.md, «Who sees it»)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal, passes
from tidewaiter.foundation.rules import ALWAYS, NEVER, Among, Is, Rule
from tidewaiter.people.policy import is_customs

NARROW_MARKS = ("RED", "AMBER+STRICT")
"""Handling marks that keep a case to its own administration, its reviewers and the secretariat."""

INT = "INT"
TAKEN_BACK_WITHIN = timedelta(seconds=60)
"""How long whoever decided may take the decision back."""
FILING_ROLES = frozenset({"officer", "contact", "investigator", "steward"})


SEEN_BY = ("latest", "counted", "wide", "administration", "region", "pending", "status")
"""The fields of a case that the rules of sight ask for."""
PUBLIC_RULE = Is("counted") & Is("wide")
"""What everybody who may see cases sees, and what outputs for the public are made of: validated, current versions
without a mark that narrows them.
"""


def visible_rule(actor: Actor) -> Rule:
    """The versions of cases a person sees; of one case never more than one version."""
    if not is_customs(actor):
        return NEVER
    latest = Is("latest")
    if actor.administration_code == INT:
        return latest
    own = Is("administration", actor.administration_code)
    if not actor.reviewed_regions:
        return (own & latest) | (~own & PUBLIC_RULE)
    near = Among("region", actor.reviewed_regions)
    waiting = latest & Is("status", states.SUBMITTED)
    standing = Is("counted") & ~Is("pending", states.SUBMITTED)
    return (own & latest) | (~own & near & (waiting | standing)) | (~own & ~near & PUBLIC_RULE)


def validated_rule(actor: Actor) -> Rule:
    """The validated, current version of each case that a person sees: what figures are made of.

    One's own validated case stands here too while its amendment waits, whose newer version `visible_rule` gives.
    """
    if not is_customs(actor):
        return NEVER
    if actor.administration_code == INT:
        return Is("counted")
    own, near = Is("administration", actor.administration_code), Among("region", actor.reviewed_regions)
    return Is("counted") & (Is("wide") | own | near)


def any_version_rule(actor: Actor) -> Rule:
    """The versions a person may see when a status says which one of a case is meant."""
    if not is_customs(actor):
        return NEVER
    if actor.administration_code == INT:
        return ALWAYS
    own = Is("administration", actor.administration_code)
    waiting = Is("latest") & Is("status", states.SUBMITTED)
    near = Among("region", actor.reviewed_regions) & (waiting | Is("counted"))
    return own | PUBLIC_RULE | near


def visible(actor: Actor) -> Q:
    """`visible_rule` for the mapper."""
    return visible_rule(actor).query()


def validated(actor: Actor) -> Q:
    """`validated_rule` for the mapper."""
    return validated_rule(actor).query()


def asks_validated(wanted: Mapping[str, Collection[str]]) -> bool:
    """Whether a search asks for validated cases alone: then each stands in its validated version."""
    return set(wanted.get("status", ())) == {states.VALIDATED}


def sight(actor: Actor, wanted: Mapping[str, Collection[str]]) -> Q:
    """The rule that holds for a search: `validated` where it asks for these alone, else `visible`."""
    return validated(actor) if asks_validated(wanted) else visible(actor)


def marks_of(latest: bool, counted: bool, wide: bool, administration: str, region: str, status: str) -> list[str]:
    """By which marks an index can pick out the versions that somebody may see (`marks_seen`)."""
    marks = [f"own {administration}"]
    if counted and wide:
        marks.append("wide")
    if counted or (latest and status == states.SUBMITTED):
        marks.append(f"office {region}")
    return marks


def marks_seen(actor: Actor) -> list[str] | None:
    """The marks of which every version has one that `visible` or `validated` shows to a person; None where all have.

    An index that is asked with them looks at little more than is seen; what is seen
    is still decided by the rule itself.
    """
    if actor.administration_code == INT:
        return None
    return [f"own {actor.administration_code}", "wide", *(f"office {one}" for one in sorted(actor.reviewed_regions))]


def sight_of(actor: Actor) -> tuple[bool, str, frozenset[str]]:
    """All that the rules of sight ask of a person: people of the same sight see the same cases."""
    return is_customs(actor), actor.administration_code, frozenset(actor.reviewed_regions)


def files(actor: Actor) -> bool:
    """Whether the person files any cases at all."""
    return bool(actor.role_codes & FILING_ROLES)


def may_file(actor: Actor, country: str) -> None:
    """Officers and contacts file for their own country; the secretariat for any. Raises `NotAllowed`."""
    if not files(actor):
        raise NotAllowed("role", _("Filing cases needs the role of an officer or a contact point."))
    if actor.administration_code not in (INT, country):
        raise NotAllowed("not_your_country", _("You may file cases for your own country alone."))


def may_submit(actor: Actor, case: Case) -> None:
    """Officers and contacts of the case's own administration, or the secretariat. Raises a refusal."""
    _own(actor, case)
    _move("submit", case)
    if case.worst == "stop":
        raise Refusal("findings", _("Findings must be settled before the case can be submitted."))


def may_amend(actor: Actor, case: Case) -> None:
    """Officers and contacts of the case's own administration, or the secretariat. Raises a refusal."""
    _own(actor, case)
    _move("amend", case)


def may_withdraw(actor: Actor, case: Case) -> None:
    """Officers withdraw their administration's drafts; contacts and the secretariat anything. Raises a refusal."""
    _own(actor, case)
    _move("withdraw", case)
    if case.status != states.DRAFT and not actor.role_codes & {"contact", "steward"}:
        raise NotAllowed("role", _("A contact point withdraws a case that has been submitted."))


def may_say(actor: Actor, case: Case) -> None:
    """The thread of a case is for its own administration, its reviewers and the secretariat. Raises `NotAllowed`."""
    if not is_close(actor, case):
        raise NotAllowed("not_close", _("The thread of a case is for its own administration and its reviewers."))


def is_close(actor: Actor, case: Case) -> bool:
    """Whether somebody who sees the case works on it: its own administration, its reviewers, the secretariat."""
    return is_customs(actor) and (
        actor.administration_code in (INT, case.administration) or case.region in actor.reviewed_regions
    )


def may_validate(actor: Actor, case: Case) -> None:
    """Reviewers of the case's region, never of their own country; reviewers of the secretariat. Raises a refusal."""
    _review(actor, case)
    _move("validate", case)


def may_return_case(actor: Actor, case: Case) -> None:
    """As validating. Raises a refusal."""
    _review(actor, case)
    _move("return_case", case)


def another_acted() -> str:
    """Why a decision can no longer be taken back."""
    return _("Somebody has acted on this case since: your decision stands.")


def may_take_back(actor: Actor, case: Case) -> None:
    """Whoever validated or returned the case, within a minute and while nobody has acted on it. Raises a refusal."""
    _review(actor, case)
    _move("take_back", case)
    if not case.latest or case.changed_by != actor.username:
        raise Refusal("another_acted", another_acted())
    if now() - case.changed_at > TAKEN_BACK_WITHIN:
        raise Refusal("too_late", _("A decision can be taken back within a minute. This one stands."))


_STATUS = {
    "draft": gettext_noop("a draft"),
    "submitted": gettext_noop("submitted"),
    "returned": gettext_noop("returned"),
    "validated": gettext_noop("validated"),
    "withdrawn": gettext_noop("withdrawn"),
}

MAY = {
    "submit": may_submit,
    "amend": may_amend,
    "withdraw": may_withdraw,
    "validate": may_validate,
    "return_case": may_return_case,
    "take_back": may_take_back,
}


def allowed(deed: str, case: Case, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above, never a rule of its own."""
    return passes(MAY[deed], by, case)


def _own(actor: Actor, case: Case) -> None:
    may_file(actor, case.administration)  # first: that there is a newer version is for the case's own people alone
    if not case.latest:
        raise NotAllowed("not_latest", _("A newer version of this case is being worked on."))


def _review(actor: Actor, case: Case) -> None:
    if "reviewer" not in actor.role_codes:
        raise NotAllowed("role", _("Validating and returning needs the role of a reviewer."))
    if actor.administration_code == case.administration:
        raise NotAllowed("own_country", _("A reviewer does not validate cases of their own country."))
    if actor.administration_code != INT and case.region not in actor.reviewed_regions:
        raise NotAllowed("other_region", _("The case belongs to another region's reviewers."))


def _move(deed: str, case: Case) -> None:
    if case.status not in states.MOVES[deed]:
        raise Refusal(
            "state", _("This cannot be done with a case that is %(status)s.") % {"status": _(_STATUS[case.status])}
        )

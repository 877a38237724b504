"""Who may see and do what with cases (CONTRACT.md, «Who sees it»)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.people.policy import is_customs

NARROW_MARKS = ("RED", "AMBER+STRICT")
"""Handling marks that keep a case to its own administration, its reviewers and the secretariat."""

INT = "INT"
FILING_ROLES = frozenset({"officer", "contact", "investigator", "steward"})


def visible(actor: Actor) -> Q:
    """The versions of cases a person sees; of one case never more than one version."""
    if actor.administration_code == INT and is_customs(actor):
        return Q(latest=True)
    if not is_customs(actor):
        return Q(pk__in=())
    home = actor.administration_code
    others = Q(counted=True, wide=True)
    seen = Q(administration=home, latest=True)
    if actor.reviewed_regions:
        regions = sorted(actor.reviewed_regions)
        waiting = Q(region__in=regions, latest=True, status=states.SUBMITTED)
        marked = Q(region__in=regions, counted=True)
        seen |= waiting & ~Q(administration=home)
        return seen | ((others | marked) & ~Q(administration=home) & ~Q(region__in=regions, pending=states.SUBMITTED))
    return seen | (others & ~Q(administration=home))


def under(prefix: str, rule: Q) -> Q:
    """The rule for rows that belong to a case: `under("case__", visible(actor))`."""
    moved = Q(_connector=rule.connector, _negated=rule.negated)
    for child in rule.children:
        if isinstance(child, Q):
            moved.children.append(under(prefix, child))
        elif isinstance(child, tuple):
            moved.children.append((f"{prefix}{child[0]}", child[1]))
        else:  # an expression names its columns itself; it would not be narrowed to the case
            raise TypeError("only rules of fields can be moved")
    return moved


def seer(actor: Actor) -> Callable[[bool, bool, bool, str, str, str, str], bool]:
    """The rule of `visible` for values already counted: (latest, counted, wide, administration, region, pending, status).

    A test holds the two to each other over every combination.
    """
    customs, home, regions = is_customs(actor), actor.administration_code, actor.reviewed_regions

    def sees(latest: bool, counted: bool, wide: bool, administration: str, of: str, pending: str, status: str) -> bool:
        if not customs:
            return False
        if home in (INT, administration):
            return latest
        if of in regions:
            return (latest and status == states.SUBMITTED) or (counted and pending != states.SUBMITTED)
        return counted and wide

    return sees


def sight_of(actor: Actor) -> tuple[bool, str, frozenset[str]]:
    """All that `visible` and `seer` ask of a person: people of the same sight see the same cases."""
    return is_customs(actor), actor.administration_code, frozenset(actor.reviewed_regions)


def may_file(actor: Actor, country: str) -> None:
    """Officers and contacts file for their own country; the secretariat for any. Raises `NotAllowed`."""
    if not actor.role_codes & FILING_ROLES:
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


_STATUS = {
    "draft": gettext_noop("a draft"), "submitted": gettext_noop("submitted"), "returned": gettext_noop("returned"),
    "validated": gettext_noop("validated"), "withdrawn": gettext_noop("withdrawn"),
}  # fmt: skip

MAY = {
    "submit": may_submit,
    "amend": may_amend,
    "withdraw": may_withdraw,
    "validate": may_validate,
    "return_case": may_return_case,
}


def allowed(deed: str, case: Case, actor: Actor) -> bool:
    """Whether the deed would be refused; derived from the rules above, never a rule of its own."""
    try:
        MAY[deed](actor, case)
    except Refusal:
        return False
    return True


def _own(actor: Actor, case: Case) -> None:
    if not case.latest:
        raise NotAllowed("not_latest", _("A newer version of this case is being worked on."))
    may_file(actor, case.administration)


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

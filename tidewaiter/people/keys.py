"""What opens an account, and from whose hands it comes: nobody's rights rise under keys that somebody lesser may hold.

Whoever makes a one-time code can use it. So a code, and the password that was chosen by it, are worth as much as
their maker may give, and that is asked when they are used and when the account is given more (docs/decisions/0031).
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor, Node
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people import policy
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import TwoStewards, must_be_two, must_not_become
from tidewaiter.people.models import Officer, OneTimeCode


def maker_of(code: OneTimeCode, *, alone: bool = False) -> Actor | None:
    """Who made a code, with the roles they have now; nothing where their account is closed.

    With whom they were when another steward had confirmed it, or alone.
    """
    if code.made_by == NODE.username:
        return Node(code.door)
    found = Officer.objects.select_related("administration").filter(username=code.made_by, is_active=True).first()
    if found is None:
        return None
    found.door = code.door
    return TwoStewards(found, code.confirmed_by) if code.confirmed_by and not alone else found


def still_good(code: OneTimeCode, officer: Officer) -> bool:
    """Whether its maker could still do what the code does: make themselves this account."""
    maker = maker_of(code, alone="steward" in officer.role_codes)  # two agreed on the account, not on a second hat
    if maker is None:
        return False
    try:
        policy.may_manage(maker, officer)
        if code.purpose == "invite":
            for role in officer.role_codes:
                must_be_two(maker, effects_of("invite", role=role))
        else:
            must_not_become(maker, officer)
            must_be_two(maker, effects_of("reset", roles=officer.role_codes))
    except Refusal:
        return False
    return True


def could_give(code: OneTimeCode, officer: Officer, role: str) -> bool:
    """Whether the maker of a code could give this role to its account; the role of a steward: by themselves.

    Whoever confirmed a code did not see it: its maker alone may hold it, and would be both stewards.
    """
    maker = maker_of(code, alone=role == "steward")
    if maker is None:
        return False
    try:
        policy.may_grant(maker, officer, role)
        if role == "steward":
            must_be_two(maker, effects_of("grant", role=role))
    except Refusal:
        return False
    return True


def open_codes(officer: Officer) -> QuerySet[OneTimeCode]:
    """The codes that nobody has used yet and that have not run out."""
    return officer.codes.filter(used_at=None, expires_at__gt=now())


def last_code(officer: Officer) -> OneTimeCode | None:
    """The newest code of the account, used or not: by whom it was invited or reset last."""
    return officer.codes.order_by("-made_at", "-pk").first()


def password_code(officer: Officer) -> OneTimeCode | None:
    """The code by which the present password was first chosen; nothing for one that was set at the shell."""
    return officer.codes.exclude(used_at=None).order_by("-used_at", "-pk").first()


def must_outlast(officer: Officer, role: str) -> None:
    """The role of a steward is not given where it would end the password: nobody could give its person another by page.

    Raises `Refusal` that says what to do before.
    """
    code = password_code(officer) if role == "steward" and officer.has_usable_password() else None
    if code is not None and role not in officer.role_codes and not could_give(code, officer, role):
        raise Refusal(
            "password_of_another",
            _(
                "The password of «%(name)s» was chosen by a code that %(who)s made, who may not give this role alone."
                " Make their code at the node's shell: manage_officer %(name)s reset --by STEWARD. Give the role once"
                " they have chosen a password by it."
            )
            % {"name": officer.username, "who": code.made_by},
        )


def waits_for_code(officer: Officer) -> bool:
    """Whether nobody can sign in to the open account until it is given a code."""
    without = officer.is_active and not officer.has_usable_password() and not open_codes(officer).exists()
    return without and not officer.identities.exists()


def doubtful_factors(officer: Officer, by: Actor) -> QuerySet[Authenticator]:
    """The second factors that a reset by this person ends.

    A steward's ends all: a steward may take them away in any case, and what a code's former holder has set up must not
    stay good beside the new password. A contact point's ends those that a contact point may hold, themselves included:
    set up after a code of one was used and before somebody higher made the next. Others stay: a contact point is not to
    strip an account of what protects it from contact points.
    """
    mine: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=officer.pk)
    if policy.is_steward(by):
        return mine
    # closed ones too: what was set up under a steward's code does not become a contact point's when the steward leaves
    stewards = set(Officer.objects.filter(grants__role="steward").values_list("username", flat=True))
    doubtful = Q(pk__in=())
    since: datetime | None = None
    for code in officer.codes.order_by("made_at", "pk"):
        higher = code.door.startswith("shell:") or code.made_by in stewards | {NODE.username}
        if higher and since is not None:
            doubtful |= Q(created_at__gte=since, created_at__lt=code.made_at)
            since = None
        elif not higher and since is None:
            since = code.used_at
    if since is not None:
        doubtful |= Q(created_at__gte=since)
    return mine.filter(doubtful)

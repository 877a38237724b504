"""What accounts, roles and tokens must have in the ledger."""

from __future__ import annotations

from django.db.models import CharField, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, standing, undone
from tidewaiter.people.models import Grant, Officer, Token
from tidewaiter.people.policy import ROLES

_ACCOUNT, _TOKEN = gettext_noop("account"), gettext_noop("token")
_ref_of_officer = Concat(Value("officer:"), F("username"), output_field=CharField())
_ref_of_granted = Concat(Value("officer:"), F("officer__username"), output_field=CharField())
_officers = Officer.objects.annotate(ledger_ref=_ref_of_officer)


def _tells(name: str, field: str) -> Q:
    """The entry's detail says the same of `name` as the row."""
    return Q(detail__contains=Concat(Value(f'"{name}":"'), OuterRef(field), Value('"'), output_field=CharField()))


_this_role = _tells("role", "role")
_grants = Grant.objects.annotate(here=Value(True))
CLAIMS = (
    made(_ACCOUNT, Officer.objects.all(), ("people.added", "people.invited"), ref=_ref_of_officer),
    standing(
        _ACCOUNT,
        Officer.objects.all(),
        {True: ("people.resumed", ""), False: ("people.suspended",)},
        state="is_active",
        ref=_ref_of_officer,
    ),
    standing(
        gettext_noop("role of an account"),
        _grants,
        {True: ("people.granted",), False: ("people.revoked",)},
        state="here",
        ref=_ref_of_granted,
        about=_this_role,
    ),
    kept(_ACCOUNT, "people.added", _officers, refs="ledger_ref"),
    kept(_ACCOUNT, "people.invited", _officers, refs="ledger_ref"),
    made(
        gettext_noop("administration of an account"),
        Officer.objects.all(),
        ("people.added", "people.invited"),
        ref=_ref_of_officer,
        about=_tells("administration", "administration_id"),
        counts=False,
    ),
    undone(
        gettext_noop("role of an account"),
        "people.granted",
        by="people.revoked",
        rows=Grant.objects.annotate(ledger_ref=_ref_of_granted),
        ref="ledger_ref",
        name="role",
        values=ROLES,
    ),
    made(_TOKEN, Token.objects.all(), ("people.token_made",)),
    made(
        gettext_noop("scope and holder of a token"),
        Token.objects.all(),
        ("people.token_made",),
        about=_tells("scope", "scope") & _tells("officer", "officer__username"),
        counts=False,
    ),
    kept(_TOKEN, "people.token_made", Token.objects.all()),
    kept(_TOKEN, "people.token_revoked", Token.objects.exclude(revoked_at=None)),
)

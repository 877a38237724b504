"""Deeds of one's own password."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people.actions.accounts import choose_password
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import held


def change_password(*, officer: Officer, password: str, this_session: str, by: Actor) -> int:
    """Sets one's own password anew and ends one's other sessions; gives how many. Tokens stay: each has its own end.

    Who asks has given the present password, the one that `officer` was read with. Raises `BadInput` for one that the
    rules refuse or that is the present one, a refusal where it was changed meanwhile or the account is another's.
    """
    if officer.username != by.username:
        raise NotAllowed("not_yours", _("Everybody changes their own password; a contact point gives a code instead."))
    with transaction.atomic():
        fresh = held(officer)
        if fresh.password != officer.password:
            raise Refusal("changed", _("The password was changed meanwhile. Sign in with the new one."))
        if fresh.check_password(password):
            raise BadInput("same", _("This is your present password. Choose another."))
        choose_password(officer=fresh, password=password)
        fresh.save(update_fields=["password"])
        others = list(UserSession.objects.filter(user_id=fresh.pk).exclude(session_key=this_session))
        for session in others:
            session.end()
        record(by=by, deed="people.password_changed", ref=f"officer:{fresh.username}")
    officer.password = fresh.password
    return len(others)

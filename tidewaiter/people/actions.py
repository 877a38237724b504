"""Deeds of people: accounts and roles."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration, Grant, Officer
from tidewaiter.people.policy import ROLES

_username = re.compile(r"[a-z0-9][a-z0-9._-]{1,149}")


def add_officer(
    *,
    username: str,
    administration: str,
    role: str,
    password: str,
    name: str = "",
    email: str = "",
    by: Actor,
) -> Officer:
    """Makes an account, or gives a further role to one that exists in the same administration.

    Raises `BadInput` for an unknown administration or role or a weak password, `Refusal` when the account
    belongs to another administration.
    """
    if not _username.fullmatch(username):
        raise BadInput("username", "A username has 2 to 150 small letters, digits, dots, hyphens or underscores.")
    if role not in ROLES:
        raise BadInput("role", f"There is no role «{role}». Roles: {', '.join(ROLES)}.")
    home = Administration.objects.filter(code=administration.upper()).first()
    if home is None:
        raise BadInput(
            "administration",
            f"There is no administration «{administration}»: give a country's two letters, or INT.",
        )
    with transaction.atomic():
        officer = Officer.objects.filter(username=username).first()
        if officer is None:
            officer = Officer(username=username, administration=home, name=name, email=email, date_joined=now())
            try:
                validate_password(password, officer)
            except ValidationError as error:
                raise BadInput("password", " ".join(error.messages)) from error
            officer.set_password(password)
            officer.save()
            record(by=by, deed="people.added", ref=f"officer:{username}", detail={"administration": home.code})
        elif officer.administration_id != home.code:
            raise Refusal("other_administration", f"{username} has an account in another administration.")
        _, made = Grant.objects.get_or_create(
            officer=officer, role=role, defaults={"granted_by": by.username, "granted_at": now()}
        )
        if made:
            record(by=by, deed="people.granted", ref=f"officer:{username}", detail={"role": role})
    return officer


def load_administrations(*, rows: list[tuple[str, str, str | None]], by: Actor) -> int:
    """Adds or renames administrations: (code, name, region code or nothing). Recorded where anything changed."""
    if set(Administration.objects.values_list("code", "name", "region_id")) >= set(rows):
        return len(rows)
    record(by=by, deed="people.administrations_loaded", ref="administrations", detail={"rows": len(rows)})
    Administration.objects.bulk_create(
        [Administration(code=code, name=name, region_id=region) for code, name, region in rows],
        update_conflicts=True, unique_fields=["code"], update_fields=["name", "region"],
    )  # fmt: skip
    return len(rows)

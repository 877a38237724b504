"""How an account may be called: no name is the node's, looks like another's, or turns the line it stands in."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer

_username = re.compile(r"(?=.{2,150}\Z)[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", ".": None, "_": None, "-": None})


def looks_of(username: str) -> str:
    """What the eye keeps of a name: `n.achieng`, `n-achieng` and `nach1eng` are one."""
    return username.translate(_LOOKS).replace("rn", "m").replace("vv", "w")


def must_be_a_username(username: str) -> None:
    """Raises `BadInput` for a name that no account may have, whoever has it."""
    if not _username.fullmatch(username):
        raise BadInput(
            "username",
            _(
                "A username has 2 to 150 small letters and digits;"
                " dots, hyphens and underscores stand singly between them."
            ),
        )
    if looks_of(username) == looks_of(NODE.username):
        raise BadInput("username", _("So the node itself is called: choose another name."))


def is_free(username: str) -> bool:
    """Whether no account is called so, or looks as if it were."""
    looks = looks_of(username)
    return not any(looks_of(one) == looks for one in Officer.objects.values_list("username", flat=True).iterator())


def another(username: str, administration: str) -> str:
    """A name like this one that is free: with the country, then with a number."""
    stem = f"{username[:130]}.{administration.lower()}"
    taken = {looks_of(one) for one in Officer.objects.values_list("username", flat=True).iterator()}
    tries = (stem, *(f"{stem}.{number}" for number in range(2, 10_000)))
    return next((one for one in tries if looks_of(one) not in taken), stem)


def email_of(said: str) -> str:
    """An address of e-mail, or nothing. Raises `BadInput` for what is none, as one with a line break."""
    said = said.strip(" ")
    if said:
        try:
            validate_email(said)
        except ValidationError as error:
            raise BadInput("email", _("This is no address of e-mail.")) from error
    return said

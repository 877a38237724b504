"""Doors of pages: who asks, and what they typed when a deed refused it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing


def actor_of(request: HttpRequest) -> Actor:
    """The person who asks; the sign-in middleware has let nobody else through. Raises `Missing` for nobody."""
    if not request.user.is_authenticated:
        raise Missing("nobody", gettext("Sign in first."))
    return cast(Actor, request.user)


def takes_files[View: Callable[..., object]](view: View) -> View:
    """Marks a page that takes files: a signed-in person may send it `upload_bytes`,
    all other pages `form_body_bytes`.
    """
    view.takes_files = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def bytes_sent(request: HttpRequest) -> bytes:
    """What was sent. Raises `BadInput` where that is a form, which was read as one before the door had it."""
    try:
        return request.body
    except RawPostDataException as error:
        raise BadInput("form", gettext("Send the bytes themselves, not a form.")) from error


def takes_envelopes[View: Callable[..., object]](view: View) -> View:
    """Marks the door of other nodes, who sign what they send and sign in to nothing: it reads `exchange_body_bytes`."""
    view.takes_envelopes = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def takes_tokens[View: Callable[..., object]](view: View) -> View:
    """Marks a door of programs outside the JSON door: who shows a token may send it `json_body_bytes`."""
    view.takes_tokens = True  # type: ignore[attr-defined]  # a mark on a function
    return view


BODIES_READ: set[str] = set()
"""Addresses of the JSON door, by name, that read a body of bytes bit by bit: they may be sent `upload_bytes`."""


def reads_its_body(name: str) -> None:
    """Says so of an address of the JSON door: its view reads the request, and asks for no `body`."""
    BODIES_READ.add(name)


def known_only(request: HttpRequest, names: Iterable[str]) -> None:
    """Raises `BadInput` for a parameter that the door does not know: a misspelt filter must not widen an answer."""
    known = set(names)
    unknown = sorted(set(request.GET) - known)
    if unknown:
        raise BadInput(
            "unknown_field",
            _("There is no parameter «%(name)s». There are: %(names)s.")
            % {"name": unknown[0][:40], "names": ", ".join(sorted(known))},
        )

"""Doors of pages: who asks, and what they typed when a deed refused it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing


def actor_of(request: HttpRequest) -> Actor:
    """The person who asks; the sign-in middleware has let nobody else through. Raises `Missing` for nobody."""
    if not request.user.is_authenticated:
        raise Missing("nobody", "Sign in first.")
    return cast(Actor, request.user)

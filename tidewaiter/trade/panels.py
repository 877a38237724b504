"""What the room shows on the pages of others."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from tidewaiter.vault.models import Stored


def stored_buttons(request: HttpRequest, thing: Stored) -> str:
    """What can be done with a stored trade file or analysis; nothing for what is of another room."""
    return render_to_string("trade/_stored.html", {"thing": thing}, request=request)

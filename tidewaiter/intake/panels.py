"""What the room shows on the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string


def bring_button(request: HttpRequest, _thing: Any) -> str:
    """The way to bring a file."""
    return render_to_string("intake/_bring.html", {}, request=request)


def bring_button_with_key(request: HttpRequest, _thing: Any) -> str:
    """The same, where the key B stands for it."""
    return render_to_string("intake/_bring.html", {"key": "b"}, request=request)

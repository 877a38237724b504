"""What the room shows on the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string


def figures_link(request: HttpRequest, _thing: Any) -> str:
    """The way to the figures for whom nothing waits."""
    return render_to_string("statistics/_figures_link.html", {}, request=request)

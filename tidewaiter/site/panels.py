"""What rooms above show on the pages of rooms below: plain tables of the shape (DESIGN.md §4, meeting places)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Panel = Callable[[HttpRequest, Any], str]
PANELS: dict[str, tuple[Panel, ...]] = importlib.import_module(
    f"tidewaiter.site.shapes.{settings.TIDEWAITER_SHAPE}"
).PANELS
"""By page: functions of the request and its thing that give a rendered fragment, or nothing."""

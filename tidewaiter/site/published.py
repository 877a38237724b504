"""Style sheets, scripts, fonts and pictures as they are served: named by their content, packed, kept for a year.

Each process makes them for itself, in a folder that goes with it, when the first page asks: nothing has to be built
or is left behind by an update, and what two processes make of the same files has the same names.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from threading import RLock
from typing import Any

from django.core.files.storage import storages
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse

# the library has no types
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # no types
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # no types

_YEAR = 365 * 24 * 3600


class Published(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # a class without types
    """Django's storage for hashed names; `{% static %}` asks it."""

    _lock, _made = RLock(), False

    def publish(self) -> None:
        """Makes the files, unless this process has."""
        with self._lock:
            if not self._made:
                self._made = True  # what makes them asks for addresses too
                quietly: dict[str, Any] = {"interactive": False, "verbosity": 0, "stdout": io.StringIO()}
                call_command("collectstatic", ignore_patterns=["*.toml"], **quietly)

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file."""
        self.publish()
        return str(super().url(name, force))


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]  # a class without types
    """Serves them. What is named by its content is kept for a year; a plain name works too, for a minute."""

    FOREVER = _YEAR

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Knows the files that there are now."""
        made = storages["staticfiles"]
        if isinstance(made, Published):
            made.publish()
        super().__init__(get_response)

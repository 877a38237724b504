"""Lists the forms in use."""

from __future__ import annotations

from typing import Any

from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`forms`: `[{"code", "version", "fields", "label"}]`."""

    help = "lists the forms with version and field count"

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """A line for each form."""
        return [
            {
                "code": form.code,
                "version": form.version,
                "fields": len(form.columns),
                "label": form.title("en"),
            }
            for form in forms_in_use()
        ]

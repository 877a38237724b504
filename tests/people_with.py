"""People with a country for the tests of a room."""

from __future__ import annotations

from types import SimpleNamespace

PASSWORD = "a-long-passphrase-1"


def people_with(wanted: dict[str, tuple[str, str]]) -> SimpleNamespace:
    """An account for each key, of a country and a role: `{"desk": ("KE", "duty")}` makes `desk.ke`."""
    from tidewaiter.foundation.actors import (
        NODE,  # a process of another shape collects this file before Django is set up
    )
    from tidewaiter.people.actions import add_officer

    return SimpleNamespace(
        **{
            key: add_officer(
                username=f"{key}.{home.lower()}".replace("_", "-"),
                administration=home,
                role=role,
                password=PASSWORD,
                by=NODE,
            )
            for key, (home, role) in wanted.items()
        }
    )

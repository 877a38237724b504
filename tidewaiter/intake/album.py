"""Pictures that were sent with a table: kept in the vault, and named in the rows that named their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.rows import Staged
from tidewaiter.jobs.actions import enqueue
from tidewaiter.vault.actions import keep_picture
from tidewaiter.vault.tasks import make_thumbnail


class Album:
    """The pictures of one file. Each is kept once, when the first row names it; one that no row names is not kept."""

    def __init__(self, pictures: dict[str, Path], by: Actor) -> None:
        self._pictures = pictures
        self._by = by
        self._kept: dict[tuple[str, str], str] = {}

    def put_into(self, rows: list[Staged]) -> None:
        """Puts the vault's names in place of the files' names; a name that no picture has is a problem of its row."""
        if not self._pictures:
            return
        for row in rows:
            photos: list[dict[str, Any]] = row.header.get("photos", [])
            for number, photo in enumerate(photos, 1):
                said = str(photo.get("file", ""))
                digest = self._digest(
                    said.replace("\\", "/").rsplit("/", 1)[-1].casefold(), str(row.header.get("country", ""))
                )
                if digest:
                    photo["file"] = digest
                else:
                    row.problems.append(Problem(f"photos.{number}.file", "no_picture", said[:80]))
                    row.raw[f"photos.{number}.file"] = said

    def _digest(self, name: str, owner: str) -> str:
        if name in self._pictures and (name, owner) not in self._kept:
            try:
                digest = keep_picture(path=self._pictures[name], by=self._by, owner=owner).digest
                enqueue(task=make_thumbnail, key=f"thumbnail:{digest}", subject=digest, by=self._by)
            except BadInput:
                digest = ""
            self._kept[name, owner] = digest
        return self._kept.get((name, owner), "")

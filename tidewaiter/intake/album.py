"""Pictures that were sent with a table: kept in the vault, and named in the rows that named their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.staged import Staged
from tidewaiter.jobs.actions import enqueue
from tidewaiter.privacy.masking import mask_file_name
from tidewaiter.vault.actions import keep_picture
from tidewaiter.vault.tasks import make_thumbnail

OF_A_PICTURE = ("picture_bytes", "picture_points")
"""Limits that one picture is over: a problem of its row, not of the whole file."""


class Album:
    """The pictures of one file. Each is kept once, when the first row names it; one that no row names is not kept."""

    def __init__(self, pictures: dict[str, Path], by: Actor) -> None:
        self._pictures = _as_rows_name_them(pictures)
        self._by = by
        self._kept: dict[tuple[str, str], str] = {}
        self._why: dict[tuple[str, str], str] = {}
        """Why a picture was not kept."""

    def put_into(self, rows: list[Staged]) -> None:
        """Puts the vault's names in place of the files' names; a name that no picture has is a problem of its row."""
        if not self._pictures:
            return
        for row in rows:
            photos: list[dict[str, Any]] = row.header.get("photos", [])
            for number, photo in enumerate(photos, 1):
                said = str(photo.get("file", ""))
                name = said.replace("\\", "/").rsplit("/", 1)[-1].casefold()
                owner = str(row.header.get("country", ""))
                digest = self._digest(name, owner)
                if digest:
                    photo["file"] = digest
                else:
                    row.problems.append(self._problem(f"photos.{number}.file", said, self._why.get((name, owner), "")))
                    row.raw[f"photos.{number}.file"] = said

    @staticmethod
    def _problem(path: str, said: str, why: str) -> Problem:
        """What is wrong with a picture: which, why, and what to do; without `why` none of that name came."""
        return Problem(path, "no_picture", said[:80], facts={"why": why} if why else {})

    def _digest(self, name: str, owner: str) -> str:
        if name in self._pictures and (name, owner) not in self._kept:
            try:
                digest = keep_picture(path=self._pictures[name], by=self._by, owner=owner).digest
                enqueue(task=make_thumbnail, key=f"thumbnail:{digest}", subject=digest, by=NODE)
            except BadInput as refusal:
                if isinstance(refusal, OverLimit) and refusal.limit not in OF_A_PICTURE:
                    raise  # it is no fault of the picture
                digest, self._why[name, owner] = "", refusal.sentence
            self._kept[name, owner] = digest
        return self._kept.get((name, owner), "")


def _as_rows_name_them(pictures: dict[str, Path]) -> dict[str, Path]:
    """Pictures by the names that rows have for them, which are masked where this node holds none: a photo called after
    its driver is found by what is left of its name. Where that is left of two, it is neither.
    """
    own = {name.casefold(): path for name, path in pictures.items()}
    left: dict[str, list[Path]] = {}
    for name, path in pictures.items():
        if (masked := mask_file_name(name)) != name:
            left.setdefault(masked.casefold(), []).append(path)
    return {name: paths[0] for name, paths in left.items() if len(paths) == 1} | own

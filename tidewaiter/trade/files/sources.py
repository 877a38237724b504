"""Files for the analyses: brought by analysts, or lying in the folder that the node's keeper has named."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.apart import apart
from tidewaiter.foundation.budgets import OverLimit, over
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.encryption.files import copy, lent
from tidewaiter.foundation.encryption.keys import sealed
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.scratch import scratch
from tidewaiter.ledger.actions import record
from tidewaiter.privacy.masking import masked_file_name
from tidewaiter.trade import run_folders
from tidewaiter.trade.files.allowed_columns import without_names
from tidewaiter.trade.files.opening import checked, first_of_sheet, first_of_text, seen_parquet
from tidewaiter.trade.models import TradeFile, TradeRun
from tidewaiter.trade.policy import may_analyse, own
from tidewaiter.trade.run_folders import PURPOSE
from tidewaiter.vault.storage import Thing, count_gone, count_stored

KINDS = (".csv", ".csv.gz", ".parquet", ".xlsx")
FOLDER = "folder:"
FIRST = 5
"""Rows that are shown of a file."""


def home() -> Path:
    """The room's folder on the node."""
    return Path(settings.TIDEWAITER_HOME) / "trade"


def _kind(name: str) -> str:
    kind = next((kind for kind in KINDS if name.lower().endswith(kind)), "")
    if not kind:
        raise BadInput("kind", _("Bring a file that ends in %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    return kind


def bring_file(*, name: str, chunks: Iterable[bytes], by: Actor) -> TradeFile:
    """Keeps a file for all who analyse trade in one's administration; the same content again is the
    same file. A node that holds no names keeps what `allowed_columns` says of it; `dropped` of what is given
    back are the heads of all other columns.

    Raises `BadInput` for another kind of file or one above 512 MiB, `NotAllowed`.
    """
    may_analyse(by)
    kind = _kind(name)
    folder = home() / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    step, size = hashlib.sha256(by.administration_code.encode()), 0
    dropped: list[str] = []
    with scratch() as making:
        part = making / f"upload{kind}"
        with part.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most("upload_bytes"):
                    raise over("upload_bytes", _("Have it put into the node's folder of trade files."))
                step.update(chunk)
                file.write(chunk)
        if not size:
            raise BadInput("no_rows", _("%(name)s is empty.") % {"name": name[:80]})
        checked(part)
        if not settings.HOLDS_NAMES:
            part, dropped = _allowed(part)
        stored = f"{step.hexdigest()}{_kind(part.name)}"
        if not (folder / stored).exists():
            _lay_down(part, folder / stored)
    lies = folder / stored
    with _unless_refused(lies, by), transaction.atomic():
        made, new = TradeFile.objects.get_or_create(
            administration=by.administration_code,
            stored=stored,
            defaults={
                "ref": new_ref("TF"),
                "name": Path(name).name[:120],
                "size": size,
                "brought_by": by.username,
                "brought_at": now(),
            },
        )
        if new:
            count_stored(kind="trade_file", ref=made.ref, size=lies.stat().st_size, by=by)
            record(by=by, deed="trade.file_brought", ref=made.ref, detail={"size": size, "dropped": len(dropped)})
    made.dropped = dropped
    return made


def _lay_down(part: Path, to: Path) -> None:
    if sealed():
        with whole(to) as kept:
            copy(part, kept, PURPOSE)
    else:
        shutil.move(part, to)


@contextmanager
def _unless_refused(path: Path, by: Actor) -> Iterator[None]:
    """Takes a file away again that does not fit into what the administration may store."""
    try:
        yield
    except OverLimit:
        if not TradeFile.objects.filter(administration=by.administration_code, stored=path.name).exists():
            path.unlink(missing_ok=True)
        raise


def _allowed(path: Path) -> tuple[Path, list[str]]:
    """What a node that holds no names keeps of a file (`allowed_columns`), and the heads of the columns that it drops.
    Raises `BadInput`.

    A child takes them off, bounded in memory, time and disk; a text file of which nothing must go is left as it is.
    """
    kept = path.with_name("kept.parquet")
    found = apart(
        without_names,
        str(path),
        str(kept),
        pulse=lambda _step, _share: None,
        memory="trade_file_memory_bytes",
        seconds="trade_file_seconds",
        disk="scratch_bytes",
    )
    if not found["columns"]:
        raise BadInput(
            "no_columns",
            _("No column of this file is one that an analysis asks for. It has: %(heads)s.")
            % {"heads": ", ".join(found["dropped"])[:400]},
        )
    return (kept if kept.exists() else path), found["dropped"]


def heads_of(path: Path) -> tuple[list[str], list[list[str]]]:
    """The heads of a file (of a folder: of its first) and its first five rows, read from its beginning alone by a
    child.

    Raises `BadInput`, `OverLimit`.
    """
    if path.is_dir():
        path = next(iter(sorted(path.rglob("*.parquet"))), path)
    if path.suffix == ".parquet":
        said = seen_parquet(path, FIRST)
        return list(said["heads"]), list(said["first"])
    return first_of_sheet(path, FIRST) if path.suffix == ".xlsx" else first_of_text(path, FIRST)


def forget_file(*, ref: str, by: Actor) -> None:
    """Deletes a brought file; what was found in it stays. Raises `Missing`, `NotAllowed`."""
    may_analyse(by)
    with transaction.atomic():
        found = TradeFile.objects.filter(own(by), ref=ref).first()
        if found is None:
            raise Missing("no_file", _("There is no such file."))
        found.delete()
        count_gone(kind="trade_file", ref=ref)
        record(by=by, deed="trade.file_forgotten", ref=ref)
    (home() / "files" / found.stored).unlink(missing_ok=True)


def listed(by: Actor) -> list[dict[str, object]]:
    """Files this person may choose: brought ones, the latest first, then those of the configured folder."""
    brought: list[dict[str, object]] = [
        {"source": one.ref, "name": one.name, "size": one.size, "brought": one}
        for one in TradeFile.objects.filter(own(by)).order_by("-brought_at")[:200]
    ]
    return brought + [
        {"source": f"{FOLDER}{path.name}", "name": path.name, "size": _size(path), "brought": None}
        for path in _of_folder()
    ]


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*.parquet")) if path.is_dir() else path.stat().st_size


def _of_folder() -> list[Path]:
    folder = settings.TRADE_FOLDER
    if not folder or not Path(folder).is_dir():
        return []
    found = [one for one in Path(folder).iterdir() if not one.is_symlink() and not one.name.startswith(".")]
    if not settings.HOLDS_NAMES:  # a name that a run may not keep cannot be chosen
        found = [one for one in found if masked_file_name(one.name) == one.name]
    return sorted(one for one in found if one.is_dir() or one.name.lower().endswith(KINDS))


def path_of(source: str, by: Actor) -> Path:
    """Where a chosen file lies: only what `listed` names, never a path that somebody typed. Raises `Missing`."""
    if source.startswith(FOLDER):
        found = next((one for one in _of_folder() if one.name == source.removeprefix(FOLDER)), None)
    else:
        brought = TradeFile.objects.filter(own(by), ref=source).first()
        found = home() / "files" / brought.stored if brought else None
    if found is None or not found.exists():
        raise Missing("no_file", _("There is no such file."))
    return found if found.is_dir() or source.startswith(FOLDER) else lent(found.name, found, PURPOSE)


def name_of(source: str, by: Actor) -> str:
    """What a chosen file is called."""
    brought = None if source.startswith(FOLDER) else TradeFile.objects.filter(own(by), ref=source).first()
    return brought.name if brought else source.removeprefix(FOLDER)


def brought_things() -> Iterator[Thing]:
    """Brought files, for the count of what is stored."""
    for one in TradeFile.objects.order_by("ref"):
        path = home() / "files" / one.stored
        if path.is_file():
            yield Thing(one.ref, one.administration, one.brought_by, path.stat().st_size)


def run_things() -> Iterator[Thing]:
    """Folders of runs, for the count of what is stored."""
    for run in TradeRun.objects.exclude(ended_at=None).order_by("ref"):
        yield Thing(run.ref, run.administration, run.started_by, size_of_run(run))


def size_of_run(run: TradeRun) -> int:
    """Bytes of the files of a run."""
    return sum(path.stat().st_size for path in run_folders.sealed_folder(run.ref).rglob("*") if path.is_file())


def run_named(ref: str, by: Actor) -> TradeRun:
    """A run of one's administration. Raises `Missing`."""
    found = TradeRun.objects.filter(own(by), ref=ref).first()
    if found is None:
        raise Missing("no_run", _("There is no such analysis."))
    return found


def folder_of(run: TradeRun) -> Path:
    """Where a run keeps its rows."""
    return run_folders.folder(run.ref)

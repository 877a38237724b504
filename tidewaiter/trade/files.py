"""Files for the analyses: brought by analysts, or lying in the folder that the node's keeper has named."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.ledger.actions import record
from tidewaiter.trade.engines import engine
from tidewaiter.trade.models import TradeFile, TradeRun
from tidewaiter.trade.policy import may_analyse, own
from tidewaiter.trade.reading import raw_table, readable
from tidewaiter.trade.writing import stage_kept

KINDS = (".csv", ".csv.gz", ".parquet", ".xlsx")
LARGEST = 512 * 1024**2
"""Bytes of a brought file; larger ones are put into the configured folder."""
FOLDER = "folder:"
_PERSONS = frozenset((
    "importer", "exporter", "declarant", "seller", "buyer", "courier", "company", "consignee", "consignor", "shipper", "trader", "agent", "broker", "supplier", "name",
))  # fmt: skip
"""Words of the heads of columns that say who traded."""


def home() -> Path:
    """The room's folder on the node."""
    return Path(settings.TIDEWAITER_HOME) / "trade"


def _kind(name: str) -> str:
    kind = next((kind for kind in KINDS if name.lower().endswith(kind)), "")
    if not kind:
        raise BadInput("kind", _("Bring a file that ends in %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    return kind


def bring_file(*, name: str, chunks: Iterable[bytes], by: Actor) -> TradeFile:
    """Keeps a file for all who analyse trade in one's administration; the same content again is the same file.

    Raises `BadInput` for another kind of file or one above 512 MiB, `NotAllowed`.
    """
    may_analyse(by)
    kind = _kind(name)
    folder = home() / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    step, size = hashlib.sha256(by.administration_code.encode()), 0
    handle, part = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise BadInput(
                        "too_large",
                        _("The file is larger than 512 MiB: have it put into the node's folder of trade files."),
                    )
                step.update(chunk)
                file.write(chunk)
        if not size:
            raise BadInput("no_rows", _("%(name)s is empty.") % {"name": name[:80]})
        stored = f"{step.hexdigest()}{kind}"
        Path(part).replace(folder / stored)
        if not settings.HOLDS_NAMES:
            stored = _nameless(folder / stored).name
    finally:
        Path(part).unlink(missing_ok=True)
    with transaction.atomic():
        made, new = TradeFile.objects.get_or_create(
            administration=by.administration_code, stored=stored,
            defaults={"ref": new_ref("TF"), "name": Path(name).name[:120], "size": size, "brought_by": by.username, "brought_at": now()},
        )  # fmt: skip
        if new:
            record(by=by, deed="trade.file_brought", ref=made.ref, detail={"size": size})
    return made


def _nameless(path: Path) -> Path:
    """The file without the columns that say who traded: a node that holds no names keeps none of them. Raises `BadInput`."""
    kept = path.with_name(f"{path.name.split('.')[0]}.parquet")
    with tempfile.TemporaryDirectory() as scratch:
        stripped = Path(scratch) / kept.name
        try:
            with readable(path):
                raw = raw_table(engine("duckdb", "1GB", Path(scratch)), path)
                named = [head for head in raw.columns if _PERSONS & set(fold(head).replace("_", " ").split()) and not _countries(raw[head])]  # fmt: skip
                if not named:
                    return path
                stage_kept(raw.drop(*named), stripped)
        except BadInput:
            path.unlink()
            raise
        path.unlink()
        shutil.move(stripped, kept)
    return kept


def _countries(column: Any) -> bool:
    """Whether a column names countries, as tables of reported trade do."""
    values = [
        str(one)
        for one in column.cast("string").nullif("").name("said").as_table().distinct().limit(50).execute()["said"]
        if one is not None and one == one
    ]
    read = Countries()
    return bool(values) and all(is_world(one) or read.read(one) is not None for one in values)


def forget_file(*, ref: str, by: Actor) -> None:
    """Deletes a brought file; what was found in it stays. Raises `Missing`, `NotAllowed`."""
    may_analyse(by)
    with transaction.atomic():
        found = TradeFile.objects.filter(own(by), ref=ref).first()
        if found is None:
            raise Missing("no_file", _("There is no such file."))
        found.delete()
        record(by=by, deed="trade.file_forgotten", ref=ref)
    (home() / "files" / found.stored).unlink(missing_ok=True)


def listed(by: Actor) -> list[dict[str, object]]:
    """Files this person may choose: brought ones, the latest first, then those of the configured folder."""
    brought: list[dict[str, object]] = [
        {"source": one.ref, "name": one.name, "size": one.size, "brought": one} for one in TradeFile.objects.filter(own(by)).order_by("-brought_at")[:200]
    ]  # fmt: skip
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
    return found


def name_of(source: str, by: Actor) -> str:
    """What a chosen file is called."""
    brought = None if source.startswith(FOLDER) else TradeFile.objects.filter(own(by), ref=source).first()
    return brought.name if brought else source.removeprefix(FOLDER)


def run_named(ref: str, by: Actor) -> TradeRun:
    """A run of one's administration. Raises `Missing`."""
    found = TradeRun.objects.filter(own(by), ref=ref).first()
    if found is None:
        raise Missing("no_run", _("There is no such analysis."))
    return found


def folder_of(run: TradeRun) -> Path:
    """Where a run keeps its rows."""
    return home() / "runs" / run.ref

"""What was hidden of a file, for the person who brought it: gathered sealed while the file is read, then one sheet.

A sheet lies sealed (`foundation.sealed_files`) in a folder of its own, is taken once, by whoever brought the file, and
is gone within the hour; no backup holds it. On a node that holds names nothing is hidden, and there is no sheet.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import time
from typing import IO, Any

import msgspec
import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.cases.personal_stretches import around, why_hidden
from tidewaiter.forms.judgements import Found, field_of
from tidewaiter.foundation.running_items import Ran, run_items
from tidewaiter.foundation.scratch import scratch, spooled
from tidewaiter.foundation.sealed_files import pieces_of, write_sealed
from tidewaiter.foundation.text import neutral
from tidewaiter.intake import states
from tidewaiter.intake.models import Receipt

type Hidden = tuple[int, str, str, str, str, bool]
"""A hidden stretch: row, field, the sentence round it, what was hidden, why, and whether a judgement could keep it."""
KEPT = timedelta(minutes=50)
"""How long a sheet can be taken; what is over is swept every five minutes, so that it is gone within the hour."""
MOST_ROWS = 100_000
"""Stretches that a sheet holds; what is over is counted and said."""
_PART, _SHEET, _LOCK, _DAY = ".part", ".xlsx", ".lock", 86400
_READ = 1024**2


SHEETS = "hidden"
"""The folder of sheets, inside the data folder; no copy of it is made or kept."""


def sheets_folder() -> Path:
    """Where sheets, and what they are made of, lie sealed."""
    folder = Path(settings.TIDEWAITER_HOME) / SHEETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def hidden_in(row: int, found: Iterable[Found]) -> list[Hidden]:
    """What was hidden of a row, as the sheet tells it."""
    return [
        (
            row,
            one.path,
            "".join(around(one.text, one.stretch.start, one.stretch.end)),
            one.stretch.words,
            why_hidden(one),
            not one.stretch.always,
        )
        for one in found
        if not one.kept
    ]


def keep_part(receipt: Receipt, last: int, some: list[Hidden]) -> None:
    """Keeps what was hidden in rows up to number `last`, sealed, until the sheet is
    made; nothing beyond what a sheet holds.
    """
    if some and receipt.hidden < MOST_ROWS:
        _say_alive(receipt.ref)
        path = sheets_folder() / f"{receipt.ref}.{last:015d}{_PART}"
        path.unlink(missing_ok=True)
        write_sealed(path, [msgspec.msgpack.encode(some[: MOST_ROWS - receipt.hidden])])


def forget_parts(receipt: Receipt, *, after: int = -1) -> None:
    """Deletes what was gathered of rows beyond number `after`: it is read again, or there will be no sheet."""
    for path in _parts(receipt):
        if int(path.name.split(".")[1]) > after:
            path.unlink(missing_ok=True)
    if after < 0:
        _end_life(receipt.ref)


def forget_sheet(receipt: Receipt) -> None:
    """Deletes a sheet, and what was gathered for one."""
    forget_parts(receipt)
    sheet_of(receipt).unlink(missing_ok=True)


def sheet_of(receipt: Receipt) -> Path:
    """Where a receipt's sheet lies, sealed, if there is one."""
    return sheets_folder() / f"{receipt.ref}{_SHEET}"


def make_sheet(receipt: Receipt) -> bool:
    """Makes the sheet of what was gathered, sealed, and deletes the parts; whether there was anything."""
    parts = _parts(receipt)
    if not parts:
        return False
    sealed = sheet_of(receipt)
    sealed.unlink(missing_ok=True)
    with scratch() as folder:
        plain = folder / "hidden.xlsx"
        _write(plain, (one for part in parts for one in _told(part)))
        with plain.open("rb") as file:
            write_sealed(sealed, iter(lambda: file.read(_READ), b""))
    forget_parts(receipt)
    return True


def opened_sheet(receipt: Receipt) -> IO[bytes] | None:
    """The sheet in the clear, in a file without a name, and no other copy of it any more; nothing where it is gone."""
    path, plain = sheet_of(receipt), spooled()
    try:
        plain.writelines(pieces_of(path))
    except FileNotFoundError:
        plain.close()
        return None
    path.unlink(missing_ok=True)
    plain.seek(0)
    return plain


_alive: dict[str, IO[bytes]] = {}
"""By receipt, a locked file for as long as this process reads it: the lock goes with the process, however it ends."""


def _say_alive(ref: str) -> None:
    if ref not in _alive:
        file = (sheets_folder() / f"{ref}{_LOCK}").open("ab")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _alive[ref] = file


def _end_life(ref: str) -> None:
    if file := _alive.pop(ref, None):
        Path(file.name).unlink(missing_ok=True)
        file.close()


def _is_alive(ref: str) -> bool:
    """Whether a process reads what this receipt is of."""
    try:
        with (sheets_folder() / f"{ref}{_LOCK}").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def newest_parts() -> dict[str, Path]:
    """By receipt, what was gathered last for a sheet, where no process reads what the receipt is of."""
    found: dict[str, Path] = {}
    for path in sorted(sheets_folder().glob(f"*{_PART}")):
        found[path.name.partition(".")[0]] = path
    return {ref: path for ref, path in found.items() if not _is_alive(ref)}


def sweep_sheets() -> Ran[Path]:
    """Deletes sheets whose hour is over; parts of imports that have ended, or have no receipt and no process any more
    (one that was only tried keeps none that others see, and was killed); gives what became of each file. Imports that
    nobody goes on with are ended by `sweeping.sweep_uploads` within the hour; no part is kept for more than a day.
    """
    paths = list(sheets_folder().iterdir())
    refs = {path.name.partition(".")[0] for path in paths}
    states_of = dict(Receipt.objects.filter(ref__in=refs).values_list("ref", "state"))
    going_on = {ref for ref in refs if ref in states_of and states_of[ref] not in states.ENDS}
    going_on |= {ref for ref in refs - states_of.keys() if _is_alive(ref)}

    def sweep(path: Path) -> None:
        age = time() - path.stat().st_mtime
        waits = path.suffix in (_PART, _LOCK) and path.name.partition(".")[0] in going_on and age < _DAY
        fresh = path.suffix == _SHEET and age < KEPT.total_seconds()
        if not waits and not fresh:
            path.unlink(missing_ok=True)

    return run_items(paths, sweep, task="hidden_sheets_swept", in_transaction=False)


def _parts(receipt: Receipt) -> list[Path]:
    return sorted(sheets_folder().glob(f"{receipt.ref}.*{_PART}"))


def _told(part: Path) -> Iterator[Hidden]:
    yield from msgspec.msgpack.decode(b"".join(pieces_of(part)), type=list[Hidden])


def _write(to: Path, rows: Iterable[Hidden]) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": str(to.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with closing(xlsxwriter.Workbook(str(to), options)) as book:
        head = book.add_format({"bold": True, "bg_color": "#E1EFF2", "bottom": 1, "valign": "top", "text_wrap": True})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Hidden")
        for at, (name, width) in enumerate(_heads()):
            sheet.set_column(at, at, width, text)
            sheet.write_string(0, at, name, head)
        sheet.freeze_panes(1, 0)
        for number, (row, path, sentence, words, why, may_stay) in enumerate(rows, 1):
            sheet.write_number(number, 0, row)
            for at, said in enumerate((path, sentence, words, why, _stays(path, words) if may_stay else "–"), 1):
                sheet.write_string(number, at, neutral(said), text)


def _heads() -> list[tuple[str, Any]]:
    return [
        (gettext("Row"), 8),
        (gettext("Field"), 22),
        (gettext("Sentence"), 70),
        (gettext("What was hidden"), 28),
        (gettext("Why"), 28),
        (
            gettext(
                "If it is no person: amend the case, or write this into the column «judged» of that row and bring the"
                " file again"
            ),
            40,
        ),
    ]


def _stays(path: str, words: str) -> str:
    return f"{field_of(path)}={words}"

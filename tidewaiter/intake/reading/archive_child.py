"""Unpacks a table that was sent with its pictures, in a process of its own:
`python -m tidewaiter.intake.reading.archive_child FILE FOLDER`.

Writes the table and the pictures into the folder, named by their number; tells
`{"table": name of the file, "pictures": {name: file}}`.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

from tidewaiter.foundation.child_errors import gettext_noop, refuse_over, tell
from tidewaiter.foundation.files.archives import member, opened_archive
from tidewaiter.foundation.limits import most

TABLES = (".xlsx", ".csv", ".csv.gz", ".xml", ".json", ".ndjson", ".txt", ".tsv")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".heic", ".heif", ".avif")
"""The last three are not read: whoever sends them is told how to save them."""


def is_parcel(names: list[str]) -> bool:
    """Whether an archive is no workbook itself but holds one table, with pictures or alone."""
    if any(name.startswith(("xl/", "word/", "ppt/")) or name == "content.xml" for name in names):
        return False  # office files are zip archives too
    return sum(name.lower().endswith(TABLES) for name in names if not name.endswith("/")) == 1


def main() -> None:
    """Unpacks what is a table or a picture; all else is passed over unread."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    pictures: dict[str, str] = {}
    table, written = "", 0
    with opened_archive(path) as archive:
        claimed = sum(
            info.file_size for info in archive.infolist() if info.filename.lower().endswith((*TABLES, *PICTURES))
        )
        if claimed > most("archive_bytes"):
            refuse_over("archive_bytes", gettext_noop("Send the pictures in parts, or smaller."))
        for number, info in enumerate(archive.infolist()):
            name = info.filename.lower()
            if info.is_dir() or not name.endswith((*TABLES, *PICTURES)):
                continue
            is_table = name.endswith(TABLES)
            if not is_table and len(pictures) >= most("archive_pictures"):
                refuse_over("archive_pictures", gettext_noop("Send the others with another table."))
            written += _unpacked(archive, info, folder / str(number), is_table=is_table)
            if written > most("archive_bytes"):
                refuse_over("archive_bytes", gettext_noop("«%(name)s» is over that."), name=info.filename[-80:])
            if is_table:
                table = str(number)
            else:
                pictures[info.filename.rsplit("/", 1)[-1][:200]] = str(number)
    tell({"table": table, "pictures": pictures})


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path, *, is_table: bool) -> int:
    limit = "archive_bytes" if is_table else "picture_bytes"
    with member(archive, info, limit) as inside, to.open("wb") as out:
        shutil.copyfileobj(inside, out, 1 << 20)
        return out.tell()


if __name__ == "__main__":
    main()

"""Reads an owner's export of a room in a process of its own: `python -m tidewaiter.operations.export_child FILE OUT`.

Writes the signed document to OUT and tells `{"name", "sha256"}` of each file beside it.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tidewaiter.foundation.child_errors import gettext_noop, refuse, tell
from tidewaiter.foundation.files.archives import member, opened_archive

DOCUMENT = "messages.json"
_PIECE = 1 << 20


def main(path: str, out: str) -> None:
    """Reads one archive."""
    with opened_archive(Path(path)) as archive:
        infos = archive.infolist()
        if DOCUMENT not in {info.filename for info in infos}:
            refuse(gettext_noop("This archive is no export of a room."))
        for info in infos:
            if info.filename == DOCUMENT:
                with member(archive, info, "json_document_bytes") as part, open(out, "wb") as file:
                    while piece := part.read(_PIECE):
                        file.write(piece)
                continue
            digest = hashlib.sha256()
            with member(archive, info) as part:
                while piece := part.read(_PIECE):
                    digest.update(piece)
            tell({"name": info.filename, "sha256": digest.hexdigest()})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

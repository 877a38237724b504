"""Says what a stranger's file is, in a process of its own: `python -m tidewaiter.vault.file_child FILE`.

Tells its type by its content; refuses programs, what holds programs (macros), what is locked, and what nobody
here can look into. The file's name is not asked: who calls a program `list.pdf` is refused all the same.
"""

from __future__ import annotations

import sys
import zipfile

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import most

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\0\0\0\x01\x14\x02\0",
    b"dex\n",
    b"\0asm",
)
"""How programs of Windows, Linux, macOS, Java, Android, shells, short-cuts and WebAssembly begin."""
RUNS = (
    *(".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar"),
    *(".lnk", ".sh", ".apk", ".app", ".chm", ".cpl", ".reg", ".iso", ".img", ".vhd"),
)
MACROS = ("vbaproject.bin", "basic/script-lc.xml")
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_OFFICE = "application/vnd.oasis.opendocument."
SOUNDS = (
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)
_program = gettext_noop("This is a program, or holds one («%(name)s»). Programs are not taken.")
_HEAD = 4096


def main(path: str) -> None:
    """Looks at one file."""
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if not head:
        refuse(gettext_noop("The file is empty."))
    tell({"type": _type_of(path, head)})


def _type_of(path: str, head: bytes) -> str:
    if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(PROGRAMS):
        refuse(_program, name=head[:4].decode("latin-1").encode("unicode_escape").decode())
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    for sign, kind in SOUNDS:
        if head.startswith(sign):
            return kind
    return _text(path)


def _archive(path: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _bounded(members)
            names = [one.filename.lower() for one in members]
            for one, name in zip(members, names):
                if one.flag_bits & 1:
                    refuse(gettext_noop("The archive is locked with a password: nobody can look into it here."))
                if name.endswith(MACROS):
                    refuse(gettext_noop("The document holds macros. Save it without them (docx, xlsx, pdf)."))
                if name.endswith(RUNS):
                    refuse(_program, name=one.filename)
                with archive.open(one) as part:
                    begin = part.read(8)
                if begin.startswith(PROGRAMS):
                    refuse(_program, name=one.filename)
            if "mimetype" in names:
                said = archive.read(members[names.index("mimetype")])[:100].decode("ascii", "replace")
                return said if said.startswith(OPEN_OFFICE) and said.isprintable() else "application/zip"
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        refuse(gettext_noop("The archive is damaged, or packed in a way that nobody here can look into."))
    if "[content_types].xml" in names:
        return next((kind for folder, kind in OFFICE.items() if any(n.startswith(folder) for n in names)), _ZIP)
    return _ZIP


_ZIP = "application/zip"


def _bounded(members: list[zipfile.ZipInfo]) -> None:
    """Nothing is unpacked whole here; who takes it home is not to be surprised by it either."""
    if len(members) > most("file_members"):
        refuse_over("file_members")
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if unpacked > most("file_unpacked_bytes"):
        refuse_over("file_unpacked_bytes")
    if unpacked > most("file_ratio") * max(packed, 1):
        refuse_over("file_ratio")


def _compound(path: str) -> str:
    """A saved mail of Outlook is taken; older documents of an office may hold macros that are not seen from outside."""
    with open(path, "rb") as file:
        said = file.read(most("any_file_bytes"))
    if "__properties_version1.0".encode("utf-16-le") in said:
        return "application/vnd.ms-outlook"
    refuse(gettext_noop("Older documents of an office (doc, xls, ppt) may hold macros. Save it as docx, xlsx or pdf."))


def _text(path: str) -> str:
    """Any text is one: a table of an old program too, whose letters beyond ASCII nobody can be sure of."""
    with open(path, "rb") as file:
        said = file.read(most("any_file_bytes") + 1)
    if said[:2] in (b"\xff\xfe", b"\xfe\xff"):
        said = said.decode("utf-16", "replace").encode()
    if not any(byte < 32 and byte not in b"\t\n\r\f" for byte in said):
        return "text/plain"
    refuse(
        gettext_noop(
            "Nobody here can look into a file of this kind. Taken are pictures, PDF, documents of an office without"
            " macros, text and tables, saved mails, sound, film, and zip archives of these."
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])

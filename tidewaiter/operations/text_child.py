"""Reads the words of a stranger's file in a process of its own: `python -m tidewaiter.operations.text_child FILE`.

Tells `{"text": …}`: of a PDF, of letters (RFC 5322), of Word, Excel, PowerPoint and OpenDocument files, of plain text.
Of all else nothing. Tells `room_text_signs` signs at most; what is packed is unpacked within `file_unpacked_bytes`.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from lxml import etree, html

from tidewaiter.foundation.child_errors import tell
from tidewaiter.foundation.limits import MIB, most

PAGES = 500
PARTS = ("word/document", "word/foot", "word/end", "word/header", "xl/sharedStrings", "xl/worksheets/", "ppt/slides/")
OPEN_DOCUMENT = "content.xml"
READ, PART = 32 * MIB, 32 * MIB
"""Bytes of a text that are looked at, and of one part of a packed file."""


def main(path: str) -> None:
    """Reads one file."""
    with open(path, "rb") as file:
        head = file.read(4096)
    read = _reader_of(head)
    text, room = [], most("room_text_signs")
    for piece in read(path) if read else ():
        clean = " ".join(piece.split())
        if not clean:
            continue
        text.append(clean[:room])
        room -= len(clean) + 1
        if room <= 0:
            break
    tell({"text": " ".join(text)})


def _reader_of(head: bytes) -> Callable[[str], Iterable[str]] | None:
    if b"%PDF-" in head[:1024]:
        return _pdf
    if head.startswith(b"PK\x03\x04"):
        return _packed
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16
    if b"\0" in head:
        return None
    begin = head.lstrip()[:512].lower()
    if any(line.startswith((b"from:", b"received:", b"return-path:", b"mime-version:")) for line in begin.splitlines()):
        return _letter
    return _text


def _pdf(path: str) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 -- a tenth of a second that other files need not wait

    document = pypdfium2.PdfDocument(path)
    for number in range(min(len(document), PAGES)):
        yield document[number].get_textpage().get_text_range()


def _packed(path: str) -> Iterator[str]:
    left = most("file_unpacked_bytes")
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist()[: most("file_members")]:
            if not (
                part.filename == OPEN_DOCUMENT or (part.filename.startswith(PARTS) and part.filename[-4:] == ".xml")
            ):
                continue
            if part.file_size > PART or part.file_size > left:
                continue
            left -= part.file_size
            with archive.open(part) as file:
                for _event, element in etree.iterparse(file, resolve_entities=False, no_network=True, huge_tree=False):
                    if element.text and (part.filename == OPEN_DOCUMENT or element.tag.rpartition("}")[2] == "t"):
                        yield element.text
                    if element.tail and part.filename == OPEN_DOCUMENT:
                        yield element.tail
                    element.clear()


def _letter(path: str) -> Iterator[str]:
    with open(path, "rb") as file:
        letter = message_from_bytes(file.read(READ), EmailMessage, policy=policy.default)
    for name in ("subject", "from", "to", "cc"):
        yield str(letter.get(name, ""))
    for part in letter.walk():
        if part.get_content_maintype() != "text":
            yield part.get_filename() or ""
            continue
        try:
            said = str(part.get_content())
        except (LookupError, ValueError):
            continue
        yield _of_html(said) if part.get_content_subtype() == "html" else said


def _of_html(said: str) -> str:
    try:
        return " ".join(map(str, html.fromstring(said).itertext()))
    except (etree.ParserError, ValueError):
        return ""


def _utf16(path: str) -> Iterator[str]:
    with open(path, "rb") as file:
        yield file.read(READ).decode("utf-16", "replace")


def _text(path: str) -> Iterator[str]:
    with open(path, "rb") as file:
        content = file.read(READ)
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp1252", "replace")


if __name__ == "__main__":
    main(sys.argv[1])

"""Whether a body is so small that it may be taken in while its sender waits: unpacked here
as far as the bound, and never parsed.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from tidewaiter.forms.data_model import CASE
from tidewaiter.foundation.limits import most

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_MEMBERS = 100
_PARTS = 4
"""A case of a JSON file has so many braces at most, where it is a plain one; a workbook so
many times the bytes of what it says.
"""
_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError)


def is_small(body: bytes) -> bool:
    """Whether it unpacks to few bytes and few rows; what cannot be told, or is damaged, is not small."""
    bound = most("at_once_bytes")
    if len(body) > bound:
        return False
    try:
        if body.startswith(_ZIP):
            return _few_rows_of_sheets(body, bound * _PARTS)
        return _few_rows(_unpacked(body, bound) if body.startswith(_GZIP) else body, bound)
    except _DAMAGED:
        return False


def _unpacked(body: bytes, bound: int) -> bytes:
    """A gzip file as far as one byte over the bound, all its parts."""
    whole = b""
    while body and len(whole) <= bound:
        part = zlib.decompressobj(wbits=31)
        whole += part.decompress(body, bound + 1 - len(whole))
        body = part.unused_data
    return whole


def _few_rows(text: bytes, bound: int) -> bool:
    rows = most("at_once_rows")
    if len(text) > bound or b"\0" in text:  # another encoding than what is counted here
        return False
    lines = max(text.count(b"\n"), text.count(b"\r"))
    name = CASE.encode()
    cases = text.count(b"<" + name) + text.count(b":" + name)
    return lines <= rows + 1 and text.count(b"{") <= rows * _PARTS and cases <= rows


def _few_rows_of_sheets(body: bytes, bound: int) -> bool:
    rows, left = 0, bound
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = archive.infolist()
        for member in members[:_MEMBERS]:
            with archive.open(member) as file:
                text = file.read(left + 1)
            left -= len(text)
            rows += text.count(b"<row") + text.count(b":row")
            if left < 0:
                return False
    return len(members) <= _MEMBERS and rows <= most("at_once_rows") + 1

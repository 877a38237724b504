"""Which encoding a text file has: said by a mark, proved by UTF-8, else guessed from how the words look."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import IO

from charset_normalizer import from_bytes

CANDIDATES = [
    "cp1252", "koi8_r", "cp1251", "big5", "gb18030", "shift_jis", "euc_kr", "cp1256", "iso8859_2", "iso8859_7", "cp1255", "cp874",
]  # fmt: skip
"""Encodings in which customs' files still come, beside Unicode's own."""
_SAMPLE = 512 * 1024
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip


def encoding_of(unpack: Callable[[], IO[bytes]]) -> tuple[str, bool]:
    """(the encoding's name, whether it is a guess). `unpack` opens the file from its start; it is read once at most."""
    with unpack() as file:
        start = file.read(_SAMPLE)
        for mark, name in _MARKS.items():
            if start.startswith(mark):
                return name, False
        if wide := _wide(start):
            return wide, True
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk, odd = start, b""
        try:
            while chunk:
                odd = chunk
                decoder.decode(chunk)
                chunk = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _guess(start if any(byte > 127 for byte in start) else odd), True
    return "utf-8", False


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: every second byte of what is mostly Latin text is nothing."""
    even, odd = start[0:4096:2].count(0), start[1:4096:2].count(0)
    pairs = max(len(start[:4096]) // 2, 1)
    if odd / pairs > 0.4 and even / pairs < 0.1:
        return "utf-16-le"
    if even / pairs > 0.4 and odd / pairs < 0.1:
        return "utf-16-be"
    return ""


def _guess(sample: bytes) -> str:
    cut = sample[: sample.rfind(b"\n") + 1] or sample
    for match in from_bytes(cut, cp_isolation=CANDIDATES):
        if not (match.encoding == "shift_jis" and _half_width(str(match))):
            return str(match.encoding)
    return "cp1252"


def _half_width(text: str) -> bool:
    """Half-width katakana in number are bytes of another script taken for Japanese."""
    letters = [sign for sign in text if ord(sign) > 127]
    return sum("\uff61" <= sign <= "\uff9f" for sign in letters) > len(letters) / 10

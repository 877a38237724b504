"""Which encoding a text file has: said by a mark, proved by UTF-8, else guessed from how the words look."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from charset_normalizer import from_bytes

from tidewaiter.foundation.files.letters import ENCODINGS, GROUP_OF, LATIN, share_of_letters

CANDIDATES = [
    "cp1252",
    "koi8_r",
    "cp1251",
    "big5",
    "gb18030",
    "shift_jis",
    "euc_kr",
    "cp1256",
    "iso8859_2",
    "iso8859_7",
    "cp1255",
    "cp874",
]
"""Encodings in which customs' files still come, beside Unicode's own."""
LOOKED_AT, CHUNK = 64 * 1024**2, 256 * 1024
"""Bytes among which lines to guess by are looked for, and how many at a time."""
_SAMPLE, _OF_A_CHUNK = 64 * 1024, 8 * 1024
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CONTROLS = [bytes([sign]) for sign in range(32) if chr(sign) not in "\t\n\v\f\r\x1a\x1b"]
_odd = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file: its name, whether it is a guess, and what else it may be as likely."""

    name: str
    guessed: bool = False
    rivals: tuple[str, ...] = ()
    """Encodings that are as likely and read it otherwise: the guess is not sure."""
    lines: tuple[bytes, ...] = ()
    """Some lines that are not plain, by which a person can tell."""
    broken: int = 0
    """Bytes that are none of UTF-8 in a file that otherwise is."""


def encoding_of(unpack: Callable[[], IO[bytes]], most: int = 0) -> tuple[str, bool]:
    """(the encoding's name, whether it is a guess), as `told_encoding` tells them of a file of no known country."""
    told = told_encoding(unpack, most)
    return told.name, told.guessed


def told_encoding(unpack: Callable[[], IO[bytes]], most: int = 0, country: str = "") -> Encoding:
    """The encoding of a file. `unpack` opens it from its start; with `most` only so many bytes tell. `country`: whose
    file it is, by which the letters are judged.
    """
    with unpack() as file:
        start = file.read(CHUNK)
        for mark, name in _MARKS.items():
            if start.startswith(mark):
                return Encoding(name)
        if wide := _wide(start):
            return Encoding(wide, guessed=True)
        marked = start.startswith(codecs.BOM_UTF8)
        utf8 = "utf-8-sig" if marked else "utf-8"
        if _is_utf8(start, file, most):
            return Encoding(utf8)
    with unpack() as file:
        sample = _sample(file)
    broken = _broken(sample)
    if broken or marked:  # what is marked as UTF-8 and is not so at all is refused by whoever reads it, with the line
        return Encoding(utf8, broken=broken)
    if _is_no_text(start):
        return Encoding("cp1252", guessed=True)  # a picture under a table's name: whoever reads it says that it is none
    return _by_letters(sample, country)


def _is_no_text(start: bytes) -> bool:
    """Whether more than two signs in a hundred are control characters that no text has."""
    head = start[:8192]
    return sum(head.count(sign) for sign in _CONTROLS) * 50 > len(head)


def _broken(sample: bytes) -> int:
    """How many bytes of a sample are none of UTF-8, where it otherwise plainly is; 0 where it is not."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not sign.isascii() for sign in text) - bad
    return bad if 0 < bad * 10 <= good else 0


def _by_letters(sample: bytes, country: str) -> Encoding:
    """The encoding that makes the sample of the letters of its country; else, and without a country, of any."""
    lines = tuple(line.strip()[:200] for line in sample.split(b"\n") if not line.isascii())[:3]
    group = GROUP_OF.get(country, "west") if country else ""
    found = _best(sample, [(name, group) for name in ENCODINGS[group]]) if group else []
    if not found:
        found = _best(sample, [(name, one) for one, names in ENCODINGS.items() for name in names])
        guess = _guess(sample)
        alike = next((name for name in found if _decoded(sample, name) == _decoded(sample, guess)), "")
        if alike and guess not in _LATIN:
            found = [guess]  # letters and the frequency of their pairs agree on a script of its own
        elif alike or not found:
            found = [guess, *(name for name in found if name != alike and name in _LATIN)]
        else:
            found = [*found, guess]
        if len(found) == 1 and not alike:
            found.append("cp1252" if guess != "cp1252" else "cp1250")
    return Encoding(found[0], guessed=True, rivals=tuple(found[1:]), lines=lines)


_LATIN = frozenset(name for group in LATIN for name in ENCODINGS[group])
_SURE, _APART = 0.97, 0.04


def _best(sample: bytes, tried: Sequence[tuple[str, str]]) -> list[str]:
    """The encodings in which nearly all letters are those of their languages, best first;
    those that read the sample alike are one.
    """
    best: dict[str, tuple[float, int, str]] = {}
    for at, (name, group) in enumerate(tried):
        text = _decoded(sample, name)
        if text is not None:
            share, first, known = best.get(text, (0.0, -at, name))
            best[text] = (max(share, share_of_letters(text, group)), first, known)
    scored = sorted(best.values(), reverse=True)
    return [name for share, _at, name in scored if share >= _SURE and share > scored[0][0] - _APART]


def _decoded(sample: bytes, name: str) -> str | None:
    """A sample in an encoding; nothing where it is none of it."""
    try:
        text = sample.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if any("\x80" <= sign <= "\x9f" for sign in text) else text


def _is_utf8(start: bytes, file: IO[bytes], most: int) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk, read = start, len(start)
    try:
        while chunk:
            decoder.decode(chunk)
            if most and read >= most:
                return True
            chunk = file.read(CHUNK)
            read += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sample(file: IO[bytes]) -> bytes:
    """Lines that are not plain, from many places of the file, each place and all of them of bounded size."""
    found: list[bytes] = []
    size = read = 0
    while size < _SAMPLE and read < LOOKED_AT and (chunk := file.read(CHUNK)):
        first = read == 0
        read += len(chunk)
        if not chunk.isascii():
            found.append(_odd_lines(chunk, whole_start=first))
            size += len(found[-1])
    return b"\n".join(found)


def _odd_lines(chunk: bytes, *, whole_start: bool) -> bytes:
    """Whole lines of a chunk with bytes above 127, some thousand bytes of them; of one endless line
    the part around the first such byte.
    """
    lines = chunk.split(b"\n")
    whole = lines[0 if whole_start else 1 : -1] if len(lines) > 2 else []
    found, size = [], 0
    for line in whole:
        if not line.isascii() and len(line) <= _OF_A_CHUNK:
            found.append(line)
            size += len(line)
            if size >= _OF_A_CHUNK:
                break
    if found:
        return b"\n".join(found)
    hit = _odd.search(chunk)
    return chunk[hit.start() : hit.start() + _OF_A_CHUNK] if hit else b""


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
    for match in from_bytes(sample, cp_isolation=CANDIDATES):
        if not (match.encoding == "shift_jis" and _half_width(str(match))):
            return str(match.encoding)
    return "cp1252"


def _half_width(text: str) -> bool:
    """Half-width katakana in number are bytes of another script taken for Japanese."""
    letters = [sign for sign in text if ord(sign) > 127]
    return sum("\uff61" <= sign <= "\uff9f" for sign in letters) > len(letters) / 10

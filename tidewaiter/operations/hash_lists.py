"""Lists of digests as those who keep them write them, read a line at a time: of files, and of pictures (PDQ)."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import IO, cast

from django.utils.translation import gettext as _

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

_digest = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_between = re.compile(r"[\s,;:|=\"'()*{}\[\]]+")
_cut = re.compile(r"[0-9a-f]{24,}", re.ASCII)
_column = re.compile(r"[,;\t|]")
PDQ_NAMES = frozenset(("pdq", "pdqhash", "pdq_hash", "pdq-hash"))
FILE_NAMES = frozenset(("md5", "sha1", "sha-1", "sha256", "sha-256", "hashsha1", "hashsha256", "video_md5"))
_named = re.compile(r"""[\s{}\[\],]*$|\s*["']?@?\w[\w .@-]{0,40}["']?\s*[:=]""")
"""A line of brackets alone, or one that names something: «Path : …», «"Category": 1,»."""
LONGEST_LINE = 2_000
BESIDE = 40
"""Lines that may stand beside each digest: what a list says of a picture."""
OTHERS = (56, 96, 128)
"""Signs of digests of other kinds, SHA-224, SHA-384 and SHA-512, that stand beside ours."""
OF_NOTHING = frozenset(
    (
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
)
"""Digests of an empty file: they stand on many lists by mistake, and would restrict every empty file."""


PDQ_SIGNS = 64
"""Signs of a PDQ digest: as many as SHA-256 has, so a list must say which it is."""
HALF = 128
"""Bits of 256 that are set in the PDQ digest of a photograph, by the way it is made; in a SHA-256 chance sets them."""
LEAST_TOLD, MOST_TOLD = 16, 0.5
"""Digests that a list has at least, and the share of them with half their bits set, before it is told to be of
pictures: of SHA-256 one in twenty is so.
"""


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of a list, and whether it is of a picture as it looks (PDQ) and not of a file's bytes."""

    text: str
    picture: bool = False


class ListReader:
    """Reads one list; `pictures`: its digests of 64 signs are PDQ, also where it does not say so."""

    def __init__(self, *, pictures: bool) -> None:
        self.pictures = pictures
        self.sticky = False
        """Whether the last name that a digest was given was PDQ: JSON says the kind on a line of its own."""
        self.columns: set[int] = set()
        """Columns of a table that hold PDQ digests."""
        self.found = 0
        self.unnamed = self.half = 0

    def read(self, lines: Iterable[str]) -> Iterator[Digest]:
        """The digests of a list, in any of the layouts in which such lists come: a digest a line, first or further on;
        several in a row of columns; under names, as JSON and PowerShell have them. Raises `BadInput` for a line that
        has none and is no head, remark or name of something, for a digest that was cut, and for a list of pictures that
        is brought as one of files.
        """
        free = False
        for number, line in enumerate(lines, 1):
            words = [word.lstrip("\\").lower() for word in _between.split(line.strip().strip("\ufeff"))]
            if number == 1:
                free = line.lstrip("\ufeff \t").startswith(("{", "["))
                self._head(line)
            digests = list(self._of(line, words))
            self.found += len(digests)
            if max(self.found, number // BESIDE) > most("hash_list_rows"):
                raise over("hash_list_rows")
            yield from (digest for digest in digests if digest.text not in OF_NOTHING)
            if digests or not line.strip() or line.lstrip().startswith(("#", "%", "//")):
                continue
            self._must_be_beside(number, line, words, free=free)
        if not self.pictures and self.unnamed >= LEAST_TOLD and self.half > MOST_TOLD * self.unnamed:
            raise BadInput("pictures", _("These digests look like PDQ, of pictures: say so when you load the list."))

    def _head(self, line: str) -> None:
        """Which columns a table's head says are PDQ."""
        for at, name in enumerate(_column.split(line.strip().strip("\ufeff"))):
            if name.strip(" \"'").lower() in PDQ_NAMES:
                self.columns.add(at)

    def _of(self, line: str, words: list[str]) -> Iterator[Digest]:
        columns = [one.strip(" \"'").lower() for one in _column.split(line.strip())] if self.columns else []
        for word in words:
            if word in PDQ_NAMES or word in FILE_NAMES:
                self.sticky = word in PDQ_NAMES
            if not _digest.fullmatch(word):
                continue
            of_column = any(at < len(columns) and columns[at] == word for at in self.columns)
            picture = len(word) == PDQ_SIGNS and (self.pictures or of_column or self.sticky)
            if len(word) == PDQ_SIGNS and not picture:
                self.unnamed += 1
                self.half += int(word, 16).bit_count() == HALF
            yield Digest(word, picture)

    def _must_be_beside(self, number: int, line: str, words: list[str], *, free: bool) -> None:
        cut = next((word for word in words if _cut.fullmatch(word) and len(word) not in OTHERS), "")
        if cut or (self.found and not free and not _named.match(line)):
            said = cut or next(filter(None, words), "")
            raise BadInput(
                "hash",
                _("Line %(line)s: «%(said)s» is no MD5, SHA-1 or SHA-256 in hexadecimal.")
                % {"line": number, "said": said[:40]},
            )


def lines_of(file: IO[bytes]) -> Iterator[str]:
    """The lines of a list, in UTF-8 or UTF-16 as PowerShell writes it; none is held that is longer than any line of a
    list is: of a longer one the parts, cut between words.
    """
    buffered = BufferedReader(cast("RawIOBase", file))
    encoding = "utf-16" if buffered.peek(2)[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
    text, rest = TextIOWrapper(buffered, encoding, "replace"), ""
    while line := text.readline(LONGEST_LINE):
        line, rest = rest + line, ""
        if not line.endswith("\n") and len(line) < 2 * LONGEST_LINE:
            at = max(line.rfind(sign) for sign in ", ;") + 1
            line, rest = line[:at], line[at:]
        if line:
            yield line
    yield from filter(None, [rest])
    text.detach()  # the file is its owner's to close

"""Makes codes/name_groups.txt.gz and codes/company_words.json.gz: `tools/build_name_groups.py RIGOUR`.

RIGOUR: folder of the PyPI package rigour 2.6.1, unpacked. Its library holds a table of person names, Wikidata's (CC0)
with some put down by hand, a group of spellings a line, packed by zstd; forms and words of companies stand beside it.
Licences: codes/name_groups.LICENCE.txt.

A line of name_groups is a key (`registry.names.groups.key_of`), a tab, and the numbers of its groups in base 36; lines
are in the order of their bytes, so that they are found by halving. Left out: names of several words, groups of one
key, scripts that nothing here reads otherwise than by their Latin letters.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

import pyarrow

from tidewaiter.registry.names.groups import key_of
from tidewaiter.registry.names.sounds import HAN, script_of

PROJECT = Path(__file__).resolve().parents[1]
CODES = PROJECT / "codes"
MAGIC = b"\x28\xb5\x2f\xfd"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST = 24
"""Groups of one key at most: what belongs to more says nothing."""


def _length(data: bytes, at: int) -> int:
    """Bytes of the packed frame that begins at `at` (RFC 8878 §3.1.1): its header, and blocks up to the last."""
    said = data[at + 4]
    whole = said >> 5 & 1
    sizes = (1 if whole else 0, 2, 4, 8)[said >> 6]
    end = at + 5 + (0 if whole else 1) + (0, 1, 2, 4)[said & 3] + sizes
    while end + 3 <= len(data):
        block = int.from_bytes(data[end : end + 3], "little")
        end += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if block & 1:
            return end + (4 if said >> 2 & 1 else 0) - at
    return 0


def _frames(library: bytes) -> list[bytes]:
    """What is packed in a library by zstd, unpacked."""
    found, at = [], library.find(MAGIC)
    while at >= 0:
        packed = library[at : at + _length(library, at)]
        with suppress(OSError):  # where these four bytes were something else
            found.append(pyarrow.CompressedInputStream(pyarrow.BufferReader(packed), "zstd").read())
        at = library.find(MAGIC, at + 4)
    return found


def _base36(number: int) -> str:
    said = ""
    while True:
        number, rest = divmod(number, 36)
        said = DIGITS[rest] + said
        if not number:
            return said


def _numbered(key: str) -> bool:
    """Whether a key has digits: what `anyascii` writes for letters that no name of ours has."""
    return any(sign.isdigit() for sign in key)


def _groups(text: str) -> dict[str, list[str]]:
    groups = []
    for line in text.splitlines():
        forms, arrow, _name = line.rpartition(" => ")
        words = [form.strip() for form in forms.split(",")]
        keys = {key_of(word) for word in words if word and " " not in word and "-" not in word}
        keys = {key for key in keys if (1 < len(key) <= 24 and not _numbered(key)) or script_of(key) == HAN}
        if arrow and len(keys) > 1:
            groups.append(sorted(keys))
    size: Counter[str] = Counter(key for group in groups for key in group)
    by_key: dict[str, list[str]] = defaultdict(list)
    number = 0
    for group in sorted(groups, key=lambda one: (-len(one), one)):
        kept = [key for key in group if size[key] <= MOST]
        if len(kept) > 1:
            for key in kept:
                by_key[key].append(_base36(number))
            number += 1
    return by_key


def _packed(path: Path, text: bytes) -> None:
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(text)


def main(folder: Path) -> None:
    """Writes both files."""
    frames = _frames(next(folder.rglob("_core*.so")).read_bytes())
    texts = [frame.decode("utf-8", "ignore") for frame in frames if frame]
    names = max((text for text in texts if " => Q" in text), key=len)
    by_key = _groups(names)
    lines = sorted(f"{key}\t{' '.join(numbers)}\n".encode() for key, numbers in by_key.items())
    _packed(CODES / "name_groups.txt.gz", b"".join(lines))
    forms = json.loads(next(text for text in texts if '"aliases"' in text[:200]))
    words = json.loads(next(text for text in texts if '"org_domains"' in text[:200]))
    made = {
        "forms": [
            [one.get("compare") or one.get("display") or "", one.get("generic") or "", one["aliases"]] for one in forms
        ],
        "symbols": words["org_symbols"],
        "domains": words["org_domains"],
        "nicknames": words["person_nick"],
    }
    _packed(CODES / "company_words.json.gz", json.dumps(made, ensure_ascii=False, sort_keys=True).encode())
    print(len(lines), "keys")


main(Path(sys.argv[1]))

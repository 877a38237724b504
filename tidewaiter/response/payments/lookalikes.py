"""Domains that are made to be taken for another: the differing letters, and in words what differs.

Two domains look alike where they fall together once signs that people confuse are written as one (Unicode TS 39 gives
the kind; the pairs here are those that mails of fraud use), or where one edit away from the other.
"""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import dataclass

from anyascii import anyascii
from rapidfuzz.distance import OSA, Levenshtein

_ALIKE = tuple(pair.split(":") for pair in ["rn:m", "vv:w", "cl:d", "0:o", "1:l", "i:l", "5:s", "3:e", "8:b"])
"""What is seen, and what it is taken for."""
_PUBLIC = frozenset(
    [
        "aol.com",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "mail.com",
        "mail.ru",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "yahoo.com",
        "yandex.ru",
        "zoho.com",
        "163.com",
        "live.com",
        "msn.com",
        "web.de",
        "orange.fr",
        "free.fr",
    ]
)
"""Providers of mail where anybody has an address."""
LONGEST = 253


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A domain that looks like another."""

    domain: str
    like: str
    how: str
    """`confusable` (signs that look alike), `edit` (one sign more, less, other or moved), `ending` (another top-level
    domain) or `added` (a word beside it).
    """
    marked: tuple[tuple[str, bool], ...]
    known: tuple[tuple[str, bool], ...]
    """Both in pieces, each with whether it differs."""


def is_public_provider(domain: str) -> bool:
    """Whether anybody can have an address there."""
    return domain in _PUBLIC


def readable(domain: str) -> str:
    """A domain in the letters that a person sees (`xn--…` undone), small."""
    parts = []
    for part in domain.lower()[:LONGEST].rstrip(".").split("."):
        if part.startswith("xn--"):
            with contextlib.suppress(UnicodeError):
                part = part.encode("ascii").decode("idna")
        parts.append(part)
    return unicodedata.normalize("NFC", ".".join(parts))


def skeleton(domain: str) -> str:
    """A domain with signs that people confuse written as one."""
    text = anyascii(readable(domain)).lower()
    for seen, meant in _ALIKE:
        text = text.replace(seen, meant)
    return text


def looks_like(domain: str, known: str) -> LookAlike | None:
    """How `domain` looks like `known`, where it does and is another."""
    one, other = readable(domain), readable(known)
    if one == other or not one or not other or one.endswith(f".{other}"):
        return None
    name, _dot, ending = one.rpartition(".")
    like, _dot, its_ending = other.rpartition(".")
    if skeleton(one) == skeleton(other):
        how = "confusable"
    elif name == like and ending != its_ending:
        how = "ending"
    elif len(like) >= 5 and OSA.distance(name, like, score_cutoff=2) <= (2 if len(like) >= 10 else 1):
        how = "edit"
    elif len(like) >= 5 and (like in name.split("-") or name.replace("-", "") in (f"{like}mail", f"{like}group")):
        how = "added"
    elif len(like) >= 5 and skeleton(like) == skeleton(name):
        how = "confusable"
    else:
        return None
    return LookAlike(one, other, how, _pieces(one, other), _pieces(other, one))


def _pieces(one: str, other: str) -> tuple[tuple[str, bool], ...]:
    """`one` cut where it differs from `other`."""
    differs = [True] * len(one)
    for block in Levenshtein.opcodes(other, one):
        if block.tag == "equal":
            differs[block.dest_start : block.dest_end] = [False] * (block.dest_end - block.dest_start)
    pieces: list[tuple[str, bool]] = []
    for sign, differing in zip(one, differs):
        if pieces and pieces[-1][1] == differing:
            pieces[-1] = (pieces[-1][0] + sign, differing)
        else:
            pieces.append((sign, differing))
    return tuple(pieces)

"""How a child process answers, and says why it refuses a stranger's file. It knows nothing of the node, so that a
child starts at once.

An answer is a frame: four bytes that say its length, then plain values as MessagePack. Who waits for it takes no
frame that is longer than `child_answer_bytes`.
"""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import msgspec

SIGN = "refused: "


def gettext_noop(text: str) -> str:
    """Marks a sentence; the process that waits for the child says it in the reader's language."""
    return text


def refuse(sentence: str, code: str = "unreadable", **figures: str) -> NoReturn:
    """Ends the child. `sentence` is a marked one, with `%(name)s` for each of `figures`."""
    _end({"code": code, "sentence": sentence, "figures": _short(figures)})


def refuse_over(limit: str, advice: str = "", **figures: str) -> NoReturn:
    """Ends the child because of a row of the table of limits. `advice` says where it was
    passed and what to do, as in `refuse`.
    """
    _end({"limit": limit, "sentence": advice, "figures": _short(figures)})


def _short(figures: dict[str, str]) -> dict[str, str]:
    return {name: str(said)[:1000] for name, said in figures.items()}


def _end(said: dict[str, Any]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"\n{SIGN}{json.dumps(said)}\n")
    raise SystemExit(1)


def tell(value: Any) -> None:
    """Writes one answer: a plain value (texts, numbers, truths, lists, mappings)."""
    packed = msgspec.msgpack.encode(value)
    sys.stdout.buffer.write(len(packed).to_bytes(4, "big"))
    sys.stdout.buffer.write(packed)


class Batches:
    """Answers that are told some at a time: at most `rows` of them, and as soon as they weigh `most` bytes."""

    def __init__(self, most: int, rows: int = 2_500) -> None:
        self._most, self._rows = most, rows
        self._waiting: list[Any] = []
        self._weight = 0

    def add(self, value: Any, weight: int) -> None:
        """One answer more, and some bytes that it weighs."""
        if self._waiting and self._weight + weight > self._most:
            self.end()
        self._waiting.append(value)
        self._weight += weight
        if len(self._waiting) >= self._rows:
            self.end()

    def end(self) -> None:
        """Tells what waits."""
        if self._waiting:
            tell(self._waiting)
            self._waiting = []
            self._weight = 0

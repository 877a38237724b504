"""Finds what the patterns of a mapping ask for, in a process of its own:
a pattern that never ends is ended with its process.

`python -m tidewaiter.intake.mapping.patterns_child PATTERNS`, a list as JSON. Reads frames of (number of the pattern,
texts) from standard input, tells for each the texts that were found. SRE looks for signals while it searches, so
that time can be taken for each frame.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from typing import NoReturn

import msgspec

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import most


def found_in(text: str, pattern: re.Pattern[str]) -> str:
    """What a pattern takes of a text: its first group, else all of it; nothing where it does not fit."""
    match = pattern.search(text)
    if match is None:
        return ""
    return (match.group(1) or "") if pattern.groups else match.group(0)


def main() -> None:
    """Answers frames until there are no more."""
    patterns = [re.compile(text) for text in json.loads(sys.argv[1])]
    asked = sys.stdin.buffer
    at = 0

    def too_slow(_signal: int, _frame: object) -> NoReturn:
        words = gettext_noop(
            "«%(pattern)s» takes too long on a cell. Write it so that no repetition stands in another."
        )
        refuse_over("pattern_seconds", words, pattern=patterns[at].pattern[:80])

    signal.signal(signal.SIGVTALRM, too_slow)
    while head := asked.read(4):
        length = int.from_bytes(head, "big")
        if length > most("child_answer_bytes"):
            refuse(gettext_noop("A cell is too long for a pattern."))
        at, texts = msgspec.msgpack.decode(asked.read(length), type=tuple[int, list[str]])
        signal.setitimer(signal.ITIMER_VIRTUAL, most("pattern_seconds"))
        answer = [found_in(text, patterns[at]) for text in texts]
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        tell(answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""How a child process says why it refuses a stranger's file. It knows nothing of the node, so that a child starts at once."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

SIGN = "refused: "


def gettext_noop(text: str) -> str:
    """Marks a sentence; the process that waits for the child says it in the reader's language."""
    return text


def refuse(sentence: str, **figures: str) -> NoReturn:
    """Ends the child. `sentence` is a marked one, with `%(name)s` for each of `figures`."""
    sys.stderr.write(f"\n{SIGN}{json.dumps([sentence, figures])}\n")
    raise SystemExit(1)

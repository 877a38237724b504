"""How deep JSON nests, told by a scan that does not call itself. Used in child processes
too, so it knows nothing of the node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
"""All bytes but brackets."""
_WINDOW = 1 << 20
_STEP = [1 if sign in b"[{" else -1 for sign in range(256)]
_NO_BRACKET_OR_QUOTE = bytes(set(NO_BRACKET) - set(b'"'))
_json_strings = re.compile(rb'(?:"[^"]*+(?:"|\Z))+')


def nests_deeper(raw: bytes, bound: int) -> bool:
    """Whether brackets outside strings stand deeper than `bound`; looked at in windows, so that memory stays small."""
    if raw.count(b"[") + raw.count(b"{") <= bound:
        return False
    return deeper(_brackets(raw), bound)


def _brackets(raw: bytes) -> Iterable[bytes]:
    """The brackets outside strings, window after window."""
    in_string, carried = False, b""
    for at in range(0, len(raw), _WINDOW):
        window = carried + raw[at : at + _WINDOW]
        slashes = len(window) - len(window.rstrip(b"\\"))
        carried = b"\\" if slashes % 2 else b""  # the sign that it escapes is in the next window
        window = window.removesuffix(carried) if carried else window
        bare = window.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NO_BRACKET_OR_QUOTE)
        bare = b'"' + bare if in_string else bare
        in_string = bare.count(b'"') % 2 == 1
        yield _json_strings.sub(b"", bare)


def deeper(brackets: Iterable[bytes], bound: int) -> bool:
    """Whether brackets go deeper than `bound`; what comes after the first that do is not looked at."""
    level = 0
    for part in brackets:
        steps = list(accumulate(map(_STEP.__getitem__, part), initial=level))
        if max(steps) > bound:
            return True
        level = steps[-1]
    return False

"""Tries shapes on the dearest texts that they may meet, in a process of its own: `python -m
tidewaiter.forms.shapes_child`.

Reads a list of shapes and the length of the texts as JSON from standard input, tells that it came to an end. A shape
that comes to none is ended with its process, by the time that this may take.
"""

from __future__ import annotations

import itertools
import json
import re
import sys

from tidewaiter.foundation.child_errors import tell


def dear_texts(shape: str, length: int) -> list[str]:
    """Texts that nearly fit: each sign that the shape names, and some that it may mean, again
    and again, then one that fits nothing.
    """
    signs = list(dict.fromkeys([*(sign for sign in shape if sign.isalnum() or sign in " -./"), *"0aA1bB -"]))
    pairs = [one + other for one, other in itertools.pairwise(signs)]
    return [(said * length)[: length - 1] + "\x01" for said in (*signs, *pairs)]


def main() -> None:
    """Tries them all."""
    shapes, length = json.loads(sys.stdin.buffer.read())
    for shape in shapes:
        pattern = re.compile(shape)
        for text in dear_texts(shape, length):
            pattern.fullmatch(text)
            pattern.fullmatch(text[:-1])
    tell(True)


if __name__ == "__main__":
    main()

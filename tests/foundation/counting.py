"""Generators that a second process is asked to run."""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput


def count_to(last: int) -> Iterator[tuple[int, int, str]]:
    """Numbers, with who counts and in which language; refuses what is negative."""
    if last < 0:
        raise BadInput("negative", gettext("The file holds no rows."))
    for number in range(last):
        yield number, os.getpid(), gettext("Yes")


def fall() -> Iterator[int]:
    """Gives one number and ends its process."""
    yield 1
    os._exit(7)

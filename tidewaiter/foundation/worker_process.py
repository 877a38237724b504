"""Work done beside this process: a generator of ours runs in a second one, a batch
ahead, so that two cores share a large file.

The second process has its own connection to the same database and sees what is committed.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.utils import translation

from tidewaiter.foundation.bulk import calm_collector, lean_connection
from tidewaiter.foundation.disk import disk_spoken_of
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.scratch import sweep


class Broken(RuntimeError):
    """The second process ended before its work did; what it had given stays given."""


def can_run_second_process() -> bool:
    """Whether a second process would help, and would see what this one sees."""
    name = str(connection.settings_dict["NAME"])
    shared = connection.vendor == "postgresql" or not ("memory" in name and name.startswith((":", "file:")))
    return shared and not connection.in_atomic_block and (os.cpu_count() or 1) > 1


def in_second_process[T](generator: Callable[..., Iterator[T]], *arguments: Any) -> Generator[T, None, None]:
    """What `generator(*arguments)` yields, made in a second process while the caller works on what came before.

    The generator is a function of a module of ours; arguments and what it yields are pickled. It speaks the language of
    the caller, and its refusals are raised here. Raises `Broken` when it ends otherwise than by itself.
    """
    said = (connection.settings_dict["NAME"], translation.get_language(), generator.__module__, generator.__qualname__)
    child = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if child.stdin is None or child.stdout is None:
        raise Broken(generator.__qualname__)
    try:
        with child.stdin as asked:
            pickle.dump((said, arguments), asked)
        while True:
            try:
                kind, what = pickle.load(child.stdout)  # noqa: S301 -- written by `_answer` below
            except EOFError:
                raise Broken(generator.__qualname__) from None
            if kind == "end":
                return
            if kind == "refusal":
                refusal, code, sentence = what
                raise refusal(code, sentence)
            yield what
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        sweep()  # what it put aside, where it was ended in the middle


def _answer() -> None:
    """The second process: reads what to do from standard input and writes what comes of it to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed goes where errors go
    # what `in_second_process` wrote, of this same program
    (database, language, module, name), arguments = pickle.load(sys.stdin.buffer)  # noqa: S301
    settings.DATABASES["default"]["NAME"] = database
    django.setup()

    def say(kind: str, what: Any) -> None:
        pickle.dump((kind, what), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    with translation.override(language), calm_collector(), lean_connection(16):
        try:
            with disk_spoken_of():
                for one in getattr(importlib.import_module(module), name)(*arguments):
                    say("item", one)
        except Refusal as refusal:
            say("refusal", (type(refusal), refusal.code, refusal.sentence))
        except BrokenPipeError:  # the caller is gone, nobody waits for the rest
            os._exit(1)
        else:
            say("end", None)


if __name__ == "__main__":
    _answer()

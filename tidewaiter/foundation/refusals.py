"""Refusals: what a deed or a door says when it will not do what was asked.

A refusal carries a stable code for programs and a sentence for people. It never carries content of a record.
"""

from __future__ import annotations

from collections.abc import Callable


class Refusal(Exception):
    """Something asked for cannot be done; `code` is stable, `str()` is a sentence a person can act on."""

    exit_code = 1

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class NotAllowed(Refusal):
    """The person may see the thing but may not do this to it."""


class Missing(Refusal):
    """There is no such thing for this person: unseen and absent are answered alike."""


class Gone(Refusal):
    """There was such a thing, for this person too, and it is no more."""


class Outdated(Refusal):
    """What was to be decided is not what stands any more. `version` is the number of what stands: whoever raises
    this has made sure that the person may see it.
    """

    def __init__(self, code: str, sentence: str, version: int | None = None) -> None:
        super().__init__(code, sentence)
        self.version = version


class BadInput(Refusal):
    """What was given cannot be read at all; a command ends with exit code 2."""

    exit_code = 2


def passes(rule: Callable[..., object], *said: object) -> bool:
    """Whether a rule lets something be done: it raises no refusal. What pages ask is
    answered by the rule that the deed obeys.
    """
    try:
        rule(*said)
    except Refusal:
        return False
    return True

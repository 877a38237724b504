"""A form's fields read one by one: each value understood, or said why not, and all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tidewaiter.foundation.refusals import BadInput


class WrongFields(BadInput):
    """Several fields that cannot be understood, each with its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(next(iter(fields)), " ".join(dict.fromkeys(fields.values())))
        self.fields = fields


class TypedFields:
    """Reads field by field and keeps what is wrong, so that a person mends all of it at once."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said
        self.wrong: dict[str, str] = {}

    def text(self, name: str) -> str:
        """What was typed, without space around it."""
        value = self.said.get(name)
        return "" if value is None else str(value).strip()

    def read[T](self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """The field as `read` understands it; `otherwise` where it is empty, or wrong, which is kept."""
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return read(text)
        except BadInput as wrong:
            self.wrong.setdefault(name, wrong.sentence)
            return otherwise

    def needed(self, name: str, sentence: str) -> None:
        """Says that an empty field is needed."""
        if not self.text(name):
            self.wrong.setdefault(name, sentence)

    def done(self) -> None:
        """Raises `WrongFields` where anything was wrong."""
        if self.wrong:
            raise WrongFields(self.wrong)

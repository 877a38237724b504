"""What is proposed of a file, gathered step by step: fields, constants, formats, lines, and what a person must say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tidewaiter.intake.mapping.mapping_file import Formats, Mapping, ReaderHints, holes
from tidewaiter.intake.proposals.pairing import Paired


@dataclass(frozen=True, slots=True)
class Question:
    """What the file does not tell and nobody guesses: about which column or field, a sentence, and what may be said."""

    about: str
    why: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of how the file is written; nothing where the file tells."""

    order: str = ""
    """`dmy` or `mdy`: which comes first, the day or the month."""
    fiscal_year_starts: int = 0
    decimal: Literal["", ".", ","] = ""
    key: str = ""
    """The column that says which case a row is."""


@dataclass(slots=True)
class Found:
    """A mapping in the making."""

    form: str
    said: Said = Said()
    whole: bool = False
    """All rows of the file were looked at."""
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    clean: dict[str, str] = field(default_factory=dict)
    empty: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skip: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)
    key: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    fiscal_year_starts: int = 0
    fiscal_year_named: Literal["", "first", "last"] = ""
    decimal: Literal["", ".", ","] = ""
    reader: ReaderHints = field(default_factory=ReaderHints)
    questions: list[Question] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """Why a column is not read, by its head."""

    def ask(self, about: str, why: str, *choices: str) -> None:
        """Leaves something to a person."""
        self.questions.append(Question(about, why, choices))

    def mapping(self) -> Mapping:
        """What is found, as a mapping."""
        sources = {
            name
            for text in [*self.columns.values(), *(t for line in self.lines for t in line.values())]
            for name in holes(text) or [text]
        }
        formats = Formats(self.date_formats, self.fiscal_year_starts, self.fiscal_year_named, self.decimal)
        return Mapping(
            form=self.form,
            constants={path: text for path, text in self.constants.items() if path not in self.columns},
            columns=self.columns,
            clean={name: pattern for name, pattern in self.clean.items() if name in sources},
            empty={name: texts for name, texts in self.empty.items() if name in sources},
            skip=self.skip,
            lines=tuple(self.lines),
            key=self.key,
            formats=formats,
            reader=self.reader,
        )


def of_path(paired: list[Paired], path: str) -> Paired | None:
    """The column that became a field."""
    return next((one for one in paired if one.path == path), None)

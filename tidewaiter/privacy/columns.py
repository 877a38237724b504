"""Columns of text that carry a mark, and mask what is written into them on a node that holds no names.

DESIGN.md §4, rule 20: what a person typed is judged where it is written. Every text of a model is one of the columns
below; `about` has no default, so that no column is made without saying what may stand in it, and the column itself
judges whatever way a value comes: `save`, `create`, `bulk_create`, `update`, `bulk_update`,
`foundation.bulk.insert_rows`. A look-up is judged likewise, so that what was kept under a text is found by the same
text. docs/text_columns.md lists them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from django.conf import settings
from django.db import models

from tidewaiter.privacy.finding import About
from tidewaiter.privacy.judging import Shape, judged_json, judged_text

Mark = Literal["free", "place", "office", "brand", "firm", "code", "person", "indicator", "system"]
"""What may stand in a column. The first six are judged (`finding.About`). `person`: an account of the node's own users,
which they have agreed to. `indicator`: published on purpose. `system`: written by the program alone."""
JUDGED = frozenset(get_args(About))

if TYPE_CHECKING:
    _Char = models.CharField[str, str]
    _Text = models.TextField[str, str]
    _URL = models.URLField[str, str]
    _Email = models.EmailField[str, str]
    _JSON = models.JSONField[Any, Any]
else:
    _Char, _Text, _URL, _Email, _JSON = (
        models.CharField,
        models.TextField,
        models.URLField,
        models.EmailField,
        models.JSONField,
    )


class Marked:
    """A column with a mark. `judged_by` names the room that judges its values one by one before they are put together
    (a case record, by its form's fields); then the column leaves them as they are.
    """

    plain = ""
    """The kind of column that it is to the database."""
    about: Mark
    shape: Shape
    judged_by: str
    max_length: int | None
    attname: str

    def __init__(self, *args: Any, about: Mark, shape: Shape = "text", judged_by: str = "", **kwargs: Any) -> None:
        self.about, self.shape, self.judged_by = about, shape, judged_by
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As the plain column of the same kind: a mark is no matter of the database, and of no migration."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]  # of the column beside it
        return name, f"django.db.models.{self.plain}", args, kwargs

    def clone(self) -> Any:
        """A copy, with its mark."""
        _name, _path, args, kwargs = self.deconstruct()
        return type(self)(*args, about=self.about, shape=self.shape, judged_by=self.judged_by, **kwargs)

    @property
    def judges(self) -> bool:
        """Whether what is written here is judged here, on this node."""
        return self.about in JUDGED and not self.judged_by and not settings.HOLDS_NAMES

    def judged(self, value: Any) -> Any:
        """A value as this node may keep it."""
        if not isinstance(value, str) or not value or not self.judges:
            return value
        return judged_text(value, cast(About, self.about), self.shape, self.max_length)

    def judged_stored(self, value: Any) -> Any:
        """The same of a value that is already what the database takes."""
        return self.judged(value)

    def get_prep_value(self, value: Any) -> Any:
        """As the database gets it, judged: for every way of writing, and for look-ups."""
        return self.judged(super().get_prep_value(value))  # type: ignore[misc]  # of the column beside it

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Judges the value of the thing itself too: what is shown after saving is what was kept."""
        said = super().pre_save(model_instance, add)  # type: ignore[misc]  # of the column beside it
        value = self.judged(said)
        if value is not said:
            setattr(model_instance, self.attname, value)
        return value


class MarkedChar(Marked, _Char):
    """A short text with a mark."""

    plain = "CharField"


class MarkedText(Marked, _Text):
    """A text with a mark."""

    plain = "TextField"


class MarkedEmail(Marked, _Email):
    """A mail address with a mark."""

    plain = "EmailField"


class MarkedURL(Marked, _URL):
    """An address with a mark."""

    plain = "URLField"


class MarkedJSON(Marked, _JSON):
    """A document with a mark: each text in it, and each of its keys, is judged."""

    plain = "JSONField"

    def judged(self, value: Any) -> Any:
        """A document as this node may keep it; the same one where nothing was found."""
        return judged_json(value, cast(About, self.about)) if self.judges else value

    def judged_stored(self, value: Any) -> Any:
        """Of its text."""
        return judged_text(value, cast(About, self.about), "json") if self.judges and isinstance(value, str) else value

"""A record that is kept already, masked as one that comes in today would be: what an earlier release let through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tidewaiter.forms.attachments import CAPTION, attached_to, judged_captions
from tidewaiter.forms.columns import normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.judgements import JUDGED, judged_by_field
from tidewaiter.privacy.stretches import judged

_OURS = ("national_ref", "form", "form_version", "long", JUDGED)
"""What stands in a header and is no text of the case; a reference must stay itself."""


def masked_header(form: Form | None, header: dict[str, Any]) -> dict[str, Any]:
    """The header of a case; the same object where nothing was found. Without its form any text may say anything."""
    texts = _Texts(form, header)
    found: dict[str, Any] = {}
    for name, value in header.items():
        if name in _OURS:
            found[name] = value
        elif name == "photos":
            found[name] = attached_to({"photos": value, JUDGED: header.get(JUDGED, ())}).get("photos", [])
            texts.keep(judged_captions(found[name], texts.nobody.get(CAPTION, ())))
        elif isinstance(value, dict):
            found[name] = {key: texts.masked(f"{name}.{key}", part) for key, part in value.items()}
        else:
            found[name] = texts.masked(name, value)
    return texts.done(header, found)


def masked_line(form: Form | None, line: dict[str, Any]) -> dict[str, Any]:
    """A line of goods, likewise."""
    texts = _Texts(form, line)
    found = {name: value if name in ("fields", JUDGED) else texts.masked(name, value) for name, value in line.items()}
    if isinstance(line.get("fields"), dict):
        found["fields"] = {name: texts.masked(name, value) for name, value in line["fields"].items()}
    return texts.done(line, found)


class _Texts:
    """Masks the texts of one part of a record, and remembers which of its judged words still stand."""

    def __init__(self, form: Form | None, part: Mapping[str, Any]) -> None:
        self._form = form
        self.nobody = judged_by_field(part.get(JUDGED, ()))
        self._kept: list[str] = []

    def masked(self, path: str, value: Any) -> Any:
        """A value; what is no text, or a code of a list, stays."""
        column = self._form.by_path.get(normal_path(path)[1]) if self._form is not None else None
        if not isinstance(value, str) or not value or (column is not None and not column.may_name(value)):
            return value
        answer = judged(value, column.about if column is not None else "free", self.nobody.get(path, ()))
        self._kept += [f"{path}={words}" for words in answer.words]
        return answer.text

    def keep(self, said: list[str]) -> None:
        """Words that stand in what is masked elsewhere."""
        self._kept += said

    def done(self, part: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """The part with its judgements; itself where nothing is other than it was."""
        found.pop(JUDGED, None)
        if self._kept:
            found[JUDGED] = sorted(self._kept)
        return part if found == part else found

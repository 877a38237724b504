"""What of a case may leave a node that holds names: its form's fields that are not nominal, and texts without names.

The texts of a case on such a node stay as they were typed. What goes to others is derived from them: names that stand
in the case's annex become what others get of them (`[person 1]`), and whatever else is suspected to be personal data
becomes a bar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tidewaiter.forms.columns import normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.projection import non_nominal
from tidewaiter.privacy.finding import About
from tidewaiter.privacy.masking import masked

_apart = re.compile("(\x00[^\x00]*\x00)")


def text_without_names(text: str, names: Mapping[str, str], about: About = "free") -> str:
    """A text as it may leave: known names as what others get of them, what is suspected as a bar."""
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        text = pattern.sub(f"\x00[{names[name]}]\x00", text)
    parts = _apart.split(text)
    return "".join(part.strip("\x00") if part.startswith("\x00") else masked(part, about)[0] for part in parts)


def may_leave(
    form: Form, header: Mapping[str, Any], lines: list[dict[str, Any]], names: Mapping[str, str]
) -> dict[str, Any]:
    """The record of a case as it may leave; derived whenever it is asked for, and kept nowhere."""
    record = non_nominal(form, {**header, "lines": lines})
    return {name: _walked(form, one, names, name) for name, one in record.items()}


def _walked(form: Form, value: Any, names: Mapping[str, str], path: str) -> Any:
    if isinstance(value, dict):
        return {name: _walked(form, one, names, f"{path}.{name}") for name, one in value.items()}
    if isinstance(value, list):
        return [_walked(form, one, names, path) for one in value]
    if not isinstance(value, str):
        return value
    bare = path.removeprefix("lines.").removeprefix("fields.") if path.startswith("lines.") else path
    columns = form.line_columns if path.startswith("lines.") else form.header_columns
    column = columns.get(bare) or columns.get(normal_path(bare)[1])
    if column is None:
        return text_without_names(value, names) if path.endswith(("caption", "text")) else value
    return text_without_names(value, names, column.about) if column.may_name(value) else value

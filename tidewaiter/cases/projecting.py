"""What of a case may leave the node: the form's non-nominal fields, their texts judged, known names hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tidewaiter.cases.returning import column_at
from tidewaiter.forms.columns import Column, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.projection import non_nominal
from tidewaiter.foundation.wire_kinds import Held, Terms
from tidewaiter.privacy.masking import MASK, masked

ALWAYS = ("form", "form_version", "long", "national_ref", "kind", "date", "date_precision", "country", "lines")
"""What a record is nothing without, whatever was agreed."""
PROJECTION = "projection"
"""Among an agreement's fields: all that the form's projection lets go, beside what else is named."""
SHORTEST_NAME = 3
"""Letters that a part of a name must have to be looked for by itself."""

type _Judge = Callable[[str, str, Column | None], str]


def projected(form: Form, record: dict[str, Any], terms: Terms) -> tuple[dict[str, Any], list[Held]]:
    """The record as it leaves, and what of it stays, by path and rule."""
    kept = non_nominal(form, record)
    held = [Held(name, "nominal") for name in sorted(set(record) - set(kept))]
    for number, (was, now) in enumerate(zip(record.get("lines", []), kept["lines"], strict=True), 1):
        held += [Held(f"lines.{number}.{name}", "nominal") for name in sorted(set(was) - set(now) - {"fields"})]
        gone = set(was.get("fields", {})) - set(now.get("fields", {}))
        held += [Held(f"lines.{number}.{name}", "nominal") for name in sorted(gone)]
    held = [one for one in held if one.path.rsplit(".", 1)[-1] != "judged"]
    kept.pop("judged", None)
    kept, dropped = _defined(form, kept)
    held += dropped
    if terms.nominal:
        return kept, held
    known, found = _pattern(terms.names), _whole(terms.known_in(_free_texts(form, kept)))

    def judge(path: str, text: str, column: Column | None) -> str:
        if column is not None and not column.may_name(text):
            return text
        clean = known.sub(MASK, text) if known else text
        if found is not None and (column is None or column.about == "free"):
            clean = found.sub(MASK, clean)
        clean, _found = masked(clean, column.about if column else "free")
        if clean != text:
            held.append(Held(path, "masked"))
        return clean

    return _walked(form, kept, judge), held


def _free_texts(form: Form, record: dict[str, Any]) -> list[str]:
    """What somebody wrote in their own words."""
    texts: list[str] = []

    def keep(_path: str, text: str, column: Column | None) -> str:
        if column is None or (column.may_name(text) and column.about == "free"):
            texts.append(text)
        return text

    _walked(form, record, keep)
    return texts


def is_defined(form: Form, path: str) -> bool:
    """Whether a path of a record is the form's own, and names nobody."""
    if path.split(".")[0] in ALWAYS and not path.startswith("lines"):
        return True
    column = form.header_columns.get(normal_path(path)[1]) or column_at(form, path)
    return column is not None and not column.nominal


def _defined(form: Form, record: dict[str, Any]) -> tuple[dict[str, Any], list[Held]]:
    """The record less the parts of its groups that the form does not define, or calls nominal."""
    held: list[Held] = []

    def kept(path: str, value: Any) -> bool:
        fine = is_defined(form, path)
        if not fine and value not in (None, "", []):
            held.append(Held(path, "nominal"))
        return fine

    made: dict[str, Any] = {}
    for name, value in record.items():
        if name == "route" and isinstance(value, list):
            legs = [leg for leg in value if isinstance(leg, dict)]
            made[name] = [
                {key: one for key, one in leg.items() if key == "role" or kept(f"route.{_role(leg)}.{key}", one)}
                for leg in legs
            ]
        elif name == "persons" and isinstance(value, list):
            people = [one for one in value if isinstance(one, dict)]
            made[name] = [
                {key: one for key, one in person.items() if kept(f"persons.{at}.{key}", one)}
                for at, person in enumerate(people, 1)
            ]
        elif isinstance(value, dict):
            made[name] = {key: one for key, one in value.items() if kept(f"{name}.{key}", one)}
        else:
            made[name] = value
    return made, held


def _role(leg: dict[str, Any]) -> str:
    role = str(leg.get("role", ""))
    return "transit.1" if role == "transit" else role


def _walked(form: Form, record: dict[str, Any], judge: _Judge) -> dict[str, Any]:
    """A copy of the record of which every text was judged by its column."""
    header = {name: _value(form, name, value, judge) for name, value in record.items() if name != "lines"}
    lines = []
    for number, line in enumerate(record["lines"], 1):
        at = f"lines.{number}"
        own = {name: _value(form, f"{at}.{name}", value, judge) for name, value in line.items() if name != "fields"}
        if "fields" in line:
            own["fields"] = {name: _value(form, f"{at}.{name}", value, judge) for name, value in line["fields"].items()}
        lines.append(own)
    return {**header, "lines": lines}


def _value(form: Form, path: str, value: Any, judge: _Judge) -> Any:
    if isinstance(value, str):
        return judge(path, value, _column(form, path))
    if isinstance(value, dict):
        return {name: _value(form, f"{path}.{name}", one, judge) for name, one in value.items()}
    if isinstance(value, list):
        if path == "route":
            return [_leg(form, leg, number, judge) for number, leg in enumerate(value, 1)]
        return [
            _value(form, f"{path}.{at}" if isinstance(one, dict) else path, one, judge)
            for at, one in enumerate(value, 1)
        ]
    return value


def _leg(form: Form, leg: Any, number: int, judge: _Judge) -> Any:
    if not isinstance(leg, dict):
        return leg
    role = str(leg.get("role", ""))
    at = f"route.transit.{number}" if role == "transit" else f"route.{role}"
    return {name: one if name == "role" else _value(form, f"{at}.{name}", one, judge) for name, one in leg.items()}


def _column(form: Form, path: str) -> Column | None:
    if path in ("form", "kind", "date_precision"):
        return form.header_columns.get(path) or _coded
    return form.header_columns.get(normal_path(path)[1]) or column_at(form, path)


_coded = Column(
    path="",
    type="code",
    list="",
    label={},
    help={},
    needed="",
    block="",
    simple=True,
    largest=0,
    subtypes=(),
    nominal=False,
    scope="header",
    example="",
    open=False,
    when={},
    shape="",
    about="free",
)
"""What the record says by a code that is no field of the form."""


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the names, and any part of one that is long enough to be looked for, whatever its letters' size."""
    parts: set[str] = set()
    for name in names:
        whole = " ".join(name.split())
        parts |= {whole, *(one for one in re.split(r"[\s,;.\-'’/]+", whole) if len(one) >= SHORTEST_NAME)}
    return _whole(parts)


def _whole(names: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the names, the longest first, whatever its letters' size."""
    wanted = sorted({" ".join(one.split()) for one in names} - {""}, key=len, reverse=True)
    if not wanted:
        return None
    any_of_them = "|".join(re.escape(one).replace(r"\ ", r"[\s\-]+") for one in wanted)
    return re.compile(rf"(?<!\w)(?:{any_of_them})(?!\w)", re.IGNORECASE)


def without_what_is_not_agreed(
    body: dict[str, Any], fields: tuple[str, ...] | None
) -> tuple[dict[str, Any], list[Held]]:
    """The body less what the agreement's list of fields does not name; the form's projection where it has none."""
    if fields is None or PROJECTION in fields:
        return body, []
    header = {name: value for name, value in body.items() if name in (*ALWAYS, *fields)}
    held = [Held(name, "agreement") for name in body if name not in header]
    lines = []
    for number, line in enumerate(body.get("lines", []), 1):
        kept = {name: value for name, value in line.items() if name in fields or name == "fields"}
        if "fields" in line:
            kept["fields"] = {name: value for name, value in line["fields"].items() if f"fields.{name}" in fields}
        held += [Held(f"lines.{number}.{name}", "agreement") for name in line if name not in kept]
        lines.append(kept)
    return {**header, "lines": lines}, held

"""Two versions of one case beside what both began from: field by field, and put together by a person's choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tidewaiter.forms.columns import as_text, flatten_header

MINE, THEIRS = "mine", "theirs"
_NOT_SAID = frozenset({"form", "form_version", "national_ref", "photos", "links", "judged", "long", "date_precision"})
"""Of a header: what is no field that somebody wrote, or goes with another one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the two versions say differently."""

    path: str
    was: str
    mine: str
    theirs: str

    @property
    def is_open(self) -> bool:
        """Whether both have written it, so that a person must choose."""
        return self.was not in (self.mine, self.theirs)

    @property
    def chosen(self) -> str:
        """Which side stands before anybody has chosen: the one that wrote; nothing where both did."""
        if self.is_open:
            return ""
        return MINE if self.was == self.theirs else THEIRS


def laid(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record's values by path, lines as `lines.1.unit`."""
    header = {name: value for name, value in record.items() if name != "lines"}
    found = {path: value for path, value in flatten_header(header) if path not in _NOT_SAID}
    lines = record.get("lines")
    for number, line in enumerate(lines if isinstance(lines, list) else [], 1):
        if isinstance(line, dict):
            found |= {f"lines.{number}.{path}": value for path, value in _of_line(line)}
    return found


def _of_line(line: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in line.items():
        if name == "fields" and isinstance(value, dict):
            yield from value.items()
        elif name != "judged":
            yield name, value


def differences(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Difference]:
    """The fields in which two versions differ, the open ones first; none where they say the same."""
    was, ours, others = laid(base), laid(mine), laid(theirs)
    paths = dict.fromkeys([*others, *ours, *was])
    found = [
        Difference(path, *(as_text(side[path]) if path in side else "" for side in (was, ours, others)))
        for path in paths
    ]
    return sorted((one for one in found if one.mine != one.theirs), key=lambda one: not one.is_open)


def merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, str]:
    """The texts by path that a choice for each difference makes of the two; `chosen`: `mine` or `theirs` by path."""
    texts = {path: as_text(value) for path, value in laid(theirs).items()}
    for one in differences(base, mine, theirs):
        side = chosen.get(one.path) or one.chosen
        text = one.mine if side == MINE else one.theirs
        if text:
            texts[one.path] = text
        else:
            texts.pop(one.path, None)
    return texts

"""The table by which a ministry makes and ends accounts (docs/sign-on.md): a line a person, UTF-8, comma-separated."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.sign_on import Said

COLUMNS = ("subject", "username", "name", "email", "groups", "active")
_YES, _NO = ("yes", "true", "1", "active"), ("no", "false", "0", "inactive")


def read_people(raw: bytes) -> list[tuple[int, Said]]:
    """(line, person) each. Raises `BadInput` that names the line and what would do; nothing is guessed."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("encoding", _("The table is not in UTF-8: save it so.")) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = reader.fieldnames or []
    if sorted(heads) != sorted(set(heads)) or not {"username", "groups", "active"} <= set(heads) <= set(COLUMNS):
        raise BadInput(
            "columns",
            _("A table of people has the columns %(names)s; username, groups and active must be there.")
            % {"names": ", ".join(COLUMNS)},
        )
    rows: list[tuple[int, Said]] = []
    first: dict[str, int] = {}
    for row in reader:
        said = _person(row, reader.line_num)
        key = said.subject or said.username
        if key in first:
            raise BadInput(
                "twice",
                _("Line %(line)s names the person of line %(first)s again.")
                % {"line": reader.line_num, "first": first[key]},
            )
        first[key] = reader.line_num
        rows.append((reader.line_num, said))
    return rows


def _person(row: dict[str | None, str | list[str] | None], line: int) -> Said:
    if None in row or None in row.values():
        raise BadInput("cells", _("Line %(line)s has more or fewer cells than the head.") % {"line": line})
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    active = cells["active"].lower()
    if active not in _YES + _NO:
        raise BadInput(
            "active",
            _("Line %(line)s, active: «%(said)s» is neither yes nor no.") % {"line": line, "said": active[:20]},
        )
    return Said(
        username=cells["username"].lower(),
        subject=cells["subject"],
        name=cells["name"],
        email=cells["email"],
        groups=tuple(one.strip() for one in cells["groups"].split(";") if one.strip()),
        active=active in _YES,
    )

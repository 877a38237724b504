"""Sending a case back field by field, and what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.findings.finding_outcomes import settle_returned
from tidewaiter.cases.models import Case, Return
from tidewaiter.cases.values import value_in_words
from tidewaiter.codelists.queries import code_view, list_view
from tidewaiter.forms.columns import Column, laid_flat, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.judgements import JUDGED
from tidewaiter.forms.labels import block_title
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.privacy.masking import mask_personal_data

REASONS = "return_reason"
MOST = 60
"""Fields of one return."""
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class FieldReason:
    """Why one field comes back: its path as files name it (`lines.2.quantity`), a code of `return_reason`, words."""

    path: str
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that is not what it was: its title, the value then and now, in words."""

    path: str
    title: str
    was: str
    now: str


def checked_reasons(case: Case, given: Sequence[FieldReason]) -> list[FieldReason]:
    """The reasons with their texts as the node may keep them.
    Raises `BadInput` for a field or a reason that is none.
    """
    form = form_named(case.form, case.form_version)
    known = list_view(REASONS)
    if len(given) > MOST:
        raise BadInput("too_many_reasons", _("A return names sixty fields at most."))
    for reason in given:
        if column_at(form, reason.path) is None and reason.path != "photos":
            raise BadInput("unknown_field", _("The form has no field «%(name)s».") % {"name": reason.path[:80]})
        if reason.code not in known.codes:
            raise BadInput(
                "unknown_reason",
                _("«%(said)s» is no reason. There are: %(names)s.")
                % {"said": reason.code[:40], "names": ", ".join(known.codes)},
            )
    return [FieldReason(one.path, one.code, mask_personal_data(one.text.strip()[:_LONGEST])) for one in given]


def column_at(form: Form, path: str) -> Column | None:
    """The column that a path of a record names: `date`, `route.transit.2.place`, `lines.3.unit`."""
    parts = path.split(".", 2)
    if parts[0] == "lines" and len(parts) == 3 and whole(parts[1]) is not None:
        return form.line_columns.get(parts[2].removeprefix("fields."))
    return form.header_columns.get(normal_path(path)[1])


def path_title(form: Form, path: str, lang: str) -> str:
    """A field's title in words: «Quantity, line 2»."""
    parts = path.split(".")
    if path == "route":
        return block_title(form.common.blocks, "route", lang)
    column = form.header_columns.get(path) or column_at(form, path)
    if column is None:
        return _("Photos") if path.startswith("photos") else path
    if parts[0] == "lines":
        return _("%(title)s, line %(n)s") % {"title": column.spoken(lang), "n": parts[1]}
    if parts[:2] == ["route", "seizure"]:
        view = code_view("route_role", "seizure")
        _role, colon, rest = column.spoken(lang).partition(":")
        return f"{view.spoken(lang) if view else parts[1]}{colon}{rest}"
    number = next((part for part in parts if part.isdigit()), "")
    if number and column.path != path:  # the form describes the first of its like: «Transit 1: country»
        return column.spoken(lang).replace("1", number, 1)
    return column.spoken(lang)


def keep_return(case: Case, reasons: Sequence[FieldReason], text: str, by: Actor) -> None:
    """Keeps why a case was sent back and what it said; call inside the deed's transaction."""
    record = {"header": case.header, "lines": [line.document for line in case.lines.order_by("number")]}
    Return.objects.create(
        ref=case.ref,
        version=case.version,
        administration=case.administration,
        form=case.form,
        by=by.username,
        at=now(),
        text=text,
        fields=[asdict(reason) for reason in reasons],
        record=record,
    )
    settle_returned(case, {reason.path for reason in reasons}, by)


def last_return(ref: str) -> Return | None:
    """The last time that a case was sent back."""
    return Return.objects.filter(ref=ref).order_by("-at", "-pk").first()


def reasons_shown(case: Case, lang: str) -> list[dict[str, str]]:
    """The fields of the last return in words: `path`, `title`, `reason`, `text`;
    none unless the case waits to be mended.
    """
    last = last_return(case.ref) if case.status == "returned" else None
    if last is None:
        return []
    form = form_named(case.form, case.form_version)
    return [
        {
            "path": one["path"],
            "title": path_title(form, one["path"], lang),
            "reason": _label(one["code"], lang),
            "text": one["text"],
        }
        for one in last.fields
    ]


def _label(code: str, lang: str) -> str:
    view = code_view(REASONS, code)
    return view.spoken(lang) if view else code


def changes_since(case: Case, last: Return, lang: str) -> list[Change]:
    """What is not as it was when the case was last sent back."""
    form = form_named(case.form, case.form_version)
    then = flat(last.record["header"], last.record["lines"])
    today = flat(case.header, [line.document for line in case.lines.order_by("number")])
    found = []
    for path in dict.fromkeys([*then, *today]):
        was, is_now = then.get(path), today.get(path)
        if was == is_now or path.startswith(("form_version", "photos.")):
            continue
        column = column_at(form, path)
        title = path_title(form, path, lang)
        found.append(Change(path, title, value_in_words(column, was, lang), value_in_words(column, is_now, lang)))
    before, after = (len(header.get("photos", [])) for header in (last.record["header"], case.header))
    if last.record["header"].get("photos", []) != case.header.get("photos", []):
        found.append(Change("photos", _("Photos"), str(before), str(after)))
    return found


def flat(header: dict[str, Any], lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Everything a record says by path, lines as `lines.2.quantity`."""
    found = {path: value for path, value in laid_flat(header) if path != JUDGED}
    for number, line in enumerate(lines, 1):
        for name, value in (*line.items(), *line.get("fields", {}).items()):
            if name not in ("fields", JUDGED):
                found[f"lines.{number}.{name}"] = value
    return found

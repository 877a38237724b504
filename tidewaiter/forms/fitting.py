"""Whether a definition fits the lists of this node: what it names must be here, and its example must pass."""

from __future__ import annotations

from collections.abc import Container

from django.utils.translation import gettext

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import ONCE_OWN
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.queries import common
from tidewaiter.foundation.refusals import BadInput

_OF_RECORDS = (
    "form",
    "form_version",
    "lines",
    "fields",
    "photos",
    "links",
    "judged",
    "long",
    "ref",
    "reference",
    "status",
    "version",
    "channel",
    "date_precision",
)


def must_fit(form: Form) -> None:
    """Raises `BadInput` that names what the definition asks for and the node lacks."""
    definition = form.definition
    _must_name_its_own(form)
    for column in form.columns:
        if column.scope == "fields" and column.list and not list_view(column.list).codes:
            raise BadInput(
                "definition",
                gettext("`%(field)s` takes its codes from the list «%(list)s», which is not on this node.")
                % {"field": column.path, "list": column.list},
            )
    subtypes = list_view(definition.list_of_subtypes).codes
    if not subtypes:
        raise BadInput(
            "definition",
            gettext("There is no list «%(list)s» for the sub-types.") % {"list": definition.list_of_subtypes},
        )
    named = {
        *definition.units.by_subtype,
        *definition.units.value_suffices,
        *(subtype for field in definition.fields for subtype in field.subtypes),
    }
    _all_known(gettext("The definition names the sub-type «%(name)s», which is not on this node."), named, subtypes)
    units = {*definition.units.allowed, *(unit for some in definition.units.by_subtype.values() for unit in some)}
    _all_known(
        gettext("The definition names the unit «%(name)s», which is not on this node."), units, list_view("unit").codes
    )
    _all_known(
        gettext("The definition names the HS code «%(name)s», which is not on this node."),
        set(definition.hs),
        list_view("hs").codes,
    )
    _must_take_its_example(form)


def _must_name_its_own(form: Form) -> None:
    """No field has the name of another, of a common one or of a mark of the record; what it hangs on is there."""
    blocks, common_names = (
        common().blocks,
        {*_OF_RECORDS, *(field.name for field in (*common().header, *common().line))} - ONCE_OWN,
    )
    paths = common_names | {field.name for field in form.definition.fields}
    for field in form.definition.fields:
        if field.name in common_names:
            raise BadInput(
                "definition",
                gettext("`%(name)s` is a name that every form has: choose another.") % {"name": field.name},
            )
        if field.block not in blocks:
            raise BadInput(
                "definition",
                gettext("`%(name)s` stands in the block «%(block)s», which is none. Blocks: %(blocks)s.")
                % {"name": field.name, "block": field.block[:40], "blocks": ", ".join(sorted(blocks))},
            )
        if unknown := sorted(set(field.when) - paths):
            raise BadInput(
                "definition",
                gettext("`%(name)s` is asked for when «%(other)s» is so, which is no field of the form.")
                % {"name": field.name, "other": unknown[0][:40]},
            )


def _all_known(sentence: str, named: set[str], known: Container[str]) -> None:
    unknown = sorted(name for name in named if name not in known)
    if unknown:
        raise BadInput("definition", sentence % {"name": unknown[0]})


def _must_take_its_example(form: Form) -> None:
    example = form.definition.example
    if not example:
        return
    reader = CaseReader(form, ReadingRules(long=True))
    reader.gather_places([example])
    header, problems = reader.header(example)
    problems += reader.line(example, str(header.get("date", "")))[1]
    unknown = [path for path in example if form.path_of(path) is None]
    if problems or unknown:
        where, why = (problems[0].path, problems[0].sentence()) if problems else (unknown[0], "")
        raise BadInput(
            "definition",
            gettext("The form would not take its own example: `%(field)s`. %(why)s") % {"field": where, "why": why},
        )

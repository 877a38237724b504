"""The names of a mapping held against the forms: what no form has, or has no effect where it stands, is refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from tidewaiter.forms.columns import BESIDE, is_beside, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake.mapping.mapping_file import REST, UNKNOWN, Factor, Mapping, not_known

_LISTED = ("code", "codes", "place", "hs")


def check_targets(mapping: Mapping) -> None:
    """Raises `BadInput`, with the nearest name, for a target that no form of the mapping has, and for a
    table that has no effect where it stands.
    """
    forms = _forms_of(mapping)
    paths = {path for form in forms for path in form.by_path} | {"form", *BESIDE}
    named = [*mapping.columns, *mapping.constants, *(path for line in mapping.lines for path in line)]
    sentence = gettext("No form has a field «%(name)s», which the mapping names.")
    if len(forms) == 1:
        sentence = gettext("The form %(form)s has no field «%%(name)s», which the mapping names.") % {
            "form": forms[0].code
        }
    for path in named:
        if not _is_field(path, forms):
            raise not_known(path, paths, sentence)
    _check_values(mapping, forms, set(mapping.columns) | {path for line in mapping.lines for path in line})
    _check_sources(mapping)


def _forms_of(mapping: Mapping) -> list[Form]:
    said = mapping.form or mapping.constants.get("form", "")
    if "form" in mapping.columns:
        return forms_in_use()
    if not said:
        raise BadInput(
            "mapping", gettext('The mapping says no form: write form = "DRG" on top, or map a column to it.')
        )
    try:
        return [form_named(said)]
    except Missing as error:
        known = [form.code for form in forms_in_use()]
        raise not_known(said, known, gettext("There is no form «%(name)s», which the mapping names.")) from error


def _is_field(path: str, forms: Iterable[Form]) -> bool:
    described_by = normal_path(path)[1]
    return path == "form" or is_beside(path) or any(described_by in form.by_path for form in forms)


def _check_values(mapping: Mapping, forms: list[Form], targets: set[str]) -> None:
    for path, values in mapping.values.items():
        if path not in targets:
            raise not_known(
                path, targets, gettext('[values."%(name)s"] has no effect: the mapping takes no column for it.')
            )
        types = {form.by_path[described].type for form in forms if (described := normal_path(path)[1]) in form.by_path}
        if UNKNOWN in values and not types & set(_LISTED):
            raise BadInput(
                "mapping",
                gettext('«?» has no effect under [values."%(name)s"]: the field has no list.') % {"name": path},
            )
        if UNKNOWN in values and REST in values:
            raise BadInput(
                "mapping", gettext('«*» has no effect beside «?» under [values."%(name)s"]. Keep one.') % {"name": path}
            )
        if path != "unit" and any(isinstance(one, Factor) for one in values.values()):
            raise BadInput(
                "mapping",
                gettext('`times` has no effect under [values."%(name)s"]: it stands with units.') % {"name": path},
            )


def _check_sources(mapping: Mapping) -> None:
    sources = mapping.sources()
    for table, names in (("clean", mapping.clean), ("empty", mapping.empty)):
        for name in names:
            if name not in sources:
                words = gettext("[%(table)s] of «%%(name)s» has no effect: the mapping takes nothing from that column.")
                raise not_known(name, sources, words % {"table": table})
    if mapping.formats.fiscal_year_named and mapping.formats.fiscal_year_starts < 2:
        raise BadInput("mapping", gettext("fiscal_year_named has no effect without fiscal_year_starts."))

"""Deeds of forms: defining and retiring."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tidewaiter.codelists.actions import load_list, name_code
from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.readers import CodeRow
from tidewaiter.forms.definitions import Definition, read_definition
from tidewaiter.forms.drawing import must_be_drawn
from tidewaiter.forms.engine import Form
from tidewaiter.forms.fitting import must_fit
from tidewaiter.forms.labels import with_labels
from tidewaiter.forms.models import FormDefinition
from tidewaiter.forms.queries import common, forms_in_use
from tidewaiter.forms.shapes import must_be_quick
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.scratch import scratch
from tidewaiter.ledger.actions import record


def define(*, text: str, by: Actor, shipped: bool = False) -> Definition:
    """Takes a definition into use. A version that is here already must be the same to the letter.

    Raises `BadInput` for a definition that is not valid, names lists, units, sub-types or HS codes that this node does
    not have, or has an example that it would not take itself. Of `shipped` ones our tests have made sure.
    """
    definition = read_definition(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        known = FormDefinition.objects.filter(code=definition.code, version=definition.version).first()
        if known is not None:
            if known.sha256 != sha256:
                raise BadInput(
                    "version_taken",
                    gettext(
                        "%(code)s version %(version)s is here with other content: give the change a higher version."
                    )
                    % {"code": definition.code, "version": definition.version},
                )
            if shipped and definition.subtypes and _names_its_subtypes(definition):
                _load_subtypes(definition, by)
            return definition
        _name_commodity(definition, by)
        if definition.subtypes:
            _load_subtypes(definition, by)
        if not shipped:
            must_be_quick([field.shape for field in definition.fields if field.shape])
            must_fit(Form(definition, common()))
            must_be_drawn(Form(definition, common()))
        FormDefinition.objects.create(
            code=definition.code,
            version=definition.version,
            text=text,
            sha256=sha256,
            loaded_by=by.username,
            loaded_at=now(),
        )
        record(
            by=by,
            deed="forms.defined",
            ref=f"form:{definition.code}",
            version=definition.version,
            detail={"sha256": sha256},
        )
    return definition


def retire(*, code: str, by: Actor) -> None:
    """Takes a form out of use for new cases; old ones stay readable."""
    with transaction.atomic():
        moved = FormDefinition.objects.filter(code=code, retired_at=None).update(retired_at=now())
        if not moved:
            raise Missing("unknown_form", gettext("There is no form «%(code)s» in use.") % {"code": code})
        record(by=by, deed="forms.retired", ref=f"form:{code}")


def _name_commodity(definition: Definition, by: Actor) -> None:
    """The commodity's words come from its form, so that a new one is one file; the shipped list names those it has."""
    row = CodeRow(definition.code, labels=dict(definition.label))
    name_code(name="commodity", row=row, source=f"the form {definition.code}", by=by)


def _names_its_subtypes(definition: Definition) -> bool:
    """Whether the list of sub-types on this node is that of this version: then words that came with a later program
    reach it, and a list that the node has changed, or a form of its own with a higher version, stays as it is.
    """
    version, source = str(definition.version), f"the form {definition.code}"
    here = CodeList.objects.filter(name=definition.list_of_subtypes, version=version, source=source)
    newer = FormDefinition.objects.filter(code=definition.code, version__gt=definition.version)
    return here.exists() and not newer.exists()


def _load_subtypes(definition: Definition, by: Actor) -> None:
    """The list of the sub-types that a form brings, with the languages of `labels.csv`; nothing where it is here."""
    labels = {code.code: with_labels(code.label) for code in definition.subtypes}
    languages = sorted({lang for label in labels.values() for lang in label})
    rows = [["code", "parent", *languages, "alt"]]
    for code in definition.subtypes:
        words = [labels[code.code].get(lang, "") for lang in languages]
        rows.append([code.code, code.parent, *words, "|".join(code.alt)])
    lines = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    sha256 = hashlib.sha256(f"{lines}\n".encode()).hexdigest()
    if CodeList.objects.filter(name=definition.list_of_subtypes, sha256=sha256).exists():
        return
    with scratch() as folder:
        path = folder / "subtypes.csv"
        path.write_text(lines + "\n", encoding="utf-8")
        meta = {
            "title": f"{definition.label['en']}: sub-types",
            "version": str(definition.version),
            "source": f"the form {definition.code}",
            "licence": "ours",
        }
        load_list(name=definition.list_of_subtypes, path=path, meta=meta, by=by, ours=True)


def define_shipped_forms(*, by: Actor = NODE) -> int:
    """Takes the forms that come with the program into use; gives how many there are."""
    paths = sorted(Path(settings.FORMS_FOLDER).glob("[A-Z]*.toml"))
    for path in paths:
        define(text=path.read_text(), by=by, shipped=True)
    for form in forms_in_use():  # a later edition of the list has taken out what it does not know
        _name_commodity(form.definition, by)
    return len(paths)

"""Finding forms, compiled."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.forms.definitions import Common, read_common, read_definition
from tidewaiter.forms.engine import Form
from tidewaiter.forms.models import FormDefinition
from tidewaiter.foundation.refusals import Missing


@lru_cache(maxsize=1)
def common() -> Common:
    """The fields of every form."""
    return read_common((Path(settings.FORMS_FOLDER) / "common.toml").read_text())


@lru_cache(maxsize=128)
def _compiled(text: str) -> Form:
    return Form(read_definition(text, kept=True), common())


def form_named(code: str, version: int | None = None) -> Form:
    """A form by its code: the newest in use, or that version. Raises `Missing`."""
    if version is not None:
        return _version(code.upper(), version)
    found = FormDefinition.objects.filter(code=code.upper(), retired_at=None).order_by("-version").first()
    if found is None:
        raise Missing("unknown_form", gettext("There is no form «%(code)s» in use on this node.") % {"code": code})
    return _compiled(found.text)


@lru_cache(maxsize=512)
def _version(code: str, version: int) -> Form:
    """One version, kept: a version never changes once it is defined."""
    found = FormDefinition.objects.filter(code=code, version=version).first()
    if found is None:
        raise Missing(
            "unknown_form",
            gettext("There is no form «%(code)s» version %(version)s on this node.")
            % {"code": code, "version": version},
        )
    return _compiled(found.text)


def plainest_form() -> Form | None:
    """The form in use that has least of its own: it names the columns that every
    form has. Nothing where there is none.
    """
    return min(forms_in_use(), key=lambda form: (len(form.definition.fields), form.code), default=None)


def commodities_until(moment: datetime) -> list[str]:
    """Codes of all forms that had been in use here by then, retired ones too."""
    return sorted(FormDefinition.objects.filter(loaded_at__lte=moment).values_list("code", flat=True).distinct())


def forms_in_use() -> list[Form]:
    """The newest version of every form in use, by code."""
    versions = FormDefinition.objects.filter(retired_at=None).order_by("code", "version").values_list("code", "version")
    return [_version(code, version) for code, version in dict(versions).items()]

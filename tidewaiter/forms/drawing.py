"""Everything that is drawn from a form, made once before the form is taken: what cannot
be made is told to whoever brings it.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.utils.translation import gettext
from lxml import etree
from xlsxwriter.exceptions import XlsxWriterException

from tidewaiter.forms.engine import Form
from tidewaiter.forms.schemas import json_schema
from tidewaiter.forms.workbook import template
from tidewaiter.forms.xml import example_xml, xsd
from tidewaiter.foundation.refusals import BadInput

_WRONG = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    etree.LxmlError,
    msgspec.MsgspecError,
    XlsxWriterException,
)
"""What the makers of files raise for content that a file of their kind cannot hold."""


def must_be_drawn(form: Form) -> None:
    """Raises `BadInput` that names what cannot be made of a form: its templates, its schemas or its example."""
    _make(gettext("template"), lambda: [template(form, simple=simple) for simple in (True, False)])
    _make(gettext("JSON schema"), lambda: msgspec.json.encode(json_schema(form)))
    schema: list[etree.XMLSchema] = []
    _make(gettext("XML schema"), lambda: schema.append(etree.XMLSchema(etree.fromstring(xsd(form)))))
    if form.definition.example:
        _make(gettext("example"), lambda: schema[0].assertValid(etree.fromstring(example_xml(form))))


def _make(what: str, make: Callable[[], object]) -> None:
    try:
        make()
    except (*_WRONG, AssertionError) as error:
        raise BadInput(
            "definition",
            gettext("No %(what)s can be made of this definition: %(why)s.") % {"what": what, "why": str(error)[:200]},
        ) from error

"""What forms must have in the ledger."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from tidewaiter.forms.models import FormDefinition
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made

_ref = Concat(Value("form:"), F("code"), output_field=CharField())
_FORM = gettext_noop("form")
CLAIMS = (
    made(_FORM, FormDefinition.objects.all(), ("forms.defined",), ref=_ref, version="version"),
    kept(
        _FORM,
        "forms.defined",
        FormDefinition.objects.annotate(ledger_ref=_ref),
        refs="ledger_ref",
        versions="version",
    ),
)

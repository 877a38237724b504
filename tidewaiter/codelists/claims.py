"""What reference lists must have in the ledger."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from tidewaiter.codelists.models import CodeList
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import made

_ref = Concat(Value("list:"), F("name"), output_field=CharField())
CLAIMS = (made(gettext_noop("reference list"), CodeList.objects.filter(codes__gt=0), ("codelists.loaded",), ref=_ref),)

"""The seizure forms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.forms.api import router
from tidewaiter.forms.claims import CLAIMS
from tidewaiter.foundation.room_cards import Labels, Rights, Room

ROOM = Room(
    name="forms",
    urls="forms/",
    api=(router,),
    labels=Labels(
        deeds={
            "forms.defined": _("Form loaded"),
            "forms.retired": _("Form retired"),
        },
    ),
    rights=Rights(
        pages={
            "form_list": "signed",
            "load_form": "hidden",
            "retire_form": "post steward",
            "form_template": "signed",
            "form_example": "signed",
            "form_schema": "signed",
        },
        programs={
            "list_forms": "reader",
            "get_form": "reader",
        },
        open_pages=frozenset({"forms"}),
        open_programs=frozenset({"forms"}),
    ),
    claims=CLAIMS,
)

"""Deeds of the register of providers: keeping one, with where its address was found and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.response import policy
from tidewaiter.response.models import Provider
from tidewaiter.response.queries import today_of
from tidewaiter.response.written import Reader, read_country, read_text

_code = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


def keep_provider(*, said: Mapping[str, Any], by: Actor) -> Provider:
    """Keeps a provider, or what it is now: `code name country address source`. Said anew, it was seen today.

    Raises `WrongFields`, `NotAllowed`.
    """
    policy.must_preserve(by)
    reader = Reader(said, "UTC")
    for name, sentence in (
        ("name", _("Who it is.")),
        ("country", _("In which country.")),
        ("address", _("Where requests of authorities are taken: a page, or a mail address.")),
        ("source", _("Where that was found.")),
    ):
        reader.needed(name, sentence)
    code = reader.text("code").lower()
    if not _code.fullmatch(code):
        reader.wrong["code"] = _("A short name of small letters, digits and hyphens.")
    fields = {name: reader.read(name, read_text, "")[:300] for name in ("address", "source")}
    fields |= {"name": reader.read("name", read_text, "")[:200], "country": reader.read("country", read_country, "")}
    reader.done()
    with transaction.atomic():
        kept, _made = Provider.objects.update_or_create(
            code=code,
            defaults={**fields, "seen_on": today_of(by.administration_code), "kept_by": by.username, "kept_at": now()},
        )
        record(by=by, deed="response.provider_kept", ref=f"provider:{code}")
    return kept

"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest


@pytest.mark.django_db
def test_what_is_stored_while_it_is_counted_anew_counts(people: SimpleNamespace) -> None:
    from tidewaiter.vault.models import Stored, StoredSum
    from tidewaiter.vault.storage import Thing, count_stored, recount

    def there() -> Any:
        count_stored(kind="vault", ref="meanwhile", size=300, by=people.contact)
        yield Thing("a", "KE", people.contact.username, 100)

    recount("vault", there())
    assert StoredSum.objects.get(administration="KE").size == 400
    assert Stored.objects.count() == 2

"""Files by content: kept once, checked when read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.queries import history
from tidewaiter.vault.actions import keep, path_of, read
from tidewaiter.vault.models import StoredFile


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_and_recorded_once(people: SimpleNamespace) -> None:
    first = keep(content=b"a picture", media_type="image/png", by=people.contact)
    assert keep(content=b"a picture", media_type="image/png", by=people.officer) == first
    assert StoredFile.objects.count() == 1
    assert [(entry.deed, entry.by) for entry in history(first.digest)] == [("vault.kept", people.contact.username)]
    assert read(first.digest) == b"a picture"


@pytest.mark.django_db
def test_a_damaged_file_is_missing_not_wrong(people: SimpleNamespace) -> None:
    kept = keep(content=b"evidence", media_type="text/plain", by=people.contact)
    path_of(kept.digest).write_bytes(b"evidencf")
    with pytest.raises(Missing):
        read(kept.digest)
    path_of(kept.digest).unlink()
    with pytest.raises(Missing):
        read(kept.digest)

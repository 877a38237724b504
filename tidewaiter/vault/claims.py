"""What files of the vault must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.vault.models import StoredFile

_FILE = gettext_noop("file of the vault")
CLAIMS = (
    made(_FILE, StoredFile.objects.all(), ("vault.kept",), ref="digest"),
    kept(_FILE, "vault.kept", StoredFile.objects.all(), refs="digest", unless=("vault.shredded",)),
)

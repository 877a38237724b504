"""What letters must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.mail.models import Letter

_LETTER = gettext_noop("letter")
_SENT = ("mail.sent", "mail.answered", "mail.forwarded")
CLAIMS = (
    made(_LETTER, Letter.objects.all(), _SENT),
    *(kept(_LETTER, deed, Letter.objects.all(), unless=("mail.taken_back", "mail.forgotten")) for deed in _SENT),
)

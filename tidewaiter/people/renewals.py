"""A session goes on under another key where its person shows again who they are, or chooses a password.

Whoever has the former key has none. What the same browser asked with it, in another tab and a moment
ago, is known for a minute as what it is: it opens nothing, but what was being sent goes on, and the
browser keeps the key that it has by now.
"""

from __future__ import annotations

import hashlib
import time

from allauth.usersessions.models import UserSession
from django.db.models import Q

LATE = 60
"""Seconds for which a former key is known."""
_FORMER = "former"


def goes_on(former: str, key: str) -> None:
    """Notes that the session of a former key is that of another now."""
    row = UserSession.objects.filter(session_key=former).first()
    if row is None:
        return
    moment = int(time.time())
    lately = {digest: at for digest, at in row.data.get(_FORMER, {}).items() if 0 <= moment - at <= LATE}
    row.data = {**row.data, _FORMER: {**lately, _digest(former): moment}}
    row.session_key = key
    row.save(update_fields=["session_key", "data"])


def session_of(key: str) -> UserSession | None:
    """The session of a key, or of one that was its key within the last minute; for the latter it opens nothing."""
    digest = _digest(key)
    row = UserSession.objects.filter(Q(session_key=key) | Q(**{f"data__{_FORMER}__has_key": digest})).first()
    if row is None or row.session_key == key:
        return row
    return row if 0 <= time.time() - row.data[_FORMER][digest] <= LATE else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

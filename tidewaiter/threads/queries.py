"""Reading a conversation."""

from __future__ import annotations

from tidewaiter.threads.models import Message


def thread_of(ref: str) -> list[Message]:
    """What was said under a ref, newest first."""
    return list(Message.objects.filter(ref=ref).order_by("-at", "-pk"))

"""Reading a conversation."""

from __future__ import annotations

from tidewaiter.threads.models import Message


def thread_of(ref: str, *, up_to: int | None = None) -> list[Message]:
    """What was said under a ref, newest first; under its versions up to `up_to` alone where that is given."""
    said = Message.objects.filter(ref=ref) if up_to is None else Message.objects.filter(ref=ref, version__lte=up_to)
    return list(said.order_by("-at", "-pk"))

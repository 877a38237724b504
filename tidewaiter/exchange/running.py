"""One turn of the exchange: what was done is put into the outbox, what came is done, peers are called."""

from __future__ import annotations

from typing import Any

from tidewaiter.exchange.actions.carrying import call_all
from tidewaiter.exchange.actions.ending import erase_ended
from tidewaiter.exchange.actions.filling import fill_outbox, pass_over
from tidewaiter.exchange.actions.publishing import close_receipts
from tidewaiter.exchange.actions.receiving import process_pending
from tidewaiter.exchange.actions.trying_again import try_what_is_known_by_now
from tidewaiter.exchange.keys import has_keys


def take_turn() -> dict[str, Any]:
    """A whole turn; gives what was done: `{"queued", "done", "failed"}`."""
    if not has_keys():
        pass_over()
        return {"queued": 0, "done": 0, "failed": {}}
    done = process_pending() + try_what_is_known_by_now()
    while erase_ended():
        pass
    close_receipts()
    queued = fill_outbox()
    failed = call_all()
    while more := process_pending():
        done += more
        queued += fill_outbox()
        failed |= call_all()
    return {"queued": queued, "done": done, "failed": failed}


def run_exchange() -> None:
    """What the clock does."""
    take_turn()

"""Binding a data folder and its database to a shape and a node; `binding` holds every start to it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.data_folder import Mark, read_mark, write_mark
from tidewaiter.ledger.actions import bind_chain


def node_of_database(*, by: Actor) -> str:
    """The node's ref; where there is none yet, the database is bound to a new one and to the shape."""
    with transaction.atomic():
        return bind_chain(shape=settings.TIDEWAITER_SHAPE, by=by)


def bind(*, by: Actor) -> Mark:
    """Writes shape and node into the database and the folder; what is bound already stays as it is."""
    mark = Mark(settings.TIDEWAITER_SHAPE, node_of_database(by=by))
    home = Path(settings.TIDEWAITER_HOME)
    if read_mark(home) != mark:
        write_mark(home, mark)
    return mark

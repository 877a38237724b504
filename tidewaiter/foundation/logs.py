"""Logs as lines of JSON that hold no personal data: what happened and where in the program, never what it was about.

Messages are written as their templates, without what would be filled in (an address, a name, a value of a row); of an
error its kind and its frames, without its words (a database quotes values in them).
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

KEPT = ("route", "method", "status", "ms", "request", "task", "error", "deaths", "seconds")
"""What a line may say beside its event; set by our own code through `extra`."""


class Lines(logging.Formatter):
    """One line of JSON an event."""

    def format(self, record: logging.LogRecord) -> str:
        """`{"at", "level", "logger", "event", …}`."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg)[:200],
        }
        said |= {
            name: getattr(record, name) for name in KEPT if isinstance(getattr(record, name, None), str | int | float)
        }
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            said["error"] = record.exc_info[0].__name__
            said["frames"] = [
                f"{frame.filename.rsplit('/site-packages/', 1)[-1].rsplit('/tidewaiter/', 1)[-1]}:{frame.lineno}"
                for frame in frames[-12:]
            ]
        return json.dumps(said, ensure_ascii=False)

"""A national node in a folder of its own, for benches: read before anything of Tidewaiter is,
for settings come from the environment.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

HOME = Path(tempfile.mkdtemp(prefix="tidewaiter-bench-"))
os.environ["TIDEWAITER_HOME"] = str(HOME)
os.environ["TIDEWAITER_KEYS"] = f"{HOME}-keys"
os.environ["TIDEWAITER_SHAPE"] = "national"
os.environ["DJANGO_SETTINGS_MODULE"] = "tidewaiter.site.settings"
django.setup()


def prepared() -> None:
    """Lists are in the node's database: countries are read by them."""
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("init")

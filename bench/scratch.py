"""A national node in a folder of its own, for benches: read before anything of Tidewaiter is, for settings come from the environment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django

HOME = Path(tempfile.mkdtemp(prefix="tidewaiter-bench-"))
os.environ["TIDEWAITER_HOME"] = str(HOME)
os.environ["TIDEWAITER_SHAPE"] = "national"
os.environ["DJANGO_SETTINGS_MODULE"] = "tidewaiter.site.settings"
django.setup()

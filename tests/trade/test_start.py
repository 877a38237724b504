"""What a process of a node reads before it does anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

START = """
import sys, django
django.setup()
print(sorted({"ibis", "duckdb", "pyarrow", "numpy"} & set(sys.modules)))
from tidewaiter.trade.library import mirror, unit_prices
print(mirror.__name__, unit_prices.__name__)
"""


def test_no_engine_of_tables_is_begun_before_it_is_needed_and_the_library_is_there(tmp_path: Path) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
        "TIDEWAITER_HOME": str(tmp_path),
        "TIDEWAITER_SHAPE": "central",
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run([sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "mirror unit_prices"]

"""Brings files in by the command, one after the other in one process: `python -m tests.intake.bring_many USERNAME
FILE …`.

Prints a line of JSON for each: `[name, exit code, code of the refusal, its sentence]`.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """Brings them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
    django.setup()
    for name in sys.argv[2:]:
        out, code = io.StringIO(), 0
        try:
            call_command("import_cases", name, by=sys.argv[1], format="json", stdout=out, stderr=io.StringIO())
        except CommandError as error:
            code = error.returncode
        except SystemExit as end:
            code = int(str(end.code))
        answer = json.loads(out.getvalue() or "{}")
        print(json.dumps([Path(name).name, code, answer.get("error", ""), answer.get("message", "")]), flush=True)


if __name__ == "__main__":
    main()

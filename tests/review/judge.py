"""Run in a process of its own: `python -m tests.review.judge USERNAME`, with refs on the first line of standard input.

Says «ready», waits for a second line, then validates each case by itself or sends it back, in turn; prints how many it judged.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from tidewaiter.cases.actions import open_case, return_case, validate  # noqa: E402
from tidewaiter.cases.models import Case  # noqa: E402
from tidewaiter.foundation.refusals import Refusal  # noqa: E402
from tidewaiter.people.queries import officer_named  # noqa: E402


def main() -> None:
    """Judges, and prints."""
    refs = sys.stdin.readline().split()
    by = officer_named(sys.argv[1])
    Case.objects.first()
    print("ready", flush=True)
    sys.stdin.readline()
    done = 0
    for at, ref in enumerate(refs):
        time.sleep(0.02)  # a moment between two cases, or one process would never let go of SQLite's one place to write
        case = Case.objects.get(ref=ref, latest=True)
        try:
            if at % 3:
                open_case(case=case, by=by)
                done += validate(cases=Case.objects.filter(pk=case.pk), by=by)[0]
            else:
                return_case(case=case, reason="Count again.", by=by)
                done += 1
        except Refusal:
            continue  # somebody was faster
    print(done)


if __name__ == "__main__":
    main()

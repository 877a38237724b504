"""Run in a process of its own: `python -m tests.review.judge USERNAME`, with refs on the first line of standard input.

Says «ready», waits for a second line, then validates each case by itself or sends it back, in turn; prints
how many it judged. With `as-read` it reads all cases before it is ready and judges what it has read; with
`amend` it proposes a new version of each.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from tidewaiter.cases.actions import draft, move_one, open_case, return_case, validate  # noqa: E402
from tidewaiter.cases.models import Case  # noqa: E402
from tidewaiter.cases.rows import CaseIn  # noqa: E402
from tidewaiter.foundation.refusals import Refusal  # noqa: E402
from tidewaiter.people.queries import officer_named  # noqa: E402


def main() -> None:
    """Judges, and prints."""
    refs = sys.stdin.readline().split()
    by = officer_named(sys.argv[1])
    how = sys.argv[2] if len(sys.argv) > 2 else ""
    read = {case.ref: case for case in Case.objects.filter(ref__in=refs, latest=True)}
    print("ready", flush=True)
    sys.stdin.readline()
    done = 0
    for at, ref in enumerate(refs):
        time.sleep(0.02)  # a moment between two cases, or one process would never let go of SQLite's one place to write
        case = read[ref] if how else Case.objects.get(ref=ref, latest=True)
        try:
            if how == "amend":
                changed = CaseIn(
                    {**case.header, "national_ref": case.national_ref}, [{"subtype": "rifle", "quantity": "7"}]
                )
                done += draft(cases=[changed], by=by, channel="page").words == ["changed"]
            elif how and at % 3:
                move_one(deed="validate", case=case, by=by)
                done += 1
            elif at % 3:
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

"""Run in a process of its own: `python -m tests.people.act WHAT ARGUMENT…` says
«ready», waits for a line, and does it once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value  # noqa: E402
from django.db import IntegrityError, transaction  # noqa: E402

from tidewaiter.foundation.refusals import Refusal  # noqa: E402
from tidewaiter.people.actions import suspend  # noqa: E402
from tidewaiter.people.fields import spend  # noqa: E402
from tidewaiter.people.models import Officer  # noqa: E402
from tidewaiter.people.pace import seconds_to_wait  # noqa: E402

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def close(target: str, by: str) -> str:
    """One closes the account of another, whom they have seen open."""
    officer, actor = Officer.objects.get(username=target), Officer.objects.get(username=by)
    assert actor.role_codes
    yield_until_go()
    try:
        suspend(officer=officer, by=actor)
    except Refusal as refusal:
        return refusal.code
    return "done"


def spend_code(username: str, kind: str) -> str:
    """One signs in with a code of the app, or a recovery code."""
    officer = Officer.objects.get(username=username)
    wanted = "totp" if kind == "app" else "recovery_codes"
    with suppress(IntegrityError), transaction.atomic():
        if not Authenticator.objects.filter(user=officer, type=wanted).exists():
            TOTP.activate(officer, SECRET) if kind == "app" else RecoveryCodes.activate(officer)
    held = Authenticator.objects.get(user=officer, type=wanted)
    if kind == "app":
        code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    else:
        code = held.wrap().generate_codes()[0]
    yield_until_go()
    return "taken" if spend(officer=officer, code=code) else "refused"


def count(what: str, most: str, times: str) -> str:
    """One asks so often whether it may; gives how often it might."""
    yield_until_go()
    start = 1_800_000_030.0
    return str(sum(seconds_to_wait(what, int(most), moment=start) == 0 for _ in range(int(times))))


WHAT: dict[str, Callable[..., str]] = {"close": close, "spend": spend_code, "pace": count}


def yield_until_go() -> None:
    """Waits until every process has begun."""
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    print(WHAT[sys.argv[1]](*sys.argv[2:]))

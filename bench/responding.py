"""The response measured: the board with many alarms, and mails read.

    python bench/responding.py [--alarms 10000] [--mails 5000]

`board` is the page as a person of the desk gets it, in this process, 200 times: p50 and p95 in milliseconds. `mails`
are made from a seed, of many kinds and spoilt in many ways: each is read as the child process reads it (in this
process, so that its start is not counted), and a hundred through the child itself.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stderr
from datetime import timedelta
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
SUBJECTS = (
    "Re: Closing payment",
    "Invoice 4471",
    "支払先変更のお願い",
    "Изменение реквизитов",
    "تغيير الحساب البنكي",
    "Überweisung",
)
TEXTS = (
    "Kindly settle USD 1,240,000.00 to Baltic Trade Escrow, LT12 1000 0111 0100 1000, BIC: AGBLLT2X.",
    "Bitte überweisen Sie EUR 88.000,00 auf DE89 3704 0044 0532 0130 00.",
    "Send 0.75 to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq or 0x52908400098527886E0F7030069857D2E4169EE7.",
    "<p>See <a href='http://198.51.100.9/login'>portal.example</a></p>" * 20,
)


def _mail(chance: random.Random) -> bytes:
    made = EmailMessage()
    made["From"] = f"Lomond Mburu <closing{chance.randrange(99)}@lomondmburu.example>"
    made["Reply-To"] = "closing@lomondrnburu.example"
    made["To"] = "Accounts <accounts@northlight-pumps.example>"
    made["Subject"] = chance.choice(SUBJECTS)
    made["Date"] = "Thu, 26 Nov 2026 09:04:00 -0500"
    for hop in range(chance.randrange(1, 6)):
        made["Received"] = f"from h{hop}.example (198.51.100.{hop}) by mx.example; Thu, 26 Nov 2026 19:00:0{hop} +0300"
    made.set_content("\n".join(chance.choices(TEXTS[:3], k=chance.randrange(1, 40))))
    if chance.random() < 0.6:
        made.add_alternative(chance.choice(TEXTS), subtype="html")
    for number in range(chance.choice((0, 0, 1, 3))):
        size = chance.randrange(2_000, 200_000)
        made.add_attachment(chance.randbytes(size), maintype="application", subtype="pdf", filename=f"{number}.pdf.exe")
    content = bytes(made)
    if chance.random() < 0.2:  # cut, or spoilt
        at = chance.randrange(len(content))
        content = content[:at] + (b"" if chance.random() < 0.5 else chance.randbytes(200) + content[at + 200 :])
    return content or b"x"


def mails(number: int) -> None:
    """Reads so many, and says how long that took."""
    from tidewaiter.foundation.refusals import BadInput  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.response.mails import mail_child  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.response.mails.reading import facts_of  # noqa: PLC0415 -- after a node is set up

    chance, refused = random.Random(26), 0
    spent: list[float] = []
    worked: list[float] = []
    mail_child.tell = lambda _facts: None  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.eml"
        for _at in range(number):
            path.write_bytes(_mail(chance))
            began, busy = time.perf_counter(), time.process_time()
            try:
                with redirect_stderr(StringIO()):
                    mail_child.main(str(path))
            except SystemExit:
                refused += 1
            spent.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
        whole = []
        for _at in range(min(100, number)):
            path.write_bytes(_mail(chance))
            began = time.perf_counter()
            try:
                facts_of(path)
            except BadInput:
                refused += 1
            whole.append(1000 * (time.perf_counter() - began))
    spent.sort()
    print(
        f"{number} mails: median {statistics.median(spent):.1f} ms, p95 {spent[int(0.95 * len(spent))]:.1f} ms,"
        f" longest {spent[-1]:.0f} ms (of the processor: median {statistics.median(worked):.1f} ms), {refused} refused,"
        f" none crashed;"
        f" with the child's start median {statistics.median(whole):.0f} ms"
    )


def board(number: int) -> None:
    """Asks for the board among so many alarms."""
    from django.test import Client  # noqa: PLC0415 -- after a node is set up

    from tidewaiter.foundation.actors import NODE  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.foundation.moments import now  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.people.actions import add_officer  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.response import states  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.response.models import Alarm, Leg  # noqa: PLC0415 -- after a node is set up

    desk = add_officer(username="desk.ke", administration="KE", role="duty", password="Tide-waiter-26", by=NODE)
    chance, moment = random.Random(26), now()
    alarms = [
        Alarm(
            ref=f"AL-{at:026d}",
            administration="KE",
            year=2026,
            number=at + 1,
            kind="payment_diversion",
            victim=f"Firm {at}",
            currency="USD",
            amount=1000 + at,
            transferred_at=moment - timedelta(hours=chance.randrange(1, 8000)),
            reported_at=moment - timedelta(minutes=at),
            state=chance.choice(states.STATES),
            made_by="desk.ke",
            made_at=moment,
            acted_at=moment,
        )
        for at in range(number)
    ]
    Alarm.objects.bulk_create(alarms, batch_size=500)
    legs = [
        Leg(
            alarm=alarm,
            number=n,
            to_account=f"{at}{n}",
            currency="USD",
            amount=alarm.amount,
            frozen=chance.choice((0, 500)),
        )
        for at, alarm in enumerate(alarms)
        for n in (1, 2)
    ]
    Leg.objects.bulk_create(legs, batch_size=500)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(desk)
    _asked_for(client, number)


def _asked_for(client: Any, number: int) -> None:
    """Asks for the board two hundred times, and prints what an answer takes."""
    spent, worked = [], []
    for at in range(220):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get("/response/", {"box": ("open", "all", "closed", "recovery")[at % 4]})
        if answer.status_code != 200:
            raise SystemExit(f"the board answers {answer.status_code}")
        if at >= 20:
            spent.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
    spent.sort()
    worked.sort()
    print(
        f"board of {number} alarms: p50 {spent[100]:.0f} ms, p95 {spent[190]:.0f} ms"
        f" (of the processor: p50 {worked[100]:.0f} ms, p95 {worked[190]:.0f} ms)"
    )


def hostile() -> None:
    """Mails made to cost time or memory, each through the child: read or refused, and after how long."""
    from tidewaiter.foundation.refusals import Refusal  # noqa: PLC0415 -- after a node is set up
    from tidewaiter.response.mails.reading import facts_of  # noqa: PLC0415 -- after a node is set up

    head = b"From: a@b.example\nSubject: x\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(5_000))
    html = head + b"Content-Type: text/html\n\n"
    kinds = {
        "parts in parts": head + nested,
        "a million hops": head + b"Received: from a by b; now\n" * 200_000 + b"\nx",
        "a header of 20 MB": b"Subject: " + b"x" * 20_000_000 + b"\n\nx",
        "signs like accounts": head + b"\n" + b"GB29 NWBK 6016 " * 130_000,
        "anchors without end": html + b"<a " * 600_000,
        "styles without end": html + b"<style " * 280_000,
        "brackets": html + b"<" * 2_000_000,
        "encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 200_000 + b"\n\nx",
        "addresses": head + b"To: " + b"<a@b.example>, " * 300_000 + b"\n\nx",
        "base64 of nothing": head + b"Content-Transfer-Encoding: base64\n\n" + b"A" * 30_000_000,
        "a compound file of noise": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(26).randbytes(1_000_000),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.eml"
        for name, content in kinds.items():
            path.write_bytes(content)
            began = time.perf_counter()
            try:
                facts_of(path)
                ended = "read"
            except Refusal as refusal:
                ended = f"refused: {refusal.sentence[:60]}"
            print(f"hostile, {name} ({len(content) // 1000} kB): {time.perf_counter() - began:.1f} s, {ended}")


def main() -> int:
    """Measures both on a national node of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--alarms", type=int, default=10_000)
    parser.add_argument("--mails", type=int, default=5_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="responding-") as folder:
        keys = Path(folder) / "keys"
        keys.mkdir(mode=0o700)
        os.environ |= {
            "TIDEWAITER_HOME": str(Path(folder) / "home"),
            "TIDEWAITER_KEYS": str(keys),
            "TIDEWAITER_KEY_FILE": str(keys / "store"),
            "TIDEWAITER_SHAPE": "national",
            "TIDEWAITER_LOG": "error",
            "TIDEWAITER_ENCRYPTION": os.environ.get("TIDEWAITER_ENCRYPTION", "off"),
            "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
        }
        import django  # noqa: PLC0415 -- after a node is set up

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 -- after a node is set up

        with open(os.devnull, "w") as nowhere:
            call_command("init", stdout=nowhere, stderr=nowhere)
            call_command("demand_second_factor", "--nobody", stdout=nowhere, stderr=nowhere)
        mails(asked.mails)
        hostile()
        board(asked.alarms)
    return 0


if __name__ == "__main__":
    sys.exit(main())

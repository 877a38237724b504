"""Cases and codes for the tests."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tidewaiter.cases.rows import CaseIn
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named
from tidewaiter.jobs.kinds import kinds_of_node
from tidewaiter.jobs.models import Job


def record(**changes: Any) -> dict[str, Any]:
    """A sound weapons record of Kenya."""
    return {
        "form": "WPN",
        "national_ref": "KE-1",
        "kind": "seizure",
        "date": "2026-03-04",
        "country": "KE",
        "location_type": "seaport",
        "place": "KEMBA",
        "direction": "import",
        "conveyance": {"mode": "1"},
        "route": [{"role": "departure", "country": "CL", "place": "CLSAI"}, {"role": "destination", "country": "KE"}],
        "lines": [
            {"subtype": "magazine", "quantity": "9", "unit": "H87"},
            {"subtype": "pistol", "quantity": "2", "unit": "H87"},
        ],
        **changes,
    }


def case_in(**changes: Any) -> CaseIn:
    """The same, read by the form."""
    document = record(**changes)
    header, lines, problems = CaseReader(form_named(document["form"])).record(document)
    assert not problems, problems
    return CaseIn(header, lines)


def done_by_worker(ref: str) -> None:
    """Does a job here, as the process of a worker would."""
    kinds_of_node()[Job.objects.get(ref=ref).kind].task.func(ref)


def made_by_worker(client: Client, address: str) -> bytes:
    """The file that a page's button asks for: a look asks for nothing, the button
    leads to the job, the job to the file.
    """
    before = Job.objects.count()
    assert client.get(address).status_code == 200
    assert Job.objects.count() == before, "looking makes no work"
    page = client.post(address)["Location"]
    done_by_worker(page.split("/")[2])
    assert f'href="{page}result/"' in client.get(page).content.decode()
    answer = client.get(f"{page}result/")
    assert answer["Cache-Control"] == "no-store"
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file answer streams


def made_for_program(program: Client, address: str) -> bytes:
    """The file that a program asks for: 202 says where it will be, the worker makes it, the program takes it."""
    asked = program.get(address)
    assert asked.status_code == 202, asked.content
    done_by_worker(asked.json()["ref"])
    answer = program.get(asked.json()["result"])
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file answer streams


def code_of(secret: str) -> str:
    """What an authenticator shows now. (Not the half-minute before, which is
    accepted too but may end while a test types.)
    """
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def as_read(client: Client, ref: str) -> dict[str, Any]:
    """The version and the digest of a case as its GET gives them to a program: what a decision about it must name."""
    found = client.get(f"/api/v1/cases/{ref}").json()
    return {name: found[name] for name in ("version", "digest")}


_of_a_block = re.compile(r" ?(<(?!/?(?:a|b|bdi|i|kbd|mark|s|small|span|sup)\b)[^>]*>) ?")


def unindented(page: str) -> str:
    """HTML without the white space around its blocks, and one space for any other: how a template is indented says
    nothing, and no expectation should rest on it.
    """
    return _of_a_block.sub(r"\1", re.sub(r"\s+", " ", page).replace(" >", ">"))


def as_shown(client: Client, address: str) -> dict[str, str]:
    """The same as a page's forms carry it, in fields that are not seen."""
    page = client.get(address).content.decode()
    page = re.sub(r'<form[^>]*action="[^"]*/take_back/".*?</form>', "", page, flags=re.DOTALL)  # of the case before
    return {
        name: re.findall(rf'<input type="hidden" name="{name}" value="([^"]+)"', page)[0]
        for name in ("version", "digest")
    }

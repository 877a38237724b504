"""Stewards load lists and forms by page: first what would change is shown, then it is taken into use."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tidewaiter.codelists.models import Code
from tidewaiter.codelists.queries import list_view, look_again
from tidewaiter.forms.queries import form_named

pytestmark = pytest.mark.django_db


def _steward(people: SimpleNamespace) -> Client:
    client = Client()
    assert client.login(username=people.steward.username, password=PASSWORD)
    return client


def test_a_list_is_previewed_then_taken_into_use(people: SimpleNamespace) -> None:
    client = _steward(people)
    rows = list(Code.objects.filter(list_id="direction", valid_to=None).order_by("rank").values_list("code", flat=True))
    text = (
        "code,en\n"
        + "\n".join(f"{code},{code.title()} changed" for code in rows[1:])
        + "\nnew_direction,A new direction\n"
    )
    file = SimpleUploadedFile("direction.csv", text.encode())
    shown = client.post("/codelists/load/", {"list": "direction", "version": "2027", "file": file})
    body = shown.content.decode()
    assert shown.status_code == 200
    assert "new_direction" in body
    assert rows[0] in body
    assert "new_direction" not in list_view("direction").codes, "a preview changes nothing"
    typed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', body))
    done = client.post("/codelists/load/", typed)
    assert done["Location"] == "/codelists/direction/"
    look_again()  # a process looks again after a moment
    assert "new_direction" in list_view("direction").codes
    assert Code.objects.get(list_id="direction", code=rows[0]).valid_to is not None
    assert client.post("/codelists/load/", {**typed, "held": "0" * 64}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"name,label\na,b\n", b"code,en\na,A\na,B\n"])
def test_a_file_that_is_no_list_is_refused_in_words(people: SimpleNamespace, content: bytes) -> None:
    answer = _steward(people).post(
        "/codelists/load/", {"list": "direction", "file": SimpleUploadedFile("x.csv", content or b" ")}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_form_is_previewed_then_taken_into_use(people: SimpleNamespace) -> None:
    client = _steward(people)
    text = (PROJECT / "forms" / "WPN.toml").read_text()
    version = int(re.search(r"^version = (\d+)", text, re.M).group(1))  # type: ignore[union-attr]
    text = text.replace(f"version = {version}", f"version = {version + 1}", 1)
    text += (
        "\n"
        "[[fields]]\n"
        'name = "engraving"\n'
        'type = "text"\n'
        'label = { en = "Engraving", fr = "Gravure", es = "Grabado" }\n'
    )
    shown = client.post("/forms/load/", {"file": SimpleUploadedFile("WPN.toml", text.encode())})
    assert "engraving" in shown.content.decode()
    assert form_named("WPN").version == version
    assert client.post("/forms/load/", {"text": text, "confirmed": "1"}).status_code == 302
    assert "engraving" in {column.path for column in form_named("WPN").columns}
    bad = client.post("/forms/load/", {"file": SimpleUploadedFile("x.toml", b"code = 3")})
    assert bad.status_code == 422
    assert client.post("/forms/WPN/retire/").status_code == 302

"""What is kept of secrets: passwords stretched, second factors sealed, keys and codes by chance."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD, Program
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.uploads import seal, unsealed
from tidewaiter.notices.actions import send_digests
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token, reset
from tidewaiter.people.models import Officer, OneTimeCode, Token
from tidewaiter.site.accounts import SecondFactor

NEW = "seven-quiet-harbours"


def _signed(person: Officer, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": person.username, "password": password}).status_code == 302
    return client


def test_a_password_is_kept_by_scrypt_with_a_salt_of_its_own(small_node: Program) -> None:
    for name in ("k.one", "k.two"):
        small_node.person(name, "KE", "officer")
    with sqlite3.connect(small_node.home / "tidewaiter.sqlite3") as database:
        kept = [row[0] for row in database.execute("SELECT password FROM people_officer WHERE username LIKE 'k.%'")]
    parts = [one.split("$") for one in kept]
    assert [part[0] for part in parts] == ["scrypt", "scrypt"]
    assert all((int(part[1]), part[3], part[4]) == (16384, "8", "5") for part in parts), "2^14, 8, 5: 16 MiB five times"
    assert parts[0][2] != parts[1][2]
    assert all(len(part[2]) >= 22 for part in parts), "128 bits of salt and more"


def test_a_second_factor_is_sealed_and_what_a_former_release_sealed_opens(settings: Any) -> None:
    box = SecondFactor()
    sealed = box.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in sealed
    assert box.encrypt("JBSWY3DPEHPK3PXP") != sealed
    assert box.decrypt(sealed) == "JBSWY3DPEHPK3PXP"
    raw = bytearray(base64.urlsafe_b64decode(sealed.removeprefix("gcm1.")))
    raw[15] ^= 1
    with pytest.raises(InvalidTag):
        box.decrypt("gcm1." + base64.urlsafe_b64encode(raw).decode())
    key = hashlib.scrypt(settings.SECRET_KEY.encode(), salt=b"tidewaiter second factor", n=2, r=8, p=1, dklen=32)
    former = Fernet(base64.urlsafe_b64encode(key)).encrypt(b"JBSWY3DPEHPK3PXP").decode()
    assert box.decrypt(former) == "JBSWY3DPEHPK3PXP"


def test_a_file_that_waits_is_sealed_and_opens_with_its_key_alone() -> None:
    whole = bytes(range(256)) * 9000  # three pieces
    said = seal(SimpleUploadedFile("x.csv", whole))
    assert b"".join(unsealed(said)) == whole
    name, _point, key = said.partition(".")
    other = base64.urlsafe_b64encode(bytes(32)).decode()
    for wrong in (f"{name}.{other}", f"{name}.", f"{name}.{key[:-4]}", f"{'0' * 64}.{key}"):
        with pytest.raises(BadInput):
            list(unsealed(wrong))
    assert len(base64.urlsafe_b64decode(key)) == 32


@pytest.mark.django_db
def test_keys_and_codes_are_long_and_by_chance(people: SimpleNamespace) -> None:
    keys, tokens, codes = set(), set(), set()
    for _ in range(8):
        keys.add(_signed(people.officer).session.session_key)
        tokens.add(make_token(officer=people.officer, scope="read", by=people.officer)[1])
    for _ in range(8):
        codes.add(reset(officer=people.officer, by=people.contact))
    assert {len(keys), len(tokens), len(codes)} == {8}
    assert {len(str(key)) for key in keys} == {32}, "32 of 36 signs: 165 bits"
    assert {len(token) for token in tokens} == {46}, "32 random bytes: 256 bits"
    assert {len(code.replace("-", "")) for code in codes} == {16}, "16 of 30 signs: 78 bits"
    for found in (keys, tokens, codes):
        counted = Counter("".join(str(one)[3:] for one in found))
        assert max(counted.values()) < sum(counted.values()) / 4
    kept = [*Token.objects.values_list("digest", flat=True), *OneTimeCode.objects.values_list("digest", flat=True)]
    assert all(len(one) == 64 and one not in tokens | codes for one in kept)


@pytest.mark.django_db
def test_who_shows_again_who_they_are_goes_on_under_another_key(people: SimpleNamespace) -> None:
    client = _signed(people.contact)
    client.get("/cases/")
    before = client.session.session_key
    stolen = Client()
    stolen.cookies["sessionid"] = str(before)
    assert stolen.get("/cases/").status_code == 200
    assert client.post("/accounts/again/", {"password": PASSWORD, "next": "/cases/"}).status_code == 302
    assert client.session.session_key != before
    assert stolen.get("/cases/").status_code == 302
    assert client.get("/you/").content.decode().count("since") == 1
    client.post("/you/sign_out/")
    assert client.get("/cases/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    ["  Seven quiet HARBOURS  ", "59302746183927465019", "пять тихих гаваней", "z" * 3 + "ölf stille Häfen" * 4],
)
def test_a_password_is_taken_as_it_was_given(people: SimpleNamespace, password: str) -> None:
    client = _signed(people.officer)
    assert client.post("/accounts/password/", {"present": PASSWORD, "password": password}).status_code == 302
    _signed(people.officer, password)
    for other in (password.strip()[:-1], password.swapcase() + "x", password[:64] + "x"):
        answer = Client().post("/accounts/login/", {"login": people.officer.username, "password": other})
        assert answer.status_code == 200, other


@pytest.mark.django_db
def test_a_password_does_not_grow_old(people: SimpleNamespace) -> None:
    Officer.objects.filter(pk=people.officer.pk).update(date_joined=now() - timedelta(days=3000), used_at=now())
    assert _signed(people.officer).get("/cases/").status_code == 200


def test_a_new_node_has_no_account(node: Program) -> None:
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM people_officer").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM people_token").fetchone() == (0,)


@pytest.mark.django_db
def test_taking_down_a_second_factor_asks_who_it_is_again(people: SimpleNamespace) -> None:
    TOTP.activate(people.officer, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(people.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in ("/accounts/second/app/off/", "/accounts/second/codes/new/"):
        answer = client.post(address)
        assert answer.status_code == 302, address
        assert "again" in answer["Location"], address


@pytest.mark.django_db
def test_a_message_takes_no_further_line_into_its_head(people: SimpleNamespace, settings: Any) -> None:
    settings.MAIL_SERVER = "mail.example.org"
    harm = "officer@example.org\nBcc: thief@example.org"
    Officer.objects.filter(pk=people.officer.pk).update(email=harm, digest=True)
    Notice.objects.create(to=people.officer.username, at=now(), deed="people.reset", by="x", ref="officer:x")
    send_digests()
    assert not [message for message in mail.outbox if "thief" in str(message.recipients()) + str(message.message())]

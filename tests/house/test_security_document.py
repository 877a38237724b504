"""docs/security.md says what the program does, in numbers and names that are looked up here."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tests.house.matrix import TABLE
from tidewaiter.foundation import logs
from tidewaiter.foundation.limits import most
from tidewaiter.notices import actions as notices
from tidewaiter.people import backoff, passwords, sign_ins
from tidewaiter.people.actions import codes, tokens
from tidewaiter.people.actions import sign_ins as kept_sign_ins

DOCUMENT = (PROJECT / "docs" / "security.md").read_text()
FLAT = re.sub(r"\s+", " ", DOCUMENT)
HOUSE = PROJECT / "tidewaiter"


def _table(head: str) -> list[list[str]]:
    """Rows of the table under a head, without its first two lines."""
    part = DOCUMENT.split(f"## {head}\n")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


SAID: list[tuple[str, object, object]] = [
    ("Five wrong tries of an account from a source are free", backoff.FREE_OF_PAIR, 5),
    ("up to 15 minutes", backoff.LONGEST, 900),
    ("A source alone has 40", backoff.FREE_OF_SOURCE, 40),
    ("waits 5 seconds at most", backoff.LONGEST_OF_OFFICE, 5),
    ("in the last 30 days", sign_ins.KNOWN_FOR.days, 30),
    ("forgotten after 6 hours", backoff.FORGOTTEN_AFTER.total_seconds(), 21_600),
    ("and 1,000 at most", passwords.LONGEST, 1000),
    ("below 10⁹ guesses", passwords.GUESSES, 9.0),
    ("end after 72 hours", codes.VALID_FOR.total_seconds(), 259_200),
    ("end within 365 days, twenty a person", (tokens.LONGEST_DAYS, tokens.MOST_TOKENS), (365, 20)),
    ("600 requests a minute and token", settings.API_REQUESTS_A_MINUTE, 600),
    ("ends after 30 minutes without a deed", settings.SESSION_IDLE_SECONDS, 1800),
    ("after 12 hours whatever is done", settings.SESSION_COOKIE_AGE, 43_200),
    ("Grave deeds ask that after 5 minutes", settings.ACCOUNT_REAUTHENTICATION_TIMEOUT, 300),
    ("Sign-ins are kept 90 days", kept_sign_ins.KEPT.days, 90),
    ("notices 180", notices.KEPT.days, 180),
    ("what is made for somebody 24 hours", most("result_hours"), 24),
    ("`sslmode=verify-full`", "DATABASE_URL" in DOCUMENT and "TIDEWAITER_EMAIL" in DOCUMENT, True),
]


@pytest.mark.parametrize(("words", "does", "says"), SAID, ids=lambda one: str(one)[:40])
def test_what_is_written_down_is_what_the_program_does(words: str, does: object, says: object) -> None:
    assert words in FLAT
    assert does == says


PARTS = {
    "What data are, and what they need": [
        "secret",
        "RED, AMBER+STRICT",
        "what waits",
        "of persons",
        "of trade",
        "validated",
        "public",
        "At rest neither is encrypted",
        "Reads are not recorded",
    ],
    "Files that may be brought": [
        "What a file is its content says",
        "limits.md",
        "There is no virus scanner",
        "children that know no secret",
    ],
    "What takes long, and what bounds it": ["lanes", "limits.md", "places per person and node"],
    "What the node talks to": ["`DATABASE_URL`", "`TIDEWAITER_EMAIL`", "Nothing else"],
}


@pytest.mark.parametrize("head", PARTS)
def test_no_part_of_the_page_is_missing(head: str) -> None:
    part = re.sub(r"\s+", " ", DOCUMENT.split(f"## {head}\n")[1].split("\n## ")[0])
    for words in PARTS[head]:
        assert words in part, words


def test_the_least_length_and_the_words_of_passwords_are_written_down() -> None:
    least = next(
        one["OPTIONS"]["min_length"] for one in _validators() if one["NAME"].endswith("MinimumLengthValidator")
    )
    assert f"have {least} signs at least" in FLAT
    for word in passwords.known_of(None):
        assert f"`{word}`" in FLAT or word in f"{settings.NODE_NAME} 127.0.0.1".lower(), word


def _validators() -> list[dict[str, Any]]:
    return list(settings.AUTH_PASSWORD_VALIDATORS)


def test_every_way_in_is_written_down() -> None:
    doors = TABLE["pages"]
    open_doors = {name for name, rule in doors.items() if rule in ("open", "machine")}
    addresses = {
        "account_login": "/accounts/login/",
        "mfa_login_webauthn": "/accounts/passkey/",
        "welcome": "/accounts/welcome/",
        "account_inactive": "/accounts/inactive/",
        "sign_on_begin": "/accounts/with/…/",
        "sign_on_back": "/accounts/with/…/back/",
        "sign_on_out": "/accounts/with/…/out/",
        "metrics": "/metrics",
        "healthz": "/healthz",
        "readyz": "/readyz",
        "exchange_card": "/exchange/v1/card",
    }
    assert open_doors == addresses.keys()
    written = set(re.findall(r"`(/[^`]*)`", " ".join(row[1] for row in _table("Ways in"))))
    elsewhere = {"/offline/v1/…", "/response/bank/…"}  # of national nodes alone
    assert written == {*addresses.values(), *elsewhere, "/api/", "/taxii2/"}


@pytest.mark.django_db
def test_as_many_sessions_as_browsers_and_no_more_than_that(people: SimpleNamespace) -> None:
    assert "as many sessions as browsers: there is no bound" in FLAT
    browsers = [Client() for _ in range(7)]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
        browser.get("/cases/")
    assert all(browser.get("/cases/").status_code == 200 for browser in browsers)
    assert browsers[0].get("/you/").content.decode().count("since") == 7


def test_every_key_and_algorithm_is_written_down() -> None:
    rows = _table("Keys and algorithms")
    using = re.compile(r"^\s*(?:from|import) (?:cryptography|pyrage)\b", re.MULTILINE)
    found = {str(path.relative_to(HOUSE)) for path in HOUSE.rglob("*.py") if using.search(path.read_text())}
    files = {row[0].strip("`") for row in rows}
    assert found <= files, found - files
    assert all((HOUSE / name).is_file() for name in files)
    names = {
        "AESGCM": "AES-256-GCM",
        "AESSIV": "AES-SIV",
        "Ed25519P": "Ed25519",
        "pyrage": "age: X25519",
        "hmac.new": "HMAC-SHA-256",
        "ScryptPasswordHasher": "scrypt, N 2^14, r 8, p 5",
    }
    for path in HOUSE.rglob("*.py"):
        name, text = str(path.relative_to(HOUSE)), path.read_text()
        said = " ".join(row[2] for row in rows if row[0].strip("`") == name)
        for word, algorithm in names.items():
            if re.search(rf"\b{re.escape(word)}", text) and "import" in text and name != "people/models.py":
                assert algorithm in said, (name, algorithm)
    weak = {(row[1], row[3]) for row in rows if row[3].isdigit() and int(row[3]) < 128}
    assert weak == {("one-time codes", "78")}


def test_every_log_is_written_down() -> None:
    lines = _table("Logs")[0]
    for name in ("at", "level", "logger", "event", "frames", *logs.KEPT):
        assert f"`{name}`" in lines[2], name
    assert "standard error" in lines[1]
    assert list(settings.LOGGING["handlers"]) == ["console"]
    assert settings.LOGGING["handlers"]["console"]["class"] == "logging.StreamHandler"
    opened = [
        path.name
        for path in HOUSE.rglob("*.py")
        if re.search(r"logging\.(?:FileHandler|handlers)|SysLogHandler|RotatingFile", path.read_text())
    ]
    assert not opened

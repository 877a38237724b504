"""Forty values that break what trusts them, at every parameter of every page and
operation: nothing is the node's mistake.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.house.nasty import ALWAYS, IN_TEMPLATES, SINGLE, VALUES, names_read, pages, query_of, quoted
from tests.making import record
from tests.shares import THOROUGH
from tidewaiter.library.actions import Written, write
from tidewaiter.people.actions import make_token
from tidewaiter.review.actions import ask
from tidewaiter.site.api import document
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.store import bring_up_to_date

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.long]
ROLES = ("analyst.int", "reviewer.int", "steward.int")
SAMPLES = {
    "form": "WPN",
    "code": "WPN",
    "kind": "csv",
    "name": "country",
    "username": "contact.ke",
    "country": "KE",
    "digest": "0" * 64,
    "analysis": "mirror",
}
DEEDS = (
    "submit",
    "validate",
    "return_case",
    "withdraw",
    "publish",
    "send_back",
    "read",
    "assign",
    "dismiss",
    "take",
    "answer",
    "give",
    "end",
    "token",
    "clock",
    "sampling",
    "name_region",
    "place_administration",
    "rename_office",
    "grant",
    "cover",
)
QUIET = ("logout", "sign_out", "language")


def _some[T](values: Sequence[T], about: str, every: int) -> Sequence[T]:
    """All values where every value meets every page as every role (`make test-all`, an hour), else of `every` so many
    one; which ones depends on what they are thrown at, so that all are thrown somewhere.
    """
    return values if THOROUGH else values[zlib.crc32(about.encode()) % every :: every]


@pytest.fixture
def things(world: SimpleNamespace) -> SimpleNamespace:
    """The world of the matrix, with something behind each page that shows one thing."""
    by = world.officers
    text = {"en": ("Pumps", "Look twice.")}
    item = write(said=Written(kind="alert", topic="route", texts=text, audience="members"), by=by["contact.ke"])
    question = ask(subject="Pumps", question="What of pumps?", by=by["contact.ke"])
    bring_up_to_date()
    frozen = freeze(name="Year", since="2026-01", until="2026-12", audience="members", by=by["editor.int"])
    world.refs = {
        "cases": world.cases[("KE", "submitted")],
        "library": item.ref,
        "review/requests": question.ref,
        "statistics": frozen.ref,
        "review/case": world.cases[("KE", "submitted")],
        "search": world.cases[("KE", "submitted")],
    }
    return world


def _addresses(things: SimpleNamespace, route: str) -> list[str]:
    """A page's addresses with something behind them, one for each deed it may know."""
    room = next((name for name in sorted(things.refs, key=len, reverse=True) if route.startswith(f"/{name}/")), "")
    samples = {**SAMPLES, "ref": things.refs.get(room, "TW-NONE")}
    samples |= {"code": "KE"} if "administration" in route else {}
    samples |= {"kind": "xlsx"} if "take" in route else {"kind": "imports"} if "bring" in route else {}
    samples |= {"kind": "xsd"} if "schema" in route else {}
    addresses = [route]
    for name, sample in samples.items():
        addresses = [one.replace(f"<str:{name}>", sample) for one in addresses]
    if "<str:deed>" not in route:
        return addresses
    return [one.replace("<str:deed>", deed) for one in addresses for deed in _some(DEEDS, route, 4)]


def _sent(client: Client, method: str, address: str, said: dict[str, str]) -> Any:
    """The answer; whatever it changed is taken back."""
    with transaction.atomic():
        if method == "GET":
            answer = client.get(f"{address}?{query_of(said)}" if said else address)
        else:
            answer = client.post(address, query_of(said), content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return answer


class Mistakes(list[str]):
    """What was answered as it must not be: the whole list is worth more than its first."""

    asked = 0

    def look(self, answer: Any, *about: Any) -> None:
        self.asked += 1
        said = repr(about)[:200]
        if answer.status_code >= 500:
            print("a mistake:", said)
            self.append(f"{answer.status_code}: {said} {getattr(answer, 'exc_info', None)}")
        if not answer.streaming and b"Traceback" in answer.content:
            self.append(f"a traceback: {said}")
        for name, value in answer.items():
            if re.search(r"[\x00-\x08\x0a-\x1f\u202a-\u202e\u2066-\u2069]", value):
                self.append(f"header {name}: {said}")

    def none_of(self, least: int) -> None:
        assert not self, f"{len(self)} of {self.asked}:\n" + "\n".join(self[:60])
        assert self.asked > least


def _parameters(client: Client, method: str, address: str) -> list[str]:
    """The names that a page reads, and those of its own fields."""
    with names_read() as names:
        answer = _sent(client, method, address, {})
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            names |= set(IN_TEMPLATES.findall(answer.content.decode()))
        _sent(client, method, address, dict.fromkeys([*names, *ALWAYS], "1"))
    return sorted(names - {"csrfmiddlewaretoken", "deed"})


@pytest.mark.parametrize("role", ROLES)
def test_no_page_makes_a_mistake_of_any_value(things: SimpleNamespace, role: str) -> None:
    cache.clear()
    client = Client()
    client.force_login(things.officers[role])
    client.raise_request_exception = False
    found = Mistakes()
    for name, route in pages():
        if any(word in name for word in QUIET) or role not in _some(ROLES, name, 3):
            continue
        for address in _addresses(things, route):
            for method in ("GET", "POST"):
                first = _sent(client, method, address, {})
                found.look(first, method, address)
                if first.status_code in (404, 405, 403):
                    continue
                _throw(client, method, address, ROLES.index(role), found)
        for value in _some(VALUES, route, 3):
            if "<str:" in route:
                wrong = re.sub(r"<str:\w+>", quoted(value), route)
                for method in ("GET", "POST"):
                    found.look(_sent(client, method, wrong, {}), method, route, value)
    found.none_of(1000 if THOROUGH else 300)


def _throw(client: Client, method: str, address: str, turn: int, found: Mistakes) -> None:
    """All values at all parameters together; at each alone a third of the worst, another third for each role."""
    names = _parameters(client, method, address)
    for value in _some(VALUES, address + method, 4):
        found.look(_sent(client, method, address, dict.fromkeys(names, value)), method, address, "all", value)
    for at, name in enumerate(names):
        for value in _some(SINGLE[(at + turn) % 3 :: 3], address + name, 2):
            found.look(_sent(client, method, address, {name: value}), method, address, name, value)


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _fields_of(operation: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """The fields of an operation's JSON body with something of their kind in each."""
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if operation["operationId"] == "draft_case":
        return record()
    if "$ref" in schema:
        schema = parts[schema["$ref"].rsplit("/", 1)[-1]]
    kinds = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
    found = {}
    for name, about in schema.get("properties", {}).items():
        default = {
            "texts": {"en": {"title": "x"}},
            "kind": "alert",
            "topic": "route",
            "since": "2026-01",
            "until": "2026-02",
            "analysis": "mirror",
            "file": "TF-1",
        }
        found[name] = default.get(name, kinds.get(about.get("type", ""), about.get("enum", ["x"])[0]))
    return found


def _places(document_: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every leaf of a document."""
    inner = (
        document_.items()
        if isinstance(document_, dict)
        else enumerate(document_)
        if isinstance(document_, list)
        else ()
    )
    found = False
    for key, value in inner:
        found = True
        yield from _places(value, (*before, key))
    if not found:
        yield before


def _with(document_: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    made = dict(document_) if isinstance(document_, dict) else list(document_)
    made[way[0]] = _with(made[way[0]], way[1:], value)
    return made


WRONG_JSON = (
    "²",
    2**63,
    -(2**63) - 1,
    10**18,
    1e308,
    "9999-12-31",
    "10000-01-01",
    "a\x00b",
    "\u202egpj.exe",
    "x\r\ny",
    None,
    True,
    [],
    {},
    ["a\x00"],
    {"\x00": 1},
    "9" * 5000,
)


@pytest.mark.parametrize("role", ROLES)
def test_no_operation_makes_a_mistake_of_any_value(things: SimpleNamespace, settings: Any, role: str) -> None:
    settings.API_REQUESTS_A_MINUTE = 10_000_000
    officer = things.officers[role]
    _token, text = make_token(officer=officer, scope="write", by=officer)
    client = Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
    parts = document()["components"]["schemas"]
    found = Mistakes()
    for method, path, operation in _operations():
        if role not in _some(ROLES, method + path, 3):
            continue
        room = "review/requests" if "requests" in path else path.split("/")[3]
        samples = {
            **SAMPLES,
            "ref": things.refs.get(room, "TW-NONE"),
            "other": things.cases[("KE", "returned")],
            "party": "KE",
            "year": "2026",
            "kind": "xlsx",
        }
        named = [one for one in operation.get("parameters", []) if one["in"] in ("path", "query", "header")]
        body = _fields_of(operation, parts)
        right = {one["name"]: samples.get(one["name"], "x") for one in named if one["in"] == "path"}
        needed = {one["name"]: "2026-01" for one in named if one["in"] == "query" and one.get("required")}
        turn = ROLES.index(role)
        for at, one in enumerate(named):
            for value in VALUES[(at + turn) % 3 :: 3]:
                answer = _asked(client, method, path, right, needed, body, (one, value))
                found.look(answer, method, path, one["name"], value)
        for at, way in enumerate(_places(body) if body else ()):
            for value in WRONG_JSON[(at + turn) % 3 :: 3]:
                changed = _with(body, way, value)
                found.look(_asked(client, method, path, right, needed, changed, None), method, path, way, value)
    found.none_of(1000 if THOROUGH else 300)


def _asked(
    client: Client,
    method: str,
    path: str,
    right: dict[str, str],
    needed: dict[str, str],
    body: Any,
    wrong: tuple[dict[str, Any], str] | None,
) -> Any:
    in_path, in_query, headers = dict(right), dict(needed), {}
    if wrong is not None:
        one, value = wrong
        if one["in"] == "header":
            headers = {one["name"]: value.encode("utf-8", "surrogatepass").decode("latin-1")}
        else:
            (in_path if one["in"] == "path" else in_query)[one["name"]] = value
    address = re.sub(r"\{(\w+)\}", lambda found: quoted(in_path[found[1]]), path)
    with transaction.atomic():
        answer = client.generic(
            method.upper(),
            f"{address}?{query_of(in_query)}",
            json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        transaction.set_rollback(True)
    return answer


def test_cookies_and_headers_with_such_values_make_no_mistake(world: SimpleNamespace) -> None:
    client = Client(raise_request_exception=False)
    found = Mistakes()
    for value in VALUES:
        said = value.encode("utf-8", "surrogatepass").decode("latin-1")
        octal = "".join(f"\\{ord(sign):03o}" for sign in said[:300])
        for cookie in ("sessionid", "csrftoken", "django_language", "messages", "tw-device"):
            for text in (said, f'"{octal}"'):
                found.look(client.get("/accounts/login/", headers={"Cookie": f"{cookie}={text}"}), cookie, value)
        for header in ("User-Agent", "Accept-Language", "X-Forwarded-For", "Referer", "Idempotency-Key", "HX-Target"):
            found.look(client.get("/accounts/login/", headers={header: said}), header, value)
        for field in ("login", "password", "next", "username", "code"):
            for address in ("/accounts/login/", "/accounts/welcome/", "/language/"):
                found.look(
                    client.post(
                        address,
                        query_of({"login": "a", "password": "b", field: value}),
                        content_type="application/x-www-form-urlencoded",
                    ),
                    address,
                    field,
                    value,
                )
    found.none_of(1000)

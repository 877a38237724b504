"""The door refuses what is too much before it reads it: from strangers, at pages that
take no files, in chunks, in addresses.
"""

from __future__ import annotations

import ast
import io
import re
import socket
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.test_who_before_what import Unread
from tests.conftest import PASSWORD, PROJECT, Program
from tests.served import Served, serving

MIB = 1024**2
HUGE = 145 * MIB
PAGES = (
    "/",
    "/accounts/login/",
    "/accounts/welcome/",
    "/cases/new/WPN/",
    "/intake/",
    "/language/",
    "/nothing/here/",
    "/healthz",
    "/api/docs",
)
FORM = "application/x-www-form-urlencoded"


def _sent(
    client: Client, address: str, length: int, *, chunked: bool = False, body: Any = None, content_type: str = FORM
) -> Any:
    extra: dict[str, Any] = {"wsgi.input": body or io.BufferedReader(Unread())}
    extra |= {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""} if chunked else {"CONTENT_LENGTH": str(length)}
    return client.generic("POST", address, b"", **extra, CONTENT_TYPE=content_type)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_strangers_big_body_is_refused_unread(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")  # with a cookie for the CSRF check, which would read the body to look for its token
    for length in (64 * 1024 + 1, HUGE):
        answer = _sent(client, address, length)
        assert answer.status_code == 413
        assert "64 KiB" in answer.content.decode()
        assert answer["Connection"] == "close"


class Endless(io.RawIOBase):
    """A body in chunks without an end, that counts how much of it was taken."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        assert self.taken < 2 * MIB, "far too much was read"
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


@pytest.mark.django_db
def test_a_strangers_body_in_chunks_is_counted_as_it_comes() -> None:
    for address in ("/accounts/login/", "/cases/", "/nothing/here/"):
        endless = Endless()
        assert _sent(Client(), address, 0, chunked=True, body=endless).status_code == 413
        assert endless.taken <= 256 * 1024


@pytest.mark.django_db
def test_a_small_body_in_chunks_is_read_as_any_other(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    for typed in (b"role=officer&name=Wanjiru", b"role=officer&name=Wanjiru&email=" + b"x" * 3_000_000):
        answer = _sent(client, "/people/invite/", 0, chunked=True, body=io.BytesIO(typed))
        assert answer.status_code == 422
        assert "Wanjiru" in answer.content.decode()


@pytest.mark.django_db
def test_who_is_signed_in_may_send_files_only_where_files_are_taken(people: SimpleNamespace) -> None:
    client = Client()
    client.force_login(people.contact)
    for address, status in (
        ("/cases/new/WPN/", 413),
        ("/people/invite/", 413),
        ("/nothing/", 413),
        ("/you/token/", 413),
    ):
        answer = _sent(client, address, 21 * MIB)
        assert answer.status_code == status, address
        assert "20 MiB" in answer.content.decode()
        assert _sent(client, address, 64 * 1024 + 1, body=io.BytesIO(b"a=" + b"b" * (64 * 1024 - 1))).status_code != 413
    for address in ("/intake/", "/search/like/", "/codelists/load/"):
        assert _sent(client, address, 513 * MIB).status_code == 413
        with pytest.raises(AssertionError, match="the body was read"):
            _sent(client, address, 21 * MIB, content_type="multipart/form-data; boundary=x")


@pytest.mark.django_db
def test_too_many_fields_and_files_are_refused_in_words(people: SimpleNamespace) -> None:
    client = Client()
    client.force_login(people.contact)
    answer = client.post("/language/", "&".join(f"f{n}=1" for n in range(5001)), content_type=FORM)
    assert (answer.status_code, "5\u202f000 fields" in answer.content.decode()) == (413, True)
    answer = client.get("/cases/?" + "&".join("q" for n in range(5001)))
    assert (answer.status_code, "5\u202f000 fields" in answer.content.decode()) == (413, True)
    files = {f"f{n}": SimpleUploadedFile("a.csv", b"a") for n in range(101)}
    answer = client.post("/intake/", files)
    assert (answer.status_code, "100 files" in answer.content.decode()) == (413, True)
    answer = client.generic("POST", "/intake/", b"--x", content_type="multipart/form-data; boundary=\x00")
    assert answer.status_code == 400


@pytest.mark.django_db
def test_an_address_and_headers_have_their_bounds() -> None:
    assert Client().get("/accounts/login/?next=" + "a" * 17_000).status_code == 414
    answer = Client().get("/api/v1/cases?q=" + "a" * 17_000)
    assert (answer.status_code, answer["Content-Type"]) == (414, "application/problem+json")
    assert Client().get("/accounts/login/", headers={"Referer": "a" * 66_000}).status_code == 414


def _readers_of_files(path: Path) -> set[str]:
    """Functions of a module that take a file out of a request."""
    return {
        function.name
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(node, ast.Attribute) and node.attr == "FILES" for node in ast.walk(function))
    }


def test_every_page_that_reads_files_is_marked_and_no_other_is() -> None:
    """A page may leave the reading to a module of its room that it imports: deeds of a table, one for all pages."""
    for path in (PROJECT / "tidewaiter").rglob("*views*.py"):
        text = path.read_text()
        marks = {
            function.name
            for function in ast.walk(ast.parse(text))
            if isinstance(function, ast.FunctionDef)
            and any(isinstance(one, ast.Name) and one.id == "takes_files" for one in function.decorator_list)
        }
        reads = _readers_of_files(path)
        if reads:
            assert marks, (path.name, reads)
            # one function may read for several pages; else each that is marked reads by itself
            assert len(marks) <= len(reads) or not reads <= marks, (path.name, marks, reads)
        elif marks:
            room = path.relative_to(PROJECT / "tidewaiter").parts[0]
            beside = re.findall(rf"^from tidewaiter\.{room}\.(\w+) import", text, re.MULTILINE)
            files = [path.parent / f"{name}.py" for name in beside]
            assert any(_readers_of_files(one) for one in files if one.is_file()), (path.name, marks)


def test_a_mistake_of_the_node_is_told_with_its_number() -> None:
    """A page that fails: its answer names the number of the request, and nothing of what went wrong."""
    from django.http import HttpResponse
    from django.test import RequestFactory

    from tidewaiter.site.door import mistakes_told

    def failed(_request: Any) -> HttpResponse:
        answer = HttpResponse("Traceback: the value of a row", status=500)
        answer["X-Request-Id"] = "0123456789abcdef"
        return answer

    for address, kind in (("/cases/", "text/html; charset=utf-8"), ("/api/v1/cases", "application/problem+json")):
        answer = mistakes_told(failed)(RequestFactory().get(address))
        assert (answer.status_code, answer["Content-Type"]) == (500, kind)
        assert "0123456789abcdef" in answer.content.decode()
        assert "Traceback" not in answer.content.decode()


@pytest.fixture(scope="module")
def served(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import shutil

    home = tmp_path_factory.mktemp("door") / "home"
    shutil.copytree(small_home, home)
    node = Program(home)
    node.person("c.ke", "KE", "contact")
    with serving(node) as one:
        yield one


def _spoken(served: Served, head: str, parts: Iterable[bytes]) -> tuple[bytes, int]:
    """What the node answers on a socket of our own, and how much was sent until it would take no more."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as wire:
        wire.sendall(head.encode())
        sent = 0
        try:
            for part in parts:
                wire.sendall(part)
                sent += len(part)
        except OSError:  # the node has closed its ear
            pass
        answer = b""
        try:
            while data := wire.recv(65536):
                answer += data
        except OSError:
            pass
    return answer, sent


def test_the_answer_reaches_who_still_sends_and_the_rest_is_never_taken(served: Served) -> None:
    part = b"x" * MIB
    before = _memory(served)
    for address in ("/accounts/login/", "/cases/", "/nothing/", "/api/v1/cases"):
        said = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\n"
        answer, sent = _spoken(served, f"{said}Content-Length: {HUGE}\r\n\r\n", (part for _ in range(145)))
        assert answer.startswith(b"HTTP/1.1 413 "), (address, answer[:80])
        assert sent < 40 * MIB
        chunk = b"100000\r\n" + part + b"\r\n"
        answer, sent = _spoken(served, f"{said}Transfer-Encoding: chunked\r\n\r\n", (chunk for _ in range(145)))
        assert answer.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 401 ")), (address, answer[:80])
        assert sent < 40 * MIB
        answer, _ = _spoken(served, f"{said}Expect: 100-continue\r\nContent-Length: {HUGE}\r\n\r\n", ())
        assert b"100 Continue" not in answer
    assert _memory(served) - before < 60 * MIB
    assert served.answers()


def _memory(served: Served) -> int:
    """The most that the web server and its processes ever took, in bytes."""
    from tests.served import descendants

    master = served.children()["web"]["pid"]
    sizes = [
        line.split()[1]
        for pid in {master, *descendants(master)}
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return 1024 * sum(map(int, sizes))


def test_headers_and_addresses_that_never_end_are_cut_off_on_the_wire(served: Served) -> None:
    answer, _ = _spoken(served, f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: {'a' * 200_000}\r\n\r\n", ())
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), answer[:80]
    many = "".join(f"X-{n}: a\r\n" for n in range(300))
    answer, _ = _spoken(served, f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n{many}\r\n", ())
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), answer[:80]
    answer, _ = _spoken(
        served, f"GET /accounts/login/?{'a' * 40_000} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", ()
    )
    assert answer.startswith(b"HTTP/1.1 414 "), answer[:80]
    assert served.answers()


def test_sixty_strangers_who_send_half_a_form_keep_nobody_waiting(served: Served) -> None:
    half = (
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=abcdefghijklmnopqrstuvwxyzabcdef\r\n"
    )
    half += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlogin="
    wires = [socket.create_connection(("127.0.0.1", served.port), timeout=60) for _ in range(60)]
    try:
        for wire in wires:
            wire.sendall(half)
        for _ in range(20):
            assert served.ask("GET", "/accounts/login/")[0] == 200
        status, _page = served.ask("POST", "/accounts/login/", b"login=a", Content_Type=FORM)
        assert status == 403, "who sends a whole form is answered: it had no token"
    finally:
        for wire in wires:
            wire.close()
    assert served.answers()


def test_a_body_that_stops_coming_is_told_so_and_is_no_mistake_of_the_node(small_home: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(small_home, tmp_path / "home")
    node = Program(tmp_path / "home")
    node.person("c.ke", "KE", "contact")
    token = node.json("make_token", "c.ke", "--scope", "write")["token"]
    bounds = {f"TIDEWAITER_LIMIT_{name}": "1" for name in ("BODY_FIRST_SECONDS", "BODY_GRACE_SECONDS")}
    with serving(node, **bounds) as one:
        for length in (100, 100_000):
            said = f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            said += f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
            answer, _sent = _spoken(one, said, [b"{"])
            assert answer.startswith(b"HTTP/1.1 408 "), answer[:80]
            assert b"did not arrive in time" in answer
        assert one.answers()
        assert b'"level": "error"' not in one.log.read_bytes()


@pytest.mark.django_db
def test_a_page_that_outlived_its_session_is_told_in_words(people: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.login(username=people.officer.username, password=PASSWORD)
    came = {"HTTP_HOST": "testserver", "HTTP_REFERER": "http://testserver/cases/new/WPN/?long=1"}
    answer = client.post("/cases/new/WPN/", {"csrfmiddlewaretoken": "x" * 64}, **came)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "nothing was done" in page
    assert 'href="/cases/new/WPN/?long=1"' in page
    assert "DEBUG" not in page
    elsewhere = client.post("/cases/new/WPN/", {}, HTTP_HOST="testserver", HTTP_REFERER="http://evil.example/x")
    assert "evil.example" not in elsewhere.content.decode()
    assert 'href="/x"' not in elsewhere.content.decode()

"""The doors of a served central node that the canary of deeds does not know by name: every write operation of the JSON
door, the headers of a request, addresses, and every form of every page. A name is planted in each.

Run against a real process over real sockets; what the node kept is looked for by `tests.site.canary.found_in`.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

MANNERS = ("{} ({})", "driver {} aged {} was alone", "passenger: {} ({}) / seat 12", "goods of {} ({})")
HEADERS = ("X-Request-ID", "Referer", "From", "Via", "X-Purpose", "X-Correlation-ID", "Origin-Agent", "If-Match")
NOT_OURS = re.compile(r"^/(?:accounts|you|people/(?!duty)|static|language|ledger)|/(?:withdraw|logout)/?$")
"""Doors at which a person's own name belongs, or that end the session."""


@dataclass
class Planted:
    """Names one after the other, and how often each kind of door took one."""

    names: list[str]
    count: int = 0
    answers: dict[str, list[int]] = field(default_factory=dict)

    def name(self) -> str:
        """The next name, bare."""
        self.count += 1
        return self.names[self.count % len(self.names)]

    def text(self) -> str:
        """The next name with an age, as it must be hidden whatever a field means."""
        return MANNERS[self.count % len(MANNERS)].format(self.name(), 20 + self.count % 50)

    def told(self, door: str, status: int) -> None:
        """Notes what a door answered."""
        self.answers.setdefault(door, []).append(status)


class Visitor:
    """Somebody who asks the node, with names in every header, and keeps cookies as a browser does."""

    def __init__(self, port: int, planted: Planted, token: str = "") -> None:
        self.port, self.planted, self.token = port, planted, token
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        """(status, body, Location) of an answer."""
        said = {name: quote(self.planted.name(), safe=" ") for name in HEADERS}
        latin = self.planted.name().encode("ascii", "ignore").decode().strip() or "Hans Mueller"
        said |= {
            "User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; {latin}) Firefox/130.0 laptop-of-{latin.replace(' ', '-')}",
            "Accept-Language": f"fr, {latin.replace(' ', '-')};q=0.8",
            "Idempotency-Key": latin,
            "Referer": f"http://127.0.0.1:{self.port}/cases/?q={quote(self.planted.name())}",
        }
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            said["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body or None, said)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read().decode("utf-8", "replace"), answer.getheader("Location", "")
        finally:
            connection.close()

    def sign_in(self, username: str, password: str) -> int:
        """Signs in on the page, as a person does."""
        _status, page, _to = self.ask("GET", "/accounts/login/")
        key = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page)
        said = {"login": username, "password": password, "csrfmiddlewaretoken": key[1] if key else ""}
        return self.ask("POST", "/accounts/login/", urlencode(said).encode(), "application/x-www-form-urlencoded")[0]


def _schema(one: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in one:
        one = document["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]]
    return one


def filled(one: dict[str, Any], document: dict[str, Any], planted: Planted, depth: int = 0) -> Any:
    """A value that a schema describes, with a name in every text that may be anything."""
    one = _schema(one, document)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in one:
            chosen = [part for part in one[several] if _schema(part, document).get("type") != "null"]
            return filled(chosen[0], document, planted, depth) if chosen else None
    if "enum" in one or "const" in one:
        return one.get("const", (one.get("enum") or [None])[0])
    kind = one.get("type", "object" if "properties" in one else "string")
    if kind == "object":
        if depth > 4:
            return {}
        found = {name: filled(part, document, planted, depth + 1) for name, part in one.get("properties", {}).items()}
        return found or {planted.name(): planted.text()}
    if kind == "array":
        return [filled(one.get("items", {}), document, planted, depth + 1)]
    if kind in ("integer", "number"):
        return one.get("minimum", 1)
    if kind == "boolean":
        return True
    if one.get("format") in ("date", "date-time"):
        return "2026-03-04" if one["format"] == "date" else "2026-03-04T10:00:00Z"
    return planted.text()[: one.get("maxLength", 200)]


def every_write_operation(visitor: Visitor, refs: dict[str, str]) -> int:
    """Asks each operation of the JSON door that writes, with names in its address, its query and its body; gives how
    many there are. `refs`: what stands for a parameter of an address where a real one is known.
    """
    document = json.loads(visitor.ask("GET", "/api/openapi.json")[1])
    done = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in ("post", "put", "patch", "delete"):
                continue
            done += 1
            for real in (True, False):
                address, query = path, {}
                for said in operation.get("parameters", []):
                    if said["in"] == "path":
                        known = refs.get(said["name"], "") if real else ""
                        address = address.replace(f"{{{said['name']}}}", known or quote(visitor.planted.name()))
                    elif said["in"] == "query":
                        query[said["name"]] = filled(said.get("schema", {}), document, visitor.planted)
                content = operation.get("requestBody", {}).get("content", {})
                for kind in content or {"application/json": {}}:
                    value = filled(content.get(kind, {}).get("schema", {}), document, visitor.planted)
                    if kind.startswith("multipart/"):
                        body, said_kind = _multipart(value if isinstance(value, dict) else {}, visitor.planted)
                    else:
                        body, said_kind = json.dumps(value).encode(), kind
                    where = f"{address}?{urlencode(query)}" if query else address
                    status, _answer, _to = visitor.ask(method.upper(), where, body, said_kind)
                    visitor.planted.told(f"{method.upper()} {path}", status)
    return done


def _multipart(fields: dict[str, Any], planted: Planted, files: tuple[str, ...] = ("file",)) -> tuple[bytes, str]:
    """A form with files whose names, and whose unknown headers, name somebody."""
    edge = secrets.token_hex(12)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if name not in files
    ]
    for name in files:
        title = f"{planted.name()}.csv"
        parts.append(
            (
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{title}"; '
                f"filename*=UTF-8''{quote(title)}\r\nContent-Type: text/csv; name=\"{title}\"\r\n"
                f"Content-Description: {quote(planted.name(), safe=' ')}\r\n\r\n"
                f"form,date,country,subtype,quantity,unit,narrative,{planted.name()}\r\n"
                f'WPN,2026-03-04,KE,pistol,2,H87,"{planted.text()}",{planted.name()}\r\n\r\n'
            ).encode()
        )
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


@dataclass
class Form:
    """A form of a page: where it goes, what it holds."""

    action: str
    method: str
    fields: list[dict[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gathers."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(said.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
        elif tag in ("input", "textarea", "button") and self.forms and said.get("name"):
            self.forms[-1].fields.append({"tag": tag, **said})
        elif tag == "select" and self.forms and said.get("name"):
            self._select = {"tag": tag, **said}
            self.forms[-1].fields.append(self._select)
        elif tag == "option" and self._select is not None and said.get("value"):
            if "selected" in said or "value" not in self._select:
                self._select["value"] = said["value"]

    def handle_endtag(self, tag: str) -> None:
        """A list ends."""
        self._select = None if tag == "select" else self._select


_SOUND = {
    "date": "2026-03-04",
    "since": "2026-01",
    "until": "2026-12",
    "country": "KE",
    "administration": "KE",
    "place": "KEMBA",
    "subtype": "pistol",
    "quantity": "2",
    "unit": "H87",
    "value": "",
    "hs": "",
    "phone": "+254 20 5550100",
    "email": "duty.post@example.org",
    "languages": "en",
    "opens": "08:00",
    "closes": "17:00",
    "time_zone": "Africa/Nairobi",
    "username": "x.contact",
    "password": "a-long-passphrase-1",
    "currency": "",
    "recovered": "",
    "link": "https://example.org/advice",
    "valid_from": "",
    "valid_to": "",
}
"""What doors accept in a field of this name, where it is a code, a number, an account: a name there is refused, and a
refusal proves nothing of what is kept. Names stand in all the others.
"""


def _typed(form: Form, planted: Planted) -> tuple[dict[str, str], tuple[str, ...]]:
    """What is typed into a form (a name in every text), and its fields that take a file."""
    said: dict[str, str] = {}
    files: list[str] = []
    for one in form.fields:
        kind = one.get("type", "text") if one["tag"] == "input" else one["tag"]
        name = one["name"]
        if kind == "file":
            files.append(name)
        elif kind in ("text", "search", "url", "tel", "email", "password", "time", "month") and (
            name.rsplit(".", 1)[-1] in _SOUND or kind in ("email", "password", "time", "month")
        ):
            sound = _SOUND.get(name.rsplit(".", 1)[-1], "")
            said[name] = sound or {"time": "08:00", "month": "2026-03", "email": _SOUND["email"]}.get(kind, "")
        elif kind in ("text", "search", "textarea", "url", "tel"):
            said[name] = planted.text()[: int(one.get("maxlength") or 200)]
        elif kind in ("date",):
            said[name] = "2026-03-04"
        elif kind == "number":
            said[name] = one.get("value") or "1"
        elif kind in ("button", "submit"):
            said.setdefault(name, one.get("value", ""))
        elif kind != "radio" or name not in said:
            said[name] = one.get("value", "on")
    return said, tuple(files)


def _shape(path: str) -> str:
    """An address without references and numbers."""
    return re.sub(r"[0-9A-HJKMNP-TV-Z]{26}|\d+", "*", path)


def every_form(visitor: Visitor, start: tuple[str, ...], most: int) -> Iterator[str]:
    """Walks the pages from `start`, types a name into every text of every form, and sends it; gives the forms' actions.
    A form is sent once an action and set of fields.
    """
    waiting, seen, sent = list(start), set(start), set()
    while waiting and len(seen) <= most:
        path = waiting.pop(0)
        status, page, to = visitor.ask("GET", path)
        visitor.planted.told("GET page", status)
        read = _Page()
        read.feed(page)
        for link in [to, *read.links]:
            parts = urlsplit(urljoin(path, unescape(link)))
            shape = _shape(parts.path)
            if (
                not parts.netloc
                and parts.path.startswith("/")
                and not NOT_OURS.search(parts.path)
                and shape not in seen
            ):
                seen.add(shape)
                waiting.append(parts.path)
        for form in read.forms:
            action = urlsplit(urljoin(path, form.action)).path
            key = (
                _shape(action),
                tuple(sorted({one["name"] for one in form.fields})),
            )
            if NOT_OURS.search(action) or key in sent:
                continue
            sent.add(key)
            said, files = _typed(form, visitor.planted)
            if form.method != "post":
                status, _page, _to = visitor.ask("GET", f"{action}?{urlencode(said)}")
            elif files:
                body, kind = _multipart(said, visitor.planted, files)
                status, _page, _to = visitor.ask("POST", action, body, kind)
            else:
                body = urlencode(said).encode()
                status, _page, _to = visitor.ask("POST", action, body, "application/x-www-form-urlencoded")
            visitor.planted.told(f"form {key[0]}", status)
            yield action

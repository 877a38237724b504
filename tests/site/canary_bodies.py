"""Bodies that the JSON door of a central node accepts, with a name in every text that may be anything: one step an
operation, in an order in which each finds what it needs.

What the doors refuse proves nothing of what is stored; these are told to be accepted, and `story` says which were not.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from PIL import Image

from tests.site.canary_doors import Planted, Visitor

LINE = {"subtype": "pistol", "quantity": "2", "unit": "H87"}


@dataclass
class Step:
    """Who asks what, with which body; what the answer is remembered as."""

    who: str
    method: str
    path: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    kept: str = ""


def photo(planted: Planted) -> bytes:
    """A picture that names somebody in its data and behind its end."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = planted.name(), planted.name(), planted.text()
    out = io.BytesIO()
    picture = Image.effect_mandelbrot((320, 240), (-2.0 + planted.count % 7 / 10, -1.5, 1.0, 1.5), 60).convert("RGB")
    picture.save(out, "JPEG", exif=exif, comment=planted.text().encode())
    return out.getvalue() + planted.name().encode()


def _case(planted: Planted) -> dict[str, Any]:
    return {
        "form": "WPN",
        "date": "2026-03-04",
        "country": "KE",
        "office": planted.text(),
        "location_type": "seaport",
        "place": "KEMBA",
        "direction": "import",
        "narrative": planted.text(),
        "detection": {"method": "routine", "note": planted.text()},
        "concealment": {"place": "cargo", "method": "hidden_among_goods", "note": planted.text()},
        "cover_load": {"description": planted.text()},
        "conveyance": {"mode": "1", "courier": planted.text(), "name": planted.text()},
        "lines": [{**LINE, "fields": {"make": planted.text(), "model": planted.text()}}],
        "persons": [{"role": "courier", "nationality": "KE", "name": planted.name()}],
        planted.name(): planted.text(),
    }


def _trade_table(planted: Planted) -> bytes:
    rows = ["declaration id,date,hs,origin,quantity,value,Consignatario,ImporterName,goods description,Remarks"]
    rows += [
        f"D{n},2025-01-{1 + n % 28:02d},640411,CN,{10 + n},{100 + n % 9},{planted.name()},{planted.name()},"
        f'"{planted.text()}","{planted.text()}"'
        for n in range(40)
    ]
    rows.append(f"D99,2025-01-03,640411,CN,10,900000,{planted.name()},{planted.name()},x,y")
    return "\n".join(rows).encode()


def _table(planted: Planted) -> bytes:
    wrong = f'WPN,2026-03-05,KE,seaport,pistol,2,piece of something,"{planted.text()}",{planted.name()}\n'
    return (
        f"form,date,country,location_type,subtype,quantity,unit,narrative,{planted.name()}\n"
        f'WPN,2026-03-04,KE,seaport,pistol,2,H87,"{planted.text()}",{planted.name()}\n{wrong}'
    ).encode()


def _steps(planted: Planted, known: dict[str, Any]) -> Iterator[Callable[[], Step]]:
    """Each step is made when its turn comes: it stands on the answers to those before it."""
    text, name = planted.text, planted.name

    def about(of: str) -> dict[str, Any]:
        return {key: known[of].get(key) for key in ("version", "digest")}

    def ref(of: str) -> str:
        return str(known[of].get("ref") or known[of].get("receipt") or "none")

    yield lambda: Step("d.contact", "POST", "/cases", _case(planted), kept="draft")
    yield lambda: Step("d.contact", "POST", "/cases", _case(planted) | {"national_ref": "K-2"}, kept="second")
    yield lambda: Step("d.contact", "POST", "/cases", _case(planted), {"submit": "true"}, "sent")
    yield lambda: Step(
        "d.contact", "POST", "/cases/batch", "\n".join(json.dumps(_case(planted)) for _n in range(3)).encode()
    )
    yield lambda: Step(
        "d.contact", "POST", f"/cases/{ref('draft')}/photos", photo(planted), {"caption": text(), "shows": "goods"}
    )
    yield lambda: Step("d.contact", "GET", f"/cases/{ref('draft')}", kept="draft")
    yield lambda: Step("d.contact", "POST", f"/cases/{ref('draft')}/submit", about("draft"), kept="draft")
    link = {"other": ref("second") if "second" in known else "", "kind": "same_event", "reason": text()}
    yield lambda: Step("d.contact", "POST", f"/cases/{ref('draft')}/links", {**link, "other": ref("second")})
    yield lambda: Step("d.contact", "POST", "/photos/like", photo(planted))
    yield lambda: Step("d.contact", "POST", "/watches", {"name": text()[:60], "query": f"form=WPN&q={name()}"})
    yield lambda: Step(
        "d.contact", "POST", "/receipts", _table(planted), {"name": f"{name()}.csv", "submit": "true"}, "receipt"
    )
    yield lambda: Step("d.contact", "POST", f"/receipts/{ref('receipt')}/take_proposals", {"cells": None})
    yield lambda: Step("d.contact", "POST", f"/receipts/{ref('receipt')}/hidden")
    yield lambda: Step(
        "d.contact", "POST", "/mappings/propose", _table(planted), {"form": "WPN", "country": "KE", "encoding": "utf-8"}
    )
    yield lambda: Step("d.contact", "POST", "/review/requests", {"subject": text(), "question": text()}, kept="asked")
    point = {"country": "KE", "name": text(), "phone": "+254 20 5550100", "languages": ["en"]}
    yield lambda: Step("d.reviewer", "POST", f"/review/requests/{ref('asked')}/answer", {"text": text(), "search": ""})
    yield lambda: Step("d.contact", "POST", "/people/contact-points", point, kept="point")
    yield lambda: Step("d.contact", "POST", f"/people/contact-points/{ref('point')}/try", {"outcome": "answered"})
    yield lambda: Step("d.reviewer", "GET", f"/cases/{ref('sent')}", kept="sent")
    yield lambda: Step("d.reviewer", "POST", f"/cases/{ref('sent')}/assign", {"to": "d.reviewer", "note": text()})
    finding = {"code": "personal_data", "path": "narrative", "reason": text()}
    yield lambda: Step("d.reviewer", "POST", f"/cases/{ref('sent')}/dismiss", {**about("sent"), **finding})
    fields = [{"path": "narrative", "code": "other", "text": text()}]
    back = {"reason": text(), "fields": fields}
    yield lambda: Step(
        "d.reviewer", "POST", f"/cases/{ref('sent')}/return_case", {**about("sent"), **back}, kept="sent"
    )
    yield lambda: Step("d.reviewer", "POST", f"/cases/{ref('sent')}/take_back", about("sent"), kept="sent")
    yield lambda: Step("d.reviewer", "POST", f"/cases/{ref('sent')}/validate", about("sent"))
    yield lambda: Step("d.reviewer", "POST", "/review/validate", {"refs": [ref("draft")]})
    yield lambda: Step("d.contact", "GET", f"/cases/{ref('second')}", kept="second")
    yield lambda: Step("d.contact", "POST", f"/cases/{ref('second')}/withdraw", {**about("second"), "reason": text()})
    yield lambda: Step("d.contact", "DELETE", f"/watches/{quote(name())}")
    yield lambda: Step("d.contact", "DELETE", f"/cases/{ref('draft')}/links/{ref('second')}/same_event")
    yield from _of_analysts(planted, known, ref)
    yield from _of_editors(planted, known, ref)


def story(visitors: dict[str, Visitor], planted: Planted) -> dict[str, tuple[int, str]]:
    """Asks step by step; gives the answer to each write by `METHOD /path/*`: its status, and the start of its body."""
    known: dict[str, Any] = {}
    answers: dict[str, tuple[int, str]] = {}
    for make in _steps(planted, known):
        step = make()
        status, answer = _asked(visitors[step.who], step)
        if step.method not in ("GET", "WAIT"):
            answers[f"{step.method} {_shape(step.path)}"] = status, answer[:300]
        if step.kept and status < 300:
            said = json.loads(answer)
            known[step.kept] = said if isinstance(said, dict) else {"rows": said}
        known.setdefault(step.kept, {})
        if step.kept == "rows":
            rows = known["rows"].get("rows") or [{}]
            known["finding"] = str(rows[0].get("row", ""))
    return answers


def _shape(path: str) -> str:
    """An address with a star where something is named."""
    parts = path.split("/")
    named = ("none", "same_event", "send", "accept", "conclude")
    found = ["*" if len(part) > 24 or part in named else part for part in parts]
    return "/watches/*" if path.startswith("/watches/") else "/".join(found)


def write_operations(visitor: Visitor) -> set[str]:
    """All that the JSON door may be asked to write, in the shape of `story`'s answers."""
    document = json.loads(visitor.ask("GET", "/api/openapi.json")[1])
    return {
        f"{method.upper()} {re.sub(r'{[^}]*}', '*', path.removeprefix('/api/v1'))}"
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("post", "put", "patch", "delete")
    }


def _asked(visitor: Visitor, step: Step) -> tuple[int, str]:
    query = f"?{urlencode(step.query)}" if step.query else ""
    address = f"/api/v1{step.path}{query}"
    if step.method == "WAIT":
        for _turn in range(120):
            status, answer, _to = visitor.ask("GET", address)
            if status != 200 or json.loads(answer).get("state") != "waiting":
                break
            time.sleep(0.5)
        return status, answer
    if step.method == "GET":
        status, answer, _to = visitor.ask("GET", address)
    elif isinstance(step.body, bytes):
        kind = "image/jpeg" if step.body[:2] == b"\xff\xd8" else "application/octet-stream"
        kind = "application/x-ndjson" if step.path.endswith("/batch") else kind
        status, answer, _to = visitor.ask(step.method, address, step.body, kind)
    else:
        body = b"" if step.body is None else json.dumps(step.body).encode()
        status, answer, _to = visitor.ask(step.method, address, body, "application/json" if body else "")
    return status, answer


def _of_analysts(planted: Planted, known: dict[str, Any], ref: Callable[[str], str]) -> Iterator[Callable[[], Step]]:
    text, name = planted.text, planted.name
    frozen = {"name": text(), "since": "2026-01", "until": "2026-12", "audience": "members"}
    yield lambda: Step("d.analyst", "POST", "/statistics/snapshots", frozen)
    yield lambda: Step("d.analyst", "POST", "/trade/files", _trade_table(planted), {"name": f"{name()}.csv"}, "file")
    run = {"analysis": "unit_prices", "name": text()[:120], "parameters": {"min_group": 10}}
    yield lambda: Step("d.analyst", "POST", "/trade/runs", {**run, "file": known["file"].get("file")}, kept="run")
    yield lambda: Step("d.analyst", "WAIT", f"/trade/runs/{ref('run')}", kept="run")
    yield lambda: Step("d.analyst", "GET", f"/trade/runs/{ref('run')}/rows", {}, {"limit": "5"}, "rows")
    said = {"agency": "fiu", "agency_name": text(), "note": text()}
    yield lambda: Step(
        "d.analyst", "POST", f"/trade/runs/{ref('run')}/referrals", {"finding": known["finding"], **said}, kept="told"
    )
    for deed in ("send", "accept", "conclude"):
        ended = {"outcome": "penalty", "recovered": "1", "currency": "KES"}
        moved = {"reason": text(), "their_ref": text(), **ended}
        yield lambda deed=deed, moved=moved: Step(  # type: ignore[misc]
            "d.analyst", "POST", f"/trade/referrals/{ref('told')}/{deed}", moved
        )
    yield lambda: Step("d.analyst", "DELETE", f"/trade/runs/{ref('run')}")


def _of_editors(planted: Planted, known: dict[str, Any], ref: Callable[[str], str]) -> Iterator[Callable[[], Step]]:
    text, name = planted.text, planted.name
    for again in ("item", "other"):
        texts = {"en": {"title": text(), "body": text()}, "fr": {"title": text(), "body": text()}}
        said = {"kind": "bulletin", "texts": texts, "link": f"https://example.org/{name().replace(' ', '-')}"}
        made = Step("d.editor", "POST", "/library", said, kept=again)
        yield lambda made=made: made  # type: ignore[misc]
    yield lambda: Step("d.editor", "POST", f"/library/{ref('item')}/pictures", photo(planted), {"caption": text()})
    yield lambda: Step("d.editor", "POST", f"/library/{ref('item')}/files", _table(planted), {"name": f"{name()}.csv"})
    for of in ("item", "other"):
        yield lambda of=of: Step("d.editor", "POST", f"/library/{ref(of)}/submit")  # type: ignore[misc]
        yield lambda of=of: Step("d.second", "GET", f"/library/{ref(of)}", kept=of)  # type: ignore[misc]
    yield lambda: Step(
        "d.second",
        "POST",
        f"/library/{ref('other')}/send_back",
        {"digest": known["other"].get("digest"), "reason": text()},
    )
    yield lambda: Step(
        "d.second", "POST", f"/library/{ref('item')}/publish", {"digest": known["item"].get("digest")}, kept="item"
    )
    yield lambda: Step("d.contact", "POST", f"/library/{ref('item')}/read")
    yield lambda: Step("d.second", "GET", f"/library/{ref('item')}", kept="item")
    yield lambda: Step(
        "d.second",
        "POST",
        f"/library/{ref('item')}/withdraw",
        {"digest": known["item"].get("digest"), "reason": text()},
    )

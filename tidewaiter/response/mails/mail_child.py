"""Reads a stranger's mail in a process of its own: `python -m tidewaiter.response.mails.mail_child FILE`.

`.eml` by the standard library, `.msg` by python-oxmsg. The bytes are kept as they came; what is told here are facts of
them: nothing is fetched, nothing of an attachment is opened but its digest.
"""

from __future__ import annotations

import email.errors
import email.header
import email.message
import email.policy
import email.utils
import re
import struct
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import most
from tidewaiter.response.mails.finding import accounts_in, amounts_in, bics_in, uetrs_in
from tidewaiter.response.mails.signs import signs_of

MOST_PARTS, MOST_HOPS, MOST_LINKS, MOST_TEXT = 500, 60, 200, 2_000_000
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the library raises for a stranger's file that is damaged: it promises no class of its own."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_link = re.compile(r"\bhttps?://[^\s\"'<>()\[\]{}]{4,500}", re.IGNORECASE)
_tag = re.compile(r"<(?:style|script)\b.*?</(?:style|script)\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_anchor = re.compile(r"<a\b[^>]{0,1000}?href\s*=\s*[\"']?([^\"'\s>]{4,500})[^>]{0,1000}>(.{0,300}?)</a>", re.I | re.S)
_hop = re.compile(r"from\s+(.{0,200}?)\s+by\s+(\S{1,200})", re.IGNORECASE | re.DOTALL)


def main(path: str) -> None:
    """Looks at one file and tells its facts."""
    size = Path(path).stat().st_size
    if size > most("any_file_bytes"):
        refuse_over("any_file_bytes", gettext_noop("Keep the mail as it is, and type what it says."))
    with open(path, "rb") as file:
        content = file.read(size)
    if not content.strip():
        refuse(gettext_noop("The file is empty."))
    try:
        tell(_of_msg(path) if content.startswith(_COMPOUND) else _of_eml(content))
    except RecursionError:
        refuse(gettext_noop("The mail lies in other mails too many times over: bring the innermost one alone."))


def _of_eml(content: bytes) -> dict[str, Any]:
    mail = email.message_from_bytes(content, policy=email.policy.compat32)
    if not any(mail.get(name) for name in ("From", "Subject", "Date", "Received", "To", "Return-Path")):
        refuse(gettext_noop("This is no mail: none of its first lines says From, To, Subject or Date."))
    texts, pages, attachments = _parts(mail)
    plain = "\n".join(texts) or _without_tags("\n".join(pages))
    return _facts(mail, plain, "\n".join(pages), attachments)


def _of_msg(path: str) -> dict[str, Any]:
    from oxmsg import Message  # noqa: PLC0415 -- only for this kind: a mail of the other kind starts sooner

    try:
        letter = Message.load(path)
    except _DAMAGED:
        refuse(gettext_noop("The file is damaged: save the mail anew from the mail program, as .eml where it can."))
    mail = email.message.Message(policy=email.policy.compat32)
    for name, value in _tried(lambda: letter.message_headers, {}).items():
        mail[name] = value
    for name, said in (
        ("From", _tried(lambda: letter.sender, "")),
        ("Subject", _tried(lambda: letter.subject, "")),
        ("To", ", ".join(_tried(lambda: [one.email_address for one in letter.recipients], []))),
    ):
        if said and not mail.get(name):
            mail[name] = re.sub(r"[\r\n]+", " ", said)
    if not mail.get("Date") and (sent := _tried(lambda: letter.sent_date, None)):
        mail["Date"] = email.utils.format_datetime(sent)
    page = _tried(lambda: letter.html_body, "") or ""
    plain = _tried(lambda: letter.body, "") or _without_tags(page)
    attachments = [
        _attachment(
            _tried(lambda one=one: one.file_name, "") or "",
            _tried(lambda one=one: one.mime_type, "") or "",
            _tried(lambda one=one: one.file_bytes, b"") or b"",
        )
        for one in list(_tried(lambda: letter.attachments, []))[:MOST_PARTS]
    ]
    return _facts(mail, plain[:MOST_TEXT], page[:MOST_TEXT], attachments)


def _tried[T](read: Any, otherwise: T) -> Any | T:
    """What the library reads, or `otherwise` where the property is damaged (of 48 real files one has a code page
    that it does not know).
    """
    try:
        return read()
    except _DAMAGED:
        return otherwise


def _parts(mail: email.message.Message) -> tuple[list[str], list[str], list[dict[str, Any]]]:
    """Its plain texts, its pages, and its attachments."""
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[dict[str, Any]] = []
    left = MOST_TEXT
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            refuse(gettext_noop("The mail has more than 500 parts: bring the innermost one alone."))
        if part.is_multipart():
            continue
        name = _said(part.get_filename() or "")
        kind = part.get_content_type()
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if not name and kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            text = _decoded(content[:left], part.get_content_charset())
            (texts if kind == "text/plain" else pages).append(text)
            left = max(0, left - len(text))
        else:
            attachments.append(_attachment(name, kind, content))
    return texts, pages, attachments


def _attachment(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name[:200], "type": kind[:100], "size": len(content), "sha256": sha256(content).hexdigest()}


def _decoded(content: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1252"):
        if name:
            try:
                return content.decode(name)
            except (LookupError, UnicodeError):
                continue
    return content.decode("latin-1")


def _said(raw: Any) -> str:
    """A header as a person reads it."""
    try:
        pieces = email.header.decode_header(str(raw))
    except (email.errors.HeaderParseError, ValueError):
        return str(raw)[:1000]
    made = [
        _decoded(text, name if name != "unknown-8bit" else None) if isinstance(text, bytes) else text
        for text, name in pieces
    ]
    return re.sub(r"\s+", " ", "".join(made)).strip()[:1000]


def _addresses(mail: email.message.Message, *names: str) -> list[dict[str, str]]:
    said = [_said(value) for name in names for value in mail.get_all(name, [])]
    return [
        {"name": name[:200], "address": address[:320].lower()}
        for name, address in email.utils.getaddresses(said)[:MOST_LINKS]
        if address
    ]


def _without_tags(page: str) -> str:
    return re.sub(r"[ \t]+", " ", _tag.sub(" ", page)) if page else ""


def _moment(said: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(said).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _hops(mail: email.message.Message) -> Iterator[dict[str, str]]:
    """The way it came, the first sender first, as the machines on it wrote it (only the last ones can be believed)."""
    for raw in reversed(mail.get_all("Received", [])[:MOST_HOPS]):
        text, _semicolon, at = _said(raw).rpartition(";")
        hop = _hop.search(text)
        yield {
            "from": (hop[1] if hop else "")[:200],
            "by": (hop[2] if hop else text)[:200],
            "at": _moment(at.strip()),
        }


def _facts(mail: email.message.Message, plain: str, page: str, attachments: list[dict[str, Any]]) -> dict[str, Any]:
    subject = _said(mail.get("Subject", ""))
    senders = _addresses(mail, "From") or _addresses(mail, "Sender")
    anchors = [(where, _without_tags(shown).strip()) for where, shown in _anchor.findall(page)[:MOST_LINKS]]
    links = dict.fromkeys([*_link.findall(plain), *(where for where, _shown in anchors if where[:4].lower() == "http")])
    facts = {
        "subject": subject,
        "from": senders[0] if senders else {"name": "", "address": ""},
        "reply_to": _addresses(mail, "Reply-To"),
        "return_path": _addresses(mail, "Return-Path"),
        "to": _addresses(mail, "To"),
        "cc": _addresses(mail, "Cc"),
        "date": _moment(_said(mail.get("Date", ""))),
        "message_id": _said(mail.get("Message-ID", ""))[:300],
        "received": list(_hops(mail)),
        "authentication": [_said(one)[:500] for one in mail.get_all("Authentication-Results", [])[:5]],
        "links": list(links)[:MOST_LINKS],
        "attachments": attachments,
        "text": plain[:20_000],
        "accounts": accounts_in(f"{subject}\n{plain}"),
        "bics": bics_in(plain),
        "uetrs": uetrs_in(plain),
        "amounts": amounts_in(f"{subject}\n{plain}"),
    }
    return facts | {"signs": signs_of(facts, anchors)}


if __name__ == "__main__":
    main(sys.argv[1])

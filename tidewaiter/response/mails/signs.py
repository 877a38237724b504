"""What in a mail should make a reader doubt, each with what was seen. A sign proves nothing; none proves nothing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tidewaiter.response.payments.lookalikes import is_public_provider, looks_like, readable

_address = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,253}")
_failed = re.compile(r"\b(spf|dkim|dmarc)=(fail|softfail|permerror)\b", re.IGNORECASE)
_domain = re.compile(r"(?:^|\s)((?:[\w-]{1,63}\.){1,4}[a-z]{2,24})(?:$|[\s/])", re.IGNORECASE)
_RUNS = (".exe", ".scr", ".js", ".vbs", ".bat", ".cmd", ".lnk", ".hta", ".iso", ".img", ".jar", ".ps1", ".wsf")
_PAPER = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".jpg", ".png", ".txt", ".zip", ".htm", ".html")
MOST = 40


def signs_of(facts: dict[str, Any], anchors: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Of the facts of a mail and of its links (where each leads, what it shows): `{"sign": …}` with what was seen."""
    sender = facts["from"]["address"]
    home = _domain_of(sender)
    signs: list[dict[str, Any]] = []
    for one in facts["reply_to"]:
        other = _domain_of(one["address"])
        if other and other != home:
            signs.append({"sign": "reply_to_differs", "seen": one["address"], "from": sender})
            if is_public_provider(other) and not is_public_provider(home):
                signs.append({"sign": "reply_to_public", "seen": other})
    for one in facts["return_path"]:
        if _domain_of(one["address"]) not in ("", home) and not _domain_of(one["address"]).endswith(f".{home}"):
            signs.append({"sign": "return_path_differs", "seen": one["address"], "from": sender})
    signs += _alike(facts, home)
    for shown in _address.findall(facts["from"]["name"]):
        if shown.lower() != sender:
            signs.append({"sign": "name_shows_another_address", "seen": shown, "from": sender})
    for said in facts["authentication"]:
        for which, how in _failed.findall(said):
            signs.append({"sign": "authentication_failed", "seen": f"{which.lower()}={how.lower()}"})
    signs += _leading_elsewhere(anchors)
    for one in facts["attachments"]:
        name = one["name"].lower()
        if name.endswith(_RUNS):
            signs.append({"sign": "attachment_runs", "seen": one["name"]})
        if any(f"{inner}." in name and not name.endswith(inner) for inner in _PAPER) and name.endswith(_RUNS):
            signs.append({"sign": "attachment_two_endings", "seen": one["name"]})
    return [dict(pairs) for pairs in dict.fromkeys(tuple(_plain(one)) for one in signs)][:MOST]


def _plain(sign: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, tuple(map(tuple, said)) if isinstance(said, list) else said) for name, said in sign.items()]


def _domain_of(address: str) -> str:
    return readable(address.rpartition("@")[2]) if "@" in address else ""


def _alike(facts: dict[str, Any], home: str) -> list[dict[str, Any]]:
    """Domains of whom it is from, or where an answer goes, that look like one that the mail knows."""
    doubted = dict.fromkeys([home, *(_domain_of(one["address"]) for one in facts["reply_to"])])
    known = [_domain_of(one["address"]) for name in ("to", "cc") for one in facts[name]]
    known += [readable(one.rpartition("@")[2]) for one in _address.findall(facts["text"][:20_000])]
    known += [readable(urlsplit(one).hostname or "") for one in facts["links"][:50] if _is_sound(one)]
    known += [home]
    signs = []
    for domain in doubted:
        for other in dict.fromkeys(known):
            if domain and other and (seen := looks_like(domain, other)):
                pieces = {
                    name: [[piece, differs] for piece, differs in getattr(seen, name)] for name in ("marked", "known")
                }
                signs.append({"sign": "domain_looks_like", "seen": domain, "like": other, "how": seen.how, **pieces})
    return signs


def _is_sound(link: str) -> bool:
    try:
        return bool(urlsplit(link).hostname)
    except ValueError:
        return False


def _leading_elsewhere(anchors: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Links that show one domain and lead to another."""
    signs = []
    for where, shown in anchors:
        named = _domain.search(shown.replace("https://", " ").replace("http://", " "))
        if named and where[:4].lower() == "http" and _is_sound(where):
            leads, says = readable(urlsplit(where).hostname or ""), readable(named[1])
            if not (leads == says or leads.endswith(f".{says}") or says.endswith(f".{leads}")):
                signs.append({"sign": "link_leads_elsewhere", "seen": says, "to": leads})
    return signs

"""Indicators: read as people write them (defanged or not), checked, defanged again, and as a STIX pattern.

Nothing is looked up outside: a check is of the form, of address ranges, and of a short list of names that so many use
that blocking them would harm.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tidewaiter.advisories.words import INDICATORS
from tidewaiter.foundation.refusals import BadInput

SAFE = Path(__file__).with_name("safe_list.txt")
LONGEST = 500
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_domain = re.compile(rf"(?:{_LABEL}\.)+(?!-)(?:[A-Za-z]{{2,63}}|xn--[A-Za-z0-9-]{{1,59}})")
_email = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^@\s]{3,253})")
_hex = re.compile(r"[0-9a-fA-F]+")
_file = re.compile(r"[^/\\:*?\"<>|\x00-\x1f]{1,200}\.[A-Za-z0-9]{1,8}")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
_REFANGED = (
    (re.compile(r"\[\s*(?:\.|dot)\s*\]|\(\s*(?:\.|dot)\s*\)|\{\s*(?:\.|dot)\s*\}", re.IGNORECASE), "."),
    (re.compile(r"\[\s*(?:@|at)\s*\]|\(\s*(?:@|at)\s*\)", re.IGNORECASE), "@"),
    (re.compile(r"\[\s*:\s*\]"), ":"),
    (re.compile(r"\[\s*://\s*\]"), "://"),
    (re.compile(r"^h(?:xx|\*\*|__)p", re.IGNORECASE), "http"),
    (re.compile(r"^fxp", re.IGNORECASE), "ftp"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """An indicator as it was understood."""

    kind: str
    value: str
    check: str


def refang(text: str) -> str:
    """What somebody wrote defanged, as it is."""
    said = text.strip().strip("<>\"'“”«»").strip()
    for pattern, plain in _REFANGED:
        said = pattern.sub(plain, said)
    return said


def defang(kind: str, value: str) -> str:
    """As it is shown and copied: nothing a program would make a link of."""
    if kind == "url":
        scheme, mark, rest = value.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme.replace('tt', 'xx', 1).replace('ftp', 'fxp')}{mark}{host.replace('.', '[.]')}{slash}{path}"
    if kind in ("domain", "ipv4"):
        return value.replace(".", "[.]")
    if kind == "ipv6":
        return value.replace(":", "[:]")
    if kind == "email":
        return value.replace("@", "[@]").replace(".", "[.]")
    return value


def read_indicator(text: str, kind: str = "") -> Read:
    """One indicator, of the kind that is said, else of the kind it looks like. Raises `BadInput`."""
    said = refang(text)
    if not said or len(said) > LONGEST:
        raise BadInput("indicators", _("An indicator has 1 to 500 signs."))
    if kind and kind not in INDICATORS:
        raise BadInput(
            "indicators",
            _("«%(kind)s» is no kind of indicator. There are: %(all)s.")
            % {"kind": kind[:20], "all": ", ".join(INDICATORS)},
        )
    for name, reader in _READERS.items():
        if kind in ("", name) and (found := reader(said)) is not None:
            return found
    raise BadInput(
        "indicators",
        _("«%(text)s» is no address, domain, mail address, digest or file name.") % {"text": said[:60]},
    )


def _url(said: str) -> Read | None:
    if "://" not in said or re.search(r"[\s\"<>]", said):
        return None
    try:
        parts = urlsplit(said)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ftp") or not host:
        return None
    if _domain.fullmatch(host) is None and _address(host) is None:
        return None
    return Read("url", said, "well_formed" if parts.path.strip("/") else checked_host(host))


def _address(said: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(said)
    except ValueError:
        return None


def _ip(said: str) -> Read | None:
    found = _address(said)
    if found is None:
        return None
    kind = f"ipv{found.version}"
    if any(found in net for net in _DOCUMENTATION if net.version == found.version):
        return Read(kind, str(found), "documentation")
    if not found.is_global:
        raise BadInput("indicators", _("«%(ip)s» is an address of inner networks: nobody else sees it.") % {"ip": said})
    return Read(kind, str(found), "well_formed")


def _of_ip(version: int) -> Callable[[str], Read | None]:
    def read(said: str) -> Read | None:
        found = _address(said)
        return _ip(said) if found is not None and found.version == version else None

    return read


def _mail(said: str) -> Read | None:
    found = _email.fullmatch(said)
    if found is None or _domain.fullmatch(found.group(1)) is None:
        return None
    return Read("email", said.lower(), "well_formed")


def _digest(said: str) -> Read | None:
    plain = said.replace(" ", "")
    kind = _DIGESTS.get(len(plain))
    if kind is None or _hex.fullmatch(plain) is None:
        return None
    return Read(kind, plain.lower(), "well_formed" if kind == "sha256" else "weak_digest")


def _of_digest(kind: str) -> Callable[[str], Read | None]:
    def read(said: str) -> Read | None:
        found = _digest(said)
        return found if found is not None and found.kind == kind else None

    return read


def _name(said: str) -> Read | None:
    ends = said.rpartition(".")[2].lower()
    return Read("file_name", said, "well_formed") if _file.fullmatch(said) and ends in _ENDINGS else None


def _host(said: str) -> Read | None:
    plain = said.rstrip(".").lower()
    if _domain.fullmatch(plain) is None or len(plain) > 253:
        return None
    return Read("domain", plain, checked_host(plain))


_ENDINGS = frozenset(
    (
        *("exe", "dll", "js", "vbs", "ps1", "bat", "cmd", "scr", "lnk", "iso", "img", "zip", "rar", "7z", "gz"),
        *("doc", "docm", "docx", "xls", "xlsm", "xlsx", "ppt", "pdf", "hta", "jar", "apk", "html", "htm", "one"),
        *("chm", "msi", "cab", "svg", "eml", "msg", "py", "sh", "bin", "dat", "tmp"),
    )
)
_READERS: dict[str, Callable[[str], Read | None]] = {
    "url": _url,
    "ipv4": _of_ip(4),
    "ipv6": _of_ip(6),
    "email": _mail,
    "sha256": _of_digest("sha256"),
    "sha1": _of_digest("sha1"),
    "md5": _of_digest("md5"),
    "file_name": _name,
    "domain": _host,
}
"""By kind, in the order in which a text is tried: «invoice.pdf» is a file's name before it is a domain."""


def checked_host(host: str) -> str:
    """What is known of a name that many use."""
    safe, shared = _lists()
    ends = ["." + host[at:] for at in range(len(host)) if at == 0 or host[at - 1] == "."]
    if any(one in safe for one in ends):
        return "safe_listed"
    return "shared_host" if any(one in shared for one in ends) else "not_safe_listed"


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """Names that must not be blocked, and names under which strangers put pages of their own."""
    kinds: dict[str, set[str]] = {"safe": set(), "shared": set()}
    for line in SAFE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _space, name = line.partition(" ")
            kinds[kind].add(f".{name.strip()}")
    return frozenset(kinds["safe"]), frozenset(kinds["shared"])


_PATTERNS = {
    "url": "url:value",
    "domain": "domain-name:value",
    "ipv4": "ipv4-addr:value",
    "ipv6": "ipv6-addr:value",
    "email": "email-addr:value",
    "sha256": "file:hashes.'SHA-256'",
    "sha1": "file:hashes.'SHA-1'",
    "md5": "file:hashes.MD5",
    "file_name": "file:name",
}
_OF_PATH = {path: kind for kind, path in _PATTERNS.items()} | {
    "file:hashes.SHA256": "sha256",
    "file:hashes.'SHA256'": "sha256",
    "file:hashes.'MD5'": "md5",
    'file:hashes."SHA-256"': "sha256",
    "email-message:from_ref.value": "email",
    "email-message:sender_ref.value": "email",
}
_compared = re.compile(r"([a-z0-9-]+:[A-Za-z0-9_.'\"-]+)\s*=\s*'((?:[^'\\]|\\.)*)'")


def pattern_of(kind: str, value: str) -> str:
    """The STIX pattern of one indicator."""
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{_PATTERNS[kind]} = '{plain}']"


def values_in(pattern: str) -> tuple[list[tuple[str, str]], list[str]]:
    """What a pattern compares for equality: (kind, value) that this node knows, and paths that it does not."""
    known: list[tuple[str, str]] = []
    lost: list[str] = []
    for path, value in _compared.findall(pattern):
        kind = _OF_PATH.get(path)
        if kind is None:
            lost.append(path)
        else:
            known.append((kind, re.sub(r"\\(.)", r"\1", value)))
    return known, lost

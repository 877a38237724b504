"""The file that names a ministry's providers of sign-in (OpenID Connect), read once when the node starts.

[ministry]
name = "Ministry of Finance"
server = "https://login.finance.example"
client_id = "tidewaiter"
client_secret_file = "/run/secrets/tidewaiter-sign-on"
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.refusals import BadInput

_id = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TEXTS = ("name", "server", "client_id")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. Addresses are `https:`, or of this machine; claims are named as the provider calls them."""

    id: str
    name: str
    server: str
    """Its issuer: the address before `/.well-known/openid-configuration`."""
    client_id: str
    client_secret: str = ""
    username_claim: str = "preferred_username"
    name_claim: str = "name"
    email_claim: str = "email"
    groups_claim: str = "groups"
    scopes: str = "openid profile email"
    second_factor: tuple[str, ...] = ("mfa", "otp", "hwk", "phr", "phrh")
    """Values of `amr` (RFC 8176) or `acr` by which the provider says that it asked for a second factor."""
    usernames_are_its_own: bool = False
    """Whether its people cannot choose their username: then an account of that name is theirs without being linked."""
    form_origins: tuple[str, ...] = ()
    """Further origins that signing in leads over, for the browser's policy."""

    @property
    def origins(self) -> tuple[str, ...]:
        """Where a form of this node may lead."""
        said = urlsplit(self.server)
        return (f"{said.scheme}://{said.netloc}", *self.form_origins)


def read_providers(path: str) -> dict[str, Provider]:
    """The providers that the file names, by their id; none without a file. Raises `BadInput` that says what is wrong
    and where.
    """
    if not path:
        return {}
    try:
        said = read_toml(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotToml) as error:
        raise BadInput("sign_on", f"TIDEWAITER_SIGN_ON: {path} cannot be read: {error}.") from error
    return {name: _provider(name, table, path) for name, table in said.items()}


def _provider(name: str, table: Any, path: str) -> Provider:
    known = {one.name for one in fields(Provider)} - {"id", "client_secret"} | {"client_secret_file"}
    if not _id.fullmatch(name) or not isinstance(table, dict):
        raise _wrong(path, name, "give a table named by small letters, digits and hyphens")
    if odd := sorted(set(table) - known):
        raise _wrong(path, name, f"«{odd[0]}» is not known; known are {', '.join(sorted(known))}")
    if missing := [one for one in ("name", "server", "client_id") if not table.get(one)]:
        raise _wrong(path, name, f"«{missing[0]}» is missing")
    for address in (table["server"], *(table.get("form_origins") or ())):
        _must_be_safe(str(address), path, name)
    secret = _secret(str(table.get("client_secret_file", "")), path, name)
    rest: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    rest.pop("client_secret_file", None)
    rest["server"] = str(rest["server"]).removesuffix("/.well-known/openid-configuration").rstrip("/")
    for one in fields(Provider):
        kind = str if one.name in _TEXTS else type(one.default)
        if one.name in rest and not isinstance(rest[one.name], kind):
            raise _wrong(path, name, f"«{one.name}» is not of its kind")
    return Provider(id=name, client_secret=secret, **rest)


def _must_be_safe(address: str, path: str, name: str) -> None:
    said = urlsplit(address)
    if said.scheme != "https" and not (said.scheme == "http" and said.hostname in _LOOPBACK):
        raise _wrong(path, name, f"«{address}» is not encrypted: give an https: address")


def _secret(file: str, path: str, name: str) -> str:
    if not file:
        return ""
    try:
        if os.name == "posix" and Path(file).stat().st_mode & 0o007:
            raise _wrong(path, name, f"everybody on this machine may read {file}: chmod o-rwx")
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, name, f"client_secret_file {file} cannot be read") from error


def _wrong(path: str, name: str, why: str) -> BadInput:
    return BadInput("sign_on", f"TIDEWAITER_SIGN_ON: {path}, [{name}]: {why}.")

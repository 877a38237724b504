"""Who is at the other end of a connection: where they ask from, what a WSGI
application is told of it, and how it is ended.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people.sources import last_hop_of

type Scope = Mapping[str, Any]
"""What ASGI says of a request (asgi.readthedocs.io, HTTP connection scope)."""
_OPEN_FILES = "/dev/fd"


class TurnedAway(Refusal):
    """The door itself answers: `status`, and after how many seconds it is worth asking again (0: at once)."""

    def __init__(self, status: int, sentence: str, again: int = 0) -> None:
        super().__init__("busy" if again else "too_slow", sentence)
        self.status, self.again = status, again


def header_of(scope: Scope, name: bytes) -> str:
    """All that a header says, commas between; nothing where it is not there."""
    return ",".join(said.decode("latin-1") for called, said in scope["headers"] if called == name)


def source_of(scope: Scope) -> str:
    """Where a request comes from: an IPv4 address, or the /64 of an IPv6 one,
    which is one household's or one machine's.

    Behind proxies that the node's keeper has declared it is what they say; behind one that is
    undeclared, as people/sources.py says.
    """
    header = header_of(scope, b"x-forwarded-for")
    said = last_hop_of(header) or str((scope.get("client") or ("",))[0])
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        forwarded = [part.strip() for part in header.split(",") if part.strip()]
        said = forwarded[-proxies] if len(forwarded) >= proxies else said
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said[:60]
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def environ_of(scope: Scope, body: Any) -> dict[str, Any]:
    """A request as PEP 3333 has it. Headers with an underscore are left out: they pass for those with a hyphen."""
    server, client = scope.get("server") or ("", ""), scope.get("client") or ("", "")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"] or b"/").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, said in scope["headers"]:
        if b"_" in name:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        text = said.decode("latin-1")
        environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    return environ


def cut(scope: Scope) -> bool:
    """Ends the connection of a request, whatever waits on it: the web server keeps one as long as its other end
    keeps it.

    Found among the open files of this process by both of its ends. Gives whether it was there.
    """
    client, server = scope.get("client"), scope.get("server")
    if not client or not server:
        return False
    ends = (str(client[0]), str(client[1]), str(server[1]))
    return any(_cut_if_between(name, ends) for name in os.listdir(_OPEN_FILES))


def _cut_if_between(name: str, ends: tuple[str, str, str]) -> bool:
    """Ends the connection that this open file is, where it has these ends. Nothing of ours is left open after it."""
    with suppress(OSError):
        if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
            return False
        copy = os.dup(int(name))
        try:
            wire = socket.socket(fileno=copy)
        except OSError:
            os.close(copy)  # a socket takes a descriptor as its own only once it is made
            return False
        with wire:
            far, near = wire.getpeername(), wire.getsockname()
            if isinstance(far, tuple) and (str(far[0]), str(far[1]), str(near[1])) == ends:
                wire.shutdown(socket.SHUT_RDWR)
                return True
    return False

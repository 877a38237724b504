"""Run in a process of its own: `python -m tests.house.walk` walks every page of the shape that the environment names.

Prints `{address: status}`, unsigned first, then as a contact point of the country; and the fields of each operation of
its OpenAPI document.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402

from tests.house.operation_fields import fields_of_operations  # noqa: E402

SAMPLES = {
    "ref": "TW-NONE",
    "form": "WPN",
    "code": "WPN",
    "name": "country",
    "kind": "xsd",
    "deed": "submit",
    "username": "nobody",
    "pk": "1",
    "number": "1",
    "digest": "0" * 64,
    "file": "none",
    "country": "KE",
    "analysis": "mirror",
    "step": "seal",
    "which": "book",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    """Every address of the shape, with samples for its parts."""
    found: list[str] = []
    for pattern in patterns:
        route = str(pattern.pattern)
        for part, sample in SAMPLES.items():
            route = route.replace(f"<str:{part}>", sample).replace(f"<int:{part}>", sample)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, before + route)
        else:
            found.append(before + route)
    return found


def main() -> None:
    """Walks and prints."""
    every = addresses(get_resolver().url_patterns)
    answer: dict[str, dict[str, int]] = {"unsigned": {}, "forged": {}, "signed": {}}
    stranger = Client(SERVER_NAME="127.0.0.1")
    for address in every:
        answer["unsigned"][address] = stranger.get(address).status_code
    signed = Client(SERVER_NAME="127.0.0.1")
    if not signed.login(username=sys.argv[1], password=sys.argv[2]):
        raise SystemExit("cannot sign in")
    forged = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    forged.login(username=sys.argv[1], password=sys.argv[2])
    for address in every:
        answer["forged"][address] = forged.post(address).status_code
        answer["signed"][address] = signed.get(address).status_code
    operations = fields_of_operations(signed.get("/api/openapi.json").json())
    print(json.dumps({**answer, "operations": operations}))


if __name__ == "__main__":
    main()

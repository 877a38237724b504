"""Every field of every kind that this node takes, said as every other type: refused with a reason, never a crash."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import bring, keys, signed  # noqa: F401 -- a fixture
from tests.registry.test_exchange import as_peer
from tests.registry.test_exchange_kinds import WIDE, two  # noqa: F401 -- a fixture
from tidewaiter.exchange.models import Incoming
from tidewaiter.foundation.actors import NODE

pytestmark = pytest.mark.django_db
OTHERS: tuple[Any, ...] = (None, True, 7, -1, 1.5, "", "x", "x" * 30_000, [], [None], [[]], {}, {"a": {}}, [{"a": 1}])
HOSTILE = "x\x00\u202e<script>"
THOROUGH = bool(os.environ.get("TIDEWAITER_THOROUGH"))


def nested(schema: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every field that a schema names."""
    found = [path] if path else []
    for name, part in schema.get("properties", {}).items():
        found += nested(part, (*path, name))
    if "properties" in schema.get("items", {}):
        found += nested(schema["items"], (*path, 0))
    return found


def example(schema: dict[str, Any]) -> Any:
    """A body of the right types."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}))]
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, "a" * 64 if "pattern" in schema else "x")


def with_other(body: Any, path: tuple[str | int, ...], other: Any) -> Any:
    if not path:
        return other
    if isinstance(body, list):
        return [with_other(body[0], path[1:], other)]
    return {**body, path[0]: with_other(body[path[0]], path[1:], other)}


def test_no_body_of_another_shape_crashes_or_waits_for_ever(two: SimpleNamespace) -> None:  # noqa: F811
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.agreements import kinds_of_node
    from tidewaiter.jobs.models import FailedItem

    kinds = kinds_of_node()
    text = WIDE.format(epoch=1, more="")
    for name, kind in kinds.items():
        if f'"{name}"' not in text and not kind.answers:
            text += f'\n[[kinds]]\nkind = "{name}"\nnames = true\n'
    agree(text=signed(text, two.mauritius), by=NODE)
    envelopes: list[str] = []
    for name, kind in kinds.items():
        schema = dict(kind.schema)
        body = example(schema)
        bodies = [{}, *(with_other(body, path, other) for path in nested(schema) for other in (*OTHERS, HOSTILE))]
        for number, one in enumerate(bodies if THOROUGH else bodies[:: max(1, len(bodies) // 25)]):
            said = {"agreement": "KE-MU", "purpose": "investigation", "record": f"X-{name}-{number}"}
            envelopes.append(two.mauritius.envelope(two.card, two.mauritius.said(two.card, name, one, **said)))
    for at in range(0, len(envelopes), 90):
        bring(as_peer(two, two.mauritius), *envelopes[at : at + 90])
    left = Incoming.objects.filter(status="pending")
    assert [f"{row.kind} {row.record}" for row in left] == []
    assert not FailedItem.objects.exists()
    assert Incoming.objects.count() == len(envelopes)
    assert not Incoming.objects.filter(status="quarantined", reason="").exists()

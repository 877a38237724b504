"""The JSON door of rooms as its OpenAPI document describes it, asked by schemathesis: no answer is a surprise."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode

from tests.api.test_schemathesis import CHECKS, LIFE, _one_connection, application
from tidewaiter.people.actions import make_token

__all__ = ["_one_connection"]
pytestmark = pytest.mark.django_db
HERE = ("GET /api/v1/operations", "POST /api/v1/operations")
OPERATIONS = {
    "GET /api/v1/operations",
    "GET /api/v1/operations/{ref}",
    "GET /api/v1/operations/{ref}/certificate",
    "GET /api/v1/operations/{ref}/figures",
    "GET /api/v1/operations/{ref}/files/{file}",
    "GET /api/v1/operations/{ref}/members",
    "GET /api/v1/operations/{ref}/messages",
    "GET /api/v1/operations/{ref}/situation",
    "GET /api/v1/operations/{ref}/templates",
    "POST /api/v1/operations",
    "POST /api/v1/operations/{ref}/close",
    "POST /api/v1/operations/{ref}/destroy",
    "POST /api/v1/operations/{ref}/export",
    "POST /api/v1/operations/{ref}/files",
    "POST /api/v1/operations/{ref}/give_up",
    "POST /api/v1/operations/{ref}/hold",
    "POST /api/v1/operations/{ref}/join",
    "POST /api/v1/operations/{ref}/members",
    "POST /api/v1/operations/{ref}/members/{username}/remove",
    "POST /api/v1/operations/{ref}/messages",
    "POST /api/v1/operations/{ref}/messages/{number}/acknowledge",
    "POST /api/v1/operations/{ref}/messages/{number}/correct",
    "POST /api/v1/operations/{ref}/messages/{number}/record",
    "POST /api/v1/operations/{ref}/messages/{number}/withdraw",
    "POST /api/v1/operations/{ref}/move",
    "POST /api/v1/operations/{ref}/renew",
    "POST /api/v1/operations/{ref}/reopen",
    "POST /api/v1/operations/{ref}/take_share",
    "POST /api/v1/operations/{ref}/templates",
    "POST /api/v1/operations/{ref}/templates/{code}/retire",
    "POST /api/v1/operations/{ref}/templates/{code}/trim",
}
"""Operations of the room; its stream does not end, so it is asked in test_stream.py."""
STREAM = "GET /api/v1/operations/{ref}/stream"


@pytest.mark.long
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_an_operation_of_a_room_answers_as_its_document_says(
    room: Callable[..., Any], staff: SimpleNamespace, settings: Any, label: str, mode: GenerationMode
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.API_REQUESTS_A_MINUTE = 10_000_000
    ref = room(staff.ocu).ref
    _token, text = make_token(officer=staff.ocu, scope="write", by=staff.ocu)
    headers = {"Authorization": f"Bearer {text}", "Accept-Encoding": "identity"}  # its client unpacks nothing
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=headers)
    found = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}
    assert {name for name in found if name.startswith(HERE)} == OPERATIONS | {STREAM}, "a new operation is asked too"

    @LIFE
    @given(case=found[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if "ref" in (case.path_parameters or {}) and mode is GenerationMode.POSITIVE:
            case.path_parameters["ref"] = ref
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    ask()

"""The JSON door put together: the rooms' routers, RFC 9457 problems, the OpenAPI document and its page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser

from tidewaiter.forms.queries import forms_in_use
from tidewaiter.forms.schemas import json_schema
from tidewaiter.foundation.budgets import OverLimit, over
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.problems import MEDIA_TYPE, TITLES, problem, problem_of_refusal
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.people.tokens import Bearer, Pace, holder_known


class Plain(Parser):
    """JSON read by the one reader of the house: strict, with bounds on bytes and nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The document. What it refuses comes to `_said` as the cause of ninja's own error."""
        return read_json(request.body)


api = NinjaAPI(
    title="Tidewaiter",
    version="1",
    auth=Bearer(),
    throttle=[Pace()],
    parser=Plain(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    description=(
        "Cases, figures and reference lists. A token goes in `Authorization: Bearer`; errors are RFC 9457 problem"
        " details."
    ),
)
for _router in (router for room in rooms_of_node() for router in room.api):
    api.add_router("", _router)


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem_of_refusal(refusal)


@api.exception_handler(RequestDataTooBig)
def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem_of_refusal(over("json_body_bytes"))


@api.exception_handler(ValidationError)
def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in item["loc"][1:]),
            "code": str(item["type"]),
            "message": str(item["msg"]),
            "proposals": [],
        }
        for item in error.errors
    ]
    return problem(422, "not_valid", _("Fields of the request are wrong."), errors)


@api.exception_handler(AuthenticationError)
def _nobody(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "no_token", _("Give a token that is valid: Authorization: Bearer …"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def _too_fast(_request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = problem(429, "too_many", _("Too many requests: wait, then go on."))
    answer["Retry-After"] = str(int(error.wait or 1) + 1)
    return answer


@api.exception_handler(HttpError)
def _said(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, OverLimit):
        return problem_of_refusal(error.__cause__)
    if isinstance(error.__cause__, Refusal):  # read_json's: no JSON at all
        return problem(400, error.__cause__.code, error.__cause__.sentence)
    return problem(error.status_code, "bad_request", str(error))


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404, "missing", _("There is no such thing."))


_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "version": {"type": "integer", "description": "the current version, where another was named"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "proposals": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


def document() -> dict[str, Any]:
    """The OpenAPI document, with the body of a case taken from the forms in use."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    parts = schema.setdefault("components", {}).setdefault("schemas", {})
    parts["Problem"] = _PROBLEM
    names = []
    for form in forms_in_use():
        names.append(f"Case_{form.code}")
        parts[names[-1]] = {key: value for key, value in json_schema(form).items() if key != "$schema"}
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status in (400, 401, 403, 404, 409, 413, 422, 429):
                body = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"].setdefault(str(status), {"description": TITLES[status], "content": body})
            if operation["operationId"] == "draft_case" and names:
                bodies = [{"$ref": f"#/components/schemas/{name}"} for name in names]
                operation["requestBody"]["content"]["application/json"]["schema"] = {"anyOf": bodies}
    return schema


@login_not_required
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for whoever is signed in or holds a token."""
    if not request.user.is_authenticated and holder_known(request) is None:
        return _nobody(request, AuthenticationError())
    return JsonResponse(document())


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The JSON door described for people."""
    schema = document()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "answers": sorted(str(code) for code in operation["responses"] if str(code) < "4"),
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api_docs.html", {"operations": operations, "address": settings.TIDEWAITER_URL})


_patterns, _app, _name = api.urls
urls = (
    [pattern for pattern in _patterns if getattr(pattern, "name", "") != "api-root"],
    _app,
    _name,
)  # there is nothing at the root
for _pattern in urls[0]:
    # the token is the door's own sign-in; the pages' middleware would send programs to the sign-in page
    _pattern.callback.login_required = False  # type: ignore[union-attr]

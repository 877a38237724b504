"""What an OpenAPI document says that each operation takes and answers: names of fields, references followed."""

from __future__ import annotations

from typing import Any


def fields_of_operations(document: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """By operation: `takes` (the body) and `answers` (the first answer that is no mistake); of what holds parts that
    the document defines, `answers.PART` and `answers.PART.PART` too.
    """
    found = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            fields = {"takes": _fields(document, _schema(operation.get("requestBody", {})))}
            good = next((operation["responses"][code] for code in operation["responses"] if str(code)[0] == "2"), {})
            parts = {"answers": _defined(document, _schema(good))}
            for _depth in range(3):
                fields |= {path: sorted(part.get("properties", {})) for path, part in parts.items()}
                parts = {
                    f"{path}.{name}": _defined(document, inner)
                    for path, part in parts.items()
                    for name, inner in part.get("properties", {}).items()
                }
            found[operation["operationId"]] = fields
    return found


def _schema(holder: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _defined(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The object that a schema, or a list of it, is."""
    while "items" in schema or "$ref" in schema:
        if "items" in schema:
            schema = schema["items"] if isinstance(schema["items"], dict) else {}
        else:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    return sorted(_defined(document, schema).get("properties", {}))

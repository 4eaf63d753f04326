"""The OpenAPI document, and the page that tells people how programs file facts."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.web.api.v1 import api

PREFIX = "/api/v1/"


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of version 1."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    body = made["paths"][f"{PREFIX}facts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    made["components"]["schemas"] |= body.pop("$defs", {})
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault(
                401, {"description": "The token is missing, unknown, expired or revoked."}
            )
    return made


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how programs file facts: the calls, their fields and answers, with an example for each."""
    made = document()
    schemas = made["components"]["schemas"]
    calls = [
        _call(path, method, operation, schemas)
        for path, operations in made["paths"].items()
        for method, operation in operations.items()
    ]
    return render(request, "api/home.html", {"calls": calls, "address": request.build_absolute_uri(PREFIX)})


def _call(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return one call as the page shows it."""
    body: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    media = next(iter(body), "")
    fields = _fields(_resolve(body[media].get("schema", {}), schemas), schemas) if media else []
    return {
        "id": operation["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "media": media,
        "parameters": [_parameter(one, schemas) for one in operation.get("parameters", [])],
        "fields": fields,
        "answers": [
            {"status": status, "fields": _fields(_answer_schema(answer, schemas), schemas)}
            for status, answer in operation["responses"].items()
            if str(status) in {"200", "409"}
        ],
    }


def _parameter(one: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return one parameter of a call as the page shows it."""
    return {
        "name": one["name"],
        "type": _type(one["schema"], schemas),
        "required": one.get("required", False),
        "about": one["schema"].get("description", one.get("description", "")),
    }


def _answer_schema(answer: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    found = _resolve(content.get("schema", {}), schemas)
    return _resolve(found["items"], schemas) if found.get("type") == "array" else found


def _resolve(found: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = found.get("$ref")
    resolved: dict[str, Any] = schemas[reference.rpartition("/")[2]] if reference else found
    return resolved


def _fields(found: dict[str, Any], schemas: dict[str, Any], prefix: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """Return the fields of an object and of the objects in its lists, as flat rows: ``facts[].key``."""
    rows: list[dict[str, Any]] = []
    required = set(found.get("required", ()))
    for name, about in found.get("properties", {}).items():
        rows.append(
            {
                "name": prefix + name,
                "type": _type(about, schemas),
                "required": name in required,
                "about": about.get("description", ""),
            }
        )
        inner = _resolve(about.get("items", {}), schemas)
        if inner.get("properties") and depth < 2:
            rows += _fields(inner, schemas, f"{prefix}{name}[].", depth + 1)
    return rows


def _type(about: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return a type in words that programmers know."""
    about = _resolve(about, schemas)
    if "anyOf" in about:
        return " | ".join(dict.fromkeys(_type(one, schemas) for one in about["anyOf"]))
    if "enum" in about:
        return " | ".join(map(str, about["enum"]))
    if about.get("type") == "array":
        return f"[{_type(about.get('items', {}), schemas)}]"
    return str(about.get("format") or about.get("type", "object"))

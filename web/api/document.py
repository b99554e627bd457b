"""The OpenAPI document, with the schemas of all commands, and a page of our own that lists the operations."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from application.commands import schemas
from domain.processes import PROCESSES
from web.api.bodies import SAFE
from web.api.delegation import Absence, NewDelegation, Revocation
from web.api.shapes import Problem
from web.api.tasks import Decision, ManyDecisions
from web.rendering import page

router = APIRouter(include_in_schema=False)
TEMPLATE = "#/components/schemas/{model}"
BODIES = (Absence, Decision, ManyDecisions, NewDelegation, Revocation)
ABOUT = """\
The log in Postgres says what happened: an answer 200 or 201 to a command means that it is there. `Idempotency-Key` is
the command id, 202 says that the outcome is not known yet and where to ask. Errors are problem details (RFC 9457).
The guide is docs/api.md."""
DECIMAL = r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"
NO_ZERO = r"^[^\u0000]*$"
ADDRESS = "/api/openapi.json"


def documented(app: FastAPI) -> None:
    """Makes `app` answer with this document; it is made on the first question."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


@router.get("/api")
async def operations(request: Request) -> Response:
    """What there is, for somebody who looks with a browser."""
    paths = request.app.openapi()["paths"]
    listed = [
        {"method": method.upper(), "path": path, "summary": operation["summary"]}
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]
    return page(request, "api.html", {"operations": listed, "document": ADDRESS})


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Signoff", version=version("signoff"), openapi_version="3.1.0", description=ABOUT, routes=app.routes
    )
    parts = document.setdefault("components", {})
    known = parts.setdefault("schemas", {})
    _, own = models_json_schema([(model, "validation") for model in BODIES], ref_template=TEMPLATE)
    known |= own["$defs"] | {"Problem": Problem.model_json_schema(ref_template=TEMPLATE)} | _payloads()
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    _without_theirs(document)
    _parameters_are_text(document)
    _bounded(document["components"]["schemas"])
    return document


def _without_theirs(document: dict[str, Any]) -> None:
    """What FastAPI would answer to a wrong parameter; here it is a problem with status 400."""
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        if "HTTPValidationError" in str(operation["responses"].get("422")):
            del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _parameters_are_text(document: dict[str, Any]) -> None:
    """One that may be left out has no null: there is no way to write it in an address or a header."""
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        for schema in (each["schema"] for each in operation.get("parameters", ())):
            kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
            if len(kinds) == 1:
                schema.update(kinds[0] | {name: said for name, said in schema.items() if name != "anyOf"})
                del schema["anyOf"]
            if schema.get("type") == "string" and not schema.keys() & {"pattern", "format", "enum"}:
                schema["pattern"] = NO_ZERO


def _bounded(schema: Any) -> None:
    """Says in each schema what `bodies` refuses everywhere: the character zero, whole numbers beyond `SAFE`, and
    fractions of more digits than a decimal keeps, which are for text to say.
    """
    match schema:
        case {"anyOf": [{"type": "number"} as number, {"type": "string"} as text, *_]}:
            number["type"] = "integer"
            text["pattern"] = DECIMAL
        case {"type": "string"} if not schema.keys() & {"pattern", "format", "enum", "const"}:
            schema["pattern"] = NO_ZERO
        case {"type": "integer"}:
            schema.setdefault("minimum", -SAFE)
            schema.setdefault("maximum", SAFE)
        case {"type": "object", "additionalProperties": inner} if inner:
            schema.setdefault("propertyNames", {"pattern": NO_ZERO})
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _bounded(inner)


def _payloads() -> dict[str, Any]:
    """The payload of each command as `<process>.<command>`, its parts as `<process>.<command>.<part>`."""
    found: dict[str, Any] = {}
    for process in PROCESSES.values():
        for name in schemas.commands(process):
            own = f"{process.name}.{name}"
            schema = dict(schemas.payload_schema(process, name))
            parts = {f"{own}.{part}": inner for part, inner in schema.pop("$defs", {}).items()}
            found |= {place: _moved(inner, own) for place, inner in {own: schema, **parts}.items()}
    return found


def _moved(value: Any, own: str) -> Any:
    """The same schema with its references to where the parts stand in the document."""
    match value:
        case {"$ref": str(ref), **more}:
            return {"$ref": f"#/components/schemas/{own}.{ref.rpartition('/')[2]}", **_moved(more, own)}
        case dict():
            return {name: _moved(inner, own) for name, inner in value.items()}
        case list():
            return [_moved(inner, own) for inner in value]
        case _:
            return value

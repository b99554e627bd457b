"""What each operation may answer, for the OpenAPI document: problems by family, and headers."""

from typing import Any

from web.api.problems import COMMAND_ID, MEDIA_TYPE
from web.api.shapes import Acknowledged, Pending

PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_SAID = {
    400: "What was sent cannot be understood",
    401: "No valid token",
    403: "This person may not",
    404: "It is not there, or not to be seen by this person",
    408: "Sending took too long",
    409: "It came too late, or its key was used for something else",
    410: "It was erased",
    412: "The case has moved on",
    413: "Too large",
    415: "Not a Content-Type that is taken here",
    422: "A rule refuses it",
    429: "Too often",
    503: "Postgres, Temporal or the case's workflow is away; a command may have been carried out",
}
_OF_READING = (400, 401, 404, 429, 503)
_OF_SENDING = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
_KEY = {COMMAND_ID: {"description": "The command id.", "schema": {"type": "string", "format": "uuid"}}}
_PLACE = {"Location": {"description": "Where to look.", "schema": {"type": "string"}}}
_AGAIN = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    return {status: {"description": _SAID[status], "content": {MEDIA_TYPE: PROBLEM}} for status in statuses}


def reading(*also: int) -> Responses:
    """The problems of an operation that changes nothing."""
    return problems(*sorted({*_OF_READING, *also}))


def writing(*also: int) -> Responses:
    """The problems of an operation that brings a body and changes something."""
    return problems(*sorted({*_OF_SENDING, *also}))


def sending(model: Any = Acknowledged, *, starts: bool = False) -> Responses:
    """All answers of a command."""
    known = {"model": model, "headers": {**_KEY, **_PLACE}}
    done: Responses = {200: {"description": "It is in the log", **known}}
    begun: Responses = {201: {"description": "The case is in the log", **known}} if starts else {}
    unknown: Responses = {
        202: {
            "description": "Not known yet; ask at Location",
            "model": Pending,
            "headers": {**_KEY, **_PLACE, **_AGAIN},
        }
    }
    return {**done, **begun, **unknown, **writing(412)}


def with_header(name: str, description: str) -> Responses:
    """A header that a 200 may have."""
    return {200: {"headers": {name: {"description": description, "schema": {"type": "string"}}}}}


def json_body(schema: dict[str, Any], examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request body of the OpenAPI document; examples by name."""
    shown = {"examples": {name: {"value": value} for name, value in examples.items()}} if examples else {}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, **shown}}}}


def of(model: type[Any], example: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of a model that the document has among its components."""
    return json_body({"$ref": f"#/components/schemas/{model.__name__}"}, {"example": example} if example else None)

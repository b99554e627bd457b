"""The API keeps to its OpenAPI document, whatever is sent to it."""

from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import schemas as _loaded_here  # noqa: F401 - deep in a test its rewriting can fail
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cli.demo import story
from tests.support.examples import examples
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.api.asking import asking

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CASE = "hiring-any"
EXAMPLES = examples(3)
"""For each operation, of what the document allows and of what it does not."""


FITTING, OTHERS = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def made(
    operation: schemathesis.APIOperation,
    case: str = CASE,
    modes: tuple[GenerationMode, ...] = (FITTING, OTHERS),
    number: int = EXAMPLES,
) -> list[schemathesis.Case]:
    """Requests that fit the document and some that do not; a case in the address is often one that there is."""
    found: list[schemathesis.Case] = []
    known = {"path_parameters": {"case": case}} if "{case}" in operation.path else {}
    for mode, fixed in ((mode, known if mode is FITTING else {}) for mode in modes):

        @seed(4)
        @settings(
            max_examples=number, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(mode, **fixed))
        def collect(case: schemathesis.Case) -> None:
            found.append(case)

        collect()
    return found


async def answered(http: httpx.AsyncClient, case: schemathesis.Case) -> httpx.Response:
    asked: Any = requests.Request(**case.as_transport_kwargs(base_url="http://signoff.test")).prepare()
    own = {name: value for name, value in asked.headers.items() if name.lower() != "authorization"}
    return await http.request(asked.method, asked.url, headers=own, content=asked.body)


async def tried(http: httpx.AsyncClient, operation: schemathesis.APIOperation) -> set[int]:
    """Sends them, compares each answer with the document, and returns the statuses."""
    statuses: set[int] = set()
    for case in made(operation):
        answer = await answered(http, case)
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)
    return statuses


async def test_no_request_meets_a_mistake_of_ours_or_an_answer_that_is_not_in_the_document(office_at_work: Office):
    """Made by schemathesis for each operation; the changes, which never end, are proved in test_changes."""
    await opened(office_at_work, CASE)
    async with asking(office_at_work, story.MANAGER) as http:
        document = (await http.get("http://signoff.test/api/openapi.json")).json()
        del document["paths"]["/api/v1/changes"]
        schema = schemathesis.openapi.from_dict(document)
        seen: dict[str, set[int]] = {}
        for operation in (each.ok() for each in schema.get_all_operations()):
            seen[operation.label] = await tried(http, operation)

    assert len(seen) == sum(len(methods) for methods in document["paths"].values())
    assert all(status < 500 for statuses in seen.values() for status in statuses)


FORM = {"bad-request", "bad-etag", "bad-time", "bad-json", "unknown-process"}
"""Refusals of how a request is written, which need no look at the company or at another part of the request."""
WHOLE_TEXT = schemathesis.Config.from_dict({"generation": {"allow-x00": False, "codec": "utf-8"}})
"""No character zero and no half of one: a schema of any object cannot say so of the texts in it."""


async def test_what_fits_the_document_is_not_refused_for_its_form(office_at_work: Office):
    await opened(office_at_work, "hiring-fits")
    refused: list[tuple[str, str, str]] = []
    async with asking(office_at_work, story.MANAGER) as http:
        document = (await http.get("http://signoff.test/api/openapi.json")).json()
        del document["paths"]["/api/v1/changes"]
        schema = schemathesis.openapi.from_dict(document, config=WHOLE_TEXT)
        for operation in (each.ok() for each in schema.get_all_operations()):
            for case in made(operation, "hiring-fits", (FITTING,), 4 * EXAMPLES):
                answer = await answered(http, case)
                if answer.status_code >= 400 and answer.json()["code"] in FORM:
                    refused.append((operation.label, answer.json()["code"], answer.json()["detail"][:200]))
    assert refused == []

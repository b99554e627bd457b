"""The API keeps to its OpenAPI document, whatever is sent to it."""

from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
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


def made(operation: schemathesis.APIOperation) -> list[schemathesis.Case]:
    """Requests that fit the document and some that do not; a case in the address is often one that there is."""
    found: list[schemathesis.Case] = []
    known = {"path_parameters": {"case": CASE}} if "{case}" in operation.path else {}
    for mode, fixed in ((GenerationMode.POSITIVE, known), (GenerationMode.NEGATIVE, {})):

        @seed(4)
        @settings(
            max_examples=EXAMPLES, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(mode, **fixed))
        def collect(case: schemathesis.Case) -> None:
            found.append(case)

        collect()
    return found


async def tried(http: httpx.AsyncClient, operation: schemathesis.APIOperation) -> set[int]:
    """Sends them, compares each answer with the document, and returns the statuses."""
    statuses: set[int] = set()
    for case in made(operation):
        asked: Any = requests.Request(**case.as_transport_kwargs(base_url="http://signoff.test")).prepare()
        own = {name: value for name, value in asked.headers.items() if name.lower() != "authorization"}
        answer = await http.request(asked.method, asked.url, headers=own, content=asked.body)
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

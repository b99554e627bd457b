"""What Temporal keeps is opened for the people whom the deployment names, on Temporal's own page and nowhere else."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload, Payloads

from tests.support.office import PAYLOAD_KEYS, Office
from tests.web.staff.visiting import Browser
from web.app import application
from workflows.codec import EncryptionCodec

ADDRESS, UI = "/codec/decode", "http://127.0.0.1:8233"
READER, OPERATOR, EMPLOYEE = "e1009", "e1020", "e1016"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"82000 THB"')


@asynccontextmanager
async def visited(office: Office, person: str | None) -> AsyncIterator[Browser]:
    """A browser of `person` at an office that names READER as a reader of payloads."""
    named = office.services.settings.model_copy(
        update={"payload_readers": f"{READER} {EMPLOYEE}", "temporal_ui_url": UI}
    )
    served = application(replace(office.services, settings=named), patience=timedelta(seconds=5))
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        if person is not None:
            assert (await http.post("/login/choose", data={"person": person})).status_code == 303
        yield Browser(http, person or "")


async def kept() -> dict[str, Any]:
    """Payloads as Temporal's page sends them: one of ours, one in the clear, one that no key opens."""
    [sealed] = await EncryptionCodec(PAYLOAD_KEYS).encode([PLAIN])
    strange = Payload(metadata={"encoding": b"binary/encrypted"}, data=b"?")
    return MessageToDict(Payloads(payloads=[sealed, PLAIN, strange]))


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize(
    ("person", "status"), [(None, 401), ("e1005", 403), (OPERATOR, 403), (EMPLOYEE, 403), (READER, 200)]
)
async def test_only_a_named_operator_reads_payloads(office_without_worker: Office, person: str | None, status: int):
    async with visited(office_without_worker, person) as browser:
        found = await browser.http.post(ADDRESS, json=await kept(), headers={"X-Namespace": "default"})

    assert found.status_code == status
    assert (b64encode(PLAIN.data).decode() in found.text) is (status == 200)


async def test_payloads_come_back_in_their_order(office_without_worker: Office):
    async with visited(office_without_worker, READER) as browser:
        found = await browser.http.post(ADDRESS, json=await kept())

    encodings = [each["metadata"] for each in found.json()["payloads"]]
    plain, sealed = b64encode(b"json/plain").decode(), b64encode(b"binary/encrypted").decode()
    assert encodings == [{"encoding": plain}, {"encoding": plain}, {"encoding": sealed}]


@pytest.mark.parametrize(("origin", "status"), [(UI, 200), ("http://evil.example", 403), ("null", 403)])
async def test_only_temporals_page_may_ask_from_elsewhere(office_without_worker: Office, origin: str, status: int):
    asked = {"Origin": origin, "Sec-Fetch-Site": "same-site"}
    async with visited(office_without_worker, READER) as browser:
        before = await browser.http.options(ADDRESS, headers=asked)
        found = await browser.http.post(ADDRESS, json=await kept(), headers=asked)

    assert found.status_code == status
    for answer in (before, found):
        allowed = answer.headers.get("access-control-allow-origin")
        assert allowed == (origin if status == 200 else None)
        assert answer.headers.get("access-control-allow-credentials") == ("true" if status == 200 else None)


@pytest.mark.parametrize("body", [b"", b"{", b'{"payloads": 3}', b"\xff"])
async def test_what_are_no_payloads_is_refused(office_without_worker: Office, body: bytes):
    async with visited(office_without_worker, READER) as browser:
        found = await browser.http.post(ADDRESS, content=body)

    assert found.status_code == 400

"""Traces reach an OTLP receiver over real HTTP: request, update, activity and append are one trace."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from application.send import Sender
from application.temporal import connect_temporal
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from runtime import tracing
from tests.support.hiring import opened
from tests.support.office import COMMAND_KEYS, Office, settings_for
from tests.web.staff.visiting import browsing

TOKEN = "a-key-that-nobody-may-read"


class Receiver(ThreadingHTTPServer):
    """Takes what is exported and keeps the spans."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        super().__init__(("127.0.0.1", 0), _Take)


class _Take(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        self.server.spans += [s for r in sent.resource_spans for scope in r.scope_spans for s in scope.spans]
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing is to be said."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
async def traced(office_without_worker: Office, receiver: Receiver) -> AsyncIterator[Office]:
    """The office with tracing on, as its programs switch it on, and a worker."""
    office = office_without_worker
    endpoint = f"http://127.0.0.1:{receiver.server_port}"
    settings = office.services.settings.model_copy(update={"otlp_endpoint": endpoint})
    tracing.begin(settings, "signoff-test")
    try:
        client = await connect_temporal(settings)
        sender = Sender(client, office.services.pool, PROCESSES, office.queue, key="traced", command_keys=COMMAND_KEYS)
        one = replace(office, services=replace(office.services, client=client, sender=sender))
        async with one.working():
            yield one
    finally:
        tracing.end()


async def test_one_decision_on_the_page_is_one_trace_from_the_request_to_the_append(traced: Office, receiver: Receiver):
    case = "hiring-traced"
    await opened(traced, case)
    async with browsing(traced, "e1009") as browser:
        form = {"case": case, "action": "hold", "reason": "a test", "confirm": "yes", "command_id": str(uuid4())}
        answer = await browser.post("/operations", form)
        await browser.http.get(f"/offer/{TOKEN}?x={TOKEN}")
    await asyncio.to_thread(tracing.end)

    assert answer.status_code == 303
    assert trace(receiver, "HTTP POST") >= {
        "HTTP POST",
        "StartWorkflowUpdate:command",
        "HandleUpdate:command",
        "RunActivity:perform",
        "append",
    }
    assert routes(receiver) >= {"/operations", "/login/choose", "/offer/{token}"}
    assert TOKEN not in str(receiver.spans)


def routes(receiver: Receiver) -> set[str]:
    return {a.value.string_value for span in receiver.spans for a in span.attributes if a.key == "signoff.route"}


def trace(receiver: Receiver, name: str) -> set[str]:
    """The names of all spans of the trace that the newest span of this name and an append are in."""
    appended = {span.trace_id for span in receiver.spans if span.name == "append"}
    wanted = {span.trace_id for span in receiver.spans if span.name == name} & appended
    return {span.name for span in receiver.spans if span.trace_id in wanted}


def test_without_the_extra_the_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    settings = settings_for("postgresql:///x", None, tmp_path, "q").model_copy(update={"otlp_endpoint": "http://x:1"})
    with pytest.raises(Refused, match=r"signoff\[otel\]") as caught:
        tracing.begin(settings, "test")
    assert caught.value.code == "extra-missing"

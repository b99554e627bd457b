"""Traces by OpenTelemetry: web, update, activity, append. Off unless the settings say where to send them.

The packages are the extra `otel`; nothing of them is imported while it is off. Names and attributes are routes, names
of commands and ids of cases, as in the log.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from domain.kernel.errors import Refused

if TYPE_CHECKING:
    from runtime.settings import Settings

FLUSH_MILLISECONDS = 3000
"""How long the end of a program waits for what is not sent yet."""


class Span(Protocol):
    """A span that is under way; attributes are words and numbers of ours."""

    def tell(self, **attributes: str | int) -> None: ...


class _Off:
    def tell(self, **attributes: str | int) -> None:
        """Nobody listens."""


class _On:
    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, **attributes: str | int) -> None:
        self._span.set_attributes({f"signoff.{name}": value for name, value in attributes.items()})


_OFF = _Off()
_provider: Any = None


def begin(settings: "Settings", service: str) -> None:
    """Switches tracing on for this program, if the settings name a receiver.

    Raises Refused `extra-missing` if they do and the packages are not installed.
    """
    global _provider  # noqa: PLW0603 - a program has one, as OpenTelemetry has
    if not settings.otlp_endpoint:
        return
    try:
        from opentelemetry import trace  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from temporalio.contrib.opentelemetry import create_tracer_provider  # noqa: PLC0415
    except ImportError as error:
        raise Refused(
            "extra-missing",
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but the packages for traces are not installed; install "
            "signoff[otel], or unset it.",
        ) from error
    _provider = create_tracer_provider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(_provider)


def end() -> None:
    """Sends what is not sent yet. Programs end without running what is registered for the exit."""
    global _provider  # noqa: PLW0603
    if _provider is not None:
        _provider.force_flush(FLUSH_MILLISECONDS)
        _provider = None


def interceptors() -> Sequence[Any]:
    """What makes Temporal's client and worker hand traces on; nothing while tracing is off.

    The newer of the SDK's two: the older one puts all updates of a case under the request that opened it.
    """
    if _provider is None:
        return ()
    from temporalio.contrib.opentelemetry import OpenTelemetryInterceptor  # noqa: PLC0415 - the extra

    return (OpenTelemetryInterceptor(add_temporal_spans=True),)


@contextmanager
def span(name: str) -> Iterator[Span]:
    """A span for the length of a block, inside the one around it."""
    if _provider is None:
        yield _OFF
        return
    with _provider.get_tracer("signoff").start_as_current_span(name, record_exception=False) as made:
        yield _On(made)

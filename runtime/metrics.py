"""What Signoff counts and times, in one place. Labels are words of ours: no id, no person, no address is ever one.

A process counts what it does itself; how the office stands (`Figures`) is read when somebody asks.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, and nobody asks for it

REGISTRY = CollectorRegistry()
"""What this process shows; only what stands here."""
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

PROVIDER_AWAY = "provider-away"
"""The code of a sign-in that failed because the OpenID provider did not answer."""
OTHER = "other"
"""What stands for a word that is none of ours."""
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds."""


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(name, what, labels, registry=REGISTRY)


def _histogram(name: str, what: str, *labels: str) -> Histogram:
    return Histogram(name, what, labels, buckets=_FAST, registry=REGISTRY)


DECISIONS = _counter(
    "signoff_decisions", "Commands decided: accepted, refused or repeated", "process", "command", "channel", "outcome"
)
REFUSALS = _counter("signoff_refusals", "Refused commands by the code of the refusal", "code")
CONFLICTS = _counter("signoff_conflicts", "Decisions made anew because the case had moved on", "process")
INTERNAL_ERRORS = _counter(
    "signoff_internal_errors", "Commands refused because deciding them failed", "process", "command"
)
ACTIVITIES = _histogram("signoff_activity_seconds", "Time of an activity", "activity", "outcome")
APPENDS = _histogram("signoff_append_seconds", "Time of one append to the log")
HEALED = _counter("signoff_workflows_healed", "Workflows begun anew from the log because their tasks failed")
CHECKPOINTS = _counter("signoff_checkpoints", "Places of signed heads by what became of a turn", "end")
MAILS = _counter("signoff_mails", "Tries of mails by how they ended", "end")
REQUESTS = _counter("signoff_http_requests", "Requests answered", "route", "method", "status")
ANSWERS = _histogram("signoff_http_seconds", "Time until a response began", "route")
LOGIN_FAILURES = _counter("signoff_login_failures", "Tries to sign in that failed, by the code of the refusal", "code")
RATE_LIMITED = _counter("signoff_rate_limited", "Requests refused because there were too many", "route")

CHECKPOINTS.labels("failed")
LOGIN_FAILURES.labels(PROVIDER_AWAY)  # shown from the start: an increase is only seen in a number that was there before


def known(word: str, words: Collection[str]) -> str:
    """The word if it is one of ours: what is typed from outside must not make new series."""
    return word if word in words else OTHER


@contextmanager
def timed(histogram: Histogram, **labels: str) -> Iterator[None]:
    """Observes how long a block takes. With a label `outcome` it says whether it ended well."""
    began, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    finally:
        named = labels | ({"outcome": outcome} if "outcome" in histogram._labelnames else {})  # noqa: SLF001 - no other way
        (histogram.labels(**named) if named else histogram).observe(time.perf_counter() - began)


Series = Mapping[tuple[str, ...], float]
"""Values of a gauge by its labels; without labels under the empty tuple."""

GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "signoff_schema_version": ("Number of the newest migration", ()),
    "signoff_view_lag_events": ("Events that a view does not show yet", ("view",)),
    "signoff_view_lag_seconds": ("Age of the oldest event that a view does not show yet", ("view",)),
    "signoff_dead_letters": ("Events that a view could not take", ("view",)),
    "signoff_effects_undelivered": ("Effects still to be delivered", ()),
    "signoff_effects_oldest_seconds": ("Age of the oldest effect still to be delivered", ()),
    "signoff_work_failing": ("Activities of cases that fail again and again", ()),
    "signoff_work_failing_seconds": ("How long the longest of them has failed", ()),
    "signoff_wakes_pending": ("Cases whose workflow is still to be woken", ()),
    "signoff_wakes_oldest_seconds": ("Age of the oldest wake still to be done", ()),
    "signoff_mails_undelivered": (
        "Mails that did not go out yet, and those that bounced or failed within a day",
        ("state",),
    ),
    "signoff_mails_oldest_seconds": ("Age of the oldest mail that is due and was not sent", ()),
    "signoff_cases_open": ("Open cases", ("process",)),
    "signoff_cases_on_hold": ("Open cases on hold", ()),
    "signoff_cases_stuck": ("Open cases with a step that nobody can do", ()),
    "signoff_cases_overdue": ("Open cases with a task past its time", ()),
    "signoff_verified_timestamp_seconds": ("When the whole log was last verified, 0 for never", ()),
    "signoff_verification_problems": (
        "What verifications found: the last of the whole log, and those of cases since",
        (),
    ),
    "signoff_workflows_failing": ("Workflows whose tasks fail; -1 if Temporal does not say", ()),
    "signoff_pollers": ("Workers that asked Temporal for work within the last 90 seconds; -1 if it does not say", ()),
}
"""How the office stands: name, what it says, labels."""


class Figures(CollectorRegistry):
    """How the office stands at one moment, to be shown beside what this process counted."""

    def __init__(self, values: Mapping[str, Series]) -> None:
        super().__init__()
        for name, series in values.items():
            what, labels = GAUGES[name]
            gauge = Gauge(name, what, labels, registry=self)
            for words, value in series.items():
                (gauge.labels(*words) if labels else gauge).set(value)


def exposed(*more: Any) -> bytes:
    """The text that Prometheus reads: what this process counted, then each of `more`."""
    return b"".join(generate_latest(registry) for registry in (REGISTRY, *more))


CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

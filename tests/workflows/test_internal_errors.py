"""A decision that fails is refused with an alarm; its case and all others go on. What will pass is tried again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from activities.decide import Decider
from activities.failures import is_passing
from domain.kernel.command import Command
from domain.kernel.process import Process
from domain.processes import PROCESSES
from eventstore import log, operations
from runtime import metrics
from tests.adversary.hidden import limit
from tests.support.office import Office
from workflows.messages import Perform

HR = "e1005"


def comment(case: str, text: str) -> Perform:
    command = Command(case=case, process="authority", name="comment", actor=HR, channel="api", payload={"text": text})
    return Perform(command=command, known=0)


def decider(office: Office, error: Callable[[], BaseException]) -> Decider:
    """One whose process fails at the comment `fail`, and at no other."""
    own: Process[Any] = PROCESSES["authority"]

    def decide(state: Any, command: Command, payload: Any, facts: Any) -> Any:
        if getattr(payload, "text", "") == "fail":
            raise error()
        return own.decide(state, command, payload, facts)

    return Decider(office.services.pool, {**PROCESSES, "authority": replace(own, decide=decide)})


@pytest.fixture
async def case(office_at_work: Office) -> str:
    made = await office_at_work.start("authority", limit("e1011"), by=HR, name="request-limit")
    return made.case


def counted() -> float:
    return metrics.INTERNAL_ERRORS.labels("authority", "comment")._value.get()


async def test_a_failed_decision_is_a_refusal(office_at_work: Office, case: str):
    office, before = office_at_work, counted()
    broken = decider(office, lambda: OverflowError("date value out of range"))

    done = await broken.perform(comment(case, "fail"))

    assert done.refusal
    assert done.refusal.code == "internal-error"
    assert "out of range" not in str(done.refusal)
    assert counted() == before + 1
    async with office.services.pool.acquire() as conn:
        [row] = await operations.failing(conn, limit=5)
    assert (row.stream, row.command, row.error) == (case, "comment", "OverflowError")


async def test_the_case_goes_on_after_a_failure(office_at_work: Office, case: str):
    broken = decider(office_at_work, lambda: RecursionError("deep"))
    await broken.perform(comment(case, "fail"))

    done = await broken.perform(comment(case, "and on"))

    assert done.refusal is None
    assert [event.type for event in done.events][-1:] == ["Commented"]


async def test_a_failure_in_a_batch_refuses_one(office_at_work: Office, case: str):
    other = await office_at_work.start("authority", limit("e1012"), by=HR, name="request-limit")
    broken = decider(office_at_work, lambda: KeyError("x"))

    done = await broken.perform_all([comment(case, "fail"), comment(other.case, "good")])

    assert [one.refusal.code if one.refusal else None for one in done] == ["internal-error", None]


@pytest.mark.parametrize("error", [OSError(), TimeoutError(), asyncpg.SerializationError(), asyncpg.DiskFullError()])
async def test_what_passes_is_raised(office_at_work: Office, case: str, error: Exception):
    before = counted()
    with pytest.raises(type(error)):
        await decider(office_at_work, lambda: error).perform(comment(case, "fail"))
    assert counted() == before


async def test_a_value_postgres_cannot_hold_is_refused(office_at_work: Office, case: str):
    """The transaction is broken by then; the refusal needs another."""
    async with office_at_work.services.pool.acquire() as conn:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await conn.fetchval("select $1::text::timestamptz", "99999999-01-01")
    assert not is_passing(refused.value)
    broken = decider(office_at_work, lambda: refused.value)

    done = await broken.perform(comment(case, "fail"))

    assert done.refusal
    assert done.refusal.code == "internal-error"


async def test_what_was_recorded_is_not_refused(office_at_work: Office, case: str):
    """A failure after the commit answers as a repeated command does."""
    office = office_at_work
    request = comment(case, "twice")
    whole = Decider(office.services.pool, PROCESSES)
    first = await whole.perform(request)

    done = await whole._failed(request, ValueError("after the commit"))

    assert done.repeated
    assert (done.version, done.position) == (first.version, first.position)
    async with office.services.pool.acquire() as conn:
        assert await log.stream_version(conn, case) == first.version

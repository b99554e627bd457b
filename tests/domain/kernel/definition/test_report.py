"""A frozen report: made again from the same log it is the same, and each one issued is a fact."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState, CommandSpec, Definition, Opened, process_of
from domain.kernel.facts import Facts
from domain.kernel.report import Frozen, Issued, ReportIssued, ReportSpec, hash_of, issue, reports
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from tests.domain.kernel.purchase import MONDAY, company, policy
from tests.support.given import Scenario

NOW = datetime(2026, 4, 6, 3, tzinfo=UTC)


class Stage(StrEnum):
    OPEN = "open"


class Asked(Value):
    unit: str


class Sum(Value):
    total: Decimal
    rows: int


class OpenPack(Value):
    pass


class IssuePack(Value):
    frozen: Frozen
    corrects: int | None = None


class PackOpened(Opened):
    sentence = N_("{requester} opened a pack")


class PackState(CaseState):
    issued: Issued = Issued()


def build(amounts: Sequence[tuple[str, str]], asked: Asked) -> Sum:
    chosen = [Decimal(amount) for unit, amount in amounts if unit == asked.unit]
    return Sum(total=sum(chosen, Decimal(0)), rows=len(chosen))


PACK: ReportSpec[Sequence[tuple[str, str]], Asked, Sum] = ReportSpec(name="pack", question=Asked, build=build)
LOG = (("it", "10.50"), ("hr", "3"), ("it", "2"))


def opened(ctx: DecisionContext[PackState], _payload: OpenPack) -> None:
    now = ctx.facts.now
    ctx.add(PackOpened(requester=ctx.command.actor, title=N_("A pack"), unit="dev", at=now))


def rule(ctx: DecisionContext[PackState], payload: IssuePack) -> None:
    issue(ctx, payload.frozen, corrects=payload.corrects)


WORDS = {"label": N_("pack"), "help": N_("Packs.")}
PROCESS = process_of(
    Definition(
        name="pack", state=PackState, stages=Stage, includes=(reports(),), events=(PackOpened,),
        commands=(
            CommandSpec(name="open-pack", payload=OpenPack, by=(CaseRole.EMPLOYEE,), rule=opened, opens=True,
                        to=frozenset({"open"}), **WORDS),
            CommandSpec(name="issue-pack", payload=IssuePack, by=(CaseRole.REQUESTER,), rule=rule, **WORDS),
        ),
    )
)  # fmt: skip


def frozen(position: int = 2) -> Frozen:
    return PACK.freeze(LOG[:position], Asked(unit="it"), position=position, as_of=NOW)[1]


def pack() -> Scenario[PackState]:
    facts = Facts(now=MONDAY, organisation=company(), policy=policy())
    return Scenario(PROCESS, facts, "pack-1").when("open-pack", by="e4")


@pytest.mark.rule("STS-04")
def test_the_same_log_gives_the_same_report():
    made = frozen()
    assert PACK.check(LOG[: made.position], made) == Sum(total=Decimal("10.5"), rows=1)
    assert PACK.check(LOG, made) is None
    assert PACK.check((("it", "10.51"), ("hr", "3")), made) is None
    read_back = Frozen.model_validate_json(made.model_dump_json())
    assert PACK.check(LOG[:2], read_back) is not None


@pytest.mark.rule("STS-07")
def test_a_correction_names_the_old_report():
    play = pack().when("issue-pack", {"frozen": frozen().model_dump(mode="json")}, by="e4")
    play.when("issue-pack", {"frozen": frozen(3).model_dump(mode="json"), "corrects": 1}, by="e4")
    assert (play.found(ReportIssued).number, play.state.issued.corrected) == (2, {1: 2})
    again = {"frozen": frozen(3).model_dump(mode="json")}
    assert play.refused("issue-pack", again | {"corrects": 1}, by="e4") == "corrected-already"
    assert play.refused("issue-pack", again | {"corrects": 3}, by="e4") == "no-such-report"
    assert play.refused("issue-pack", {"frozen": frozen(1).model_dump(mode="json")}, by="e4") == "older-report"


@pytest.mark.rule("STS-04")
def test_a_number_has_one_hash_however_it_was_added_up():
    summed, written = Sum(total=Decimal("5.0E+5"), rows=1), Sum(total=Decimal("500000.00"), rows=1)
    assert hash_of(summed) == hash_of(written) != hash_of(Sum(total=Decimal(500001), rows=1))

"""The agenda of the board, and the report of emergencies."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from domain.kernel.report import Snapshot
from domain.projects.intake.report import AgendaQuestion, EmergencyQuestion, agenda, emergencies
from tests.domain.projects.requests import LINE, Desk, example, facts

OFFICE = example.OFFICE
EXAMPLES = Path(__file__).parents[3] / "examples" / "project-request"


def snapshot(*desks: Desk, units: frozenset[str] | None = None) -> Snapshot:
    cases = {desk.id: desk.state for desk in desks}
    known = facts()
    return Snapshot(
        at=known.now, position=1, organisation=known.organisation, cases={"project_request": cases}, units=units
    )


def on_agenda(case: str, **more: object) -> Desk:
    return Desk(case=case).play(example.ready, **more).when("submit-for-decision", by=OFFICE)


@pytest.mark.rule("PRJ-05")
def test_the_agenda_ranks_what_is_mandatory_first():
    scored, mandatory = on_agenda("request-1"), on_agenda("request-2", mandatory=True)
    ready = Desk(case="request-3").play(example.ready)
    items = agenda(snapshot(scored, mandatory, ready), AgendaQuestion()).items
    assert [(one.rank, one.request, one.score) for one in items] == [
        (1, "request-2", None),
        (2, "request-1", Decimal("6.80")),
    ]
    assert {one.board for one in items} == {date(2026, 12, 15)}
    assert agenda(snapshot(scored), AgendaQuestion(board=date(2027, 1, 15))).items == ()
    assert agenda(snapshot(scored, units=frozenset({"it"})), AgendaQuestion()).items == ()


@pytest.mark.rule("PRJ-07")
def test_emergencies_are_reported_with_their_outcome():
    costs = [{"period": "2026", "amount": "300000 THB"}]
    begun = {"line": LINE, "costs": costs, "reason": "The scanners failed"}
    waiting, stopped = Desk(case="request-1").play(example.triaged), Desk(case="request-2").play(example.triaged)
    for desk in (waiting, stopped):
        desk.when("start-emergency", begun, by=example.SPONSOR)
    stopped.due("emergency")
    rows = emergencies(snapshot(waiting, stopped, Desk(case="request-3")), EmergencyQuestion()).rows
    assert [(one.request, one.outcome) for one in rows] == [("request-1", "waiting"), ("request-2", "stopped")]


def test_the_payload_examples_are_accepted():
    given = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in EXAMPLES.glob("*.yaml")}
    desk = Desk().when("submit-idea", given["idea"], by=example.REQUESTER)
    desk.when("make-request", given["request"], by=example.REQUESTER)
    desk.when("triage-request", {"lane": "full", "analyst": example.ANALYST}, by=OFFICE)
    desk.when("set-requirement", given["requirement"], by=example.ANALYST)
    desk.when("present-requirements", by=example.ANALYST).when("propose-options", given["options"], by=example.ANALYST)
    desk.play(example.sign).play(example.approvals).when("plan-project", given["plan"], by=example.ANALYST)
    assert desk.stage == "money"

"""A request for a limit of authority at each point of its life."""

from collections.abc import Iterator
from datetime import date

from domain.kernel.command import SYSTEM
from tests.adversary.matrix.people import COMPANY, PRIVILEGED
from tests.domain.organisation.authority import cases as authority
from tests.domain.people import company


def limits() -> Iterator[tuple[str, authority.Play]]:
    def asked() -> authority.Play:
        play = authority.scene()
        play.given(organisation=COMPANY)
        return play.when("request-limit", authority.wish(), by=company.LEAD)

    opening = authority.scene(authority.own())
    opening.given(organisation=COMPANY.model_copy(update={"limits": opening.facts.organisation.limits}))
    yield "not opened", opening
    yield "asked", asked()
    yield "at finance", authority.decided(asked())
    task = (play := asked()).open("decide").id
    yield "returned", authority.decided(play, "return", comment="dear", fields=["up_to"])
    yield "escalated", _escalated(asked())
    yield "claimed", _escalated(asked()).when("claim", {"task": task}, by=company.MANAGER)
    yield "held", asked().when("hold", {"reason": "later"}, by=company.LEAD)
    yield "question", asked().when("ask-information", {"task": task, "question": "why?"}, by=company.MANAGER)
    yield "overridden", asked().when("override", {"task": task, "reason": "urgent"}, by=PRIVILEGED)
    condition = {"text": "a course", "owner": company.FACILITIES, "due": "2026-12-01"}
    yield "with a condition", authority.decided(asked(), conditions=[condition])
    yield "recording", authority.approved(asked())
    yield "stuck", _stuck_limit()


def _escalated(play: authority.Play) -> authority.Play:
    """There are two who may claim the step."""
    while len(play.open("decide").people) < 2:
        due = min(play.case.deadlines, key=lambda deadline: deadline.at)
        payload = {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}
        play.at(due.at).when("deadline", payload, by=SYSTEM, channel="timer")
    return play


def _stuck_limit() -> authority.Play:
    """Nobody is above the requester any more."""
    people = {**COMPANY.people}
    for who in (company.CONTROLLER, company.MANAGER, company.HEAD, company.BOSS):
        people[who] = people[who].model_copy(update={"end": date(2026, 11, 1)})
    play = authority.scene()
    play.given(organisation=COMPANY.model_copy(update={"people": people}))
    play.when("request-limit", authority.wish(), by=company.LEAD)
    assert play.case.stuck
    return play

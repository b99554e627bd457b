"""A version of a job description at each point of its life."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.adversary.matrix.people import COMPANY, PRIVILEGED
from tests.domain.people import company
from tests.domain.people.job_description import cases as jobs


def descriptions() -> Iterator[tuple[str, jobs.Play]]:
    def begun(**changes: Any) -> jobs.Play:
        play = jobs.scene()
        play.given(organisation=jobs.registered(COMPANY, jobs.described(jobs.OLDER, 1, positions=("p-e6",))))
        return play.when("draft-description", jobs.wish(**changes), by=company.LEAD)

    opening = jobs.scene()
    opening.given(organisation=jobs.registered(COMPANY, jobs.described(jobs.OLDER, 1, positions=("p-e6",))))
    yield "not opened", opening
    yield "draft", begun(draft=True)
    yield "in review", begun(positions=["p-e6"])
    task = (play := begun()).open("decide").id
    yield "claimed", begun().when("claim", {"task": task}, by=company.MANAGER)
    yield "returned", jobs.decided(play, "return", comment="vague", fields=["purpose"])
    yield "at HR", jobs.decided(begun())
    yield "held", begun().when("hold", {"reason": "later"}, by=company.LEAD)
    yield "question", begun().when("ask-information", {"task": task, "question": "why?"}, by=company.MANAGER)
    yield "overridden", begun().when("override", {"task": task, "reason": "urgent"}, by=PRIVILEGED)
    condition = {"text": "a course", "owner": company.FACILITIES, "due": "2026-12-01"}
    yield "with a condition", jobs.decided(begun(), conditions=[condition])
    yield "grade changed", begun(grade=6)
    yield "approved", jobs.approved(begun())
    yield "in use", jobs.in_use(begun())
    yield "look due", jobs.look_due(jobs.in_use(begun()))
    yield "stuck", _stuck_description()


def _stuck_description() -> jobs.Play:
    """Nobody of the peers, above the requester, or of the fallback is there any more."""
    people = {**COMPANY.people}
    for who in (company.MANAGER, company.HEAD, company.BOSS):
        people[who] = people[who].model_copy(update={"end": date(2026, 11, 1)})
    play = jobs.scene()
    play.given(organisation=jobs.registered(COMPANY.model_copy(update={"people": people})))
    play.when("draft-description", jobs.wish(), by=company.LEAD)
    assert play.case.stuck
    return play

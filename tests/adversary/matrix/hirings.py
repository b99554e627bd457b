"""A hiring at each point of its life."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from tests.adversary.matrix.people import COMPANY, LEFT, PRIVILEGED
from tests.domain.people import company
from tests.domain.people.job_description import cases as jobs


def _play() -> company.Play:
    play = company.Play()
    play.organisation = COMPANY
    return play


def _opened() -> company.Play:
    return company.opened(_play())


def _raised(**changes: Any) -> company.Play:
    play = _play()
    play.do(company.LEAD, "raise-requisition", **company.requisition(**changes))
    return play


def _after(play: company.Play, actor: str, name: str, **payload: Any) -> company.Play:
    play.do(actor, name, **payload)
    return play


def _task(play: company.Play) -> str:
    return play.tasks("decide")[0]


def _returned() -> company.Play:
    play = _raised()
    play.decide("return", comment="dear", fields=["seats"])
    return play


def _conditional() -> company.Play:
    play = _raised()
    play.decide(conditions=[{"text": "a desk", "owner": company.FACILITIES, "due": "2026-12-01"}])
    return play


def _claimed() -> company.Play:
    play = _raised()
    play.decide()
    return _after(play, company.HR, "claim", task=_task(play))


def _at_hr() -> company.Play:
    play = _raised()
    play.decide()
    return play


def _added() -> company.Play:
    play = _opened()
    return _after(play, company.RECRUITER, "add-candidate", candidate=company.ANN, source="referral")


def _below() -> company.Play:
    """The candidate is below a must-have of the job description."""
    play = _added()
    play.organisation = jobs.registered(COMPANY, jobs.described())
    held = [{"skill": "it-management", "level": 4, "years": 8}]
    return _after(play, company.RECRUITER, "assess-candidate", candidate=company.ANN, held=held)


def _seeing_below() -> company.Play:
    play = _seeing()
    play.organisation = jobs.registered(COMPANY, jobs.described())
    return play


def _seeing() -> company.Play:
    play = _after(_added(), company.RECRUITER, "screen-candidate", candidate=company.ANN, outcome="advance")
    who = {"candidate": company.ANN, "kind": "technical", "interviewer": company.MANAGER}
    return _after(play, company.RECRUITER, "assign-interviewer", **who)


def _seen() -> company.Play:
    """All interviews are over, nobody is ranked yet."""
    play = _after(_seeing(), company.MANAGER, "submit-scorecard", **company.scorecard(company.ANN))
    for kind, interviewer in (("technical", company.ENGINEER), ("team", company.OTHER)):
        who = {"candidate": company.ANN, "kind": kind, "interviewer": interviewer}
        play.do(company.RECRUITER, "assign-interviewer", **who)
        play.do(interviewer, "submit-scorecard", **company.scorecard(company.ANN))
    return play


def _ranked() -> company.Play:
    return company.interviewed(_opened(), company.ANN)


def _offer_returned() -> company.Play:
    play = _after(_ranked(), company.RECRUITER, "submit-offer", candidate=company.ANN, **company.terms())
    play.decide("return", comment="dear", fields=["salary"])
    return play


def _offered() -> company.Play:
    play = _ranked()
    company.offered(play, company.ANN)
    return play


def _extended() -> company.Play:
    play = _ranked()
    company.extended(play, company.ANN)
    return play


def _extended_inside() -> company.Play:
    """The candidate works here: their manager is asked about a backfill."""
    play = company.interviewed(_opened(), company.ANN, internal=company.FACILITIES)
    company.extended(play, company.ANN)
    return play


def _accepted() -> company.Play:
    play = _ranked()
    company.accepted(play, company.ANN)
    return play


def _handed_over() -> company.Play:
    play = _ranked()
    company.handed_over(play, company.ANN)
    return play


def _frozen() -> company.Play:
    return _after(_extended(), company.HEAD, "freeze", reason="later")


def _asked() -> company.Play:
    play = _raised()
    return _after(play, company.MANAGER, "ask-information", task=_task(play), question="why?")


def _overridden() -> company.Play:
    play = _raised()
    return _after(play, PRIVILEGED, "override", task=_task(play), reason="urgent")


def _held() -> company.Play:
    return _after(_raised(), company.LEAD, "hold", reason="later")


def _stuck() -> company.Play:
    """Nobody is left for the step of money, nor above."""
    play = _raised()
    people = {**COMPANY.people}
    gone = {company.CONTROLLER, company.BOSS}
    play.decide()
    play.organisation = COMPANY.model_copy(
        update={
            "people": {**people, **{who: people[who].model_copy(update={"end": date(2026, 11, 1)}) for who in gone}}
        }
    )
    play.decide()
    assert play.state.case.stuck
    return play


def _left_runs() -> company.Play:
    """Whoever runs this hiring has left since."""
    play = company.opened(_play(), recruiter=LEFT)
    play.now += timedelta(days=30)
    return play


HIRINGS: Mapping[str, Callable[[], company.Play]] = {
    "not opened": _play,
    "draft": lambda: _raised(draft=True),
    "raised": _raised,
    "at hr": _at_hr,
    "claimed": _claimed,
    "returned": _returned,
    "with a condition": _conditional,
    "asked": _asked,
    "overridden": _overridden,
    "held": _held,
    "stuck": _stuck,
    "approved": _opened,
    "run by who left": _left_runs,
    "with a candidate": _added,
    "interviewing": _seeing,
    "seen": _seen,
    "ranked": _ranked,
    "offer returned": _offer_returned,
    "below a must-have": _below,
    "interviewed below it": _seeing_below,
    "offer approved": _offered,
    "offer out": _extended,
    "offer to a colleague": _extended_inside,
    "offer accepted": _accepted,
    "onboarding": _handed_over,
    "frozen": _frozen,
    "withdrawn": lambda: _after(_raised(), company.LEAD, "withdraw", reason="no more"),
}

"""Who sees what of a hiring (HIR-04, KRN-43). Every view and the timeline go through these two functions."""

from typing import Any

from domain.kernel.events import Event
from domain.kernel.routing.case_roles import CaseRole, people_in
from domain.people.hiring import events as e
from domain.people.hiring.roles import Role, own_people
from domain.people.hiring.state import HiringState, Interview

_OWN_OFFER = (
    e.OfferExtended, e.OfferAccepted, e.OfferDeclined, e.OfferLapsed, e.OfferRescinded, e.CandidateSteppedBack,
    e.HandedOver, e.SeatFilled,
)  # fmt: skip
_SHOWN_OFFER = frozenset({"extended", "accepted", "filled", "declined", "lapsed", "rescinded", "ended", "stepped_back"})


def visible(state: HiringState, reader: str | None) -> dict[str, Any]:
    """The state as JSON, without what `reader` may not see. None is the system and the auditor: everything."""
    shown = state.model_dump(mode="json")
    if reader is None:
        return shown
    if state.candidate_of(reader):
        return _for_candidate(state, shown, reader)
    shown["interviews"] = [
        entry if _sees_scorecard(state, reader, interview) else {**entry, "scorecard": None}
        for interview, entry in zip(state.interviews, shown["interviews"], strict=True)
    ]
    if not _sees_ranking(state, reader):
        shown["ranking"] = []
    return shown


def may_see(state: HiringState, reader: str | None, event: Event) -> bool:
    """Whether `reader` may see what this event says, as things stand now."""
    if reader is None:
        return True
    candidate = state.candidate_of(reader)
    if candidate:
        return isinstance(event, _OWN_OFFER) and event.candidate == candidate.id
    match event:
        case e.ScorecardSubmitted():
            return _sees_card(state, reader, candidate=event.candidate, interviewer=event.interviewer)
        case e.CandidatesRanked():
            return _sees_ranking(state, reader)
        case _:
            return True


def _sees_scorecard(state: HiringState, reader: str, interview: Interview) -> bool:
    return _sees_card(state, reader, candidate=interview.candidate, interviewer=interview.interviewer)


def _sees_card(state: HiringState, reader: str, *, candidate: str, interviewer: str) -> bool:
    if reader == interviewer:
        return True
    return _has_part(state, reader) and not _owes_scorecard(state, reader, candidate)


def _sees_ranking(state: HiringState, reader: str) -> bool:
    """A ranking says what others thought, so whoever still owes a scorecard does not see it either."""
    return _has_part(state, reader) and not any(_owes_scorecard(state, reader, known) for known in state.candidates)


def _has_part(state: HiringState, reader: str) -> bool:
    known = people_in(state.case)
    of_case = (known[part] for part in (CaseRole.REQUESTER, CaseRole.ASKED, CaseRole.DECIDER))
    own = (people for role, people in own_people(state).items() if role is not Role.CANDIDATE)
    return any(reader in people for people in (*of_case, *own))


def _owes_scorecard(state: HiringState, reader: str, candidate: str) -> bool:
    return any(
        interview.scorecard is None and not interview.void and state.candidates[candidate].status != "rejected"
        for interview in state.interviews
        if (interview.candidate, interview.interviewer) == (candidate, reader)
    )


def _for_candidate(state: HiringState, shown: dict[str, Any], reader: str) -> dict[str, Any]:
    """A candidate sees the position and their own offers once they were sent, and nothing of the others."""
    candidate = state.candidate_of(reader)
    assert candidate is not None
    requisition = shown["requisition"] or {}
    offers = {
        key: {**_only(offer, "id", "candidate", "terms", "status", "until")}
        for key, offer in shown["offers"].items()
        if offer["candidate"] == candidate.id and offer["status"] in _SHOWN_OFFER and offer["until"]
    }
    return {
        "case": {"id": state.case.id, "process": state.case.process, "title": shown["case"]["title"]},
        "requisition": _only(requisition, "position", "location", "unit"),
        "candidates": {candidate.id: {"id": candidate.id}},
        "offers": offers,
    }


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}

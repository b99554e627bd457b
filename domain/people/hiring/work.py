"""What is to be done next in a hiring, and by whom: no stage without an owner, a task and a day (HIR-01, HIR-04)."""

from collections.abc import Iterator, Sequence

from domain.kernel.facts import Facts
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_
from domain.kernel.work import Work, work
from domain.people.hiring.interviews import missing, of_candidate
from domain.people.hiring.lookups import number
from domain.people.hiring.state import OUT, Candidate, HiringState, RequisitionStatus

SOURCE, SCREEN, ARRANGE, RANK, OFFER = "source", "screen", "arrange-interviews", "rank", "offer"
SEARCH = "search"
"""The subject of what is about the whole search."""


def wanted(state: HiringState, facts: Facts) -> Sequence[Work]:
    """Nothing before the approval, while it is frozen, and once every seat has its offer."""
    searching = state.status is RequisitionStatus.APPROVED and state.frozen is None
    return tuple(_wanted(state, facts)) if searching and _free(state) else ()


def _free(state: HiringState) -> int:
    return state.the_requisition.seats - len(state.taken())


def _wanted(state: HiringState, facts: Facts) -> Iterator[Work]:
    team, manager = state.the_team.runners or (state.hiring_manager,), (state.hiring_manager,)
    offered = {offer.candidate for offer in state.offers.values()}
    live = [one for one in state.candidates.values() if one.status not in OUT and one.id not in offered]
    screening, interviewing = number(facts, "screen_days"), number(facts, "arrange_days")
    if not live:
        yield Work(SOURCE, SEARCH, N_("Find candidates for {position}", position=state.the_requisition.position), team,
                   "add-candidate", number(facts, "source_days"), "recruiter")  # fmt: skip
    for one in live:
        if one.status == "added":
            yield Work(SCREEN, one.id, N_("Screen {candidate}", candidate=one.id), team, "screen-candidate", screening,
                       "recruiter")  # fmt: skip
        elif _lacks_interviewers(state, one):
            yield Work(ARRANGE, one.id, N_("Arrange the interviews of {candidate}", candidate=one.id), team,
                       "assign-interviewer", interviewing, "recruiter")  # fmt: skip
    ready = [one.id for one in live if one.status == "advanced" and not missing(state, one.id)]
    if len(ready) == len(live) and not set(ready) <= set(state.ranking):
        yield Work(RANK, SEARCH, N_("Rank the candidates for {position}", position=state.the_requisition.position),
                       manager, "rank-candidates", number(facts, "rank_days"), "manager")  # fmt: skip
    best = next((one for one in state.ranking if any(one == each.id for each in live)), None)
    if best is not None:
        yield Work(OFFER, SEARCH, N_("Make an offer for {position}", position=state.the_requisition.position), manager,
                   "submit-offer", number(facts, "offer_days"), "manager")  # fmt: skip


def _lacks_interviewers(state: HiringState, candidate: Candidate) -> bool:
    asked = [one.kind for one in of_candidate(state, candidate.id)]
    return any(asked.count(entry.kind) < entry.interviewers for entry in state.the_requisition.interview_plan)


KINDS = frozenset({SOURCE, SCREEN, ARRANGE, RANK, OFFER})
STAGE_WORK = work(wanted, dict.fromkeys(sorted(KINDS), WHOLE))

"""What hiring's rules look up: parameters of the policy, dates, role holders, things of the case that must exist."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.routing.route import calendar_of
from domain.organisation.model import Organisation
from domain.organisation.policy_needs import Parameter
from domain.people.hiring.state import Candidate, HiringState, Offer, RequisitionStatus, Team

Wire = DecisionContext[HiringState]

PARAMETERS: dict[str, Parameter] = {
    "on_cost_rate": Decimal(0), "offer_validity_days": 7, "scorecard_days": 3, "extend_offer_days": 2, "check_days": 10,
    "frozen_offer_days": 2, "source_days": 10, "screen_days": 3, "arrange_days": 3, "rank_days": 3,
    "offer_days": 5, "checks": ("references",), "money": "none", "money_when_filled": "spent",
    "role_hr": "hr-partner", "role_recruiter": "recruiter", "role_it": "it-onboarding", "role_facilities": "facilities",
    "role_department_head": "department-head", "role_waiver": "department-head",
}  # fmt: skip
"""The parameters of the policy that hiring knows, with the value that counts when the policy is silent."""

_OF_POLICY = Parameters("hiring", PARAMETERS)
parameter, number = _OF_POLICY.text, _OF_POLICY.number


def checks_due(state: HiringState, facts: Facts) -> tuple[str, ...]:
    """The checks that whoever accepts must pass: as approved last, with those that an amendment under way adds.

    A list that was cut protects nobody before the cut is approved, nor if it is refused (KRN-14).
    """
    now = required_checks(state.the_requisition.checks, facts)
    if state.status is RequisitionStatus.APPROVED or not state.ever_approved:
        return now
    return tuple(dict.fromkeys((*required_checks(state.approved_checks, facts), *now)))


def required_checks(named: tuple[str, ...] | None, facts: Facts) -> tuple[str, ...]:
    """The pre-employment checks that a requisition names, or those of the policy."""
    if named is not None:
        return named
    listed = _OF_POLICY.of(facts, "checks")
    return listed if isinstance(listed, tuple) else (str(listed),)


def holders(facts: Facts, role: str, unit: str) -> tuple[str, ...]:
    """Who holds the role that the policy's parameter names, for this unit, today."""
    return facts.organisation.holders(parameter(facts, role), unit, facts.now.astimezone(UTC).date())


def build_team(facts: Facts, *, hiring_manager: str, unit: str, hr_partner: str | None, recruiter: str | None) -> Team:
    """The people of this hiring, from their roles in the unit unless they are named."""
    return Team(
        hiring_manager=hiring_manager,
        hr_partners=(hr_partner,) if hr_partner else holders(facts, "role_hr", unit),
        recruiters=(recruiter,) if recruiter else holders(facts, "role_recruiter", unit),
        hr_named=bool(hr_partner),
        recruiter_named=bool(recruiter),
    )


def known_person(organisation: Organisation, person: str, day: date) -> str:
    """`person`, if they work here. Raises Refused `unknown-person`."""
    if person not in organisation.people or not organisation.works_here(person, day):
        raise Refused(
            "unknown-person",
            "Nobody with the id {person} works here on {day}; check the id.",
            person=person,
            day=day.isoformat(),
        )
    return person


def require_open(state: HiringState) -> None:
    """Raises Refused `not-open`: people are looked for only once the requisition was approved (HIR-01)."""
    if state.status is not RequisitionStatus.APPROVED:
        raise Refused(
            "not-open",
            "This requisition is not approved (it is {status}); wait for its approval.",
            status=state.status.value,
        )


def the_candidate(state: HiringState, candidate: str) -> Candidate:
    """Raises Refused `no-such-candidate`."""
    found = state.candidates.get(candidate)
    if found is None:
        raise Refused(
            "no-such-candidate",
            "There is no candidate {candidate} in this hiring; add them first.",
            candidate=candidate,
        )
    return found


def live_candidate(state: HiringState, candidate: str) -> Candidate:
    """A candidate who is not out. Raises Refused `no-such-candidate`, `candidate-rejected`, `stepped-back`."""
    found = the_candidate(state, candidate)
    if found.status == "stepped_back":
        raise Refused("stepped-back", "Candidate {candidate} stepped back; choose another one.", candidate=candidate)
    if found.status == "rejected":
        raise Refused(
            "candidate-rejected", "Candidate {candidate} was rejected; choose another one.", candidate=candidate
        )
    return found


def the_offer(state: HiringState, offer: str) -> Offer:
    """Raises Refused `no-such-offer`."""
    found = state.offers.get(offer)
    if found is None:
        raise Refused("no-such-offer", "There is no offer {offer} in this hiring; check its id.", offer=offer)
    return found


def end_of_working_day(facts: Facts, person: str, day: date) -> datetime:
    """The UTC instant at which `day`, a working day, ends where `person` works."""
    *_, (_start, end) = calendar_of(facts, person).stretches(day)
    return end


def relative(person: str, candidate: Candidate) -> Refused:
    """Why a declared relative decides nothing about a candidate (HIR-04)."""
    return Refused(
        "relative",
        "{person} is a declared relative of candidate {candidate} and cannot decide on them.",
        person=person,
        candidate=candidate.id,
    )

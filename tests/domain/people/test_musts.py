"""A hiring pins an approved version of the job description; who is below its must-haves goes on only with a waiver."""

from datetime import date
from typing import Any

import pytest

from domain.kernel.errors import Refused
from domain.organisation.jobs import JobVersion
from domain.organisation.model import RoleHolding
from domain.people.hiring.process import HIRING
from tests.domain.people.company import (
    ANN,
    BOSS,
    ENGINEER,
    HEAD,
    HR,
    LEAD,
    MANAGER,
    OTHER,
    RECRUITER,
    Play,
    opened,
    requisition,
    scorecard,
    sealed,
    terms,
)
from tests.domain.people.job_description.cases import ID, OLDER, company, described

TEN_YEARS = {"skill": "it-management", "level": 4, "years": 10}
EIGHT_YEARS = TEN_YEARS | {"years": 8}


def registered(*jobs: JobVersion) -> Play:
    """A hiring that is not open yet, in a company where these versions are in force."""
    play = Play()
    play.organisation = company(*(jobs or (described(),)))
    return play


def added(*jobs: JobVersion) -> Play:
    """A candidate was added to an approved requisition."""
    play = opened(registered(*jobs))
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    return play


def advance(play: Play) -> str:
    return play.refused(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")


def waiver(**changes: Any) -> dict[str, Any]:
    return {"candidate": ANN, "skills": ["it-management"], "reason": sealed(ANN)} | changes


# --- which description ------------------------------------------------------------------------------------------------


@pytest.mark.rule("JOB-02")
@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"id": "jd-suport", "version": "3"}, "unknown-job-description", ID),
        ({"id": "support engineer", "version": "3"}, "unknown-job-description", ID),
        ({"id": ID, "version": "2"}, "not-in-force", "version 3 is"),
        ({"id": OLDER, "version": "1"}, "other-description", f"{ID}, version 3"),
    ],
    ids=["near by id", "near by title", "another version", "of another position"],
)
def test_a_requisition_names_the_version_in_force_of_its_position(given: dict[str, str], code: str, said: str):
    play = registered(described(), described(OLDER, 1, positions=()))
    with pytest.raises(Refused) as refusal:
        play.do(LEAD, "raise-requisition", **requisition(job_description=given))
    assert refusal.value.code == code
    assert said in str(refusal.value)


@pytest.mark.rule("JOB-02")
def test_a_retired_description_is_not_hired_on():
    play = registered(described().model_copy(update={"end": date(2026, 10, 1)}))
    assert play.refused(LEAD, "raise-requisition", **requisition()) == "retired"


@pytest.mark.rule("JOB-02")
def test_without_a_register_any_version_is_taken_as_it_is_written():
    assert opened(job_description={"id": "elsewhere", "version": "7b"}).stage == "sourcing"


@pytest.mark.rule("JOB-02")
def test_a_hiring_keeps_the_version_that_it_began_with():
    """The newer one asks for nothing; the hiring goes on by the one it pinned."""
    play = added()
    newer = described(version=4, skills=())
    older = described().model_copy(update={"end": date(2026, 11, 2)})
    play.organisation = play.organisation.model_copy(update={"descriptions": {ID: (older, newer)}})
    play.do(LEAD, "amend-requisition", business_case="Said better")
    play.approve_all()
    assert play.state.the_requisition.job_description.version == "3"
    assert advance(play) == "not-assessed"


@pytest.mark.rule("JOB-02", "HIR-05")
def test_an_approved_hiring_does_not_change_to_a_description_that_asks_for_less():
    play = registered(described(), described(OLDER, 1, positions=(), skills=()))
    play.organisation = play.organisation.model_copy(update={"described": {}})
    other = {"job_description": {"id": OLDER, "version": "1"}}
    play.do(LEAD, "raise-requisition", **requisition())
    play.do(LEAD, "amend-requisition", **other)
    play.do(LEAD, "amend-requisition", job_description={"id": ID, "version": "3"})
    play.approve_all()
    assert play.refused(LEAD, "amend-requisition", **other) == "description-pinned"


@pytest.mark.rule("HIR-05")
def test_a_version_that_the_register_never_knew_asks_for_nothing():
    """A hiring from before there was a register goes on as it began."""
    play = opened()
    play.organisation = company(described())
    play.state = play.state.model_copy(
        update={
            "requisition": play.state.the_requisition.model_copy(
                update={
                    "job_description": play.state.the_requisition.job_description.model_copy(update={"version": "1"})
                }
            )
        }
    )
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")


# --- must-haves -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("HIR-05")
def test_who_has_the_must_haves_goes_on_and_a_nice_to_have_is_none():
    play = added()
    assert advance(play) == "not-assessed"
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[TEN_YEARS])
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    assert play.state.candidates[ANN].status == "advanced"


@pytest.mark.rule("HIR-05")
@pytest.mark.parametrize("held", [EIGHT_YEARS, TEN_YEARS | {"level": 3}, {"skill": "it-management", "level": 0}])
def test_who_is_below_one_goes_on_only_with_a_waiver_and_its_reason(held: dict[str, Any]):
    play = added()
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[held])
    assert advance(play) == "below-must-haves"
    with pytest.raises(Refused):
        play.do(HEAD, "waive-requirement", **{key: value for key, value in waiver().items() if key != "reason"})
    play.do(HEAD, "waive-requirement", **waiver())
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    assert play.state.candidates[ANN].waived == ("it-management",)


@pytest.mark.rule("HIR-05")
def test_who_turns_out_below_later_is_neither_ranked_nor_offered_anything():
    play = added()
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[TEN_YEARS])
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    for kind, interviewer in (("technical", MANAGER), ("technical", ENGINEER), ("team", OTHER)):
        play.do(RECRUITER, "assign-interviewer", candidate=ANN, kind=kind, interviewer=interviewer)
        play.do(interviewer, "submit-scorecard", **scorecard(ANN))
    play.do(ENGINEER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    assert play.refused(LEAD, "rank-candidates", ranking=[ANN]) == "below-must-haves"
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[TEN_YEARS])
    play.do(LEAD, "rank-candidates", ranking=[ANN])
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "below-must-haves"


@pytest.mark.rule("HIR-05")
def test_whoever_hires_does_not_waive_and_the_next_manager_does_where_nobody_else_may():
    play = added()
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    for person in (LEAD, RECRUITER, HR, ENGINEER, ANN):
        assert play.refused(person, "waive-requirement", **waiver()) in ("not-your-role", "not-employed")
    alone = registered()
    alone.do(HEAD, "raise-requisition", **requisition())
    alone.approve_all()
    alone.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    alone.do(RECRUITER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    assert alone.refused(HEAD, "waive-requirement", **waiver()) == "not-your-role"
    alone.do(BOSS, "waive-requirement", **waiver())


@pytest.mark.rule("HIR-05")
def test_only_what_is_missing_is_waived_and_only_must_haves_are_assessed():
    play = added()
    assert play.refused(HEAD, "waive-requirement", **waiver()) == "nothing-to-waive"
    assert play.refused(HEAD, "waive-requirement", **waiver(skills=["english"])) == "not-a-must-have"
    wrong = [{"skill": "english", "level": 3}]
    assert play.refused(RECRUITER, "assess-candidate", candidate=ANN, held=wrong) == "not-a-must-have"
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[TEN_YEARS])
    assert play.refused(RECRUITER, "assess-candidate", candidate=ANN, held=[TEN_YEARS]) == "nothing-changed"
    assert play.refused(HEAD, "waive-requirement", **waiver()) == "nothing-to-waive"


@pytest.mark.rule("HIR-04")
def test_a_relative_neither_assesses_nor_waives():
    play = added()
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    play.do(RECRUITER, "declare-relationship", candidate=ANN, person=HEAD)
    assert play.refused(HEAD, "waive-requirement", **waiver()) == "relative"


@pytest.mark.rule("KRN-43")
def test_what_a_candidate_can_is_for_those_who_hire():
    groups = HIRING.confidential.default.groups
    assert HIRING.confidential.fields["held"] == ("held",)
    assert "operations" not in groups["skills"].seen_by
    assert {"requester", "recruiter", "interviewer"} <= set(groups["skills"].seen_by)


@pytest.mark.rule("HIR-05")
def test_a_policy_says_who_may_waive():
    play = added()
    parameters = {**play.policy.processes["hiring"].parameters, "role_waiver": "hr-head"}
    hiring = play.policy.processes["hiring"].model_copy(update={"parameters": parameters})
    play.policy = play.policy.model_copy(update={"processes": {"hiring": hiring}})
    roles = (*play.organisation.roles, RoleHolding(role="hr-head", person=MANAGER))
    play.organisation = play.organisation.model_copy(update={"roles": roles})
    play.do(RECRUITER, "assess-candidate", candidate=ANN, held=[EIGHT_YEARS])
    assert play.refused(HEAD, "waive-requirement", **waiver()) == "not-your-role"
    play.do(MANAGER, "waive-requirement", **waiver())

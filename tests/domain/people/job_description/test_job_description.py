"""A description is reviewed, takes a number, is registered, looked at each year, and gives way to the next version."""

from datetime import date, timedelta

import pytest

from domain.kernel.cases.case_events import CaseClosed, DecisionsVoided
from domain.kernel.effects import Record, Release, TellCase
from domain.kernel.errors import Refused
from domain.kernel.recording import Recorded
from domain.organisation.jobs import Skill
from domain.organisation.model import Posting
from domain.organisation.register import described_by, in_force, version_of
from domain.people.job_description.events import (
    BudgetImpactAsked,
    BudgetImpactDropped,
    DescriptionAmended,
    DescriptionApproved,
    DescriptionBegun,
)
from domain.people.job_description.process import JOB_DESCRIPTION
from tests.domain.people.company import BOSS, CONTROLLER, ENGINEER, HEAD, HR2, LEAD, MANAGER, OTHER, SYSTEM
from tests.domain.people.job_description.cases import (
    ID,
    OLDER,
    TODAY,
    approved,
    decided,
    described,
    drafted,
    in_use,
    look_due,
    recorded,
    revised,
    scene,
    wish,
)

# --- content ----------------------------------------------------------------------------------------------------------

DETAILS = [{"topic": "technologies", "text": "Postgres"}, {"topic": "privacy", "text": "Masked"}]
REFUSED = {
    "unit": ("unknown-unit", {"unit": "moon"}),
    "position": ("unknown-position", {"positions": ["p-moon"]}),
    "above": ("unknown-position", {"reports_to": "p-moon"}),
    "own line": ("own-line", {"reports_to": "p-support"}),
    "twice": ("named-twice", {"positions": ["p-support", "p-support"]}),
    "skill twice": ("named-twice", {"skills": [{"skill": "sql", "level": 1}, {"skill": "sql", "level": 2}]}),
    "skill": ("unknown-skill", {"skills": [{"skill": "it-managment", "level": 4}]}),
    "category": ("unknown-category", {"spending": [{"category": "travel", "up_to": "1 THB"}]}),
    "speciality": ("unknown-speciality", {"speciality": "magic"}),
    "no detail": ("detail-missing", {"speciality": "data", "details": DETAILS[:1]}),
    "other detail": ("unknown-topic", {"speciality": "data", "details": [*DETAILS, {"topic": "x", "text": "y"}]}),
    "details of nothing": ("no-speciality", {"details": DETAILS}),
    "past": ("past-day", {"review_by": TODAY.isoformat()}),
}


@pytest.mark.rule("JOB-01")
@pytest.mark.parametrize(("code", "changes"), REFUSED.values(), ids=REFUSED)
def test_a_description_that_cannot_be_is_refused(code: str, changes: dict[str, object]):
    assert scene().refused("draft-description", wish(**changes), by=HEAD) == code


@pytest.mark.rule("JOB-01")
def test_a_technical_job_says_something_about_every_topic_of_its_speciality():
    play = drafted(by=HEAD, speciality="data", details=DETAILS)
    assert [detail.topic for detail in play.state.content.details] == ["technologies", "privacy"]


@pytest.mark.rule("JOB-03")
@pytest.mark.parametrize(("typed", "near"), [("pyton", "python"), ("Managing it", "it-management"), ("sqll", "sql")])
def test_an_unknown_skill_is_refused_with_what_is_near(typed: str, near: str):
    with pytest.raises(Refused) as refusal:
        scene().when("draft-description", wish(skills=[{"skill": typed, "level": 3}]), by=HEAD)
    assert near in str(refusal.value)


@pytest.mark.rule("JOB-03")
def test_a_skill_that_ended_is_not_asked_for_any_more():
    play = scene()
    ended = Skill(id="sql", name={"en": "SQL"}, end=TODAY)
    company = play.facts.organisation
    play.given(organisation=company.model_copy(update={"skills": {**company.skills, "sql": ended}}))
    payload = wish(skills=[{"skill": "sql", "level": 2}])
    assert play.refused("draft-description", payload, by=HEAD) == "skill-ended"


# --- review -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("JOB-01")
def test_a_draft_asks_nobody_until_it_is_submitted():
    play = drafted(by=LEAD, draft=True)
    assert JOB_DESCRIPTION.stage(play.state) == "draft"
    assert play.case.tasks == {}
    play.when("amend-description", {"purpose": "Keeps everybody working"}, by=LEAD)
    play.when("submit-description", by=LEAD)
    assert play.open("decide").assignees == (HEAD, MANAGER)
    assert play.refused("submit-description", by=LEAD) == "not-now"


@pytest.mark.rule("KRN-02")
def test_whoever_sits_on_a_position_never_decides_on_its_description():
    play = drafted(by=LEAD, positions=["p-e3"], reports_to="p-e2")
    assert play.case.subjects == (MANAGER,)
    assert MANAGER not in play.open("decide").assignees
    assert play.refused("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=MANAGER) != ""


@pytest.mark.rule("KRN-02")
def test_who_moves_between_its_positions_tomorrow_never_decides():
    play = scene()
    company = play.facts.organisation
    before = (Posting(position="p-e3", end=TODAY + timedelta(days=1)),)
    moving = company.people[MANAGER].model_copy(update={"position": "p-support", "before": before})
    play.given(organisation=company.model_copy(update={"people": {**company.people, MANAGER: moving}}))
    play.when("draft-description", wish(positions=["p-e3", "p-support"], reports_to="p-e2"), by=LEAD)
    assert play.case.subjects == (MANAGER,)


@pytest.mark.rule("KRN-14")
def test_another_title_and_another_purpose_void_the_decisions():
    play = decided(drafted(by=LEAD))
    play.when("amend-description", {"title": {"en": "Support hero"}}, by=LEAD)
    assert play.found(DecisionsVoided).fields == ("title",)
    decided(play)
    play.when("amend-description", {"purpose": "Helps"}, by=LEAD)
    assert play.found(DecisionsVoided).fields == ("purpose",)


@pytest.mark.rule("KRN-15")
def test_what_came_back_is_sent_again_with_what_was_corrected():
    play = decided(drafted(by=LEAD), "return", comment="Too vague", fields=["accountabilities"])
    assert JOB_DESCRIPTION.stage(play.state) == "returned"
    play.when("resubmit-description", {"accountabilities": ["Calls are answered in a minute"]}, by=LEAD)
    assert play.found(DescriptionAmended).changed == ("accountabilities",)
    assert JOB_DESCRIPTION.stage(play.state) == "in_approval"


@pytest.mark.rule("KRN-41")
def test_the_preview_names_those_who_are_then_asked():
    play = scene()
    payload = JOB_DESCRIPTION.commands["draft-description"].model_validate(wish())
    foreseen = JOB_DESCRIPTION.preview(payload, play.facts, LEAD)
    play.when("draft-description", payload, by=LEAD)
    assert [step.step for step in foreseen] == ["peers", "hr", "grading"]
    assert play.open("decide").assignees == foreseen[0].assignees


def test_refusals_and_withdrawals_end_a_version_and_let_the_next_begin():
    for play in (
        decided(drafted(by=LEAD), "reject", comment="No"),
        drafted(by=LEAD).when("withdraw", {"reason": "Later"}, by=LEAD),
    ):
        assert JOB_DESCRIPTION.is_terminal(play.state)
        state, claims = JOB_DESCRIPTION.initial("jd-1"), []
        for event in play.history:
            claims += JOB_DESCRIPTION.claims(state, event)
            state = JOB_DESCRIPTION.evolve(state, event)
        assert [type(claim).__name__ for claim in claims] == ["Claim", "Release"]


# --- versions and positions -------------------------------------------------------------------------------------------


@pytest.mark.rule("JOB-02")
def test_an_approved_version_counts_once_the_register_holds_it():
    play = approved(drafted(by=LEAD))
    assert play.found(DescriptionApproved).version == 1
    assert JOB_DESCRIPTION.stage(play.state) == "approved"
    assert described_by(play.facts.organisation, "p-support") is None
    recorded(play)
    assert JOB_DESCRIPTION.stage(play.state) == "in_use"
    found = described_by(play.facts.organisation, "p-support")
    assert found is not None
    assert (found.id, found.version, found.case) == (ID, 1, "jd-1")


@pytest.mark.rule("JOB-02")
def test_a_position_points_to_exactly_one_description_the_one_that_named_it_last():
    play = in_use(drafted(described(OLDER, positions=("p-support", "p-e6")), by=LEAD))
    register = play.facts.organisation
    assert register.described == {"p-support": ID, "p-e6": OLDER}


@pytest.mark.rule("JOB-02")
def test_a_new_version_takes_the_place_of_the_old_and_tells_its_case():
    play = in_use(revised(described(case="jd-0"), by=LEAD, purpose="Helps"))
    assert TellCase(
        case="jd-0", process="job_description", command="note-superseded", payload={"case": "jd-1", "version": 4}
    ) in [effect for effect in play.effects if isinstance(effect, TellCase)]
    register = play.facts.organisation
    assert [(job.version, job.end) for job in register.descriptions[ID]] == [(3, TODAY), (4, None)]
    assert version_of(register, ID, "3") is not None, "what a case pinned can still be looked up"


@pytest.mark.rule("JOB-02")
def test_a_superseded_version_ends_with_its_tasks():
    play = look_due(in_use(drafted(by=LEAD)))
    play.when("note-superseded", {"case": "jd-2", "version": 2}, by=SYSTEM, channel="effect")
    assert JOB_DESCRIPTION.stage(play.state) == "superseded"
    assert JOB_DESCRIPTION.is_terminal(play.state)
    assert play.case.tasks == {}


@pytest.mark.rule("JOB-02")
def test_one_version_of_a_description_is_under_way_at_a_time():
    play = drafted(by=LEAD)
    before = JOB_DESCRIPTION.initial("jd-1")
    (claim,) = JOB_DESCRIPTION.claims(before, play.history[0])
    assert (claim.key, getattr(claim, "exclusive", None)) == (ID, True)
    approved(play)
    held = play.state
    recorded(play)
    assert JOB_DESCRIPTION.claims(held, play.found(Recorded)) == [Release(kind=claim.kind, key=ID)]


def test_what_is_in_force_is_revised_and_not_written_anew():
    play = scene(described())
    assert play.refused("draft-description", wish(), by=LEAD) == "known-description"
    assert play.refused("revise-description", {"description": ID}, by=LEAD) == "nothing-changed"
    assert play.refused("revise-description", {"description": "jd-suport", "grade": 6}, by=LEAD) == (
        "unknown-job-description"
    )


# --- differences and what they cost -----------------------------------------------------------------------------------


@pytest.mark.rule("JOB-04")
def test_a_new_version_lists_what_it_changes_item_by_item():
    play = revised(
        by=LEAD,
        purpose="Helps",
        accountabilities=["Calls are answered", "Faults are mended"],
        skills=[{"skill": "it-management", "level": 4, "years": 8}, {"skill": "sql", "level": 2}],
    )
    told = [(each.field, each.item, each.before, each.after) for each in play.found(DescriptionBegun).differences]
    management = {"skill": "it-management", "level": 4, "need": "must"}
    assert told == [
        ("purpose", "", "Keeps people working", "Helps"),
        ("accountabilities", "", "Faults are found", None),
        ("accountabilities", "", None, "Faults are mended"),
        ("skills", "it-management", management | {"years": 10}, management | {"years": 8}),
        ("skills", "english", {"skill": "english", "level": 2, "need": "nice", "years": None}, None),
        ("skills", "sql", None, {"skill": "sql", "level": 2, "need": "must", "years": None}),
    ]


@pytest.mark.rule("JOB-04")
def test_a_changed_grade_asks_finance_what_it_costs_and_is_not_in_use_before():
    play = revised(by=LEAD, grade=6)
    asked = play.found(BudgetImpactAsked)
    assert (asked.before, asked.after, asked.positions) == ((5,), 6, ("p-support",))
    approved(play)
    assert JOB_DESCRIPTION.stage(play.state) == "approved"
    assert not any(isinstance(effect, Record) for effect in play.effects)

    answer = {"task": asked.task, "per_year": "240000 THB", "budget_line": "it-people", "covered": True}
    assert play.refused("assess-budget-impact", answer, by=LEAD) != ""
    assert play.refused("assess-budget-impact", answer | {"budget_line": "x"}, by=CONTROLLER) == "unknown-budget-line"
    play.when("assess-budget-impact", answer, by=CONTROLLER)
    recorded(play)
    registered = in_force(play.facts.organisation, ID)
    assert registered is not None
    assert registered.description.grade == 6
    assert JOB_DESCRIPTION.stage(play.state) == "in_use"


@pytest.mark.rule("JOB-04")
def test_the_first_description_of_a_position_of_another_grade_costs_something_too():
    assert drafted(by=LEAD, grade=7).found(BudgetImpactAsked).before == (5,)
    assert not any(isinstance(event, BudgetImpactAsked) for event in drafted(by=LEAD).last)


@pytest.mark.rule("JOB-04")
def test_the_question_goes_when_the_grade_stays_and_is_asked_anew_for_another():
    play = revised(by=LEAD, grade=6)
    first = play.found(BudgetImpactAsked).task
    play.when("amend-description", {"grade": 7}, by=LEAD)
    assert play.found(BudgetImpactDropped).task == first
    assert play.found(BudgetImpactAsked).after == 7
    play.when("amend-description", {"purpose": "Helps"}, by=LEAD)
    assert not any(isinstance(event, BudgetImpactDropped) for event in play.last), "the question still fits"
    play.when("amend-description", {"grade": 5}, by=LEAD)
    assert play.state.impact is None
    assert all(task.kind != "budget-impact" for task in play.case.tasks.values())


@pytest.mark.rule("KRN-13")
def test_finance_that_sits_on_the_position_is_passed_over():
    play = drafted(by=LEAD, positions=["p-e13"], reports_to="p-e1", unit="co", grade=6)
    assert play.open("budget-impact").assignees == (BOSS,)
    assert CONTROLLER in play.case.subjects


@pytest.mark.rule("JOB-04", "KRN-02", "KRN-23")
def test_whoever_asks_for_the_grade_never_says_what_it_costs_not_even_if_it_was_handed_to_them():
    play = revised(by=LEAD, grade=6)
    task = play.open("budget-impact").id
    play.when("reassign", {"task": task, "to": LEAD, "reason": "You know it"}, by=CONTROLLER)
    answer = {"task": task, "per_year": "0 THB", "budget_line": "it-people", "covered": True}
    assert play.refused("assess-budget-impact", answer, by=LEAD) == "own-case"


# --- each year --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("JOB-05")
def test_whoever_answers_for_it_is_asked_to_look_before_the_year_is_over():
    play = in_use(drafted(by=LEAD))
    assert play.state.review_by == date(2027, 11, 2)
    look_due(play)
    task = play.open()
    assert (task.kind, task.assignees, task.command) == ("yearly-review", (LEAD,), "confirm-description")
    assert play.now.date() < date(2027, 11, 2) <= task.timing.due_at.date()
    assert {rung.do for rung in task.timing.rungs} == {"remind", "escalate"}


@pytest.mark.rule("JOB-05")
def test_who_confirms_moves_the_next_look_and_the_register_learns_it():
    play = look_due(in_use(drafted(by=LEAD)))
    assert play.refused("confirm-description", {"review_by": "2026-11-02"}, by=LEAD) == "past-day"
    assert play.refused("confirm-description", by=OTHER) == "not-your-role"
    play.when("confirm-description", by=LEAD)
    assert play.case.tasks == {}
    assert play.refused("confirm-description", by=LEAD) == "being-recorded"
    recorded(play)
    found = in_force(play.facts.organisation, ID)
    assert found is not None
    assert found.review_by == play.state.review_by
    assert found.review_by > date(2028, 1, 1)
    assert JOB_DESCRIPTION.stage(play.state) == "in_use"
    assert [due.kind for due in play.case.deadlines] == ["yearly-review"]


@pytest.mark.rule("JOB-05")
def test_a_manager_to_whom_it_escalated_may_confirm_too():
    play = look_due(in_use(drafted(by=ENGINEER)))
    play.wait(timedelta(days=40))
    (due,) = play.case.deadlines
    play.when("deadline", due.model_dump(mode="json"), by=SYSTEM, channel="timer")
    assert LEAD in play.open().people
    assert in_force(recorded(play.when("confirm-description", by=LEAD)).facts.organisation, ID) is not None


@pytest.mark.rule("JOB-05")
def test_a_version_of_which_files_brought_a_newer_one_finds_out_at_its_look():
    play = in_use(drafted(by=LEAD))
    register = play.facts.organisation
    versions = (*register.descriptions[ID], described(version=9))
    play.given(organisation=register.model_copy(update={"descriptions": {ID: versions}}))
    look_due(play)
    assert JOB_DESCRIPTION.stage(play.state) == "superseded"
    assert JOB_DESCRIPTION.is_terminal(play.state)


@pytest.mark.rule("JOB-02")
def test_a_description_is_retired_when_nobody_sits_on_its_positions():
    held = in_use(drafted(by=HEAD, positions=["p-e5"], unit="it"))
    assert held.refused("retire-description", {"reason": "Gone"}, by=HEAD) == "positions-held"
    play = in_use(drafted(by=LEAD))
    assert play.refused("retire-description", {"reason": "Gone"}, by=CONTROLLER) == "not-your-role"
    recorded(play.when("retire-description", {"reason": "Gone"}, by=LEAD))
    assert JOB_DESCRIPTION.stage(play.state) == "retired"
    assert play.last[-1] == CaseClosed(status="approved", reason="retired")
    assert in_force(play.facts.organisation, ID) is None
    assert play.facts.organisation.described == {}


@pytest.mark.rule("KRN-45")
def test_what_is_being_registered_is_not_held_for_the_register_could_not_answer():
    play = approved(drafted(by=LEAD))
    assert play.refused("hold", {"reason": "Wait"}, by=LEAD) == "approved"
    assert play.refused("withdraw", {"reason": "No"}, by=LEAD) != ""
    assert play.refused("hold", {"reason": "Wait", "cause": "freeze"}, by=SYSTEM, channel="effect") == "approved"


@pytest.mark.rule("KRN-32", "KRN-45")
def test_a_version_in_use_can_be_held_and_finds_out_what_it_did_not_hear():
    play = in_use(drafted(by=LEAD)).when("hold", {"reason": "Frozen"}, by=LEAD)
    quiet = in_use(drafted(by=LEAD)).when("hold", {"reason": "Frozen"}, by=LEAD)
    assert JOB_DESCRIPTION.stage(quiet.when("resume", {"reason": "On"}, by=LEAD).state) == "in_use"

    register = play.facts.organisation
    versions = (*register.descriptions[ID], described(version=2, case="jd-2"))
    play.given(organisation=register.model_copy(update={"descriptions": {ID: versions}}))
    play.when("resume", {"reason": "On"}, by=LEAD)
    assert JOB_DESCRIPTION.stage(play.state) == "superseded"
    assert JOB_DESCRIPTION.is_terminal(play.state)


@pytest.mark.rule("KRN-45")
def test_a_held_version_hears_at_once_that_it_is_superseded():
    play = in_use(drafted(by=LEAD)).when("hold", {"reason": "Frozen"}, by=LEAD)
    play.when("note-superseded", {"case": "jd-2", "version": 2}, by=SYSTEM, channel="effect")
    assert JOB_DESCRIPTION.stage(play.state) == "superseded"


def test_only_the_system_says_what_the_register_holds():
    play = approved(drafted(by=LEAD))
    assert play.refused("note-recorded", {"position": 7}, by=LEAD) == "not-your-role"
    assert play.refused("note-superseded", {"case": "jd-2", "version": 2}, by=HR2) == "not-your-role"
    early = drafted(by=LEAD)
    assert early.refused("note-recorded", {"position": 7}, by=SYSTEM, channel="effect") == "nothing-to-record"


def test_the_word_of_a_retirement_that_came_after_a_newer_version_changes_nothing():
    play = in_use(drafted(by=LEAD)).when("retire-description", {"reason": "Gone"}, by=LEAD)
    register = play.facts.organisation
    newer = described(version=2)
    play.given(organisation=register.model_copy(update={"descriptions": {ID: (*register.descriptions[ID], newer)}}))
    play.effects = [effect for effect in play.effects if isinstance(effect, Record)]
    recorded(play)
    assert in_force(play.facts.organisation, ID) == newer

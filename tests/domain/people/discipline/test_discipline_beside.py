"""Beside the case: plan, grievance, ends, similar cases, who can open it (DIS-07 to DIS-12)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.effects import Claim, HeldClaim, Notify
from domain.kernel.payloads import parse_payload
from domain.kernel.policy import Confidentiality
from domain.kernel.showing.confidential import rules_of, visibility
from domain.kernel.showing.page import page_of
from domain.kernel.showing.viewer import Viewer
from domain.people.discipline import events as e
from domain.people.discipline.definition import DISCIPLINE
from domain.people.discipline.levels import bound
from domain.people.discipline.terms import Gravity, Measure, Stage
from tests.conformance import company
from tests.conformance.example import Sent, approvals
from tests.conformance.examples import discipline as d
from tests.conformance.playing import Moment, moments
from tests.domain.people.discipline.scene import Play, at, scene
from tests.support.examples import examples

ROOT = Path(__file__).parents[4]
PLAN = {"targets": [{"text": "No findings", "measure": "the test", "reach": "0"}], "support": "A course"}


def in_force() -> Play:
    play = at(d.invited, d.heard)
    play.steps([d.outcome()]).steps(approvals(play))
    play.due("appeal-over")
    return play


@pytest.mark.rule("DIS-07")
def test_a_plan_fails_only_after_its_check_ins():
    play = in_force()
    play.when("start-plan", {**PLAN, "until": d.days(play.today, 30).isoformat()}, by=d.MANAGER)
    failed = {"met": False, "reason": "x"}
    assert play.refused("conclude-plan", failed, by=d.MANAGER) == "check-ins-missing"
    for number, outcome in ((1, "held"), (2, "missed"), (3, "held")):
        due = d.days(play.today, number).isoformat()
        play.when("add-check-in", {"text": "How is it?", "owner": d.MANAGER, "due": due}, by=d.MANAGER)
        assert play.refused("conclude-plan", failed, by=d.MANAGER) == "check-ins-missing"
        play.when("close-check-in", {"item": f"check-in-{number}", "outcome": outcome}, by=d.MANAGER)
    play.when("conclude-plan", failed, by=d.MANAGER)
    assert play.found(e.PlanConcluded).met is False


@pytest.mark.rule("DIS-07")
@pytest.mark.parametrize("lost", ["targets", "support"])
def test_a_plan_has_targets_and_support(lost: str):
    payload = {**PLAN, "until": "2027-01-29", lost: [] if lost == "targets" else ""}
    with pytest.raises(ValueError, match=lost):
        DISCIPLINE.commands["start-plan"].model_validate(payload)


def test_a_plan_outlives_the_lapse():
    play = in_force()
    play.when("start-plan", {**PLAN, "until": "2027-12-30"}, by=d.MANAGER)
    play.due("lapse")
    assert (play.stage, play.state.lapsed) == (Stage.IN_FORCE, True)
    play.when("conclude-plan", {"met": True, "reason": "x"}, by=d.MANAGER)
    assert play.stage == Stage.LAPSED


@pytest.mark.rule("DIS-08")
def test_a_resignation_keeps_what_is_known():
    play = at(d.invited)
    before = play.state
    play.when("close-unresolved", {"resigned_on": "2026-12-01", "reason": "x"}, by=d.HR)
    assert play.stage == Stage.UNRESOLVED
    assert (play.state.evidence, play.state.findings) == (before.evidence, before.findings)


@pytest.mark.rule("DIS-08")
def test_sickness_stops_the_clock_and_keeps_the_state():
    play = at(d.formal)
    due = play.task("investigate").timing.due_at
    play.when("hold", {"reason": "ill"}, by=d.HR)
    assert play.refused("submit-report", {"findings": "x", "proceed": True}, by=d.INVESTIGATOR) == "on-hold"
    play.wait(timedelta(days=14)).when("resume", {"reason": "back"}, by=d.HR)
    assert play.stage == Stage.INVESTIGATING
    assert play.task("investigate").timing.due_at > due


@pytest.mark.rule("DIS-08")
def test_an_annulment_leaves_its_trace_and_counts_nowhere():
    play = in_force()
    history = len(play.history)
    play.when("annul", {"reason": "another person"}, by=d.HR)
    assert (play.stage, play.claims) == (Stage.ANNULLED, ())
    assert len(play.history) > history
    assert play.found(e.CaseConcluded).reason == "another person"


@pytest.mark.rule("DIS-10")
def test_similar_cases_are_shown_without_names():
    light = "serious|verbal-warning|2025"
    past = [
        HeldClaim(
            claim=Claim(kind="discipline-outcome", key="IT-7 passwords", item=item),
            stream=f"discipline-{number}", since=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for number, item in enumerate((light, light, "gross|dismissal|2026"))
    ]  # fmt: skip
    play = at(d.invited).given(claims=tuple(past))
    play.steps(d.heard(play))
    assert [(one.gravity, one.measure, one.year, one.times) for one in play.state.similar] == [
        ("gross", "dismissal", 2026, 1), ("serious", "verbal-warning", 2025, 2),
    ]  # fmt: skip
    assert "similar" in DISCIPLINE.visible(play.state, d.MANAGER)
    for person in (d.EMPLOYEE, d.NOTES):
        assert "similar" not in DISCIPLINE.visible(play.state, person)
    shown = str([one.model_dump() for one in play.state.similar])
    assert "discipline-" not in shown
    assert "e10" not in shown


@pytest.mark.rule("DIS-10")
def test_what_is_final_is_what_others_compare_with():
    play = in_force()
    [held] = [one for one in play.claims if one.claim.kind == "discipline-outcome"]
    assert (held.claim.key, held.claim.item) == ("IT-7 passwords", "serious|first-written-warning|2026")
    play.due("lapse")
    assert len(play.claims) == 1, "comparing does not end with the lapse"


@pytest.mark.rule("DIS-12")
def test_who_is_asked_can_open_the_case_at_any_point():
    rules = rules_of("discipline", DISCIPLINE.confidential, company.policy())
    for moment in moments("discipline"):
        for task in moment.case.tasks.values():
            for person in task.people:
                assert _row(moment, person, rules) in ("case", "own"), (moment.story, moment.stage, task.kind, person)


@pytest.mark.rule("DIS-12")
def test_a_role_sees_the_same_case_at_every_stage():
    rules = rules_of("discipline", DISCIPLINE.confidential, company.policy())
    for moment in moments("discipline"):
        for person in (*moment.state.posts.values(), moment.state.employee):
            assert not person or _row(moment, person, rules) == "case", (moment.stage, person)


def _row(moment: Moment, person: str, rules: object) -> str:
    reader = Viewer(person, moment.facts.organisation, (), moment.facts.now)
    return visibility(rules, moment.process.outline(moment.state), reader).row  # type: ignore[arg-type]


@pytest.mark.rule("DIS-12")
def test_a_policy_that_locks_a_role_out_is_refused_at_the_start():
    policy = company.policy()
    narrow = policy.processes["discipline"].model_copy(
        update={"confidentiality": Confidentiality(seen_by=("adviser",))}
    )
    changed = policy.model_copy(update={"processes": {**policy.processes, "discipline": narrow}})
    assert scene().given(policy=changed).refused("report-concern", d.concern(), by=d.REPORTER) == "locked-out"


@pytest.mark.rule("DIS-09")
def test_every_title_and_message_says_nothing():
    said = {str(moment.case.title) for moment in moments("discipline") if moment.case.title}
    said |= {
        str(task.title)
        for moment in moments("discipline")
        for task in moment.case.tasks.values()
        if task.kind != "check-in"
    }
    plain = {title for title in said if not title.startswith(("A confidential matter", "Outcome confirmed by"))}
    assert plain == set()


@pytest.mark.rule("DIS-09")
def test_only_people_of_the_case_are_told():
    for person in _told():
        assert person in {
            d.EMPLOYEE,
            d.REPORTER,
            d.WITNESS,
            d.HR,
            d.INVESTIGATOR,
            d.MANAGER,
            d.JUDGE,
            "e1032",
            "e1004",
            "e1001",
        }


def _told() -> Iterator[str]:
    for moment, after in zip(moments("discipline"), moments("discipline")[1:], strict=False):
        if moment.story != after.story:
            continue
        for task in after.case.tasks.values():
            yield from task.people


def test_every_end_tells_reporter_and_employee():
    play = at(d.invited).when("annul", {"reason": "x"}, by=d.HR)
    [told] = [
        one for one in play.effects if isinstance(one, Notify) and one.about.id.startswith("A confidential matter has")
    ]
    assert set(told.to) == {d.REPORTER, d.EMPLOYEE}


def test_an_open_grievance_stops_the_outcome_and_upheld_removes_the_person():
    play = at(d.invited, d.heard)
    play.when("raise-grievance", {"against": d.MANAGER, "text": "x"}, by=d.EMPLOYEE)
    assert play.refused("decide-outcome", {"measure": "none", "reason": "x"}, by=d.MANAGER) == "grievance-open"
    play.when("answer-grievance", {"upheld": True, "reason": "x"}, by=d.HR)
    assert play.refused("decide-outcome", {"measure": "none", "reason": "x"}, by=d.MANAGER) == "not-your-role"
    assert play.open("replace").assignees == (d.HR,)
    play.when("appoint", {"post": "hearing-manager", "person": "e1004", "reason": "x"}, by=d.HR)
    assert play.open("decide-outcome").assignees == ("e1004",)


def test_a_grievance_against_the_adviser_goes_to_another():
    play = at(d.formal).when("raise-grievance", {"against": d.HR, "text": "x"}, by=d.EMPLOYEE)
    other = play.open("grievance").assignees[0]
    assert other != d.HR
    assert play.refused("answer-grievance", {"upheld": False, "reason": "x"}, by=d.HR) == "not-your-role"
    play.when("answer-grievance", {"upheld": True, "reason": "x"}, by=other)
    assert (play.state.posts["adviser"], play.case.responsible) == (other, other)  # type: ignore[index]


def test_naming_a_companion_does_not_tell_who_reported():
    play = at(d.invited)
    for person in (d.REPORTER, d.WITNESS, d.MANAGER):
        assert play.refused("name-companion", {"person": person}, by=d.EMPLOYEE) == "no-companion"


@pytest.mark.rule("DIS-04")
@settings(max_examples=examples(60))
@given(
    st.sampled_from(Gravity),
    st.lists(st.sampled_from(("verbal-warning", "first-written-warning", "final-written-warning"))),
)
def test_more_warnings_never_allow_less(gravity: Gravity, active: list[str]):
    facts, warnings = company.facts(), [Measure(one) for one in active]
    for count in range(len(warnings)):
        assert bound(facts, gravity, warnings[: count + 1]).rank >= bound(facts, gravity, warnings[:count]).rank


def test_the_page_and_the_example_files_are_as_the_code():
    text = (ROOT / "docs" / "discipline.md").read_text(encoding="utf-8")
    assert page_of(DISCIPLINE, text) == text, "run: python -m domain.pages"
    assert "no legal advice" in text
    files = {"concern": "report-concern", "triage": "triage", "invitation": "invite-to-hearing"}
    for name, command in files.items():
        given = yaml.safe_load((ROOT / "examples" / "discipline" / f"{name}.yaml").read_text(encoding="utf-8"))
        parse_payload(DISCIPLINE, command, given)


@pytest.mark.rule("DIS-09")
@pytest.mark.parametrize("story", sorted(d.EXAMPLE.stories))
def test_each_command_of_a_story_is_refused_to_all_without_its_role(story: str):
    play = scene()
    for step in d.EXAMPLE.stories[story](play):
        if isinstance(step, Sent) and step.name != "report-concern":
            may = _holders(play, step.name)
            assert step.by in may
            for person in sorted(company.organisation().people.keys() - may):
                assert play.refused(step.name, dict(step.payload), by=person), (step.name, person)
        play.steps([step])


def _holders(play: Play, name: str) -> set[str]:
    """Who has a role of the table, told from the state; for the kernel's: who has a task, and the adviser."""
    if name not in DISCIPLINE.wording:
        return {*(who for task in play.case.tasks.values() for who in task.people), play.state.posts["adviser"]}
    by = {part.name for part in DISCIPLINE.allowed[name]}
    parts = DISCIPLINE.confidential.parts(play.state)
    held = {who for word, people in parts.items() if word.upper().replace("-", "_") in by for who in people}
    asked = {who for task in play.case.tasks.values() if task.command == name for who in task.people}
    return held | (asked if "ASSIGNEE" in by else set())

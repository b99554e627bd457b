"""A policy file is checked against the organisation, and each problem has its line (KRN-40)."""

from datetime import date
from decimal import Decimal

import pytest
import yaml
from jsonschema import Draft202012Validator

from application.files.policy import policy_schema, read_policy
from domain.kernel.errors import Refused
from domain.kernel.policy import ProcessPolicy
from domain.organisation.model import Limit, RoleHolding
from domain.organisation.policies import Needs, PolicyBook, evolve, publish
from domain.organisation.policy_checks import check, not_in_use
from tests.domain.organisation.small_company import baht, organisation

TODAY = date(2026, 11, 23)
NEEDS = {
    "hiring": Needs(
        routes=frozenset({"requisition"}),
        parameters=frozenset({"days"}),
        fields=frozenset({"grade", "cost", "line"}),
        defaults={"days": 7, "rate": Decimal(0), "role_hr": "hr"},
        parts=frozenset({"recruiter"}),
        confidential=frozenset({"salary"}),
    )
}
GOOD = """\
name: Test
processes:
  hiring:
    routes:
      requisition:
        steps:
          - name: line
            title: Line
            who: {manager_of: requester}
          - name: hr
            title: HR
            who: {role: hr}
            when: [{field: grade, at_least: 8}]
            authority: {category: hiring}
            material: [grade]
        fallback: {group: board}
    parameters: {days: 7, role_hr: hr}
ladders:
  standard:
    rungs: [{at_percent: 50, do: remind}]
"""
OFFICE = organisation(
    roles=(
        RoleHolding(role="hr", person="e2", unit="it"),
        RoleHolding(role="board", person="e1"),
    ),
    limits=(Limit(category="hiring", person="e1", up_to=baht(10)),),
)


@pytest.mark.rule("KRN-21")
def test_how_far_standing_in_goes_is_the_policys_word_and_bounded(tmp_path):
    path = tmp_path / "policy.yaml"
    for text, hops in (("", 1), ("delegation: {hops: 2}\n", 2), ("delegation: {hops: 3}\n", 3)):
        path.write_text(GOOD + text, encoding="utf-8")
        [published] = publish(PolicyBook(), read_policy(path).policy, "os:test")
        assert evolve(PolicyBook(), published).hops == hops
    for wrong in ("{hops: 0}", "{hops: 4}", "{hops: all}", "{hop: 2}"):
        path.write_text(f"{GOOD}delegation: {wrong}\n", encoding="utf-8")
        with pytest.raises(Refused) as refused:
            read_policy(path)
        assert refused.value.code == "bad-file"
        assert f"policy.yaml:{GOOD.count(chr(10)) + 1}:" in refused.value.message


def replaced(*changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def problems(tmp_path):
    def found(text, office=OFFICE):
        path = tmp_path / "policy.yaml"
        path.write_text(text)
        try:
            read_policy(path).check(office, NEEDS, TODAY)
        except Refused as refused:
            return [problem.replace(f"{tmp_path}/", "") for problem in refused.details["problems"]]
        return []

    return found


@pytest.mark.rule("KRN-40")
def test_a_policy_that_the_organisation_can_follow_has_no_problems(problems):
    assert problems(GOOD) == []


@pytest.mark.rule("KRN-40")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{role: hr}\n", "{role: king}\n", "policy.yaml:12: nobody holds the role king; grant it or correct the name"),
        ("role_hr: hr", "role_hr: king", "policy.yaml:17: nobody holds the role king; grant it or correct the name"),
        ("{group: board}", "{group: x}", "policy.yaml:16: the group x has no members; fill it or correct the name"),
        ("{role: hr}\n", "{person: e99}\n", "policy.yaml:12: nobody with the id e99 works here; correct the id"),
        (
            "manager_of: requester",
            "manager_of: e99",
            "policy.yaml:9: nobody with the id e99 works here; correct the id",
        ),
        (
            "{role: hr}\n",
            "{role: hr, unit: moon}\n",
            "policy.yaml:12: there is no unit moon; write case, requester, or the id of a unit",
        ),
        (
            "title: HR",
            "ladder: fast\n            title: HR",
            "policy.yaml:11: there is no ladder fast; add it under ladders or correct the name",
        ),
        ("field: grade", "field: size", "policy.yaml:13: there is no field size; the fields are cost, grade, line"),
        ("[grade]", "[size]", "policy.yaml:15: there is no field size; the fields are cost, grade, line"),
        (
            "{role: hr}\n",
            "{owner_of: size}\n",
            "policy.yaml:12: there is no field size; the fields are cost, grade, line",
        ),
        (
            ", at_least: 8",
            "",
            "policy.yaml:13: a condition has exactly one of equals, one_of, within, over, at_least, under, at_most",
        ),
        (
            ", at_least: 8",
            ", at_least: a lot",
            "policy.yaml:13: write a number, or money as an amount and a currency, for example 95000 THB",
        ),
        ("days: 7, ", "", "policy.yaml:17: the process hiring needs the parameter days; add it"),
        ("days: 7", "days: 7, rte: 1", "policy.yaml:17: there is no parameter rte; known: rate"),
        ("days: 7", "days: soon", "policy.yaml:17: write a number of 0 or more"),
        ("days: 7", "days: 7, rate: -0.1", "policy.yaml:17: write a number of 0 or more"),
        ("days: 7", "days: true", "policy.yaml:17: write a number of 0 or more"),
        ("requisition:", "offer:", "policy.yaml:4: the process hiring needs a route requisition; add it"),
        ("at_percent: 50, ", "", "policy.yaml:20: a rung has either at_percent or after_days: give exactly one"),
        ("name: hr", "name: line", "policy.yaml:10: two steps are called line; give one of them another name"),
        (
            "category: hiring",
            "category: travel",
            "policy.yaml:14: nobody has a limit for travel in company, it, data, shop; set one under limits",
        ),
        (
            "title: Line",
            "title: Line\n            due_days: 0",
            "policy.yaml:9: a step needs some time: give due_days of more than 0",
        ),
    ],
)
def test_a_problem_has_its_line(old, new, problem, problems):
    found = problems(replaced((old, new)))
    assert [text for text in found if text == problem], found


@pytest.mark.rule("KRN-40")
def test_units_in_which_nobody_could_do_a_step_are_named(problems):
    """HR sits in IT only; the top of the company has no manager: without a fallback both steps have holes."""
    found = problems(replaced(("        fallback: {group: board}\n", "")))
    assert found == [
        "policy.yaml:7: step line finds nobody in company; fill the role or name a fallback",
        "policy.yaml:10: step hr finds nobody in company, shop; fill the role or name a fallback",
    ]


@pytest.mark.rule("KRN-40")
def test_a_process_that_does_not_exist(problems):
    found = problems(replaced(("  hiring:", "  hirring:")))
    assert found == ["policy.yaml:3: there is no process hirring; did you mean hiring"]


@pytest.mark.rule("KRN-40")
def test_a_process_that_came_with_an_update_is_not_in_use_and_stops_no_policy(problems, tmp_path):
    (tmp_path / "old.yaml").write_text(GOOD)
    old = read_policy(tmp_path / "old.yaml").policy
    needs = {**NEEDS, "travel": Needs(routes=frozenset({"trip"}))}
    assert check(old, OFFICE, needs, TODAY, in_force=old) == []
    assert not_in_use(old, needs) == ["travel"]


@pytest.mark.rule("KRN-40")
def test_a_process_that_is_in_force_is_not_forgotten_by_mistake(tmp_path):
    (tmp_path / "old.yaml").write_text(GOOD)
    old = read_policy(tmp_path / "old.yaml").policy
    without = old.model_copy(update={"processes": {}})
    [problem] = check(without, OFFICE, NEEDS, TODAY, in_force=old)
    assert problem.path == ("processes",)
    assert problem.text.startswith("the policy in force has routes for hiring, this one has none; add them, or write")
    ended = old.model_copy(update={"processes": {"hiring": ProcessPolicy(routes={}, parameters={"days": 7})}})
    assert check(ended, OFFICE, NEEDS, TODAY, in_force=old) == []
    assert not_in_use(ended, NEEDS) == ["hiring"]


def test_a_role_whose_only_holder_left_is_held_by_nobody(problems):
    gone = OFFICE.people["e2"].model_copy(update={"end": TODAY})
    left = OFFICE.model_copy(update={"people": {**OFFICE.people, "e2": gone}})
    assert "policy.yaml:12: nobody holds the role hr; grant it or correct the name" in problems(GOOD, left)


def test_a_wrong_field_is_refused_with_its_line_and_a_near_match(problems):
    assert problems(replaced(("title: HR", "titel: HR"))) == [
        "policy.yaml:10: processes.hiring.routes.requisition.steps[1].title: is missing; add it",
        "policy.yaml:11: processes.hiring.routes.requisition.steps[1].titel: is not a known field; did you mean title?",
    ]


@pytest.mark.rule("KRN-40")
def test_the_schema_takes_a_good_file_and_marks_a_wrong_one():
    schema = Draft202012Validator(policy_schema())
    table = "        table: [{when: [{field: unit, within: it}], steps: [line]}, {steps: [hr]}]\n        fallback"
    for good in (GOOD, GOOD.replace("        fallback", table)):
        assert [error.message for error in schema.iter_errors(yaml.safe_load(good))] == []
    for old, new in (("title: HR", "titel: HR"), ("do: remind", "do: approve"), ("name: Test", "version: 1")):
        assert list(schema.iter_errors(yaml.safe_load(GOOD.replace(old, new)))) != []


@pytest.mark.rule("KRN-40")
def test_each_publication_is_a_new_version_and_the_old_ones_stay(tmp_path):
    (tmp_path / "p.yaml").write_text(GOOD)
    policy = read_policy(tmp_path / "p.yaml").policy
    book = PolicyBook()
    for name in ("first", "second"):
        [event] = publish(book, policy.model_copy(update={"name": name}), "e1")
        book = evolve(book, event)
    assert (book.in_force.version, book.in_force.name) == (2, "second")
    assert book.pinned(1).name == "first"
    assert book.pinned(None) == book.in_force


@pytest.mark.rule("KRN-40")
def test_publishing_the_same_again_appends_nothing_also_from_the_log(tmp_path):
    (tmp_path / "p.yaml").write_text(GOOD.replace("days: 7", "days: 0.15"))
    policy = read_policy(tmp_path / "p.yaml").policy
    [event] = publish(PolicyBook(), policy, "e1")
    read_back = type(event).model_validate(event.model_dump(mode="json"))
    assert publish(evolve(PolicyBook(), read_back), policy, "e1") == []


def test_without_a_policy_there_is_a_sentence():
    with pytest.raises(Refused, match="operations publish one first"):
        _ = PolicyBook().in_force
    with pytest.raises(Refused, match="version 7 was never published"):
        PolicyBook().pinned(7)


HIDING = """\
    confidentiality:
      seen_by: [requester, recruiter, "role:hr"]
      others: exists
      groups:
        pay: {fields: [salary, amount], seen_by: [asked, line]}
    parameters: {days"""


@pytest.mark.rule("KRN-43")
def test_who_sees_which_fields_is_part_of_the_policy(problems):
    assert problems(replaced(("    parameters: {days", HIDING))) == []


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[requester, recruiter,",
            "[requestor,",
            "policy.yaml:18: there is no part requestor; did you mean requester, or role: and a role",
        ),
        ("role:hr", "role:king", "policy.yaml:18: nobody holds the role king; grant it or correct the name"),
        ("[salary, amount]", "[salaries, amount]", "policy.yaml:21: there is no field salaries; did you mean salary"),
        (
            "[asked, line]",
            "[kings]",
            (
                "policy.yaml:21: there is no part kings; the parts are anyone, asked, decider, line, operations, "
                "recruiter, requester, subject, or role: and a role"
            ),
        ),
        (
            "others: exists",
            "other: exists",
            "policy.yaml:19: processes.hiring.confidentiality.other: is not a known field; did you mean others?",
        ),
        (
            "others: exists",
            "others: maybe",
            "policy.yaml:19: processes.hiring.confidentiality.others: should be 'exists' or 'nothing'",
        ),
    ],
)
def test_what_a_policy_cannot_hide_is_refused_with_its_line(problems, old, new, problem):
    text = replaced(("    parameters: {days", HIDING))
    assert old in text
    assert problems(text.replace(old, new)) == [problem]

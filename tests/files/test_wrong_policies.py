"""Files that a controller might write by mistake: each is refused with the line and what to do (KRN-40)."""

import pytest

from application.files.policy import read_policy
from domain.kernel.errors import Refused
from domain.processes import NEEDS
from tests.files.conftest import TODAY

SHORT = """\
        steps:
          - {name: line, title: Line, who: {manager_of: requester}}
        fallback: {role: executive}
"""
REQUISITION = """\
        steps:
          - name: line
            title: Line
            who: {manager_of: requester}
        fallback: {role: executive}
"""
GRANT = """\
        steps:
          - name: line
            title: Line
            who: {manager_of: beneficiary}
          - name: finance
            title: Finance
            who: {role: finance-controller}
        fallback: {role: executive}
"""
FILE = (
    "name: Test\nprocesses:\n  hiring:\n    routes:\n"
    f"      requisition:\n{REQUISITION}      offer:\n{SHORT}      rescind:\n{SHORT}"
    f"  authority:\n    routes:\n      grant:\n{GRANT}      revoke:\n{SHORT}"
    "ladders:\n  standard:\n    rungs:\n      - {at_percent: 50, do: remind}\n      - {after_days: 1, do: escalate}\n"
)
LINE, FINANCE = "who: {manager_of: requester}\n", "            who: {role: finance-controller}\n"
MATERIAL = (
    "budget_line, business_case, checks, grade, interview_plan, job_description, location, position, salary_band, "
    "seats, unit"
)


@pytest.fixture
def problems(tmp_path, company):
    """Each problem of a text, without its line, which is that of the fragment in question."""

    def found(text: str, fragment: str) -> list[str]:
        path = tmp_path / "p.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            read_policy(path).check(company, NEEDS, TODAY)
        except Refused as refused:
            there = text[: text.index(fragment)].count("\n") + 1
            return [problem.removeprefix(f"{path}:{there}: ") for problem in refused.details["problems"]]
        return []

    return found


def grant(more: str) -> str:
    """The file with something more after the last step of a grant."""
    assert FINANCE in FILE
    return FILE.replace(FINANCE, FINANCE + more, 1)


def when(condition: str) -> str:
    return grant(f"            when: [{condition}]\n")


def line(more: str) -> str:
    """The file with something more in the step of a requisition."""
    return FILE.replace(LINE, f"{LINE}            {more}\n", 1)


def who(text: str) -> str:
    """The file with other people in that step."""
    return FILE.replace(LINE, f"who: {text}\n", 1)


@pytest.mark.rule("KRN-40")
def test_the_file_that_is_made_wrong_here_is_right(problems):
    assert problems(FILE, "") == []
    assert problems("\ufeff" + FILE.replace("\n", "\r\n").replace("title: Line", "title: หัวหน้า"), "") == []


POINTS = "THB has 2 digits after the point; write thousands with a comma, as 500,000"
MONEY = "write money as an amount and a currency, for example 95000 THB"


@pytest.mark.rule("KRN-40")
@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("{field: up_to, over: 500000}", MONEY),
        ("{field: up_to, over: a lot}", MONEY),
        ("{field: up_to, over: 500000 thb}", MONEY),
        ("{field: up_to, over: 500000 บาท}", MONEY),
        ("{field: up_to, over: true}", MONEY),
        ("{field: up_to, over: 500000 BHT}", "BHT is not a currency; write one of ISO 4217, for example THB"),
        ("{field: up_to, over: 500.000 THB}", POINTS),
        ('{field: up_to, over: "5,00 THB"}', MONEY),
        ("{field: currency, equals: thb}", "write a currency as three capital letters, for example THB"),
        ("{field: currency, one_of: []}", "name at least one value here, or the condition never holds"),
        ("{field: currency, equals: [THB, USD]}", "write one value, or several with one_of"),
        ("{field: currency, over: THB}", "currency has no order; compare it with equals or one_of"),
        ("{field: unit, equals: moon}", "there is no unit moon; correct the id"),
        ("{field: unit, within: [it, moon]}", "there is no unit moon; correct the id"),
        ("{field: category, equals: hirring}", "there is no limit for hirring; correct the id"),
        ("{field: category, within: it}", "category is no unit; within is for units and those below them"),
        ("{field: reason, equals: x}", "no condition can look at reason; take another field"),
    ],
)
def test_a_comparison_that_could_never_hold(condition, problem, problems):
    assert problems(when(condition), condition) == [problem]


@pytest.mark.rule("KRN-12")
def test_each_route_has_fields_of_its_own(problems):
    yes = "when: [{field: outside_band, equals: yes}]"
    offer = FILE.replace("line, title: Line,", f"line, title: Line, {yes},", 1)
    assert problems(offer, yes) == ["write true or false, without quotes"]
    [found] = problems(line(yes), yes)
    assert found.startswith("there is no field outside_band; the fields are budget_line, business_case")
    assert problems(line("when: [{field: grade, over: 5 THB}]"), "5 THB") == ["write a number, for example 8"]


STEP = "processes.hiring.routes.requisition.steps[0]"
LEFT = MATERIAL.replace("grade, ", "")


@pytest.mark.rule("KRN-40")
@pytest.mark.parametrize(
    ("text", "fragment", "problem"),
    [
        (line("quorum: 0"), "quorum", f"{STEP}.quorum: should be any, all, or a number of 1 or more"),
        (line("due_days: two"), "two", f"{STEP}.due_days: should be a number, for example 2"),
        (line("due_day: 2"), "due_day", f"{STEP}.due_day: is not a known field; did you mean due_days?"),
        (line("due_days: 100000"), "100000", "give at most 400 working days"),
        (line("beside: a/b"), "beside", "a name has 1 to 64 characters and no /"),
        (line("material: [grade]"), "steps:", f"no step answers for {LEFT}; name it in a step's material"),
        (line("material: [cost]"), "[cost]", f"nobody answers for cost: it follows from other fields; take {MATERIAL}"),
        (who("{group: salary-committee, unit: it}"), "unit: it", "only a role is held for a unit; leave the unit out"),
        (who("{role: executive, levels: 2}"), "levels", "only managers have levels; leave them out"),
        (who("{manager_of: requester, levels: 12}"), "12", "nobody has 12 managers above them; give fewer levels"),
        (who("{owner_of: grade}"), "grade", "grade names no budget line, so it has no owner; take a field that does"),
        (FILE.replace("title: Line", "title: ''", 1), "title: ''", "a title has 1 to 200 characters"),
        (FILE.replace("name: line", "name: a/b", 1), "a/b", "a name has 1 to 64 characters and no /"),
        (f"{FILE}version: 7\n", "version", "a version gets its number when it is published; leave it out"),
        (f"{FILE}splitting: {{days: -3}}\n", "splitting", "write a number of days from 0 to 3660"),
        (FILE.replace("      offer:", "      ofer:"), "ofer", "there is no route ofer; did you mean offer"),
    ],
)
def test_what_would_be_ignored_or_would_stop_every_case(text, fragment, problem, problems):
    assert problem in problems(text, fragment)


@pytest.mark.rule("KRN-05")
def test_a_limit_in_a_currency_that_nobody_has(problems):
    dollars = "            authority: {category: hiring}\n            when: [{field: currency, equals: USD}]\n"
    [found] = problems(grant(dollars), "authority: {")
    assert found.startswith("nobody has a limit for hiring in USD in company, it, it-infrastructure")
    assert problems(grant(dollars.replace("USD", "THB")), "") == []


@pytest.mark.rule("KRN-05")
def test_a_limit_where_cases_state_no_amount(problems):
    start, rest = FILE.split("      rescind:\n")
    rescind = f"{start}      rescind:\n{rest.replace('{name', '{authority: {category: hiring}, name', 1)}"
    no_amount = "cases of this route state no amount, so no limit can cover it; leave authority out"
    assert problems(rescind, "{authority") == [no_amount]


@pytest.mark.rule("KRN-11")
def test_a_quorum_that_nobody_could_reach(problems):
    committee = who("{group: salary-committee}\n            quorum: 4")
    assert problems(committee, "quorum") == ["4 must approve, but at most 3 are asked; lower the quorum"]
    assert problems(committee.replace("quorum: 4", "quorum: 2\n            veto: {role: executive}"), "") == []


@pytest.mark.rule("KRN-03")
@pytest.mark.parametrize(
    ("separate", "problem"),
    [
        ("[line, finanse]", "there is no step finanse in this route; correct the name"),
        ("[line, revok/line]", "there is no route revok in this process; correct the name"),
        ("[line, revoke/finance]", "there is no step finance in route revoke; correct the name"),
        ("[line]", "one step is separate from nothing; name two or more, or write true for all"),
        ("true, collapse: true", "where all steps are separate nothing can collapse; leave one of them out"),
    ],
)
def test_separation_that_separates_nothing(separate, problem, problems):
    text = grant("        separate: " + separate.replace(", collapse", "\n        collapse") + "\n")
    assert problem in problems(text, "collapse:" if "collapse" in separate else "separate:")


@pytest.mark.rule("KRN-31")
@pytest.mark.parametrize(
    ("first", "fragment", "problem"),
    [
        ("after_days: 2, do: remind", "escalate", "acts before the one above it; put the rungs in the order of time"),
        (
            "at_percent: 100, do: expire",
            "escalate",
            "nothing comes after expire; put this rung before it or take it out",
        ),
        ("after_days: 10000, do: remind", "10000", "give at most 400 working days"),
    ],
)
def test_a_ladder_that_is_not_in_order(first, fragment, problem, problems):
    [said, *_] = problems(FILE.replace("at_percent: 50, do: remind", first), fragment)
    assert said.removeprefix("this rung ") == problem


TABLE = """\
        table:
          - when: [{field: up_to, at_most: "50,000 THB"}]
            steps: [line]
          - when: [{field: up_to, at_most: "500,000 THB"}]
            steps: [line, finance]
          - steps: [finance]
"""


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("old", "new", "fragment", "problem"),
    [
        ("- steps: [finance]", "- {when: [{field: currency, equals: THB}], steps: [finance]}", "table:",
         "end the table with a row without when: it is for every other case"),
        ("[line, finance]", "[line, finanse]", "finanse", "there is no step finanse in this route; correct the name"),
        ("finance", "line", "table:", "step finance is in no row of the table; add it to a row or delete it"),
    ],
)  # fmt: skip
def test_a_table_says_something_of_every_case(old, new, fragment, problem, problems):
    assert problems(grant(TABLE), "") == []
    assert problems(grant(TABLE.replace(old, new)), fragment) == [problem]


def rows(above: str, below: str) -> str:
    lines = [f"{{when: [{above}], steps: [line]}}", f"{{when: [{below}], steps: [line, line]}}", "{steps: [finance]}"]
    return grant("        table:\n" + "".join(f"          - {line}\n" for line in lines))


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ('{field: up_to, at_most: "50,000 THB"}', '{field: up_to, at_most: "5,000 THB"}'),
        ('{field: up_to, at_most: "50,000 THB"}', '{field: up_to, under: "50,000 THB"}'),
        ('{field: up_to, over: "50,000 THB"}', '{field: up_to, over: "50,000 THB"}'),
        ('{field: up_to, at_least: "50,000 THB"}', '{field: up_to, equals: "60,000 THB"}'),
        ("{field: currency, one_of: [THB, USD]}", "{field: currency, equals: USD}"),
        ("{field: unit, within: it}", "{field: unit, within: [it-web, it-data]}"),
        ("{field: unit, within: it}", "{field: unit, equals: it-web}, {field: currency, equals: THB}"),
        ("", "{field: currency, equals: THB}"),
    ],
)
def test_a_row_that_is_never_reached(above, below, problems):
    hidden = "row 1 fits whatever fits this row; put this row above it or take it out"
    assert hidden in problems(rows(above, below), "- {when: [" + below + "], steps: [line, line]")


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ('{field: up_to, at_most: "5,000 THB"}', '{field: up_to, at_most: "50,000 THB"}'),
        ('{field: up_to, under: "50,000 THB"}', '{field: up_to, at_most: "50,000 THB"}'),
        ('{field: up_to, over: "50,000 THB"}', '{field: up_to, at_least: "50,000 THB"}'),
        ('{field: up_to, over: "50,000 THB"}', '{field: up_to, over: "50,000 USD"}'),
        ('{field: up_to, over: "50,000 THB"}', '{field: up_to, under: "60,000 THB"}'),
        ("{field: unit, within: it-web}", "{field: unit, within: it}"),
        ("{field: unit, equals: it}", "{field: unit, within: it}"),
        ("{field: currency, equals: USD}", "{field: unit, within: it}"),
    ],
)
def test_a_row_that_is_reached_by_some(above, below, problems):
    assert problems(rows(above, below), "") == []

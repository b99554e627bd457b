"""A payload file against its model: every mistake with file, line, field and what to do."""

from datetime import date
from typing import Annotated

import pytest
from pydantic import Field

from application.files.document import read_document
from application.files.validation import validated
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.money import Money


class Interview(Value):
    kind: str
    interviewers: int = Field(default=1, ge=1)


class Request(Value):
    position: str
    seats: Annotated[int, Field(ge=1, le=500)]
    salary: Money
    start: date | None = None
    plan: tuple[Interview, ...] = ()
    share: int | bool | tuple[str, ...] = 0


GOOD = "position: engineer\nseats: 2\nsalary: 95,000 THB\nstart: 2027-01-04\nplan:\n  - {kind: technical}\n"


@pytest.fixture
def problems(tmp_path):
    def found(text):
        path = tmp_path / "start.yaml"
        path.write_text(text)
        with pytest.raises(Refused) as refused:
            validated(read_document(path), Request)
        assert refused.value.code == "bad-file"
        return [problem.replace(f"{tmp_path}/", "") for problem in refused.value.details["problems"]]

    return found


def test_yaml_and_json_give_the_same_payload(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    payload = validated(read_document(tmp_path / "a.yaml"), Request)
    (tmp_path / "a.json").write_text(payload.model_dump_json())
    assert validated(read_document(tmp_path / "a.json"), Request) == payload
    assert payload.salary == Money(amount=95000, currency="THB")


def test_values_can_be_replaced_before_they_are_validated(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    document = read_document(tmp_path / "a.yaml")
    payload = validated(document, Request, {**document.data, "seats": 3})
    assert payload.seats == 3


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("seats: 2", "seats: -1", "start.yaml:2: seats: should be greater than or equal to 1"),
        (
            "seats: 2",
            "seats: many",
            "start.yaml:2: seats: should be a number, for example 2",
        ),
        ("seats: 2\n", "", "start.yaml:1: seats: is missing; add it"),
        ("seats: 2", "seat: 2", "start.yaml:2: seat: is not a known field; did you mean seats?"),
        (
            "95,000 THB",
            "95000",
            "start.yaml:3: salary: write money as an amount and a currency, for example 95000 THB",
        ),
        (
            "95,000 THB",
            "95000 baht",
            "start.yaml:3: salary: write money as an amount and a currency, for example 95000 THB",
        ),
        ("2027-01-04", "2027-13-04", "start.yaml:4: start: should be a valid date"),
        ("position: engineer", "position: 12", "start.yaml:1: position: should be text; put it in quotes"),
        (
            "{kind: technical}",
            "{kind: x, zzz: 1}",
            "start.yaml:6: plan[0].zzz: is not a known field; the fields here are",
        ),
        ("{kind: technical}", "{}", "start.yaml:6: plan[0].kind: is missing; add it"),
        ("plan:\n  - {kind: technical}", "plan: {kind: x}", "start.yaml:5: plan: should be a list"),
    ],
)
def test_a_wrong_value_names_its_place(old, new, problem, problems):
    found = problems(GOOD.replace(old, new))
    assert any(text.startswith(problem) for text in found), found


def test_a_value_that_fits_no_member_of_a_union_is_one_problem(problems):
    assert len(problems(GOOD + "share: [1, 2]\n")) == 1


def test_all_mistakes_come_in_one_refusal(problems):
    assert [text[:12] for text in problems("position: x\nseats: 0\nstart: soon\n")] == [
        "start.yaml:2",
        "start.yaml:1",
        "start.yaml:3",
    ]


def test_a_list_instead_of_a_mapping(problems):
    assert problems("- 1\n") == ["start.yaml:1: the file: should be a mapping of names to values"]


def test_the_value_itself_is_not_repeated(problems):
    assert not any("secret" in text for text in problems(GOOD.replace("seats: 2", "seats: secret")))

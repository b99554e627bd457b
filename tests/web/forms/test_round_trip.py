"""A payload shown in a form and sent back is the same payload: for every command that has a form."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.processes import PROCESSES
from tests.support.examples import examples
from web.forms.answers import answered, rows, shown, with_row, without_row
from web.forms.fields import Field, Kind, fields_of
from web.forms.words import commands_with_forms

COMMANDS = [(process, name) for process in PROCESSES.values() for name in commands_with_forms(process)]
IDS = [f"{process.name} {name}" for process, name in COMMANDS]

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n<>\"'&"), min_size=1, max_size=30
).map(str.strip).filter(bool)  # fmt: skip
MONEY = st.fixed_dictionaries(
    {"amount": st.decimals(0, 10**9, places=2).map(str), "currency": st.sampled_from(("THB", "EUR"))}
)
NEW = st.fixed_dictionaries({"name": TEXT, "email": st.just("a@b.example")}) | st.just("c-000000000000")


def values(field: Field) -> st.SearchStrategy[Any]:
    """JSON that a field can hold."""
    match field.kind:
        case Kind.WHOLE:
            return st.integers(0, 99)
        case Kind.DECIMAL:
            return st.decimals(0, 50, places=1).map(str)
        case Kind.DATE:
            return st.dates(date(2020, 1, 1)).map(str)
        case Kind.FLAG:
            return st.just(True)
        case Kind.CHOICE:
            return st.sampled_from(field.options)
        case Kind.MONEY:
            return MONEY
        case Kind.NEWCOMER:
            return NEW
        case Kind.GROUP:
            return payloads(field.inner)
        case Kind.LIST:
            return st.lists(values(field.row).filter(lambda row: row != {}), min_size=1, max_size=3)  # untouched rows
        case Kind.SCORES:
            return st.dictionaries(TEXT, values(field.inner[1]), min_size=1, max_size=3)
    return TEXT


def payloads(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {field.name: values(field) for field in fields if field.required},
        optional={field.name: values(field) for field in fields if not field.required},
    )


@pytest.mark.parametrize(("process", "name"), COMMANDS, ids=IDS)
def test_a_payload_shown_in_a_form_and_sent_back_is_the_same(process: Any, name: str):
    fields = fields_of(process.commands[name])

    @settings(max_examples=examples(20))
    @given(payloads(fields))
    def of(payload: dict[str, Any]) -> None:
        assert answered(fields, shown(fields, payload)) == payload

    of()


def test_browsers_write_lines_their_own_way_and_nobody_counts_blanks_or_separators():
    fields = fields_of(PROCESSES["hiring"].commands["raise-requisition"])
    typed = {"p.business_case": " a\r\nb ", "p.grade": " ๕ ", "p.salary_band.min.amount": "60,000.50"}

    found = answered(fields, typed)

    assert (found["business_case"], found["grade"]) == ("a\nb", 5)
    assert found["salary_band"]["min"]["amount"] == "60000.50"


def test_rows_nobody_touched_are_not_sent_and_rows_can_be_added_and_removed_anywhere():
    fields = fields_of(PROCESSES["hiring"].commands["raise-requisition"])
    at = "p.interview_plan"
    typed = shown(fields, {"interview_plan": [{"kind": "a", "interviewers": 1}, {"kind": "b", "interviewers": 2}]})

    more = with_row(fields, typed, at)
    fewer = without_row(more, f"{at}.0")

    assert rows(more, at) == [0, 1, 2]
    assert answered(fields, more)["interview_plan"] == answered(fields, typed)["interview_plan"]
    assert answered(fields, fewer)["interview_plan"] == [{"kind": "b", "interviewers": 2}]
    assert with_row(fields, typed, "p.nothing") == typed

"""Everybody × every command × every point of a case's life: who may and who may not, by the documented tables.

This is the whole product, on the one function of each process and without I/O; `test_doors.py` walks through the doors.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from domain.who_may_what import TABLES, page
from tests.adversary.matrix.product import attempts, situations
from tests.conformance.example import EXAMPLES

pytestmark = pytest.mark.rule("KRN-01", "KRN-02")

PAGE = Path(__file__).parents[2] / "docs" / "who-may-what.md"


def test_the_page_is_as_the_code_would_write_it():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m domain.who_may_what docs/who-may-what.md"
    assert all(f"<!-- generated: {process} -->" in text for process in PROCESSES)


def test_a_process_without_situations_has_an_example():
    assert {process for process in PROCESSES if not situations(process)} <= set(EXAMPLES)


def test_every_process_and_every_command_has_its_row():
    assert {process: set(table) for process, table in TABLES.items()} == {
        process: set(found.commands) for process, found in PROCESSES.items()
    }


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_who_may_not_is_refused_whatever_they_send_and_whenever(process: str):
    wrong = [str(one) for one in attempts(process) if not one.may and not isinstance(one.answer, Refused)]

    assert wrong == []


WITHOUT_MONEY = {("move-commitment", "the system")}
"""No situation here holds money of a budget line; the stories of conformance let it through."""


@pytest.mark.parametrize("process", sorted(process for process in PROCESSES if situations(process)))
def test_every_part_that_may_is_let_through_somewhere(process: str):
    through = defaultdict(set)
    for one in attempts(process):
        if not isinstance(one.answer, Refused):
            through[one.name] |= one.columns & set(TABLES[process][one.name])

    never = {(name, str(part)) for name, parts in TABLES[process].items() for part in set(parts) - through[name]}
    assert never <= WITHOUT_MONEY, never

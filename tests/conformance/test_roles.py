"""Who has no role that the table names gets nowhere, at any point of a story; and every command has its form."""

import pytest

from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from domain.who_may_what import TABLES
from tests.conformance.company import organisation
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import Moment, moments
from web.forms.words import commands_with_forms


def outsiders(moment: Moment) -> list[str]:
    """People without any role in the case: nobody's manager here, no operations, never asked."""
    day, known = moment.facts.now.date(), organisation()
    inside = {person for people in moment.process.confidential.parts(moment.state).values() for person in people}
    inside |= {
        moment.case.requester,
        *moment.case.subjects,
        moment.case.responsible,
        *known.holders("operations", None, day),
    }
    inside |= {person for task in moment.case.tasks.values() for person in task.people}
    line = {boss for person in inside if person in known.people for boss in known.line_above(person, day)}
    roles = {holding.person for holding in known.roles}
    return [person for person in sorted(known.people) if person not in inside | line | roles][:4]


@pytest.mark.parametrize("process", EXAMPLES)
@pytest.mark.rule("KRN-01")
def test_an_outsider_gets_nowhere(process: str):
    opening = PROCESSES[process].start
    open_to_all = {name for name, by in TABLES[process].items() if "EMPLOYEE" in {part.name for part in by}}
    for moment in moments(process):
        if moment.case.requester is None:
            continue
        for person in outsiders(moment):
            for name in PROCESSES[process].commands.keys() - opening - open_to_all:
                with pytest.raises(Refused):
                    moment.decide(name, payload_of(moment, name), by=person)


def payload_of(moment: Moment, name: str) -> dict[str, object]:
    task = next(iter(moment.case.tasks), "no-such-task")
    given = {
        "task": task,
        "outcome": "approve",
        "reason": "because",
        "text": "a word",
        "to": "e1001",
        "person": "e1001",
    }
    fields = moment.process.commands[name].model_fields
    return {key: value for key, value in given.items() if key in fields}


@pytest.mark.parametrize("process", EXAMPLES)
def test_every_command_for_people_has_a_form(process: str):
    forms = set(commands_with_forms(PROCESSES[process]))
    rows = PROCESSES[process].wording.keys() - PROCESSES[process].system_only
    assert rows - forms == set()


@pytest.mark.parametrize("process", EXAMPLES)
def test_what_only_the_system_says_is_refused_to_people(process: str):
    for moment in moments(process):
        for name in PROCESSES[process].system_only:
            for person in (moment.case.requester or "e1001", "e1001"):
                with pytest.raises(Refused):
                    moment.decide(name, {}, by=person)

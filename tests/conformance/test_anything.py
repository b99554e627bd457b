"""Random commands by all sorts of people at any point of a story: refused in a sentence, or folded."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.cases.case_events import Decided
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.kernel.handle import next_deadline
from domain.processes import PROCESSES
from tests.adversary.payloads import fitting
from tests.conformance.company import organisation
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import Moment, moments
from tests.support.examples import examples

PEOPLE = tuple(sorted(organisation().people))


def words(moment: Moment) -> Sequence[str]:
    """What means something in this case: tasks, people, lines, units, ids that stand in its state."""
    found = [*moment.case.tasks, *moment.case.subjects, moment.case.id, "because", "0", "5000 THB", "2027"]
    found += [name for task in moment.case.tasks.values() for name in (*task.people, task.subject, task.step)]
    return [*dict.fromkeys(word for word in found if word), *PEOPLE[:3]]


def people(moment: Moment) -> Sequence[str]:
    asked = [person for task in moment.case.tasks.values() for person in task.people]
    requester = [moment.case.requester] if moment.case.requester else []
    return [*requester, *moment.case.subjects, *asked, SYSTEM, *PEOPLE[:8]]


@pytest.mark.parametrize("process", EXAMPLES)
@pytest.mark.rule("KRN-01")
def test_whatever_is_sent_is_refused_or_folds(process: str):
    known, ways = moments(process), {(start, end) for start, end, _ in PROCESSES[process].transitions}
    commands = PROCESSES[process].commands
    schemas = {name: model.model_json_schema() for name, model in commands.items()}

    @settings(max_examples=examples(120))
    @given(st.data())
    def anything(data: st.DataObject) -> None:
        moment = data.draw(st.sampled_from(known))
        name = data.draw(st.sampled_from(sorted(commands)))
        payload = _deadline(moment) if name == "deadline" else data.draw(fitting(schemas[name], words(moment)))
        by = SYSTEM if name == "deadline" else data.draw(st.sampled_from(people(moment)))
        try:
            events = moment.decide(name, payload, by=by, channel="effect" if by == SYSTEM else "web")
        except Refused as refused:
            assert refused.message  # noqa: PT017
            return
        state = moment.state
        for event in events:
            state = moment.process.evolve(state, event)
            if isinstance(event, Decided):
                assert event.actor not in {moment.case.requester, *moment.case.subjects, SYSTEM}
        was, now = moment.stage, moment.process.stage(state)
        assert was == now or (was, now) in ways, f"{was} → {now} by {name} is not in the table"

    anything()


def _deadline(moment: Moment) -> dict[str, Any]:
    due = next_deadline(moment.case)
    if due is None:
        return {"kind": "task", "key": "none", "at": moment.facts.now.isoformat()}
    return {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}

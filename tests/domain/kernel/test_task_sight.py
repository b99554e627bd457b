"""What a task shows of its case, as a pure function of the state and the word of the process (KRN-43)."""

import pytest

from domain.kernel.showing.confidential import ASKED, HOLDER, outline
from domain.kernel.showing.task_sight import WHOLE, concerns, held_by, is_whole, paths_of, task_view
from domain.processes import PROCESSES
from tests.domain.kernel.purchase import LINE, submitted

pytestmark = pytest.mark.rule("KRN-43")


def asked(kind: str):
    """A case in which e3 has the one open task, of this kind, about `thing`."""
    case = submitted(LINE).case
    [task] = case.tasks.values()
    work = task.model_copy(update={"kind": kind, "subject": "thing"})
    return case.model_copy(update={"tasks": {task.id: work}}), work


def test_a_kind_that_no_process_names_shows_its_own_words_alone():
    assert paths_of({}, "whatever") == ()
    case, task = asked("whatever")
    shown = task_view({"case": case.model_dump(mode="json"), "pay": 1, "things": {"thing": 2}}, [task], {})
    assert shown.keys() == {"case"}
    assert shown["case"].keys() == {"id", "process", "title", "tasks"}


def test_paths_are_copied_with_what_leads_to_them():
    case, task = asked("work")
    state = {"case": case.model_dump(mode="json"), "things": {"thing": {"a": 1, "b": 2}, "other": {"a": 3}}}
    shown = task_view(state, [task], {"work": ("things.{subject}.a", "things.{subject}.none", "no.such.place")})
    assert {name: value for name, value in shown.items() if name != "case"} == {"things": {"thing": {"a": 1}}}


@pytest.mark.parametrize(("kind", "part"), [("decide", ASKED), ("work", HOLDER), ("whole", ASKED)])
def test_only_a_task_that_shows_the_case_is_a_part_in_it(kind: str, part: str):
    case, task = asked(kind)
    found = outline(case, {}, {"whole": WHOLE})
    assert found.parts[part] == task.people
    assert {ASKED, HOLDER} & found.parts.keys() == {part}


def test_events_are_of_a_task_by_its_id_or_by_its_question():
    _, task = asked("answer-information")
    assert concerns({"task": task.id}, [task])
    assert concerns({"task": {"id": task.id}}, [task])
    assert concerns({"task": "thing", "of": task.people[0]}, [task])
    assert not concerns({"task": "thing", "of": "e99"}, [task])
    assert not concerns({"offer": "thing"}, [task])


def test_only_who_is_asked_holds_a_task():
    case, task = asked("work")
    assert held_by(case, task.people) == (task,)
    assert held_by(case, ["e99"]) == ()


def test_deciding_shows_the_case_in_every_process():
    for process in PROCESSES.values():
        assert is_whole(process.confidential.tasks, "decide")
        assert is_whole(process.confidential.tasks, "override-review")


def test_onboarding_shows_no_pay():
    paths = {
        path for kind in ("onboarding", "probation", "check") for path in PROCESSES["hiring"].confidential.tasks[kind]
    }
    assert not any(word in path for path in paths for word in ("salary", "cost", "checks", "terms.grade"))
    assert "offers.{subject}.terms.start_date" in paths

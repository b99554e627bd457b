"""Skills, specialities and job descriptions in a file of the organisation (KRN-42, JOB-02, JOB-03)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from application.files.organisation import read_organisation
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.organisation import events as ev
from domain.organisation.jobs import Skill
from domain.organisation.model import Organisation
from domain.organisation.record import fold, plan_import
from domain.organisation.register import described_by
from tests.files.test_organisation_import import BASE, TODAY

REGISTER = """\
skills:
  - {id: python, name: {en: Python, th: ไพทอน}}
  - {id: sql, name: {en: SQL}, until: 2027-01-01}
specialities:
  - {id: data, name: {en: Data}, details: [privacy]}
job_descriptions:
  - id: jd-engineer
    version: 3
    review_by: 2027-03-31
    title: {en: Engineer}
    purpose: Builds
    accountabilities: [It works]
    skills: [{skill: python, level: 3, years: 2}]
    grade: 5
    unit: it
    positions: [engineer]
    reports_to: head
"""


Plan = Callable[[str, Organisation], list[Event]]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Plans the import of a text on top of an organisation."""

    def planned(text: str, current: Organisation) -> list[Event]:
        path = tmp_path / "a.yaml"
        path.write_text(text, encoding="utf-8")
        return plan_import(current, read_organisation([path], TODAY).wanted, TODAY)

    return planned


@pytest.fixture
def base(plan: Plan) -> Organisation:
    return fold(Organisation(), plan(BASE, Organisation()))


def problems(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Without the folder of the file."""
    return [str(problem).rpartition("/")[2] for problem in refusal.value.details["problems"]]


@pytest.mark.rule("KRN-42", "JOB-02")
def test_a_register_is_imported_once_and_its_version_is_in_force(plan: Plan, base: Organisation):
    events = plan(REGISTER, base)
    after = fold(base, events)

    assert [type(event) for event in events] == [ev.SkillSet, ev.SkillSet, ev.SpecialitySet, ev.JobDescriptionSet]
    found = described_by(after, "engineer")
    assert found is not None
    assert (found.id, found.version, found.start, found.case) == ("jd-engineer", 3, TODAY, None)
    assert plan(REGISTER, after) == []


@pytest.mark.rule("JOB-02")
def test_an_approved_version_is_never_rewritten_by_a_file(plan: Plan, base: Organisation):
    after = fold(base, plan(REGISTER, base))
    newer = REGISTER.replace("version: 3", "version: 4").replace("Builds", "Builds more")
    with pytest.raises(Refused) as rewritten:
        plan(REGISTER.replace("Builds", "Builds more"), after)
    latest = fold(after, plan(newer, after))
    with pytest.raises(Refused) as older:
        plan(REGISTER.replace("version: 3", "version: 2"), latest)

    assert problems(rewritten) == ["a.yaml:7: version 3 of jd-engineer says something else; give a new version"]
    assert problems(older) == ["a.yaml:7: version 4 of jd-engineer is newer; give a newer version"]
    assert [(job.version, job.end) for job in latest.descriptions["jd-engineer"]] == [(3, TODAY), (4, None)]
    assert plan(REGISTER, latest) == [], "the old file says nothing new"


@pytest.mark.rule("JOB-03", "KRN-42")
@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("skill: pyhton", "skill: python", "a.yaml:7: there is no skill pyhton; look at python"),
        ("unit: moon", "unit: it", "a.yaml:7: there is no unit moon"),
        ("positions: [moon]", "positions: [engineer]", "a.yaml:7: there is no position moon"),
        ("reports_to: moon", "reports_to: head", "a.yaml:7: there is no position moon"),
    ],
)
def test_what_a_description_names_and_nobody_knows_is_told_with_its_line(
    plan: Plan, base: Organisation, wrong: str, right: str, said: str
):
    with pytest.raises(Refused) as refusal:
        plan(REGISTER.replace(right, wrong), base)
    assert problems(refusal)[0].startswith(said)


@pytest.mark.rule("JOB-02")
def test_two_descriptions_of_one_position_are_refused(plan: Plan, base: Organisation):
    second = REGISTER[REGISTER.index("  - id: jd-engineer") :].replace("jd-engineer", "jd-other")
    with pytest.raises(Refused) as refusal:
        plan(REGISTER + second, base)
    assert "describes position engineer too" in problems(refusal)[0]


@pytest.mark.rule("KRN-42")
def test_a_file_that_does_not_say_until_when_brings_no_skill_back(plan: Plan, base: Organisation):
    after = fold(base, plan(REGISTER, base))
    ended = Skill(id="python", name={"en": "Python", "th": "ไพทอน"}, end=date(2027, 6, 1))
    after = fold(after, [ev.SkillSet(skill=ended, effective=TODAY)])
    assert plan(REGISTER, after) == []
    assert after.skills["python"].end == date(2027, 6, 1)

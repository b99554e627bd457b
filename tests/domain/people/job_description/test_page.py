"""The page and the example files are as the code; the example company can carry them out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from application.files.organisation import read_organisation
from application.files.policy import read_policy
from domain.kernel.facts import Facts
from domain.kernel.showing.page import page_of
from domain.organisation import record
from domain.organisation.model import Organisation
from domain.people.job_description.process import JOB_DESCRIPTION

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "examples" / "company").glob("*.yaml"))
DAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 3, tzinfo=UTC)
EXAMPLES = {
    "senior-it-manager": ("draft-description", "e1003"),
    "data-engineer": ("draft-description", "e1005"),
    "revision": ("revise-description", "e1004"),
    "assessment": ("assess-budget-impact", None),
}


def read(name: str) -> dict[str, object]:
    text = (ROOT / "examples" / "job-description" / f"{name}.yaml").read_text(encoding="utf-8")
    read: dict[str, object] = yaml.safe_load(text)
    return read


def test_the_page_is_as_the_code_would_write_it():
    text = (ROOT / "docs" / "job-description.md").read_text(encoding="utf-8")
    assert page_of(JOB_DESCRIPTION, text) == text, "run: python -m domain.pages"


def test_every_example_is_tried():
    assert {path.stem for path in (ROOT / "examples" / "job-description").glob("*.yaml")} == set(EXAMPLES)


@pytest.mark.rule("JOB-01")
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_finds_somebody_for_every_step_in_the_example_company(name: str):
    command, person = EXAMPLES[name]
    payload = JOB_DESCRIPTION.commands[command].model_validate(read(name))
    if person is None:
        return
    company = record.fold(Organisation(), record.plan_import(Organisation(), read_organisation(FILES, DAY).wanted, DAY))
    facts = Facts(now=NOW, organisation=company, policy=read_policy(ROOT / "examples" / "policy.yaml").policy)
    steps = JOB_DESCRIPTION.preview(payload, facts, person)
    assert [step.step for step in steps if not step.stuck][:3] == ["peers", "hr", "grading"]
    assert [step.step for step in steps if step.stuck] == []

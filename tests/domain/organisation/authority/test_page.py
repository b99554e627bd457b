"""The page, the example files and the table of who may what are as the code."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from application.files.organisation import read_organisation
from application.files.policy import read_policy
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.facts import Facts
from domain.kernel.routing.case_roles import KERNEL_ROLES
from domain.kernel.showing.page import page_of
from domain.organisation import record
from domain.organisation.authority.process import AUTHORITY, Stage
from domain.organisation.model import Organisation

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "examples" / "company").glob("*.yaml"))
DAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 3, tzinfo=UTC)
EXAMPLES = {"grant": "request-limit", "revoke": "revoke-limit", "amend": "amend-limit"}


def test_the_page_is_as_the_code_would_write_it():
    text = (ROOT / "docs" / "authority.md").read_text(encoding="utf-8")
    assert page_of(AUTHORITY, text) == text, "run: python -m domain.pages"
    assert all(stage.value in text for stage in Stage)


def test_every_command_of_its_own_has_words_and_a_part():
    own = set(AUTHORITY.commands) - set(KERNEL_COMMANDS)
    assert own == {"request-limit", "revoke-limit", "amend-limit", "resubmit-limit", "note-recorded"}
    assert set(AUTHORITY.wording) == own
    assert set(AUTHORITY.allowed) == own | set(KERNEL_ROLES)


@pytest.mark.parametrize(("name", "command"), EXAMPLES.items())
def test_an_example_file_is_a_payload_of_its_command(name: str, command: str):
    text = (ROOT / "examples" / "authority" / f"{name}.yaml").read_text(encoding="utf-8")
    AUTHORITY.commands[command].model_validate(yaml.safe_load(text))


def test_every_example_is_tried():
    assert {path.stem for path in (ROOT / "examples" / "authority").glob("*.yaml")} == set(EXAMPLES)


@pytest.mark.rule("KRN-10")
def test_every_step_of_the_example_routes_finds_someone_for_everyone_but_the_chair():
    """Nobody is above the chair, so nobody may decide on their authority (KRN-06)."""
    company = record.fold(Organisation(), record.plan_import(Organisation(), read_organisation(FILES, DAY).wanted, DAY))
    facts = Facts(now=NOW, organisation=company, policy=read_policy(ROOT / "examples" / "policy.yaml").policy)
    stuck = []
    for person in sorted(company.people.keys() - {"e1062"}):
        wish = {"person": person, "category": "hiring", "up_to": "30000000 THB", "unit": "company", "reason": "x"}
        steps = AUTHORITY.preview(AUTHORITY.commands["request-limit"].model_validate(wish), facts, "e1002")
        stuck += [(person, step.step, step.stuck) for step in steps if step.stuck]
    assert stuck == []

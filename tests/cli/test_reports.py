"""`signoff report`: one document, tables for people, refusals."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.organisation.register_report import RegisterReport
from domain.people.hiring.report import HiringReport
from tests.cli.conftest import HR, Cli


@pytest.mark.rule("HIR-15")
def test_the_report_is_a_document_and_tables(cli: Cli, case: str) -> None:
    told = cli.done("report", "hiring")
    assert set(told) == set(HiringReport.model_fields)
    assert told["cases"] >= 1
    assert sum(row["count"] for row in told["stages"]) >= 1
    assert cli.done("report", "hiring", "--since", "2099-01-01")["cases"] == 0
    assert cli.done("report", "hiring", "--as-of", "2020-01-01")["stages"] == []
    shown = cli("report", "hiring", "--as", HR, COLUMNS="200").out
    assert "hiring: " in shown
    assert "to approve" in shown
    assert case not in shown, "nothing is late"


@pytest.mark.rule("HIR-15", "KRN-43")
def test_what_is_late_is_shown_with_names(cli: Cli, case: str) -> None:
    in_two_months = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    later = cli.done("report", "hiring", "--as-of", in_two_months)
    assert case in [row["case"] for row in later["late"]]
    assert case in cli("report", "hiring", "--as-of", in_two_months, COLUMNS="200").out


def test_wrong_days_units_and_readers_are_refused(cli: Cli) -> None:
    assert cli("report", "hiring", "--since", "yesterday", "--json").refused == "usage"
    assert cli("report", "hiring", "--unit", "moon", "--json").refused == "unknown-unit"
    assert cli("report", "hiring", "--as", "e1037", "--json").refused == "not-your-report"
    assert cli("report", "hiring", "--since", "2026-02-01", "--until", "2026-01-01", "--json").refused == "bad-window"


@pytest.mark.rule("JOB-03", "JOB-05", "KRN-42")
def test_job_descriptions_are_listed_and_skills_kept(cli: Cli) -> None:
    told = cli.done("report", "job-descriptions", "--as", HR)
    assert set(told) == set(RegisterReport.model_fields)
    assert told["in_force"] == len(told["listed"]) >= 2
    assert "jd-web-developer" in cli("report", "job-descriptions", COLUMNS="200").out
    later = cli.done("report", "job-descriptions", "--unit", "it-web", "--overdue")
    assert {row["unit"] for row in later["listed"]} <= {"it-web"}
    assert cli.done("org", "skill", "erlang", "--name", "en=Erlang", "--as", HR)["changed"]
    assert cli("org", "skill", "erlang", "--as", "e1037", "--json").refused == "not-yours-to-register"
    assert cli("org", "skill", "go", "--name", "Go", "--as", HR, "--json").refused == "bad-name"
    assert cli("org", "skill", "Go!", "--as", HR, "--json").refused == "bad-id"

"""The example company, read once."""

from datetime import date
from pathlib import Path

import pytest

from application.files.organisation import read_organisation
from domain.organisation.model import Organisation
from domain.organisation.record import fold, plan_import

TODAY = date(2026, 11, 23)
COMPANY = sorted((Path(__file__).parents[2] / "examples" / "company").glob("*.yaml"))


@pytest.fixture(scope="session")
def company() -> Organisation:
    return fold(Organisation(), plan_import(Organisation(), read_organisation(COMPANY, TODAY).wanted, TODAY))

"""The example company on one embedded stack, with its worker, web server and mail catcher as processes of their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from application.administration.example_company import import_company
from cli.demo.company import ACTOR, embedded
from tests.web.journey.company import Company


@pytest.fixture(scope="module")
async def company() -> AsyncIterator[Company]:
    """One for the tests of a file: each has cases of its own."""
    folder = Path(tempfile.mkdtemp(prefix="signoff-journey-"))
    try:
        async with embedded(folder / "home") as (stack, services):
            await import_company(services, actor=ACTOR)
            yield Company(stack, services)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""Every process there is, by name. A new one is added here and as a named class in `workflows/`."""

from dataclasses import replace
from typing import Any

from domain.kernel.process import Process
from domain.organisation.authority.process import AUTHORITY
from domain.people.hiring.process import HIRING
from domain.people.job_description.process import JOB_DESCRIPTION

_ALL: tuple[Process[Any], ...] = (
    HIRING,
    JOB_DESCRIPTION,
    AUTHORITY,
)
PROCESSES: dict[str, Process[Any]] = {process.name: process for process in _ALL}

BY_SYSTEM = frozenset({"deadline"})
"""Commands that Signoff alone sends."""

NEEDS = {
    name: replace(process.policy_needs, commands=frozenset(process.commands) - BY_SYSTEM)
    for name, process in PROCESSES.items()
}

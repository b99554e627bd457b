"""Every process there is, by name. A new one is added here and as a named class in `workflows/`."""

from dataclasses import replace
from typing import Any

from domain.direction.business_review.definition import BUSINESS_REVIEW
from domain.direction.coordination.definition import COORDINATION
from domain.direction.status_report.definition import STATUS_REPORT
from domain.direction.strategy.definition import STRATEGY
from domain.kernel.process import Process
from domain.money.actuals.definition import ACTUALS
from domain.money.budget.definition import BUDGET
from domain.money.saving.definition import SAVING
from domain.money.spending.definition import SPENDING
from domain.organisation.authority.process import AUTHORITY
from domain.people.discipline.definition import DISCIPLINE
from domain.people.hiring.process import HIRING
from domain.people.job_description.process import JOB_DESCRIPTION
from domain.people.review.cycle_definition import REVIEW_CYCLE
from domain.people.review.definition import REVIEW
from domain.people.training.certificate import CERTIFICATE
from domain.people.training.need import TRAINING_NEED
from domain.people.training.programme import TRAINING_PROGRAMME
from domain.projects.delivery.definition import PROJECT
from domain.projects.intake.definition import PROJECT_REQUEST

_ALL: tuple[Process[Any], ...] = (
    HIRING,
    JOB_DESCRIPTION,
    AUTHORITY,
    SPENDING,
    SAVING,
    DISCIPLINE,
    REVIEW_CYCLE,
    REVIEW,
    PROJECT_REQUEST,
    BUDGET,
    ACTUALS,
    PROJECT,
    TRAINING_NEED,
    CERTIFICATE,
    TRAINING_PROGRAMME,
    STRATEGY,
    BUSINESS_REVIEW,
    STATUS_REPORT,
    COORDINATION,
)
PROCESSES: dict[str, Process[Any]] = {process.name: process for process in _ALL}

DUTIES: dict[str, tuple[str, ...]] = {
    "people": ("hiring", "job_description", "review_cycle", "review", "training", "training_programme", "certificate"),
    "projects": ("project_request", "project"),
    "money": ("budget", "spending", "saving", "actuals", "authority"),
    "direction": ("strategy", "business_review", "status_report", "coordination"),
}
"""What a senior manager answers for, and the processes that run it; who has no part in a discipline is told of none."""

BY_SYSTEM = frozenset({"deadline"})
"""Commands that Signoff alone sends."""

NEEDS = {
    name: replace(process.policy_needs, commands=frozenset(process.commands) - BY_SYSTEM)
    for name, process in PROCESSES.items()
}

"""Who got a role that asks for a certificate, and has none, gets it as a need with a due date (TRN-05).

However it was recorded that they got the role. Any number may run: the log opens each need once.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import structlog

from application.services import Services
from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.organisation.qualifications import unqualified
from domain.organisation.training import CertificateRule
from domain.people.training.certificate_events import case_id
from domain.processes import PROCESSES
from runtime.settings import Settings

EVERY = 600.0
"""Seconds between two looks at who lacks a certificate."""
PROCESS = "training"

_logger = structlog.get_logger("signoff.qualifications")


class Qualifications:
    """Opens the need of each new holder of a role once; one that was dropped is not opened again."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    async def step(self, services: Services, *, now: datetime) -> list[str]:
        """Opens what is missing at `now` (UTC), and returns the cases that it asked to be opened."""
        organisation = await services.organisation()
        opened = []
        for person, rule in unqualified(organisation, now.date()):
            since = organisation.role_since.get(person, rule.start)
            command = _need(organisation, person, rule, since, organisation.day_of(person, now))
            if command.case not in self._known and await self._open(services, command):
                opened.append(command.case)
        return opened

    async def _open(self, services: Services, command: Command) -> bool:
        """Whether it is open. Asked again it is the same command, which is carried out once."""
        try:
            await services.send.send(command, start=True)
        except Refused as refused:
            self._known.add(command.case)
            if refused.code != "already-started":
                _logger.warning("a need was not opened", case=command.case, code=refused.code)
            return False
        self._known.add(command.case)
        return True


def _need(organisation: Organisation, person: str, rule: CertificateRule, since: date, today: date) -> Command:
    case = case_id(f"need-{rule.id}-{person}-{since:%Y%m%d}")
    payload = {
        "person": person, "certificate": rule.id, "priority": "high", "reason": "The role asks for the certificate.",
        "by": max(since + timedelta(days=rule.completion_days), today).isoformat(),
        "requester": organisation.manager_of(person, today) or person,
    }  # fmt: skip
    return Command(
        case=case, process=PROCESS, name="open-need", command_id=uuid5(NAMESPACE_URL, case), actor=SYSTEM,
        channel="effect", authenticated="log", payload=payload,
    )  # fmt: skip


async def follow(settings: Settings, stop: asyncio.Event) -> None:
    """Looks until `stop` is set. Postgres or Temporal may be away meanwhile."""
    qualifications = Qualifications()
    while not stop.is_set():
        try:
            async with Services.opened(settings, PROCESSES, temporal=True) as services:
                await qualifications.step(services, now=datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - a follower that dies of one error would open nothing any more
            _logger.warning("qualifications wait", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)

"""What an adversary and their judge need: every way into a case, and the log's word on what happened."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from application.administration import delegations
from application.administration.delegations import Asked
from application.commands import compose
from application.send import is_not_running
from cli.demo import story
from cli.demo.player import Player
from domain.kernel.cases.case import Task
from domain.kernel.command import Channel, Command
from domain.kernel.delegation import Scope
from domain.kernel.errors import Refused
from domain.kernel.signature import sign
from readmodels import timeline
from tests.support.hiring import silent
from tests.support.office import COMMAND_KEYS, Office


async def types(office: Office, case: str) -> list[str]:
    """The types of a case's events, in order."""
    async with office.services.pool.acquire() as conn:
        return [row.type for row in await timeline(conn, case)]


async def refusals(office: Office, case: str) -> list[str]:
    """The codes of refused signals that the log keeps."""
    async with office.services.pool.acquire() as conn:
        return [row.data["code"] for row in await timeline(conn, case) if row.type == "CommandRefused"]


async def raised(office: Office, *, by: str = story.MANAGER, **changed: Any) -> Player:
    """A hiring that was just raised, under an id that no other test of the session has."""
    player = Player(office.services, f"hiring-{uuid4().hex[:10]}", silent, authenticated="test")
    office.started.append(player.case)
    await player.open(story.requisition() | changed, by=by, says="")
    return player


async def code(attempt: Awaitable[object]) -> str | None:
    """The code with which an attempt was refused, None if it was let through."""
    try:
        await attempt
    except Refused as refused:
        return refused.code
    except WorkflowUpdateFailedError as failed:
        return str(cast(ApplicationError, failed.cause).details[0]["code"])
    except RPCError as error:
        if not is_not_running(error):
            raise
        return "finished"  # sent past the doors, to a workflow at its end: Temporal itself turns it away
    return None


async def process_of(office: Office, case: str) -> str:
    """The name of a case's process."""
    async with office.services.pool.acquire() as conn:
        return str(await conn.fetchval("select process from signoff.streams where stream = $1", case) or "hiring")


WAYS = ("cli", "web", "api", "link", "mail", "typed", "signal")
"""Every way in: the channels of the edges, an update that a door signed without composing it, and a signal."""


async def by_way(office: Office, way: str, case: str, name: str, payload: dict[str, Any], *, by: str) -> str | None:
    """Sends a command by one of the ways. Returns the code of its refusal."""
    if way == "signal":
        before = len(await refusals(office, case))
        await office.handle(case).signal("command", {"name": name, "actor": by, "payload": payload})
        await office.do(case, "comment", {"text": "after it"}, by="e1005")  # commands of a case go one after the other
        return next(iter((await refusals(office, case))[before:]), None)
    if way == "typed":
        made = Command(
            case=case, process=await process_of(office, case), name=name, actor=by, payload=payload, channel="web",
            authenticated="password",
        )  # fmt: skip
        signed = sign(made, COMMAND_KEYS, datetime.now(UTC))
        return await code(office.handle(case).execute_update("command", signed))
    actor = compose.Actor(person=by, channel=cast(Channel, way), authenticated="test")

    async def sent() -> None:
        made = await compose.command(office.services, case, name, payload, actor)
        await office.services.send.send(made, start=False)

    return await code(sent())


async def task_of(player: Player, kind: str = "decide") -> Task:
    """The first open task of a kind."""
    return next(task for task in (await player.state()).case.tasks.values() if task.kind == kind)


async def decided(office: Office, player: Player, outcome: str = "approve", **more: Any) -> Task:
    """The open step is decided by the first who was asked."""
    task = await task_of(player)
    await office.do(player.case, "decide", {"task": task.id, "outcome": outcome, **more}, by=task.assignees[0])
    return task


async def approved(office: Office, player: Player) -> None:
    while any(task.kind == "decide" for task in (await player.state()).case.tasks.values()):
        await decided(office, player)


async def stands_in(office: Office, delegate: str, principal: str, **scope: Any) -> str:
    """`delegate` stands in for `principal` from now on for thirty days. Returns the delegation's id."""
    now = datetime.now(UTC)
    asked = Asked(
        principal=principal,
        delegate=delegate,
        start=now.isoformat(),
        end=(now + timedelta(days=30)).isoformat(),
        scope=Scope(**scope),
    )
    row = await delegations.grant(office.services, asked, office.actor(principal))
    return str(row["delegation"])

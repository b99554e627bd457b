"""Plays scenes of the story against a running office, through the same door as the command line."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from application.commands import compose
from application.services import Services
from cli.demo.story import Act, Scene, command_id
from domain.people.hiring.state import HiringState
from readmodels import case_at
from workflows.messages import Ack

Teller = Callable[[Act, Ack], Awaitable[None]]


class Player:
    """Gives each act's command with an id of its own, so that a repeated story changes nothing."""

    def __init__(self, services: Services, case: str, tell: Teller, *, authenticated: str) -> None:
        self.case = case
        self.acts = 0
        self._door = services
        self._tell = tell
        self._authenticated = authenticated

    async def state(self) -> HiringState:
        """The case as the log has it."""
        async with self._door.pool.acquire() as conn:
            state, _ = await case_at(conn, self._door.processes, self.case)
        assert isinstance(state, HiringState)
        return state

    async def open(self, payload: dict[str, Any], *, by: str, says: str) -> Ack:
        """The command that opens the case."""
        opening = Act(by, "raise-requisition", payload, says)
        made = await compose.start(
            self._door, "hiring", payload, self._actor(by), case=self.case, command_id=command_id(self.case, 0)
        )
        ack = await self._door.send.send(made, start=True)
        await self._tell(opening, ack)
        return ack

    async def play(self, scenes: Sequence[Scene]) -> None:
        for scene in scenes:
            for act in scene(await self.state()):
                self.acts += 1
                await self._tell(act, await self.give(act, self.acts))

    async def give(self, act: Act, number: int) -> Ack:
        """One command and its acknowledgement."""
        made = await compose.command(
            self._door,
            self.case,
            act.command,
            act.payload,
            self._actor(act.by),
            command_id=command_id(self.case, number),
        )
        return await self._door.send.send(made, start=False)

    def _actor(self, person: str) -> compose.Actor:
        return compose.Actor(person=person, channel="cli", authenticated=self._authenticated)

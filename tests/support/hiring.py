"""The demo's story for tests: the same acts with candidates whose ids are known, so that two runs can be compared."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cli.demo import story
from cli.demo.player import Player
from cli.demo.story import Act, Cast, Scene
from domain.organisation.persons import Details
from tests.support.office import Office
from workflows.messages import Ack

CANDIDATES = {"c-first": "first@mail.example", "c-second": "second@mail.example", "c-third": "third@mail.example"}
CAST = Cast(first="c-first", second="c-second", third="c-third")

_OPENED: dict[str, str] = {}
"""The queue of the office in which each case was opened: Temporal would answer a second one like the first."""


async def cast(office: Office) -> None:
    """Makes the candidates known."""
    for person, email in CANDIDATES.items():
        await office.services.keys.adopt(person, email)
        details = Details(name={"en": person.title()}, email=email, candidate=True)
        await office.services.people.write(person, details, actor="e1037", command_id=uuid4())


async def silent(_act: Act, _ack: Ack) -> None:
    """Tests listen to the log, not to the teller."""


def whole_story() -> Sequence[Scene]:
    """All scenes after the requisition was raised."""
    return story.whole(CAST, datetime.now(UTC).date())


async def opened(office: Office, case: str, **changed: Any) -> Player:
    """A hiring of which only the requisition was raised. Its id is its own in all tests: they share one Temporal."""
    assert _OPENED.setdefault(case, office.queue) == office.queue, f"another test opened {case}: choose another id"
    player = Player(office.services, case, silent, authenticated="test")
    office.started.append(case)
    await player.open(story.requisition() | changed, by=story.MANAGER, says="")
    return player


async def played(office: Office, case: str, scenes: int | None = None) -> Player:
    """A hiring after so many scenes of the story, or all of it."""
    await cast(office)
    player = await opened(office, case)
    await player.play(whole_story()[:scenes])
    return player

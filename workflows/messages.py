"""What goes between edges, workflows and activities. One model per message."""

from typing import Any
from uuid import UUID

from pydantic import AliasChoices, ConfigDict, Field

from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.events import StoredEvent
from domain.kernel.value import Value


class Start(Value):
    """Input of every process workflow. It continues as new after `history_limit` events, or when the server says so."""

    case: str
    process: str
    history_limit: int | None = None


class Refusal(Value):
    """A `Refused` on its way to the caller: `template` and `facts` let an edge translate the message."""

    code: str
    template: str
    facts: dict[str, Any] = {}

    @classmethod
    def of(cls, refused: Refused) -> "Refusal":
        return cls(code=refused.code, template=refused.template, facts=dict(refused.details))

    def raised(self) -> Refused:
        return Refused(self.code, self.template, **self.facts)


class EffectToDo(Value):
    """An effect the log holds as not delivered yet. `summary` is for the operator and holds no personal value."""

    id: UUID
    kind: str
    summary: str


class Perform(Value):
    """Decide and append. `known` is the stream version the workflow has folded: what is newer comes back.

    None: asked beside the workflow (docs/adr/0021). Only the command's own events come back, and the workflow is woken.
    `sealed`: it was encrypted with a key of the deployment. The worker sets it, whatever came with the request.
    """

    command: Command
    known: int | None
    record_refusal: bool = False
    sealed: bool = False


class Performed(Value):
    """What the store holds now. `events` are all events after `known`; `position` is the last one of this command."""

    refusal: Refusal | None = None
    repeated: bool = False
    events: tuple[StoredEvent, ...] = ()
    effects: tuple[EffectToDo, ...] = ()
    version: int = 0
    position: int = 0


class Load(Value):
    case: str
    process: str
    after: int


class Loaded(Value):
    """A page of the stream. `effects` come with the last page, when `more` is False."""

    events: tuple[StoredEvent, ...]
    effects: tuple[EffectToDo, ...] = ()
    more: bool = False


class Ack(Value):
    """The answer to an accepted command: it is in Postgres at this version and position."""

    case: str
    version: int
    position: int
    repeated: bool = False


class Signal(Value):
    """What an operator types into the Temporal UI. Anything left out has a sensible default."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str = Field(validation_alias=AliasChoices("name", "command"))
    actor: str
    payload: dict[str, Any] = {}
    command_id: UUID | None = None


class Outcome(Value):
    """How a case ended."""

    case: str
    stage: str
    status: str
    version: int

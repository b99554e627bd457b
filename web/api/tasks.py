"""What waits for somebody, deciding it, and what became of a command."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, create_model
from starlette.responses import JSONResponse, Response

from application.commands import bulk, compose
from application.queries import reading
from domain.kernel.commands import Decide, Outcome, Text
from domain.kernel.value import Value
from web.api import answers
from web.api.bodies import read
from web.api.examples import BULK, DECISION
from web.api.problems import COMMAND_ID
from web.api.request_parts import AsOf, CommandId, Expected, FormHints, TaskId, meant
from web.api.sending import outcome, sent
from web.api.shapes import Acknowledged, Pending, Result
from web.api.shown import InboxTask
from web.languages import reader_language
from web.refusals import sentence
from web.services import Opened

router = APIRouter(prefix="/api/v1")
MOST_TASKS = 500

Decision = create_model(
    "Decision",
    __base__=Value,
    __doc__=(Decide.__doc__ or "").replace("a task of kind `decide`", "the task of the address"),
    **{name: (info.annotation, info) for name, info in Decide.model_fields.items() if name != "task"},  # type: ignore[call-overload]
)


class ManyDecisions(Value):
    """The same decision on many tasks, each under the same rules as alone."""

    tasks: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=MOST_TASKS)
    ]
    outcome: Outcome
    comment: Text | None = None
    content_hashes: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = Field(
        {}, max_length=MOST_TASKS, description="By task: what was looked at; another content is refused (KRN-14)."
    )


@router.get(
    "/inbox",
    summary="What waits for the reader, the most urgent first",
    tags=["tasks"],
    response_model=list[InboxTask],
    responses=answers.reading(),
)
async def inbox(services: Opened, visitor: FormHints, as_of: AsOf) -> Response:
    """Their own tasks, those of their groups, and those of whom they stand in for."""
    rows = await reading.inbox(services, visitor.person, as_of=as_of)
    return JSONResponse([{**row, "message": row["message"].model_dump(mode="json")} for row in rows])


@router.post(
    "/tasks/{task}/decisions",
    summary="Decide a task",
    tags=["tasks"],
    responses=answers.sending(),
    openapi_extra=answers.of(Decision, DECISION),
)
async def decide(
    request: Request, services: Opened, visitor: FormHints, key: CommandId, expected: Expected, task: TaskId
) -> Response:
    """With `return` and no fields, every field that the step answers for is to be corrected."""
    body = (await read(request, Decision)).model_dump(mode="json", exclude_unset=True)
    filled = {}
    if body["outcome"] == "return" and not body.get("fields"):
        filled["fields"] = await reading.answered_by(services, task, reader=visitor.person)
    case, payload = task.rpartition(".")[0] or task, {**body, "task": task}
    made = await compose.command(services, case, "decide", payload, visitor.actor, command_id=key, filled=filled)
    known = await meant(services, case, visitor, expected)
    return await sent(request, made.model_copy(update={"expected": known}), start=False)


@router.post(
    "/decisions",
    summary="Decide many tasks",
    tags=["tasks"],
    response_model=list[Result],
    responses=answers.writing(),
    openapi_extra=answers.of(ManyDecisions, BULK),
)
async def decide_many(request: Request, services: Opened, visitor: FormHints, key: CommandId) -> Response:
    """200 with an answer for each task: recorded (true), refused (false) or not known yet (null)."""
    asked = await read(request, ManyDecisions)
    results = await bulk.decide_many(
        services, asked.tasks, asked.outcome, visitor.actor, comment=asked.comment, command_id=key,
        looked_at=asked.content_hashes,
    )  # fmt: skip
    language = reader_language(request)
    return JSONResponse([_told(result, language) for result in results], headers={COMMAND_ID: str(key)})


@router.get(
    "/commands/{command_id}",
    summary="What became of a command",
    tags=["tasks"],
    responses={
        200: {"description": "It is in the log", "model": Acknowledged},
        202: {"description": "Not known yet; ask again", "model": Pending},
        **answers.reading(403, 409, 410, 412, 422),
    },
)
async def command_outcome(
    services: Opened,
    visitor: FormHints,
    command_id: Annotated[UUID, Path(description="The Idempotency-Key of the command.")],
    receipt: Annotated[
        str | None, Query(max_length=1000, pattern=r"^[A-Za-z0-9._-]+$", description="As Location of the 202 has it.")
    ] = None,
) -> Response:
    """For whoever sent it. Without its receipt only what is in the log is known."""
    return await outcome(services, command_id, visitor.person, receipt)


def _told(result: bulk.Result, language: str) -> dict[str, object]:
    if result.ack:
        return {"task": result.task, "recorded": True, **result.ack.model_dump(mode="json", exclude={"repeated"})}
    if result.refused:
        refused = result.refused
        facts = {
            name: value if isinstance(value, int | list) else str(value) for name, value in refused.details.items()
        }
        return {
            "task": result.task,
            "recorded": False,
            "code": refused.code,
            "message": sentence(refused, language),
            "facts": facts,
        }
    assert result.unconfirmed is not None
    message = sentence(result.unconfirmed, language)
    return {"task": result.task, "recorded": None, "code": "outcome-unknown", "message": message}

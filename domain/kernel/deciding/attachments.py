"""Files by the hash of their bytes: who may add one, and about what (KRN-54). The bytes are kept elsewhere."""

from typing import Any

from domain.kernel.cases.case import Attachment
from domain.kernel.cases.review_events import Attached
from domain.kernel.commands import Attach
from domain.kernel.deciding.tasks import known_task
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused


def attach(ctx: DecisionContext[Any], payload: Attach) -> None:
    """By those whom the process's table of roles names. Raises Refused `no-such-task`, `attached-already`."""
    case, actor = ctx.case, ctx.command.actor
    if payload.about is not None and payload.about not in case.reviews:
        known_task(case, payload.about)
    if any((other.sha256, other.about) == (payload.sha256, payload.about) for other in case.attachments):
        raise Refused("attached-already", "This very file is attached there already; nothing is to be done.")
    attachment = Attachment(
        name=payload.name,
        size=payload.size,
        media_type=payload.media_type,
        sha256=payload.sha256,
        by=actor,
        at=ctx.facts.now,
        about=payload.about,
    )
    ctx.add(Attached(attachment=attachment))

"""What other initiatives may know of one, and what a decision must see of others and of the line."""

from collections.abc import Sequence

from domain.kernel.cases.case_events import CaseClosed, ReviewOpened
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, Attach
from domain.kernel.effects import Claim, ClaimQuery, Effect, Notify, Release
from domain.kernel.events import Event
from domain.kernel.ledger import LinePeriod
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.money.saving.content import Saving, keys
from domain.money.saving.state import SavingAmended, SavingState

SOURCE = "saving-source"
"""The money that an initiative claims to save: held by one alone, and after its end by what lasted (SAV-04)."""
_SUBMITS = frozenset({"propose-saving", "submit-saving", "amend-saving", "resubmit-saving"})


def source_claims(content: Saving) -> list[Claim]:
    """Money is the same whatever the spelling of its source."""
    source = " ".join(content.source.casefold().split())
    return [
        Claim(kind=SOURCE, key=f"{key.line}|{key.period}|{source}", exclusive=True) for key in keys(content)
    ]  # fmt: skip


def needs(state: SavingState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    if isinstance(payload, AddComment | Attach):
        return []
    if command.name in _SUBMITS:
        content = _asked_for(state, payload)
        return [ClaimQuery(kind=SOURCE, key=claim.key) for claim in source_claims(content)] if content else []
    content = state.document.content
    return keys(content) if content is not None and state.achieved is not None and state.validated is None else ()


def claims(before: SavingState, event: Event) -> Sequence[Claim | Release]:
    """From the submission on; given up unless it lasted."""
    match event:
        case ReviewOpened(review="document"):
            return source_claims(before.content)
        case SavingAmended(content=content) if before.case.reviews:
            wanted = source_claims(content)
            known = {claim.key for claim in wanted}
            lost = [claim for claim in source_claims(before.content) if claim.key not in known]
            return [*(Release(kind=SOURCE, key=claim.key) for claim in lost), *wanted]
        case CaseClosed() if before.ended != "sustained" and before.case.reviews:
            return [Release(kind=SOURCE, key=claim.key) for claim in source_claims(before.content)]
    return []


def effects(before: SavingState, event: Event, after: SavingState) -> Sequence[Effect]:
    """Every end tells who proposed it and who delivers it."""
    if not isinstance(event, CaseClosed) or after.case.requester is None:
        return []
    people = dict.fromkeys((after.case.requester, after.content.lead))
    about = N_("{case} is over, {outcome}: {reason}", case=after.case.id, outcome=before.ended or event.status.value,
               reason=event.reason)  # fmt: skip
    return [Notify(to=tuple(people), about=about)]


def _asked_for(state: SavingState, payload: Value) -> Saving | None:
    """The content as it will be once the payload counts."""
    old = dict(state.document.content) if state.document.content else {}
    given = {name: getattr(payload, name) for name in payload.model_fields_set & Saving.model_fields.keys()}
    given = {name: value for name, value in given.items() if value is not None or name == "until"}
    known = {**old, **given}
    required = {name for name, info in Saving.model_fields.items() if info.is_required()}
    return Saving.model_validate(known) if required <= known.keys() else None

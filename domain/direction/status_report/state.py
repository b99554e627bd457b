"""A line of reporting as it stands, its stage, and the colour that it shows."""

from datetime import datetime
from enum import StrEnum

from domain.direction.status_report import events as e
from domain.direction.status_report.content import Colour, Draft, Letter, SentReport, Words
from domain.kernel.definition import CaseState
from domain.kernel.duty import Duty
from domain.kernel.events import Event
from domain.kernel.report import Issued


class Stage(StrEnum):
    WAITING = "waiting"
    COLLECTING = "collecting"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    CLOSED = "closed"


class StatusState(CaseState):
    """`collecting` is the draft that was asked for, `sent` every report that went out, `review` the approval now."""

    readers: tuple[str, ...] = ()
    letter: Letter | None = None
    reporting: Duty = Duty()
    issued: Issued = Issued()
    collecting: e.DraftAsked | None = None
    draft: Draft | None = None
    review: str | None = None
    reviews: int = 0
    sent: tuple[SentReport, ...] = ()
    opened: datetime | None = None

    @property
    def author(self) -> str:
        """Who answers for the case."""
        return self.case.responsible or ""

    @property
    def the_draft(self) -> Draft:
        assert self.draft is not None
        return self.draft

    @property
    def newest(self) -> SentReport | None:
        return self.sent[-1] if self.sent else None

    @property
    def colour(self) -> Colour:
        """What is shown: the last word only while no report is overdue (STS-08)."""
        if self.newest is None or self.reporting.missed:
            return Colour.NONE
        return self.newest.words.declared

    def number(self, number: int) -> SentReport | None:
        return self.sent[number - 1] if 1 <= number <= len(self.sent) else None


def stage(state: StatusState) -> Stage | None:
    if state.opened is None:
        return None
    if state.review is not None:
        return Stage.IN_APPROVAL
    if state.draft is not None:
        return Stage.DRAFT
    return Stage.COLLECTING if state.collecting is not None else Stage.WAITING


def evolve(state: StatusState, event: Event) -> StatusState:
    return state.model_copy(update=_changes(state, event))


def _changes(state: StatusState, event: Event) -> dict[str, object]:
    match event:
        case e.ReportingOpened(readers=readers, at=at):
            return {"readers": readers, "opened": at}
        case e.LetterSigned(letter=letter):
            return {"letter": letter}
        case e.ReadersChanged(readers=readers):
            return {"readers": readers}
        case e.DraftAsked():
            return {"collecting": event}
        case e.StatusDrafted(frozen=frozen, facts=facts, corrects=corrects):
            words = state.collecting.words if state.collecting else None
            draft = Draft(frozen=frozen, facts=facts, words=words, corrects=corrects)
            return {"draft": draft, "collecting": None}
        case e.DraftEdited(words=words):
            return {"draft": state.the_draft.model_copy(update={"words": words})}
        case e.StatusSubmitted(review=review):
            return {"review": review, "reviews": state.reviews + 1}
        case e.StatusRefused():
            return {"review": None}
        case e.StatusSent():
            return {"draft": None, "review": None, "sent": (*state.sent, _as_sent(state, event))}
        case e.StatusRead(number=number, by=by, at=at):
            known = state.sent[number - 1]
            read = known.model_copy(update={"read": {**known.read, by: at}})
            return {"sent": (*state.sent[: number - 1], read, *state.sent[number:])}
    return {}


def _as_sent(state: StatusState, event: e.StatusSent) -> SentReport:
    draft = state.the_draft
    assert isinstance(draft.words, Words)
    return SentReport(
        number=event.number, facts=draft.facts, words=draft.words, readers=event.readers, by=event.by, at=event.at,
        corrects=event.corrects,
    )  # fmt: skip

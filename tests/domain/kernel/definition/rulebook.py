"""A rule of the house, written, approved, published as a version of a register, superseded or retired."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.definition import CaseState, Definition, process_of
from domain.kernel.document import Amended, Document, DocumentSpec, Drafted, KeepDraft, document, opening
from domain.kernel.document.life import Life, LifeSpec, life, outcome_of
from domain.kernel.effects import Record, TellCase
from domain.kernel.facts import Facts
from domain.kernel.policy import ProcessPolicy
from domain.kernel.recording import Recording, recording
from domain.kernel.register import REGISTRY, RegisterEntry, Registers, RegisterSpec, fold
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from tests.domain.kernel.purchase import LINE, MONDAY, company, policy
from tests.support.given import Scenario


class Stage(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Rule(Value):
    id: Annotated[str, Field(max_length=40)]
    text: Text
    unit: str = "dev"


class WriteRule(Rule, KeepDraft):
    pass


class RuleWritten(Drafted[Rule]):
    sentence = N_("{requester} wrote a rule")


class RuleAmended(Amended[Rule]):
    sentence = N_("{by} changed the rule")


class Entry(RegisterEntry):
    text: str


class RuleState(CaseState):
    document: Document[Rule] = Document[Rule]()
    recording: Recording = Recording()
    life: Life = Life()


def entry(state: RuleState) -> Entry:
    rule = state.document.the_content
    return Entry(id=rule.id, name={"en": rule.id}, text=rule.text)


RULES = RegisterSpec(name="rules", noun="rule", entry=Entry)
DOCUMENT = DocumentSpec(noun="rule", content=Rule, drafted=RuleWritten, amended=RuleAmended,
                        title=lambda rule: N_("Rule {id}", id=rule.id), material=frozenset({"id", "text"}))  # fmt: skip
LIFE: LifeSpec[RuleState] = LifeSpec(noun="rule", register=RULES, entry=entry)
RULE = process_of(
    Definition(
        name="rule", state=RuleState, stages=Stage, outcome=outcome_of, registers=(RULES,),
        includes=(life(LIFE), document(DOCUMENT), recording()),
        commands=(opening(DOCUMENT, "write-rule", WriteRule, label=N_("write"), help=N_("Writes a rule.")),),
        withdraws_from=frozenset({"draft", "in_approval", "returned"}),
    )
)  # fmt: skip
Play = Scenario[RuleState]


def written(case: str = "rule-1", registers: Registers | None = None, **changes: Any) -> Play:
    base = policy(LINE)
    route = ProcessPolicy(routes={"approval": base.processes["purchase"].routes["buy"]})
    house = base.model_copy(update={"processes": {"rule": route}})
    facts = Facts(now=MONDAY, organisation=company(), policy=house, registers=registers or Registers())
    return Scenario(RULE, facts, case).when("write-rule", {"id": "coffee", "text": "Black", **changes}, by="e4")


def approved(play: Play) -> Play:
    return play.when("decide", {"task": play.open().id, "outcome": "approve"}, by="e3")


def delivered(play: Play) -> Registers:
    """The delivery records what the case asked for, and says so; the registers as they are then."""
    (effect,) = [effect for effect in play.effects if isinstance(effect, Record)]
    events = [REGISTRY.lift(one.type, one.schema_version, one.payload) for one in effect.events]
    play.when(effect.command, {**effect.payload, "position": 7}, by="system", channel="effect")
    return fold(play.facts.registers, events)


def told(play: Play) -> list[TellCase]:
    return [effect for effect in play.effects if isinstance(effect, TellCase)]

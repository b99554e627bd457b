"""The process `authority`, as the loop, the store, the views and the edges know it."""

from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.showing.confidential import AMOUNT, Confidential
from domain.kernel.value import Value
from domain.organisation.authority.commands import COMMANDS, START
from domain.organisation.authority.decide import ALLOWED, case_of, decide
from domain.organisation.authority.effects import claims, effects
from domain.organisation.authority.events import EVENTS
from domain.organisation.authority.evolve import evolve
from domain.organisation.authority.form_hints import ASKING
from domain.organisation.authority.rules import change_of, content_of
from domain.organisation.authority.state import AuthorityState, initial, is_terminal, stage
from domain.organisation.policy_needs import Needs, PolicyFields


def _preview(payload: Value, facts: Facts, requester: str) -> list[PreviewStep]:
    change = change_of(payload, facts)
    return preview(content_of(change, facts, requester), route_of(facts.policy, "authority", change.kind), facts)


SEEN = PolicyFields(
    material={
        "person": "person",
        "category": "category",
        "up_to": "money",
        "unit": "unit",
        "start": "other",
        "end": "other",
    },
    data={"currency": "currency", "reason": "other"},
)

CONFIDENTIAL = Confidential(fields={name: (name,) for name in SEEN.fields} | {"up_to": ("up_to", AMOUNT)})
"""The amount of a limit is also what its review is about."""

AUTHORITY: Process[AuthorityState] = Process(
    name="authority",
    workflow="Authority",
    start=START,
    commands=COMMANDS,
    events=EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    is_terminal=is_terminal,
    case=case_of,
    stage=stage,
    effects=effects,
    claims=claims,
    allowed=ALLOWED,
    preview=_preview,
    policy_needs=Needs(
        routes=frozenset({"grant", "revoke"}),
        seen={"grant": SEEN, "revoke": SEEN},
        confidential=frozenset(CONFIDENTIAL.fields),
    ),
    confidential=CONFIDENTIAL,
    asking=ASKING,
)

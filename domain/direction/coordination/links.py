"""What waits for what: claims that every decision on links sees, circles, and who is told (CRD-03, CRD-04)."""

from collections.abc import Iterable, Sequence

import networkx as nx

from domain.direction.coordination import events as e
from domain.direction.coordination.state import CoordinationState
from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import Claim, ClaimQuery, HeldClaim, Release
from domain.kernel.errors import Refused
from domain.kernel.events import Event

Ctx = DecisionContext[CoordinationState]
WAITS_FOR = "waits-for"
LINK = "coordination-link"
"""All links of requests under one key, `item` is the case waited for: decisions see the graph one by one."""
ALL_LINKS = ClaimQuery(kind=LINK, key="all", lock=True)
PROCESS = "coordination"


def refuse_circle(ctx: Ctx, on: Iterable[str]) -> None:
    """Raises Refused `circle`, which shows it; `part-waits-for-whole`."""
    me, on = ctx.case.id, tuple(on)
    if ctx.state.whole in on:
        template = "This is a part of {whole}: the whole waits for it, it cannot wait for the whole."
        raise Refused("part-waits-for-whole", template, whole=ctx.state.whole or "")
    graph: nx.DiGraph[str] = nx.DiGraph(edge for edge in _edges(ctx.facts.claims) if edge[0] != me)
    graph.add_edges_from((me, one) for one in (*on, *ctx.state.open_parts))
    try:
        found = [edge[0] for edge in nx.find_cycle(graph, me)]
    except nx.NetworkXNoCycle:
        return
    template = "These would wait for each other in a circle: {circle}; take one of them out."
    raise Refused("circle", template, circle=" → ".join((*found, found[0])))


def _edges(claims: Iterable[HeldClaim]) -> Iterable[tuple[str, str]]:
    for held in claims:
        if held.claim.kind == LINK:
            yield held.stream, held.claim.item
        elif held.claim.kind == WAITS_FOR:
            yield held.stream, held.claim.key


def waiting(ctx: Ctx) -> dict[str, str]:
    """The cases that wait for this one, with their process."""
    mine = (held for held in ctx.facts.claims if (held.claim.kind, held.claim.key) == (WAITS_FOR, ctx.case.id))
    return {held.stream: held.claim.item or "project" for held in mine}


def claims(before: CoordinationState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.DepartmentAsked(waits_on=on):
            return _taken(on)
        case e.LinksSet(on=on):
            return [*_left(set(before.waits_on) - set(on)), *_taken(set(on) - set(before.waits_on))]
        case e.PartAdded(part=part):
            return [Claim(kind=LINK, key="all", item=part)]
        case e.PartNoted(part=part, known=known) if known.over and part in before.open_parts:
            return [Release(kind=LINK, key="all", item=part)]
        case CaseClosed():
            return _left(before.waits_on)
    return []


def _taken(on: Iterable[str]) -> list[Claim | Release]:
    return [
        claim for one in sorted(on)
        for claim in (Claim(kind=WAITS_FOR, key=one, item=PROCESS), Claim(kind=LINK, key="all", item=one))
    ]  # fmt: skip


def _left(on: Iterable[str]) -> list[Claim | Release]:
    return [
        release for one in sorted(on)
        for release in (Release(kind=WAITS_FOR, key=one, item=PROCESS), Release(kind=LINK, key="all", item=one))
    ]  # fmt: skip

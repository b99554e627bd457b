"""The proof of one case: its stream, what its decisions rest on, signed checkpoints, and its decisions told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from application.keyring import signing_key
from application.services import Services
from application.visibility import look
from domain.kernel.errors import Refused
from domain.organisation import delegations, policies, record
from eventstore import checkpoint as seals
from eventstore import log, proof
from eventstore.checkpoint import Checkpoint

RECORDS = (policies.STREAM, record.STREAM, delegations.STREAM)
"""What decisions rest on besides their case. Limits and absences are not for everybody who may see a case."""
TOLD = (
    "task", "review", "step", "outcome", "delegation", "basis", "policy", "content_hash", "channel", "authenticated",
    "at",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What a proof holds, in numbers; `public_key` is the hex Ed25519 key that signed its checkpoint."""

    events: int
    decisions: int
    public_key: str


async def write(
    services: Services,
    case: str,
    out: Path,
    *,
    checkpoint: Path | None = None,
    signer: Ed25519PublicKey | None = None,
    reader: str | None,
) -> Written:
    """Writes the proof of a case to `out` (KRN-51); a given checkpoint goes in beside the one that is signed now.

    `reader` None is the operator and the auditor; anybody else gets a proof only of a case that they may see whole,
    without the organisation and the delegations. `signer` is the given checkpoint's key if it is not that of today.
    Raises Refused `no-such-case`, `hidden-from-you`, `chain-broken`, `checkpoint-older`, `proof-file`, and what reading
    a checkpoint raises.
    """
    document = await prove(services, case, checkpoint=checkpoint, signer=signer, reader=reader)
    try:
        out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")  # noqa: ASYNC240
    except OSError as error:
        raise Refused(
            "proof-file", "{path} cannot be written: {why}.", path=out, why=error.strerror or error
        ) from error
    events = sum(len(stream["events"]) for stream in document["streams"])
    return Written(events, len(document["decisions"]), document["checkpoint"]["public_key"])


async def prove(
    services: Services,
    case: str,
    *,
    checkpoint: Path | None = None,
    signer: Ed25519PublicKey | None = None,
    reader: str | None,
) -> dict[str, Any]:
    """The document that `write` writes, as docs/proof-format.md describes it."""
    key = signing_key(services.settings)
    earlier = seals.document(checkpoint, signer or key.public_key()) if checkpoint else None
    compared = seals.read(checkpoint, signer or key.public_key()) if checkpoint else None
    await _refuse_hidden(services, case, reader)
    if compared is not None and case not in compared.heads:
        raise Refused(
            "checkpoint-older",
            "{stream} began after this checkpoint; give a newer one, or none to have one signed now.",
            stream=case,
        )
    async with services.pool.acquire() as conn:
        process = await log.process_of(conn, case)
        streams = await proof.read(conn, [case, *(RECORDS if reader is None else RECORDS[:1])], compared)
    newest = Checkpoint(datetime.now(UTC), proof.heads(streams))
    return {
        "format": proof.FORMAT,
        "case": case,
        "process": process,
        "made_at": newest.made_at.isoformat(),
        "streams": streams,
        "checkpoint": _sealed(seals.signed(newest, key)),
        "earlier": earlier and _sealed(earlier),
        "decisions": _decisions(streams[0]["events"]),
    }


def _sealed(signed: Mapping[str, Any]) -> dict[str, Any]:
    """A checkpoint as the text that was signed, with its signature."""
    return {"text": seals.signed_text(signed), "signature": signed["signature"], "public_key": signed["key"]}


async def _refuse_hidden(services: Services, case: str, reader: str | None) -> None:
    """A proof without one of its events is none, so it is given whole or not at all (KRN-43)."""
    try:
        seen = await look(services, case, reader)
    except Refused:
        raise
    except Exception:
        async with services.pool.acquire() as conn:
            await proof.refuse_broken(conn, case)  # what cannot be read was altered, or it is a mistake of ours
        raise
    process, state = seen.process, seen.state
    whole = seen.redactor.visibility.whole and process.visible(state, seen.viewpoints) == process.visible(state, None)
    if not whole or not all(map(seen.may_see, seen.events)):
        raise Refused(
            "hidden-from-you",
            "Case {case} holds what you may not see, and a proof leaves nothing out; ask an auditor for it.",
            case=case,
        )


def _decisions(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_told(event, json.loads(event["payload"])) for event in events if event["type"] == "Decided"]


def _told(event: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A decision for a reader; the verifier tells it anew from the event and compares (KRN-07)."""
    said = {
        "version": event["version"],
        "recorded_at": event["recorded_at"],
        "who": data["actor"],
        "for": data["on_behalf_of"],
        **{name: data.get(name) for name in TOLD},
    }
    who = f"{said['who']} for {said['for']}" if said["for"] else said["who"]
    line = (
        f"{who}: {said['outcome']}, step {said['step']} of {said['review']}, at {said['at']}; basis: {said['basis']};"
        f" policy version {said['policy']}; content {said['content_hash']}"
    )
    return {**said, "line": line}

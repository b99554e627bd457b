"""Refusals over HTTP: the status of each code, and the sentence in the reader's language."""

from http import HTTPStatus

from domain.kernel.errors import Refused
from runtime.translations import said

MISSING = ("no-such-", "unknown-person", "unknown-process", "bad-link")
FORBIDDEN = (
    "not-your", "not-asked", "own-", "stale-form", "not-allowed", "not-the-", "internal-command",
    "hidden-from", "not-here", "not-named", "email-not-verified", "login-declined", "clock-skew",
)  # fmt: skip
CONFLICT = (
    "case-exists", "finished", "task-done", "voted-already", "command-id-reused", "claim-taken", "changed-meanwhile",
    "withdrawn", "claimed", "on-hold", "delegation-over", "content-changed",
)  # fmt: skip
BAD = ("bad-", "login-", "which-opening", "unknown-command", "file-size", "file-type", "file-content")
SPECIAL = {
    "link-expired": HTTPStatus.GONE,
    "too-many": HTTPStatus.TOO_MANY_REQUESTS,
    "file-erased": HTTPStatus.GONE,
    "not-yet": HTTPStatus.NOT_FOUND,
    "moved-on": HTTPStatus.PRECONDITION_FAILED,
    "too-many-listeners": HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(refused: Refused) -> int:
    """404 what is not there, 403 who may not, 409 what came too late, 400 what is malformed, 422 any other rule."""
    code = refused.code
    if code in SPECIAL:
        return SPECIAL[code]
    kinds = ((MISSING, HTTPStatus.NOT_FOUND), (FORBIDDEN, HTTPStatus.FORBIDDEN), (CONFLICT, HTTPStatus.CONFLICT),
             (BAD, HTTPStatus.BAD_REQUEST))  # fmt: skip
    return next((status for starts, status in kinds if code.startswith(starts)), HTTPStatus.UNPROCESSABLE_ENTITY)


def headers_of(refused: Refused) -> dict[str, str]:
    """Retry-After, in seconds, where the refusal says when to try again."""
    again = refused.details.get("seconds") if refused.code == "too-many" else None
    return {} if again is None else {"Retry-After": str(again)}


def sentence(refused: Refused, language: str) -> str:
    """What went wrong and what to do, for a person."""
    return said(refused.template, refused.details, language)

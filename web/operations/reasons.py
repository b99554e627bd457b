"""Why something does not go on, in plain words: from the class of an error, and from Temporal's word for it."""

from collections.abc import Mapping

from application.queries.temporal_watch import NO_WORKFLOW
from domain.kernel.values.message import N_, Message

CAUSES: Mapping[str, Message] = {
    "NonDeterministicError": N_("The code of the workflow changed in a way that its history does not allow."),
    "WorkflowWorkerUnhandledFailure": N_("The code of the workflow broke; the worker's log says where."),
    "BadSearchAttributes": N_("A search attribute is not registered at Temporal."),
}
"""What Temporal's word for a failing workflow means."""
UNKNOWN_CAUSE = N_("The workflow fails again and again; the Temporal UI says why.")

AWAY = N_("Postgres or Temporal did not answer. It is tried again by itself.")
UNREADABLE = N_(
    "The log holds something that this version does not know. Install the version that wrote it, or a newer one."
)
REASONS: Mapping[str, Message] = {
    "KeyError": UNREADABLE,
    "ValidationError": UNREADABLE,
    "ConnectionRefusedError": AWAY,
    "ConnectionDoesNotExistError": AWAY,
    "CannotConnectNowError": AWAY,
    "TimeoutError": AWAY,
    "RPCError": AWAY,
    "Unconfirmed": N_("The other case did not answer in time. It is tried again by itself."),
    "NotRunning": N_("No workflow runs for the other case; “signoff recover” brings it back."),
    NO_WORKFLOW: N_("No workflow runs for this case; “signoff recover” brings it back."),
    "Contended": N_("The case changed again and again while it was decided. A program may be repeating itself."),
    "LogBehind": N_(
        "The workflow knows more than the log: the log was restored from an older copy. Terminate the workflows, then"
        " run “signoff recover”."
    ),
    "InsufficientPrivilegeError": N_("Postgres does not let Signoff do it. Run “signoff migrate” as the owner."),
    "DiskFullError": N_("The disk of Postgres is full. Give it space; it goes on by itself."),
}
UNKNOWN = N_("A mistake in the code; the worker's log says where.")


def cause(word: str) -> Message:
    """Of a workflow whose tasks fail."""
    return CAUSES.get(word, UNKNOWN_CAUSE)


def reason(error: str) -> Message:
    """Of work that fails, a delivery, or a dead letter; `error` is the name of a class."""
    return REASONS.get(error, UNKNOWN)

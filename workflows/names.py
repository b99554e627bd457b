"""Names by which workflows call activities, so that workflow code never imports their I/O."""

PERFORM = "perform"
LOAD = "load"
DELIVER = "deliver"

COMMAND = "command"
STATE = "state"
SEEN = "seen"
LOOK = "look"
"""The signal that the log holds something the workflow did not see."""
REFUSED = "Refused"
"""The type of the application error that carries a refusal back to the caller."""

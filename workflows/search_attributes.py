"""The search attributes of every case: the one list for the loop, the dev server, the tests and the deployment."""

from typing import Any

from temporalio.common import SearchAttributeKey

PROCESS = SearchAttributeKey.for_keyword("SignoffProcess")
STAGE = SearchAttributeKey.for_keyword("SignoffStage")
UNIT = SearchAttributeKey.for_keyword("SignoffUnit")
WAITING_ON = SearchAttributeKey.for_keyword_list("SignoffWaitingOn")
DUE_AT = SearchAttributeKey.for_datetime("SignoffDueAt")
OVERDUE = SearchAttributeKey.for_bool("SignoffOverdue")
ON_HOLD = SearchAttributeKey.for_bool("SignoffOnHold")

KEYS: tuple[SearchAttributeKey[Any], ...] = (PROCESS, STAGE, UNIT, WAITING_ON, DUE_AT, OVERDUE, ON_HOLD)

SEARCH_ATTRIBUTES: dict[str, str] = {
    key.name: key.indexed_value_type.name.replace("_", " ").title().replace(" ", "") for key in KEYS
}
"""Names and types as Temporal's command line words them: `SignoffWaitingOn: KeywordList`."""

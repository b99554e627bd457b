"""The search attributes of every case: the one list for the loop, the dev server, the tests and the deployment."""

from temporalio.common import SearchAttributeKey

PROCESS = SearchAttributeKey.for_keyword("SignoffProcess")
STAGE = SearchAttributeKey.for_keyword("SignoffStage")
UNIT = SearchAttributeKey.for_keyword("SignoffUnit")
WAITING_ON = SearchAttributeKey.for_keyword_list("SignoffWaitingOn")
DUE_AT = SearchAttributeKey.for_datetime("SignoffDueAt")
OVERDUE = SearchAttributeKey.for_bool("SignoffOverdue")
ON_HOLD = SearchAttributeKey.for_bool("SignoffOnHold")

SEARCH_ATTRIBUTES: dict[str, str] = {
    PROCESS.name: "Keyword",
    STAGE.name: "Keyword",
    UNIT.name: "Keyword",
    WAITING_ON.name: "KeywordList",
    DUE_AT.name: "Datetime",
    OVERDUE.name: "Bool",
    ON_HOLD.name: "Bool",
}

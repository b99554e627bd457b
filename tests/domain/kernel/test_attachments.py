"""Files by the hash of their bytes (KRN-54)."""

import pytest
from pydantic import ValidationError

from domain.kernel.cases.review_events import Attached
from domain.kernel.commands import LARGEST, Attach
from domain.kernel.showing.outlook import precheck
from tests.domain.kernel.purchase import HR, LINE, Resubmit, Submit, company, content, submitted
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_quorum import say

FILE = {"name": "offer.pdf", "size": 1024, "media_type": "application/pdf", "sha256": "0a" * 32}


@pytest.mark.rule("KRN-54")
def test_a_file_is_kept_by_its_hash_with_who_and_when() -> None:
    case = submitted(LINE)
    kept = case.when("attach", FILE | {"about": case.open().id}, by="e3").found(Attached).attachment
    assert (kept.sha256, kept.by, kept.at, kept.about) == ("0a" * 32, "e3", case.now, "case-1.1")
    assert case.case.attachments == (kept,)


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "../secrets"},
        {"name": "a\nb"},
        {"name": "x" * 201},
        {"size": 0},
        {"size": LARGEST + 1},
        {"media_type": "application/x-msdownload"},
        {"media_type": "text/html"},
        {"sha256": "0a"},
        {"sha256": "G" * 64},
    ],
)
def test_what_has_no_name_size_type_or_hash_of_a_document_is_no_attachment(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Attach.model_validate(FILE | wrong)


@pytest.mark.rule("KRN-54")
def test_the_same_file_is_attached_once_in_a_place() -> None:
    case = submitted(LINE).when("attach", FILE, by="e4")
    assert case.refused("attach", FILE | {"name": "again.pdf"}, by="e3") == "attached-already"
    case.when("attach", FILE | {"about": "purchase"}, by="e3")
    assert case.refused("attach", FILE | {"about": "case-1.7"}, by="e3") == "no-such-task"


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize(("who", "may"), [("e4", True), ("e3", True), ("e2", False), ("e9", False)])
def test_only_who_has_a_part_in_the_case_attaches(who: str, may: bool) -> None:
    case = submitted(LINE)
    if may:
        assert case.when("attach", FILE, by=who)
    else:
        assert case.refused("attach", FILE, by=who) == "not-your-role"


@pytest.mark.rule("KRN-18")
@pytest.mark.rule("KRN-54")
def test_an_attachment_stays_when_the_case_is_returned_and_is_possible_on_hold_but_not_at_the_end() -> None:
    case = submitted(LINE).when("attach", FILE, by="e4")
    say(case, "e3", "return").when("resubmit", Resubmit(content=content(count=9)), by="e4")
    assert len(case.case.attachments) == 1
    case.when("hold", {"reason": "wait"}, by="e4")
    more = FILE | {"sha256": "0b" * 32}
    precheck(case.case, case.command("attach", more, by="e4"))
    case.when("attach", more, by="e4").when("withdraw", {"reason": "no"}, by="e4")
    assert case.refused("attach", FILE | {"sha256": "0c" * 32}, by="e4") == "withdrawn"


@pytest.mark.rule("KRN-54")
def test_whoever_decided_asked_or_benefits_attaches_though_no_task_is_theirs() -> None:
    case = approve(submitted(LINE, HR, asked=content(excluded=("e9",))), "e3")
    leaderless = company().positions["p-e4"].model_copy(update={"reports_to": None})
    case.given(organisation=company(positions={**company().positions, "p-e4": leaderless}))
    for number, who in enumerate(("e3", "e4", "e9")):
        case.when("attach", FILE | {"sha256": f"0{number}" * 32}, by=who)
    case.when("submit", Submit(content=content("e5"), review="second"), by="e5")
    case.when("attach", FILE | {"sha256": "09" * 32}, by="e5")

"""What a candidate hears by mail: their offer with its link, and that it or their application is over."""

from uuid import uuid4

import pytest

from activities.decide import Decider
from domain.kernel.command import Command
from domain.organisation.persons import Details
from tests.support.hiring import CANDIDATES
from tests.support.postbox import Postbox, all_sent, link_in, listening, text_of
from tests.web.conftest import CANDIDATE, CASE, Site
from workflows.messages import Perform

ADDRESS = CANDIDATES[CANDIDATE]


@pytest.mark.rule("HIR-14")
async def test_an_extended_offer_reaches_its_candidate_with_the_link_to_answer_it(unmanned: Site):
    async with listening(Postbox()) as box:
        await all_sent(unmanned.office.services, box)

    [mail] = box.to(ADDRESS)
    text = text_of(mail)
    assert mail["Subject"] == "You have an offer"
    assert "Dear C-First," in text
    assert "Position: Developer" in text
    assert "Please answer by: " in text
    assert str(mail["Reply-To"]).endswith("@siam-orchard.example")
    assert mail["List-Id"] is None
    page = await unmanned.http.get(link_in(mail).removeprefix(unmanned.office.services.settings.base_url))
    assert "Accept the offer" in page.text
    others = [mail for mail in box.mails if "@mail.example" in str(mail["To"])]
    assert others == [mail], "no other candidate hears of it"


@pytest.mark.rule("HIR-14")
async def test_a_candidate_whose_name_we_know_in_thai_is_written_to_in_thai(unmanned: Site):
    services = unmanned.office.services
    details = Details(name={"en": None, "th": "สมหญิง ใจดี"}, email=ADDRESS, candidate=True)
    await services.people.write(CANDIDATE, details, actor="e1037", command_id=uuid4())

    async with listening(Postbox()) as box:
        await all_sent(services, box)

    [mail] = box.to(ADDRESS)
    assert "เรียน คุณสมหญิง ใจดี" in text_of(mail)
    assert link_in(mail).endswith("?lang=th")


@pytest.mark.rule("HIR-08", "HIR-14")
async def test_cancelling_tells_the_candidates_once_and_sends_no_link_to_an_offer_that_is_gone(unmanned: Site):
    services = unmanned.office.services
    cancel = Command(
        case=CASE,
        process="hiring",
        name="cancel-requisition",
        actor="e1005",
        payload={"reason": "The budget is gone.", "withdraw_offers": True},
    )
    done = await Decider(services.pool, services.processes).perform(Perform(command=cancel, known=0))
    assert done.refusal is None

    async with listening(Postbox()) as box:
        for _ in range(2):
            await all_sent(services, box)

    told = {str(mail["To"]): mail for mail in box.mails if "@mail.example" in str(mail["To"])}
    assert ADDRESS in told
    assert len(told) == len([mail for mail in box.mails if "@mail.example" in str(mail["To"])])
    for mail in told.values():
        assert mail["Subject"] == "The position was withdrawn; your application has ended."
        assert "http" not in text_of(mail)
        assert "link" not in text_of(mail)
        assert "budget" not in text_of(mail)

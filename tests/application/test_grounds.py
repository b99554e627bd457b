"""Words of ours, titles and grounds in the reader's language, whatever the log keeps."""

import pytest

from application.wording.grounds import ground
from application.wording.reader import Reader
from domain.kernel.showing.redaction import MASK, Redaction, masked
from domain.kernel.values.message import Message
from runtime.translations import said, worded

NAMES = {"it-web": "ทีมเว็บ", "e1003": "ประเสริฐ"}
TITLE = Message(id="Hiring {seats} × {position}", args={"seats": "1", "position": "Developer", "position.th": "นักพัฒนา"})


@pytest.mark.parametrize(
    ("text", "english", "thai"),
    [
        ("manager of requester, level 1", "the manager of whoever asks", "ผู้บังคับบัญชาของผู้ขอ"),
        (
            "up the line from role finance-controller in it-web, limit for hiring covers 4,830,000.00 THB",
            "up the line from Finance controller for ทีมเว็บ; the limit for hiring covers 4,830,000.00 THB",
            "สายบังคับบัญชาเหนือ: ผู้ควบคุมการเงิน สำหรับ ทีมเว็บ วงเงินสำหรับ การจ้าง ครอบคลุม 4,830,000.00 THB",
        ),
        ("role executive in None", "Executive", "ผู้บริหาร"),
        ("person e1003", "ประเสริฐ by name", "ระบุชื่อ ประเสริฐ"),
        ("because of e1003", "because of ประเสริฐ", "because of ประเสริฐ"),
    ],
)
@pytest.mark.rule("KRN-07")
def test_the_ground_of_a_decision_is_told_as_people_say_it(text: str, english: str, thai: str):
    assert [ground(text, Reader(names=NAMES, code=code)) for code in ("en", "th")] == [english, thai]


def test_a_word_with_a_number_behind_it_is_translated_with_its_number():
    assert [worded("offer-1", code) for code in ("en", "th")] == ["offer 1", "ข้อเสนอจ้าง 1"]
    assert worded("in_approval", "th") != "in approval"
    assert worded("nobody-wrote-this 7", "th") == "nobody wrote this 7"
    assert worded("", "th") == ""


def test_a_title_names_the_position_in_the_readers_language():
    assert [said(TITLE.id, TITLE.args, code) for code in ("en", "th")] == [
        "Hiring 1 × Developer",
        "สรรหา นักพัฒนา จำนวน 1 อัตรา",
    ]
    assert str(TITLE) == "Hiring 1 × Developer"


@pytest.mark.rule("KRN-43")
def test_what_is_hidden_is_hidden_in_every_language():
    hidden = Redaction(frozenset({"position"})).of(TITLE)

    assert hidden.args == {"seats": "1", "position": MASK, "position.th": MASK}
    assert masked(TITLE, but=("seats",)).args == hidden.args

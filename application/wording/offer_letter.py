"""The letter of an offer as a PDF, in the language of its reader."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from application.files.pdf import pdf
from application.wording import formats
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from runtime.translations import said

_TEMPLATE = """
#let letter = json(bytes(sys.inputs.data))
#set document(title: letter.title)
#set page(paper: "a4", margin: 2.5cm)
#set text(font: ("Noto Sans", "Noto Sans Thai", "Libertinus Serif"), size: 11pt, lang: letter.language)
= #letter.title
#v(1em)
#letter.greeting
#v(0.5em)
#letter.body
#v(0.5em)
#table(columns: (auto, 1fr), stroke: 0.4pt + gray, inset: 7pt, ..letter.rows.flatten())
#v(0.5em)
#letter.ending
"""


def letter(offer: Mapping[str, Any], *, name: str, position: str, language: str) -> bytes:
    """The PDF of an offer (JSON of its state) to a candidate of this name."""
    terms = offer["terms"]

    def told(message: Message) -> str:
        return said(message.id, message.args, language)

    salary = Money(amount=Decimal(terms["salary"]["amount"]), currency=terms["salary"]["currency"])
    rows = [
        (told(N_("Position")), position),
        (told(N_("Monthly salary")), formats.money(salary, language)),
        (told(N_("First day of work")), formats.day(date.fromisoformat(terms["start_date"]), language)),
        (told(N_("Place of work")), terms["location"]),
    ]
    data = {
        "language": language,
        "title": told(N_("Offer of employment")),
        "greeting": told(N_("Dear {name},", name=name)),
        "body": told(N_("We are glad to offer you this position on the following terms.")),
        "rows": rows,
        "ending": told(N_("Please answer by the link that you were sent. This letter alone is not a contract.")),
    }
    return pdf(_TEMPLATE, data)

"""A pack of a business review as a PDF: tables set by Typst, in the language of its reader."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from application.files.pdf import pdf
from application.wording import formats
from domain.direction.business_review.pack import ItemRow, Pack
from domain.kernel.report import Frozen
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from runtime.translations import catalogue

_TEMPLATE = """
#let pack = json(bytes(sys.inputs.data))
#set document(title: pack.title)
#set page(paper: "a4", flipped: true, margin: 1.5cm, numbering: "1 / 1", footer: context [
  #set text(8pt)
  #pack.proof #h(1fr) #counter(page).display("1 / 1", both: true)
])
#set text(font: ("Noto Sans", "Noto Sans Thai", "Libertinus Serif"), size: 9pt, lang: pack.language)
#set table(stroke: 0.4pt + gray, inset: 4pt)
= #pack.title
#pack.as_of
#for part in pack.sections [
  == #part.title
  #if part.rows.len() == 0 [ #part.empty ] else [
    #table(
      columns: part.columns.len(),
      table.header(..part.columns.map(name => strong(name))),
      ..part.rows.flatten(),
    )
  ]
]
"""


class Section(NamedTuple):
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def pdf_of(pack: Pack, frozen: Frozen, language: str, *, zone: str = "Asia/Bangkok") -> bytes:
    """The pack as PDF. `zone` is whose clocks its as-of time is told in."""
    said = catalogue(language).gettext
    title = said(N_("Business review of {unit}").id).format(unit=pack.unit)
    as_of = said(N_("As of {time}").id).format(time=formats.instant(frozen.as_of, zone, language))
    proof = said(N_("Position {position} of the log, {hash}").id).format(position=frozen.position, hash=frozen.hash)
    data = {
        "title": title, "as_of": as_of, "proof": proof, "language": language,
        "sections": [{**one._asdict(), "empty": said(N_("Nothing").id)} for one in sections(pack, language)],
    }  # fmt: skip
    return pdf(_TEMPLATE, data)


def sections(pack: Pack, language: str) -> list[Section]:
    """The sections in their order, each number as the language writes it (QBR-02)."""
    said = catalogue(language).gettext
    return [_money(pack, language, said), _people(pack, said), *_work(pack, language, said), _objectives(pack, said)]


def _money(pack: Pack, language: str, said: Callable[[str], str]) -> Section:
    names = ("plan", "actual", "committed", "reserved", "available")
    rows = [
        (row.line, row.period, *(formats.money(Money(amount=getattr(row, name), currency=row.currency), language)
                                 for name in names))
        for row in pack.money
    ]  # fmt: skip
    heads = (N_("Line"), N_("Period"), N_("Plan"), N_("Spent"), N_("Committed"), N_("Reserved"), N_("Available"))
    return Section(said(N_("Money").id), [said(head.id) for head in heads], rows)


def _people(pack: Pack, said: Callable[[str], str]) -> Section:
    heads = (N_("Positions"), N_("Held"), N_("Hirings under way"), N_("Seats asked for"))
    people = pack.people
    row = tuple(str(number) for number in (people.positions, people.held, people.hirings, people.seats))
    return Section(said(N_("People").id), [said(head.id) for head in heads], [row])


def _work(pack: Pack, language: str, said: Callable[[str], str]) -> list[Section]:
    heads = (N_("Project"), N_("Title"), N_("Manager"), N_("Declared"), N_("Computed"), N_("Finish"), N_("Late tasks"))
    projects = [
        (row.case, row.title, row.manager, row.declared or "–", row.computed or "–",
         formats.day(row.finish, language) if row.finish else "–", str(row.late_tasks))
        for row in pack.delivery
    ]  # fmt: skip
    return [
        Section(said(N_("Delivery").id), [said(head.id) for head in heads], projects),
        _items(N_("Risks").id, pack.risks, language, said),
        _items(N_("Actions of the last review").id, pack.actions, language, said),
    ]


def _items(title: str, rows: Iterable[ItemRow], language: str, said: Callable[[str], str]) -> Section:
    heads = (N_("Case"), N_("What"), N_("Owner"), N_("Due"), N_("Age, days"), N_("Late, days"), N_("Carried"))
    told = [
        (row.case, row.text, row.owner, formats.day(row.due, language), str(row.age), str(row.late), str(row.carried))
        for row in rows
    ]
    return Section(said(title), [said(head.id) for head in heads], told)


def _objectives(pack: Pack, said: Callable[[str], str]) -> Section:
    heads = (N_("Plan"), N_("Objective"), N_("Measure"), N_("Baseline"), N_("Now"), N_("Target"), N_("Progress"))
    rows = [
        (plan.name, one.text, f"{one.measure} ({one.unit})", f"{one.baseline:f}",
         "–" if one.now is None else f"{one.now:f}", f"{one.target:f}",
         "–" if one.progress is None else f"{one.progress:.0%}")
        for plan in pack.plans
        for one in plan.objectives
    ]  # fmt: skip
    return Section(said(N_("Objectives").id), [said(head.id) for head in heads], rows)

"""A report in figures and charts: what is worth a look at once, and the pictures with their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.wording import formats
from domain.kernel.showing.reporting import ProcessReport, Span, Spread
from domain.organisation.model import Organisation
from domain.people.hiring.report import HiringReport, UnitSeats
from runtime.translations import catalogue
from web.charts import Bar, Chart, Line, ages, bars, funnel, sparkline
from web.rendering import word

NONE = "–"
MOST_LATE = 10


@dataclass(frozen=True)
class Figure:
    """One number that is worth a look, with what it is of. `kind` is a badge's class, for what should worry."""

    label: str
    value: str
    note: str = ""
    kind: str = ""


def headlines(report: ProcessReport, language: str) -> list[Figure]:
    """The figures on top of the page. Times are medians in working days."""
    _ = catalogue(language).gettext
    open_cases, late = sum(stage.count for stage in report.stages), len(report.late)
    many = _("{count} measured, median of working days")
    found = [
        Figure(_("Open cases"), str(open_cases), _("{count} raised in the time chosen").format(count=report.cases)),
        Figure(_("Late tasks"), str(late), _("past their due time") if late else "", "late" if late else ""),
        Figure(_("Time to approve"), _days(report.to_approve.median, language),
               many.format(count=report.to_approve.count)),
    ]  # fmt: skip
    if isinstance(report, HiringReport):
        seats = sum(row.seats.open for row in _tops(report.seats, report))
        found += [
            Figure(_("Time to fill"), _days(report.to_fill.median, language), many.format(count=report.to_fill.count)),
            Figure(_("Offers accepted"), _part(report.acceptance_rate, language),
                   _("{accepted} of {answered} that were answered or lapsed; {sent} were sent").format(
                       accepted=report.offers.accepted, answered=report.offers.answered, sent=report.offers.extended)),
            Figure(_("Seats still open"), str(seats), _("approved and not taken")),
        ]  # fmt: skip
    return found


def _tops(rows: Sequence[UnitSeats], report: ProcessReport) -> Sequence[UnitSeats]:
    """The rows that hold all others: each has the seats of everything below it."""
    return [row for row in rows if row.unit == report.unit] or _largest(rows)


def _largest(rows: Sequence[UnitSeats]) -> Sequence[UnitSeats]:
    return [max(rows, key=lambda row: row.plan)] if rows else []


def charts(report: ProcessReport, language: str) -> list[Chart]:
    found = [_stages(report, language)]
    if isinstance(report, HiringReport):
        found += [_funnel(report, language)]
    return [*found, _times(report, language), _months(report, language)]


def seats(report: ProcessReport, organisation: Organisation) -> list[tuple[UnitSeats, int]]:
    """Seats against plan with the depth of the unit; units about which there is nothing to tell are left out."""
    if not isinstance(report, HiringReport):
        return []
    told = [row for row in report.seats if row.seats.asked or row.seats.approved]
    shown = {row.unit for row in told}
    return [(row, len(shown.intersection(organisation.units_above(row.unit))) - 1) for row in told]


def _stages(report: ProcessReport, language: str) -> Chart:
    _ = catalogue(language).gettext
    rows = [
        (word(each.stage, language), str(each.count), _days(each.age.median, language), _days(each.age.p90, language),
         _days(each.oldest, language))
        for each in report.stages
    ]  # fmt: skip
    values = [
        (word(each.stage, language), _("{count} open").format(count=each.count), _working(each.age.median),
         _working(each.age.p90), each.oldest.working_days)
        for each in report.stages
    ]  # fmt: skip
    told = (
        _("Open cases by stage, and for how many working days they have been in it.") if rows else _("Nothing is open.")
    )
    columns = (_("Stage"), _("Open cases"), _("Median"), _("Nine of ten within"), _("Oldest"))
    legend = (("bar", _("median")), ("thin", _("nine of ten within")), ("mark", _("oldest")))
    return ages("stages", _("Open by stage, with age"), told, values, columns=columns, rows=rows, legend=legend)


def _funnel(report: HiringReport, language: str) -> Chart:
    _ = catalogue(language).gettext
    values = [
        Bar(word(step.reached, language), step.count, _counted(step.count, step.of_all, language))
        for step in report.funnel
    ]
    rows = [
        (word(step.reached, language), str(step.count), _part(step.of_previous, language), _part(step.of_all, language))
        for step in report.funnel
    ]
    columns = (_("Candidates"), _("Number"), _("Of those before"), _("Of all"))
    told = _("How far candidates came: each step counts everyone who reached it or a later one.")
    if not report.funnel or not report.funnel[0].count:
        rows, told = [], _("No candidates yet.")
    return funnel("funnel", _("Funnel of candidates"), told, values, columns=columns, rows=rows)


def _times(report: ProcessReport, language: str) -> Chart:
    _ = catalogue(language).gettext
    spreads: list[tuple[str, Spread]] = [(_("to approve"), report.to_approve)]
    if isinstance(report, HiringReport):
        spreads += [(_("to fill"), report.to_fill), (_("to start"), report.to_start)]
    rows = [
        (name, str(found.count), _days(found.median, language), _days(found.p90, language),
         NONE if found.median is None else formats.number(found.median.calendar_days, language))
        for name, found in spreads
    ]  # fmt: skip
    values = [Bar(name, _working(found.median), _days(found.median, language)) for name, found in spreads]
    told = _("The median time in working days; half of the cases took longer.")
    columns = (_("Working days"), _("Number"), _("Median"), _("Nine of ten within"), _("Median, calendar days"))
    if not any(found.count for _name, found in spreads):
        rows, told = [], _("Nothing was approved yet.")
    return bars("times", _("How long things take"), told, values, columns=columns, rows=rows)


def _months(report: ProcessReport, language: str) -> Chart:
    _ = catalogue(language).gettext
    names = [formats.month(month.begins, language) for month in report.months]
    raised, finished = ([getattr(month, name) for month in report.months] for name in ("raised", "finished"))
    rows = [(name, str(new), str(done)) for name, new, done in zip(names, raised, finished, strict=True)]
    told = _("{raised} raised and {finished} finished in twelve months.").format(
        raised=sum(raised), finished=sum(finished)
    )
    return sparkline(
        "months", _("Raised and finished by month"), told,
        [Line("line", raised), Line("dashed", finished)],
        ends=(names[0], names[-1]),
        columns=(_("Month"), _("Raised"), _("Finished")), rows=rows,
        legend=(("line", _("raised")), ("dashed", _("finished"))),
    )  # fmt: skip


def late_by_person(report: ProcessReport, language: str, names: Mapping[str, str]) -> Chart:
    """The ten with the most, and everybody in the table."""
    _ = catalogue(language).gettext
    rows = [(names.get(each.who, each.who), str(each.tasks)) for each in report.late_by_person]
    values = [Bar(name, float(tasks), tasks) for name, tasks in rows[:MOST_LATE]]
    told = _("Late tasks by the person they wait for.") if rows else _("Nothing is late.")
    columns = (_("Waits for"), _("Late tasks"))
    return bars("late-by-person", _("Late, by person"), told, values, columns=columns, rows=rows)


def _working(span: Span | None) -> float:
    return span.working_days if span else 0


def _days(span: Span | None, language: str) -> str:
    return formats.number(span.working_days, language) if span else NONE


def _part(part: float | None, language: str) -> str:
    return NONE if part is None else formats.percent(part, language)


def _counted(count: int, of_all: float | None, language: str) -> str:
    return f"{count} · {_part(of_all, language)}"

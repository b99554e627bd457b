"""A report in figures and charts: what is worth a look at once, and the pictures with their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.wording import formats
from domain.kernel.showing.reporting import Funnel, Mark, ProcessReport, Span
from domain.organisation.model import Organisation
from runtime.translations import catalogue
from web.charts import Bar, Chart, Line, ages, bars, funnel, sparkline
from web.rendering import in_words, word

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
    return found + [
        Figure(in_words(mark.label, language), _valued(mark, language), in_words(mark.note, language))
        for mark in report.marks
    ]


def _valued(mark: Mark, language: str) -> str:
    if mark.count is not None:
        return str(mark.count)
    return _part(mark.part, language) if mark.part is not None else _days(mark.span, language)


def charts(report: ProcessReport, language: str) -> list[Chart]:
    found = [_stages(report, language)]
    if report.reached is not None:
        found += [_funnel(report.reached, language)]
    return [*found, _times(report, language), _months(report, language)]


def by_unit(report: ProcessReport, organisation: Organisation) -> list[tuple[str, tuple[int, ...], int]]:
    """The rows of the table by unit, with the depth of the unit."""
    rows = report.by_unit.rows if report.by_unit else ()
    shown = {unit for unit, _numbers in rows}
    return [(unit, numbers, len(shown.intersection(organisation.units_above(unit))) - 1) for unit, numbers in rows]


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


def _funnel(found: Funnel, language: str) -> Chart:
    _ = catalogue(language).gettext
    values = [
        Bar(word(step.reached, language), step.count, _counted(step.count, step.of_all, language))
        for step in found.steps
    ]
    rows = [
        (word(step.reached, language), str(step.count), _part(step.of_previous, language), _part(step.of_all, language))
        for step in found.steps
    ]
    columns = (in_words(found.head, language), _("Number"), _("Of those before"), _("Of all"))
    told = found.told
    if not found.steps or not found.steps[0].count:
        rows, told = [], found.none
    return funnel(
        "funnel", in_words(found.title, language), in_words(told, language), values, columns=columns, rows=rows
    )


def _times(report: ProcessReport, language: str) -> Chart:
    _ = catalogue(language).gettext
    spreads = [(in_words(name, language), found) for name, found in report.spreads]
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

"""A policy in plain words: who decides, when, by when, with which reminders; and the names of its fields."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from application.wording.roles import part, role
from domain.kernel.values.message import N_, Message
from runtime.translations import catalogue, known, worded

NONE = "–"

FIELDS: Mapping[str, Message] = {
    "name": N_("Name of the policy"),
    "title": N_("Title"),
    "who": N_("Who decides"),
    "when": N_("Only if"),
    "authority": N_("Needs a limit for"),
    "due_days": N_("Due, working days"),
    "ladder": N_("Reminders"),
    "material": N_("Answers for"),
    "quorum": N_("How many must approve"),
    "veto": N_("With a veto"),
    "beside": N_("Side by side as"),
    "steps": N_("Order of the steps"),
    "table": N_("Table of the steps"),
    "fallback": N_("If nobody is found"),
    "restart": N_("A resubmission starts again"),
    "separate": N_("Nobody acts twice in"),
    "collapse": N_("Whoever approved is not asked again"),
    "seen_by": N_("Seen by"),
    "others": N_("Everybody else"),
    "fields": N_("Hidden fields"),
    "days": N_("Requests are added up over days"),
    "hops": N_("Stand-ins one after the other"),
    "rungs": N_("Steps of the ladder"),
    "signals": N_("Also by unsigned signal"),
}

SECTIONS: Mapping[str, Message] = {
    "processes": N_("Process"),
    "routes": N_("Route"),
    "steps": N_("Step"),
    "parameters": N_("Parameter"),
    "confidentiality": N_("Confidentiality"),
    "groups": N_("Hidden group"),
    "ladders": N_("Ladder"),
    "splitting": N_("Splitting"),
    "delegation": N_("Standing in"),
}


class PolicyWords:
    """Words of one reader. `names` are of people and of units, by id."""

    def __init__(self, language: str, names: Mapping[str, str]) -> None:
        self._language, self._names = language, names
        self._ = catalogue(language).gettext

    def field(self, name: str) -> str:
        return self._(FIELDS[name].id) if name in FIELDS else name

    def section(self, name: str) -> str:
        return self._(SECTIONS[name].id) if name in SECTIONS else name

    def value(self, field: str, value: Any) -> str:
        """The value of a field, as JSON has it."""
        _ = self._
        kinds: Mapping[str, Callable[[Any], str]] = {
            "who": self.approver, "veto": self.approver, "fallback": self.approver, "when": self.conditions,
            "rungs": self.rungs, "table": self.table,
            "authority": lambda found: worded(found["category"], self._language),
            "quorum": self.quorum, "separate": self.separate, "title": _,
            "seen_by": self.parts, "fields": self.words, "material": self.words,
            "ladder": self._word, "beside": self._word,
            "restart": lambda restart: _("all steps") if restart == "all" else _("the steps whose fields changed"),
            "others": lambda others: _("see that the case exists") if others == "exists" else _("see nothing"),
        }  # fmt: skip
        if value is None:
            return NONE
        return kinds[field](value) if field in kinds else self.plain(value)

    def plain(self, value: Any) -> str:
        match value:
            case bool():
                return self._("yes") if value else self._("no")
            case list() | tuple():
                return ", ".join(map(self.plain, value)) or NONE
            case Mapping():
                return "; ".join(f"{self.field(name)}: {self.value(name, inner)}" for name, inner in value.items()
                                 if inner not in (None, [], {}))  # fmt: skip
        return known(str(value), self._language) or str(value)

    def parts(self, names: Sequence[str]) -> str:
        return ", ".join(part(name, self._language) for name in names) or NONE

    def words(self, names: Sequence[str]) -> str:
        return ", ".join(map(self._word, names)) or NONE

    def _word(self, name: str) -> str:
        return worded(name, self._language)

    def approver(self, who: Mapping[str, Any]) -> str:
        """Where a step's people come from (KRN-10)."""
        _ = self._
        match who:
            case {"person": str(person)}:
                return self._named(person)
            case {"role": str(name), "unit": "case"}:
                return _("{role} for the unit of the case").format(role=role(name, self._language))
            case {"role": str(name), "unit": "requester"}:
                return _("{role} for the unit of whoever asks").format(role=role(name, self._language))
            case {"role": str(name), "unit": unit}:
                return _("{role} for {unit}").format(role=role(name, self._language), unit=self._named(str(unit)))
            case {"manager_of": str(whose), "line": "functional", "levels": levels}:
                said = _("The functional manager of {whose}, level {levels}")
                return said.format(levels=levels, whose=self._whose(whose))
            case {"manager_of": str(whose), "levels": 1}:
                return _("The manager of {whose}").format(whose=self._whose(whose))
            case {"manager_of": str(whose), "levels": levels}:
                return _("The manager {levels} levels above {whose}").format(levels=levels, whose=self._whose(whose))
            case {"group": str(group)}:
                return _("The members of {group}").format(group=worded(group, self._language))
            case {"owner_of": str(field)}:
                return _("The owner of the budget line in {field}").format(field=worded(field, self._language))
        return self.plain(who)

    def conditions(self, conditions: Sequence[Mapping[str, Any]]) -> str:
        """All of them must hold (KRN-12)."""
        return self._(" and ").join(map(self._condition, conditions)) or self._("always")

    def _condition(self, condition: Mapping[str, Any]) -> str:
        _, field = self._, worded(condition["field"], self._language)
        said = {
            "equals": _("{field} is {value}"),
            "one_of": _("{field} is one of {value}"),
            "within": _("{field} is {value} or below"),
            "over": _("{field} is over {value}"),
            "at_least": _("{field} is at least {value}"),
            "under": _("{field} is under {value}"),
            "at_most": _("{field} is at most {value}"),
        }
        found = [text.format(field=field, value=self._compared(condition[name])) for name, text in said.items()
                 if condition.get(name) is not None]  # fmt: skip
        return self._(" and ").join(found)

    def only_if(self, when: Sequence[Mapping[str, Any]]) -> str:
        return self._("if {conditions}").format(conditions=self.conditions(when))

    def _compared(self, value: Any) -> str:
        """What a condition compares with: units by their names."""
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(self._named(one) if isinstance(one, str) else self.plain(one) for one in values)

    def table(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """Which steps there are, by the first row that fits (KRN-12)."""
        if not rows:
            return NONE
        return "; ".join(f"{self.row(row['when'])}: {self.words(row['steps'])}" for row in rows)

    def row(self, when: Sequence[Mapping[str, Any]]) -> str:
        return self.conditions(when) if when else self._("every other case")

    def quorum(self, quorum: Any) -> str:
        """How many of those asked must approve (KRN-11)."""
        if quorum == "any":
            return self._("whoever decides first")
        return self._("all of them") if quorum == "all" else self._("{count} of them").format(count=quorum)

    def separate(self, separate: Any) -> str:
        if isinstance(separate, bool):
            return self._("all steps") if separate else self._("no steps")
        return self.plain(separate)

    def rungs(self, rungs: Sequence[Mapping[str, Any]]) -> str:
        """A ladder in words (KRN-31)."""
        return "; ".join(map(self._rung, rungs)) or NONE

    def _rung(self, rung: Mapping[str, Any]) -> str:
        _ = self._
        what = {"remind": _("remind"), "escalate": _("ask the next manager too"), "expire": _("let it expire"),
                "deny": _("deny it")}[rung["do"]]  # fmt: skip
        if rung.get("at_percent") is not None:
            return _("{what} at {percent} % of the time").format(what=what, percent=rung["at_percent"])
        return _("{what} {days} working days after the due time").format(what=what, days=rung["after_days"])

    def _whose(self, whose: str) -> str:
        _ = self._
        return {"requester": _("whoever asks"), "beneficiary": _("the person it is for")}.get(whose) or self._named(
            whose
        )

    def _named(self, name: str) -> str:
        return f"{self._names[name]} ({name})" if name in self._names else name

"""Roles, parts and fields that policies name, as people call them. Companies may have others: those show as written."""

from collections.abc import Mapping

from domain.kernel.values.message import N_, Message
from runtime.translations import catalogue

ROLES: Mapping[str, Message] = {
    "hr-partner": N_("HR partner"),
    "department-head": N_("Department head"),
    "finance-controller": N_("Finance controller"),
    "budget-owner": N_("Budget owner"),
    "recruiter": N_("Recruiter"),
    "executive": N_("Executive"),
    "it-onboarding": N_("IT onboarding"),
    "facilities": N_("Facilities"),
    "operations": N_("Operations"),
    "job-peers": N_("Job peers"),
    "architecture-board": N_("Architecture board"),
    "salary-committee": N_("Salary committee"),
}
PARTS: Mapping[str, Message] = {
    "requester": N_("whoever asks"),
    "subject": N_("the person it is about"),
    "asked": N_("whoever is asked to decide"),
    "decider": N_("whoever decided"),
    "operations": N_("operations"),
    "line": N_("the line above whoever asks"),
    "anyone": N_("everybody who works here"),
    "hiring-manager": N_("the hiring manager"),
    "hr": N_("HR"),
    "recruiter": N_("the recruiter"),
    "interviewer": N_("interviewers"),
    "candidate": N_("the candidate"),
}


def role(name: str, language: str) -> str:
    """A role with a capital letter."""
    return _called(ROLES, name, language, upper=True)


def part(name: str, language: str) -> str:
    """Whoever a confidentiality names: a part in the case, or a role for its unit."""
    if name.startswith("role:"):
        return role(name.removeprefix("role:"), language)
    return _called(PARTS, name, language, upper=False)


def _called(words: Mapping[str, Message], name: str, language: str, *, upper: bool) -> str:
    if name in words:
        return catalogue(language).gettext(words[name].id)
    text = name.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:] if upper else text

"""What the routes of hiring see of a case: the words that a policy's conditions may use (KRN-12, KRN-40)."""

from collections.abc import Mapping

from domain.organisation.policy_needs import Kind, PolicyFields
from domain.people.hiring import offers, requisition, rescission

_TERMS: dict[str, Kind] = {
    "salary": "money", "start_date": "other", "grade": "number", "location": "word", "candidate": "other",
}  # fmt: skip

SEEN: Mapping[str, PolicyFields] = {
    requisition.ROUTE: PolicyFields(
        material={
            "grade": "number",
            "salary_band": "other",
            "location": "word",
            "seats": "number",
            "unit": "unit",
            "budget_line": "budget_line",
            "position": "position",
            "business_case": "other",
            "job_description": "other",
            "interview_plan": "other",
            "checks": "other",
        },
        data={"cost": "money"},
    ),
    offers.ROUTE: PolicyFields(
        material=_TERMS
        | {"outside_band": "flag", "unit": "unit", "budget_line": "budget_line", "position": "position"},
        data={"cost": "money"},
    ),
    rescission.ROUTE: PolicyFields(
        material={
            "offer": "other",
            "candidate": "other",
            "reason": "other",
            "failed_checks": "other",
            "unit": "unit",
            "salary": "money",
            "handed_over": "flag",
        },
        amount=False,
    ),
}

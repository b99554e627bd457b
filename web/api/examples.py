"""Examples of payloads, as examples/*.yaml has them for the command line."""

from typing import Any

STARTS: dict[str, Any] = {
    "raise-requisition": {
        "position": "platform-engineer-3",
        "seats": 1,
        "grade": 5,
        "salary_band": {"min": "60,000 THB", "max": "85,000 THB"},
        "location": "Bangkok",
        "unit": "it-platform",
        "business_case": "The platform team of four carries the duty that six carried two years ago.",
        "job_description": {"id": "jd-platform-engineer", "version": "3"},
        "budget_line": "it-infrastructure-people",
        "interview_plan": [{"kind": "technical", "interviewers": 2}, {"kind": "team", "interviewers": 1}],
    },
    "request-limit": {
        "person": "e1041",
        "category": "hiring",
        "up_to": "4,000,000 THB",
        "unit": "company",
        "reason": "Hiring in the data team grew beyond the controller's limit.",
    },
}
PAYLOADS: dict[str, Any] = {
    "comment": {"text": "The band was agreed with the controller."},
    "cancel-requisition": {"reason": "The order system stays where it is for another year.", "withdraw_offers": True},
    "resubmit-requisition": {"salary_band": {"min": "60,000 THB", "max": "80,000 THB"}},
    "add-candidate": {
        "candidate": {"name": "Arun Saetang", "email": "arun.s@mail.example"},
        "source": "careers page",
        "relatives": [],
    },
}
DECISION: dict[str, Any] = {"outcome": "approve", "comment": "Within the plan of the unit."}
BULK: dict[str, Any] = {"tasks": ["hiring-7k2m9p4x3d.1"], "outcome": "approve"}
DELEGATION: dict[str, Any] = {
    "delegate": "e1004",
    "from": "2026-12-21",
    "until": "2027-01-04",
    "scope": {"processes": ["hiring"], "up_to": "100000 THB"},
    "reason": "Leave",
}
ABSENCE: dict[str, Any] = {"delegate": "e1004", "from": "2026-12-21", "until": "2027-01-04", "reason": "Leave"}

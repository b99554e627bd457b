"""What makes sense to send in a situation."""

from collections.abc import Mapping
from typing import Any

from tests.adversary.matrix.people import COLLEAGUE
from tests.adversary.matrix.situation import Situation
from tests.domain.organisation.authority import cases as authority
from tests.domain.people import company
from tests.domain.people.job_description import cases as jobs

_OF_TASK: Mapping[str, Mapping[str, Any]] = {
    "decide": {"outcome": "approve"},
    "claim": {},
    "release": {"reason": "because"},
    "reassign": {"to": COLLEAGUE, "reason": "because"},
    "add-approver": {"person": COLLEAGUE, "reason": "because"},
    "ask-information": {"question": "why?"},
    "give-information": {"text": "so"},
    "meet-condition": {"note": "done"},
    "waive-condition": {"reason": "because"},
    "override": {"reason": "because"},
    "review-override": {"finding": "justified", "comment": "well"},
    "complete-task": {},
    "answer-backfill": {"needed": True, "reason": "because"},
    "assess-budget-impact": {"per_year": "240000 THB", "budget_line": "it-people", "covered": True},
}
_SEALED = company.sealed(company.ANN)
_OF_CASE: Mapping[str, Mapping[str, Any]] = {
    "raise-requisition": company.requisition(),
    "submit-requisition": {},
    "amend-requisition": {"business_case": "Three calls in ten."},
    "resubmit-requisition": {},
    "add-candidate": {"candidate": company.BOB, "source": "referral"},
    "declare-relationship": {"candidate": company.ANN, "person": company.OTHER},
    "assess-candidate": {"candidate": company.ANN, "held": [{"skill": "it-management", "level": 4, "years": 9}]},
    "waive-requirement": {"candidate": company.ANN, "skills": ["it-management"], "reason": _SEALED},
    "screen-candidate": {"candidate": company.ANN, "outcome": "advance"},
    "assign-interviewer": {"candidate": company.ANN, "kind": "team", "interviewer": company.OTHER},
    "submit-scorecard": {"candidate": company.ANN, "scores": {"skill": 4}, "recommendation": "yes", "notes": _SEALED},
    "rank-candidates": {"ranking": [company.ANN]},
    "submit-offer": {"candidate": company.ANN, **company.terms()},
    "resubmit-offer": {"offer": "offer-1"},
    "extend-offer": {"offer": "offer-1"},
    "answer-offer": {"offer": "offer-1", "answer": "accept"},
    "rescind-offer": {"candidate": company.ANN, "reason": _SEALED},
    "step-back": {"candidate": company.ANN, "told_by": "phone"},
    "record-check": {"candidate": company.ANN, "check": "references", "result": "passed"},
    "decide-probation": {"candidate": company.ANN, "outcome": "confirm"},
    "freeze": {"reason": "because"},
    "unfreeze": {"reason": "because"},
    "decide-frozen-offer": {"offer": "offer-1", "choice": "keep"},
    "cancel-requisition": {"reason": "because", "withdraw_offers": True},
    "note-candidate-wanted": {"candidate": company.ANN, "case": "hiring-2"},
    "move-commitment": {"line": "it-people", "period": "2026", "target": "2027", "decision": "carry"},
    "request-limit": authority.wish(),
    "revoke-limit": {"person": company.LEAD, "category": "hiring", "currency": "THB", "unit": "it", "reason": "x"},
    "amend-limit": {"up_to": "900000 THB"},
    "resubmit-limit": {},
    "draft-description": jobs.wish(),
    "revise-description": {"description": jobs.OLDER, "purpose": "Helps"},
    "submit-description": {},
    "amend-description": {"purpose": "Helps"},
    "resubmit-description": {},
    "confirm-description": {},
    "retire-description": {"reason": "because"},
    "note-superseded": {"case": "jd-2", "version": 2},
    "attach": {"name": "a.csv", "size": 3, "media_type": "text/csv", "sha256": "0a" * 32},
    "comment": {"text": "a word"},
    "withdraw": {"reason": "because"},
    "hold": {"reason": "because"},
    "resume": {"reason": "because"},
    "hand-over": {"to": COLLEAGUE, "reason": "because"},
    "retry": {},
}


def payloads(found: Situation, name: str) -> list[dict[str, Any]]:
    """What makes sense to send: about each open task, or each deadline, or the one candidate and offer there is."""
    if name in _OF_TASK:
        return [{"task": task, **_OF_TASK[name]} for task in found.case.tasks or ("no-such-task",)]
    if name == "deadline":
        dues = [{"kind": d.kind, "key": d.key, "at": d.at.isoformat()} for d in found.case.deadlines]
        return dues or [{"kind": "task", "key": "none", "at": found.facts.now.isoformat()}]
    if name == "note-recorded":
        asked = found.state.recording.asked if hasattr(found.state, "recording") else {}
        return [{"position": 7, "about": about} for about in asked or ("",)]
    return [dict(_OF_CASE[name])]

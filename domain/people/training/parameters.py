"""What training reads from the policy: days, amounts, names of roles."""

from domain.kernel.parameters import Parameters
from domain.organisation.policy_needs import Parameter

DEFAULTS: dict[str, Parameter] = {
    "plan_days": 5,
    "book_days": 5,
    "wait_days": 60,
    "attendance_days": 5,
    "assess_days": 10,
    "effect_days": 90,
    "review_days": 10,
    "repayment_over": "30000 THB",
    "repayment_months": 12,
    "role_coordinator": "training-coordinator",
    "role_hr": "hr-partner",
}
PARAMETERS = Parameters("training", DEFAULTS)

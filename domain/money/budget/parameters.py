"""What budgets read from their policy: days, limits of variance, and the names of roles."""

from domain.kernel.parameters import Parameters
from domain.organisation.policy_needs import Parameter

PARAMETERS: dict[str, Parameter] = {
    "role_owner": "budget-owner",
    "role_controller": "finance-controller",
    "transfer_days": 5,
    "close_day": 5,
    "forecast_day": 7,
    "variance_day": 8,
    "variance_percent": "10",
    "variance_amount": "50000",
    "year_end_day": 10,
    "close_year_days": 20,
}
"""`close_day`, `forecast_day` and `variance_day` are days of the following month, `year_end_day` of January.
`variance_percent` and `variance_amount` (in the line's currency) must both be exceeded (BUD-10). The other days are
working days."""
OF_POLICY = Parameters("budget", PARAMETERS)

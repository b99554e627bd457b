"""How many examples Hypothesis tries: a few in `make test`, ten times as many with `--hypothesis-profile thorough`."""

from hypothesis import HealthCheck, settings

FEW = 30
BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
"""A busy machine is not a failure."""
for _profile, _number in (("few", FEW), ("thorough", 10 * FEW)):
    settings.register_profile(_profile, settings.default, max_examples=_number, **BUSY)
settings.load_profile("few")


def examples(number: int) -> int:
    """For a test that needs more of them, or fewer, than others: so many in `make test`."""
    return number * settings.default.max_examples // FEW

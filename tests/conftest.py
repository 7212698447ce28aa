"""How many examples are drawn: few and always the same ones, or thousands (`make deep`)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

# A difference between engine and judge takes minutes to shrink: the quick run tells it as drawn, the deep one small.
_QUICK = [Phase.explicit, Phase.generate]

settings.register_profile(
    "ci", derandomize=True, database=None, max_examples=5, deadline=None, phases=_QUICK, suppress_health_check=_SLOW
)
settings.register_profile("deep", max_examples=2_000, deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.load_profile(os.environ.get("HGPLAN_EXAMPLES", "ci"))

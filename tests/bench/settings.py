"""Production-like settings of the benchmark: the local ones with the empty view beside the house's addresses."""

from yantar.config.settings.local import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
PUBLIC_RATE = "1000000000/minute"
RATING_LIMITS = (1_000_000_000, 1_000_000_000)
DEBUG = False

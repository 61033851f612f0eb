"""Production-like settings of the benchmark: the local ones with the empty view beside the house's addresses."""

from yantar.config.settings.local import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
PUBLIC_RATE = "1000000000/minute"
DEBUG = False

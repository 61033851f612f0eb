"""`python -m yantar.cli`: the same as the `yantar` command."""

from .main import run

run()

"""In whose name the ground of a journey is laid."""

from yantar.core.actions import System

BY = System("test")

"""Scheduled and long work on what citizens say. Every process reads this at its start."""

from __future__ import annotations

from . import appeal_tasks, personal_tasks, rating_tasks

__all__ = ["appeal_tasks", "personal_tasks", "rating_tasks"]

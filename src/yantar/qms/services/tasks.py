"""Background work about processes. Every process of the system reads this at its start."""

from __future__ import annotations

from yantar.core import exchanges

from . import exchange, work

__all__ = ["work"]

exchanges.offer(
    exchanges.Exchange(
        name="processes",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)

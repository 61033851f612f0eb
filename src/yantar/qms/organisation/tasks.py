"""Background work of the organisation. Every process reads this at its start."""

from __future__ import annotations

from yantar.core import exchanges

from . import exchange

exchanges.offer(
    exchanges.Exchange(
        name="organisation",
        permission=exchange.PERMISSION,
        specs=exchange.SPECS,
        dry_run=exchange.dry_run,
        apply=exchange.apply,
        export=exchange.export,
        template=exchange.template,
    )
)

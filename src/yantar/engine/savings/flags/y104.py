"""Y104: one need in small pieces. Several direct awards of one buyer to one supplier, each just within the limit for small purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import wide
from .examined import examined
from .priced import money_text
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Direct awards within the limit, in its currency, one row an award. `value`: sum of those close to the limit within the days.

    Flagged: an award close to the limit that lies in some run of the days with enough of its like that together pass the limit.
    """
    import ibis

    p = ground.held(thresholds, "method", "buyer_id", "published_on", limit="limit", near="near", days="days", least="awards")
    p = p.filter(p.method.isin(ground.common.direct) & (p.buyer_id != "")).drop("method")
    a = ground.tables.awards
    a = a.filter(a.status.isin(ground.common.award_active) & (a.amount > 0) & (a.supplier_id != "") & (a.currency == "RUB"))
    rows = a.select("procedure_id", "award_id", "supplier_id", "amount", "currency", "awarded_on").inner_join(p, "procedure_id")
    rows = rows.mutate(day=rows.awarded_on.fill_null(rows.published_on))
    rows = rows.filter(rows.day.notnull() & (rows.amount <= rows["limit"]))
    close = rows.filter(wide(rows.amount) * 100 >= wide(rows["limit"]) * rows.near)
    # A run is the days up to an award of it; whoever lies in a run that is enough is flagged.
    start = close.select(
        "buyer_id", "supplier_id", "days", "limit", "least", end=close.day, end_procedure=close.procedure_id, end_award=close.award_id
    )
    member = close.select("buyer_id", "supplier_id", "procedure_id", "award_id", "amount", "day")
    pairs = start.inner_join(member, ["buyer_id", "supplier_id"])
    gap = pairs.end.delta(pairs.day, unit="day")
    pairs = pairs.filter((gap >= 0) & (gap < pairs.days))
    run = ("end_procedure", "end_award")
    runs = pairs.group_by(*run).aggregate(n=pairs.count(), total=pairs.amount.sum(), limit=pairs["limit"].max(), least=pairs.least.max())
    runs = runs.filter((runs.n >= runs.least) & (runs.total > runs["limit"]))
    found = pairs.select(*run, "procedure_id", "award_id").inner_join(runs.select(*run, "total"), list(run))
    found = found.group_by("procedure_id", "award_id").aggregate(total=found.total.max())
    rows = rows.left_join(found, ["procedure_id", "award_id"])
    rows = rows.group_by("procedure_id", "supplier_id").aggregate(total=rows.total.max(), limit=rows["limit"].max(), currency=rows.currency.max())
    return examined(
        rows,
        subject=rows.supplier_id,
        kind="supplier",
        flagged=rows.total.notnull(),
        value=money_text(rows.total.fill_null(ibis.literal(0, "decimal(38, 2)")).cast("decimal(38, 2)"), rows.currency),
        threshold=money_text(rows["limit"], rows.currency),
    )


RULE = Rule("Y104", examine)

"""What would make an indicator whole: rows that only lack something, and what has to be done anew."""

from services.indicators.phrases import number
from services.indicators.promise import lower
from services.indicators.telling import wanted

# Failed conditions that can still be mended on the row itself; a number of participants can't.
MENDABLE = ("state", "papers", "approved", "key", "value", "system_no", "ledger_complete", "home_survey_done", "has")
SHOWN = 3


def can_be_mended(row):
    """Whether everything that the row lacks can still be added to it."""
    return (
        not row.counts
        and row.state not in ("returned", "refused", "withdrawn")
        and all(code in MENDABLE for code in row.codes)
    )


def acts(measured, rows):
    """(acts, result) for the mend list: numbered acts with their gain, person and address, then what it comes to."""
    if measured.shortfall in (None, 0) or measured.promise.is_ratio:
        return [], ""
    rows = [row for row in rows if can_be_mended(row)]
    waiting, lacking = [row for row in rows if row.is_pending], [row for row in rows if not row.is_pending]
    each = measured.promise.count.how in ("rows", "distinct") and not measured.promise.is_grid
    made = [
        {
            "text": f"{row.title} {row.day:%m-%d}：{'，'.join(row.reasons)}，须补齐",
            "gain": "+1" if each else "",
            "who": row.who,
            "row": row,
        }
        for row in lacking[:SHOWN]
    ]
    if waiting:
        made.append(
            {
                "text": f"{len(waiting)} 条记录{waiting[0].reasons[0]}",
                "gain": f"+{len(waiting)}" if each else "",
                "who": waiting[0].mender,
            }
        )
    if len(lacking) > SHOWN:
        made.append({"text": f"另有 {len(lacking) - SHOWN} 条可补，见“不计入”"})
    gain = len(rows) if each else 0
    need, where = wanted(measured)
    left = measured.shortfall - gain
    if need and left > 0:
        made.append(
            {"text": f"{'再' if made else ''}新办 {number(left)} {measured.unit}" + (f"，{where}" if where else "")}
        )
    result = ""
    if each and rows and measured.target:
        after = measured.value + gain + max(left, 0)
        result = f"{number(after)} / {number(lower(measured.target))} {measured.unit}"
    return made, result

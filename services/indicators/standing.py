"""A contract's table for pages that only read, measured again only after something that counts has changed.

The database itself keeps the number of changes (0002_seal: a trigger on every table that counts, at commit). A table that was
measured under a number says what stands for as long as the number stays: it is exact, not a few seconds old. Tables of which
that can't be said (working days, ages, scores) are measured each time.
"""

from collections import OrderedDict
from threading import Lock

from django.db import connection

from services.indicators.measure import measure_contract
from services.models import Measurement

MOST = 128
_lock, _kept = Lock(), OrderedDict()


def table_of(contract, *, on):
    """The contract's Table as of the day, the same that measure_contract returns now.

    Only for a page's own outermost, reading transaction: what a transaction has written itself is not counted as a change
    before it commits, so inside another one it is measured.
    """
    if connection.savepoint_ids or not connection.in_atomic_block:
        return measure_contract(contract, on=on)
    # Read before measuring: a change that commits meanwhile is in the numbers already, and brings another number next time.
    changes = Measurement.objects.filter(contract=contract).values_list("pk", "changes").first()
    if changes is None:
        return measure_contract(contract, on=on)
    areas = tuple(contract.contractareas.order_by("sort", "id").values_list("area_id", "area__name"))
    key = (connection.settings_dict["NAME"], *changes, on, areas, _terms(contract))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    table = measure_contract(contract, on=on)
    if table.is_lasting:
        with _lock:
            _kept[key] = table
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return table


def _terms(contract):
    """What of the contract itself the numbers depend on."""
    return repr((contract.starts_on, contract.ends_on, contract.parameters, contract.terms))


def forget():
    """Empty the memory."""
    with _lock:
        _kept.clear()

"""How a contract's amount falls into instalments, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def money(value):
    """The one place where money is rounded: to the cent, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def instalments(total, terms):
    """The amount of each instalment: `terms` are (share, stated amount or None) in order; they add up to `total` exactly.

    A stated amount stands as the contract has it. The others are their share of the total, to the cent; the last of them
    takes what rounding left. Raises ValueError, in Chinese, when the schedule can't add up (shares must make 100 %, A-36).
    """
    if not terms:
        return []
    shares = sum((share for share, _ in terms), Decimal(0))
    if shares != 1:
        raise ValueError(f"各期比例合计 {shares * 100:f}%，应为 100%")
    amounts = [money(total * share) if stated is None else stated for share, stated in terms]
    open_terms = [place for place, (_, stated) in enumerate(terms) if stated is None]
    if open_terms:
        amounts[open_terms[-1]] += total - sum(amounts)
    if sum(amounts) != total:
        raise ValueError(f"各期金额合计 {sum(amounts):,} 元，应为合同价款 {total:,} 元")
    if any(amount <= 0 for amount in amounts):
        raise ValueError("有一期金额不足 1 分，合同价款太小，分不成这么多期")
    return amounts

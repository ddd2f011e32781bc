"""What a household's file still lacks, for tests to look at."""

from datetime import date

from caseload import queries
from caseload.rules import completeness


def lacking(household, on=date(2024, 6, 3)):
    """The labels of what the categories ask for and the ledger doesn't hold."""
    return [item.label for item in completeness.missing(queries.items_of(household, on=on)) if item.by_category]


def told(household, on=date(2024, 6, 3)):
    """Everything that the file lacks, in words."""
    return [item.told for item in completeness.missing(queries.items_of(household, on=on))]

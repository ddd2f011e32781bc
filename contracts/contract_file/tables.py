"""Which section of a contract file stands in which table; loading and export read the same list."""

from dataclasses import dataclass, field

from contracts.models import Deadline, OpenReading, PaymentTerm, PenaltyRule, Phase, PriceLine, RequiredDocument


@dataclass(frozen=True)
class Table:
    """A list section: its model, the field that names an entry, and fields whose name differs between file and table."""

    section: str
    model: type
    key: str
    renamed: dict = field(default_factory=dict)

    @property
    def is_sorted(self):
        """Whether the table keeps the file's order in a field of its own; the others are ordered by their number."""
        return any(spec.name == "sort" for spec in self.model._meta.get_fields())


TABLES = (
    Table("price_lines", PriceLine, "no"),
    Table("phases", Phase, "title"),
    Table("payment_terms", PaymentTerm, "no"),
    Table("deadlines", Deadline, "code", {"before": "is_before"}),
    Table("penalties", PenaltyRule, "code"),
    Table("required_documents", RequiredDocument, "kind", {"result": "is_result"}),
    Table("readings", OpenReading, "code"),
)
# Said in the file for the reader's sake, computed from the amount, kept nowhere.
COMPUTED = {"amount_in_words"}
CONTRACT_FIELDS = (
    "code",
    "lot",
    "title",
    "short_title",
    "state",
    "amount",
    "signed_on",
    "starts_on",
    "ends_on",
    "delivery_deadline",
)
PROCUREMENT_FIELDS = ("title", "method", "awarded_on", "legal_basis")
# What the file says of a party beside its names.
PARTY_FIELDS = ("called", "nature", "copies")

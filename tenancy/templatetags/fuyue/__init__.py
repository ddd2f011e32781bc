"""Template tags and filters of every page, registered as a builtin: display only, no query, no decision. docs/components.md lists them."""

from tenancy.templatetags.fuyue import audit_words, blocks, figures, formats, forms, links, marks  # noqa: F401  (each registers its tags)
from tenancy.templatetags.fuyue.library import register

__all__ = ["register"]

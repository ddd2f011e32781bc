"""docs/contract-file.md names every field that a file may hold, with its type, and no field that it may not."""

import re

from django.conf import settings

from contracts.contract_file import FILE
from contracts.contract_file.shape import FAMILIES

PAGE = settings.BASE_DIR / "docs" / "contract-file.md"
BESIDE = {"clause", "clause_text", "source"}


def named(fields, prefix=""):
    """The paths of a section's fields, two levels deep, without the three that go with every rule."""
    for name, spec in fields.items():
        if name not in BESIDE:
            yield f"{prefix}{name}"
            if spec.fields and not prefix:
                yield from named(spec.fields, f"{name}.")


def test_the_page_names_every_section_and_field_and_no_other():
    told = {}
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        told[title] = set(re.findall(r"^\| `([\w.]+)` \|", body, flags=re.MULTILINE))
    wanted = {
        name: set(named(spec.fields)) if name != "labels" else set()
        for name, spec in FILE.fields.items()
        if name != "format"
    }
    assert told == wanted


def test_the_page_names_every_family_of_labels():
    page = PAGE.read_text(encoding="utf-8")
    assert [family for family in FAMILIES if f"`{family}`" not in page] == []

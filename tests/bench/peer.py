"""The same list taken in by django-import-export, into one plain table without rules: what a peer does with the same file."""

from django.db import models
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from tests.bench.ledger import HEADER


class Row(models.Model):
    """A line of the list, one column each."""

    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 = (models.TextField() for _ in HEADER)

    class Meta:
        app_label = "caseload"  # any installed one; the table is made by tests.bench.ledger
        managed = False
        db_table = "bench_peer"


class RowResource(resources.ModelResource):
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 = (
        fields.Field(attribute=f"c{number}", column_name=title) for number, title in enumerate(HEADER)
    )

    class Meta:
        model = Row
        import_id_fields = ["c3"]


def take(content):
    """Read and save the list; an error of any row ends the bench."""
    data = XLSX().create_dataset(content)
    RowResource().import_data(data, raise_errors=True)

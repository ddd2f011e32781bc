"""Sheets and what was handed in with them, as one PDF with running page numbers and bookmarks."""

from caseload.casefile.attached import made_ready
from caseload.rules import cases as rules
from documents.render import pdf, scans

ONE, WHOLE = "caseload/case_sheet_print.html", "caseload/case_file_print.html"


def context_of(case, *, by, at):
    """What the head and foot of the sheets and the cover say."""
    return {
        "case": case,
        "name": case.person.name.reveal(),
        "state": rules.STATE_LABELS[case.state],
        "tenant": by.tenant,
        "demo": by.tenant.is_demo,
        "by": by,
        "at": at,
    }


def bind(template, context, sheets, *, note=lambda: None):
    """The bytes of the PDF. `note` is called after each file that was read, once laid out and once written.

    A file without scanned papers is archival; scans bring fonts and colours of their own.
    """
    with made_ready(sheets, note) as (images, read):
        paper = pdf.layout(template, {**context, "sheets": sheets}, images=images, archival=not read)
        note()
        content = paper.write()
        if read:
            places = paper.places()
            laid = [
                (places[anchor], read[one.key], part - 1)
                for sheet in sheets
                for one in sheet.scans
                for anchor, part in one.parts
            ]
            content = scans.lay(content, laid)
        note()
    return content

"""The evidence pack of a round: one archive in the order of the scheme, the same bytes from the same facts and files."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field

from caseload.queries.samples import people_named
from caseload.rules.scrubbing import scrub
from documents.actions.files import open_file
from documents.render import pdf
from documents.render.workbook import Column, Sheet, write
from evaluations.queries import packs, rounds
from evaluations.queries import samples as samples
from evaluations.reporting.stories import story_of
from evaluations.rules import packs as rules
from evaluations.rules.sheets import shown_facts
from services.models import Attendance
from tenancy.clock import SHANGHAI

LEFT_OUT = "含照片或可能的个人信息，未收入；需要时请向甲方调阅"
NOT_MADE = "文件还没有生成，未收入"
# Parts of a report's figures that name the agency's own people or the contract, not served persons.
NOT_PERSONAL = {"contract", "signers", "photos"}


@dataclass
class Entry:
    """One file of the archive: where it lies, what it is, to which item it belongs, and its bytes."""

    path: str
    title: str
    item: str = ""
    facts: str = ""
    content: bytes = b""

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Gathered:
    """Everything that goes into a pack, read while the tenant was open; nothing of it is looked up again afterwards."""

    round: object
    contract: object
    scheme: object
    facts: dict
    digest: str
    frozen_at: object
    draw: object
    folders: dict
    lying: dict
    others: list
    stories: dict
    reports: list = field(default_factory=list)
    demo: bool = False

    @property
    def steps(self):
        """How many files are made."""
        return len(self.scheme.items) + len(self.stories) + 2


def gathered(round):
    """Read what the pack of a round is made of."""
    scheme, draw = rounds.scheme_of(round), samples.current_draw(round)
    files = list(samples.files_of(draw).select_related(*samples.BESIDE)) if draw else []
    named, called = (samples.other_names(draw), samples.titles()) if draw else ({}, {})
    lying, others = rules.places(packs.item_kinds(round), [(str(row), row.kind) for row in files])
    return Gathered(
        round=round, contract=round.contract, scheme=scheme, facts=round.facts.data, digest=round.facts.digest, frozen_at=round.facts.frozen_at, draw=draw,
        folders=rules.folders([(item.code, item.title) for item in scheme.items]), lying=lying, others=others,
        stories={str(row): story_of(row, on=round.cutoff_on, named=named, called=called) for row in files},
        reports=[_report(row) for row in packs.monthly_reports(round)], demo=round.tenant.is_demo,
    )  # fmt: skip


def _report(row):
    """(month, the PDF's bytes or None, why it is left out)."""
    if row.pdf is None or not row.pdf.path:
        return row.month, None, NOT_MADE
    if not names_nobody(row.snapshot.data):
        return row.month, None, LEFT_OUT
    with open_file(row.pdf) as content:
        return row.month, content.read(), ""


def names_nobody(figures):
    """Whether a report shows no photo, and no text of it has anything that would be hidden from an evaluator."""
    if figures.get("photos"):
        return False
    text = "\n".join(_texts({name: part for name, part in figures.items() if name not in NOT_PERSONAL}))
    return scrub(text, people_named(text, besides=[Attendance.objects.all()])) == scrub(text, ()) == text


def _texts(value):
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


# --- making -------------------------------------------------------------------------------------------------------
def made(pack, note=lambda: None):
    """The bytes of the archive. `note` is called after each file that was made."""
    entries = []
    told = {number: pdf.render("evaluations/papers/sample.html", _context(pack, story=story)) for number, story in _noted(pack.stories, note)}  # fmt: skip
    for dimension in pack.scheme.dimensions:
        for item in dimension.items:
            entries += _item(pack, dimension, item, told)
            note()
    entries += [
        Entry(f"{rules.OTHERS}/{number}.pdf", _sample_title(pack, number), content=told[number])
        for number in pack.others
    ]
    entries += [Entry(f"{rules.REPORTS}/{month:%Y-%m} 月报.pdf", f"{month:%Y年}{month.month}月月报", content=content) for month, content, _ in pack.reports if content]  # fmt: skip
    return _zipped(pack, [*_index(pack, entries, note), *entries])


def _noted(stories, note):
    for number, story in stories.items():
        yield number, story
        note()


def _item(pack, dimension, item, told):
    folder, facts = pack.folders[item.code], shown_facts(item, pack.facts)
    context = _context(
        pack, item=item, dimension=dimension, facts=facts, samples=[pack.stories[number] for number in pack.lying[item.code]],
        late=pack.facts.get("reports", {}) if item.source == "late_reports" else {},
    )  # fmt: skip
    made = Entry(
        f"{folder}/事实.pdf", "事实", item.code, "；".join(f"{fact['title']}：{fact['told']}" for fact in facts)
    )
    made.content = pdf.render("evaluations/papers/item.html", context)
    own = [Entry(f"{folder}/样本 {number}.pdf", _sample_title(pack, number), item.code, content=told[number]) for number in pack.lying[item.code]]  # fmt: skip
    return [made, *own]


def _sample_title(pack, number):
    return f"样本 {number} {pack.stories[number].title}"


def _context(pack, **more):
    return {
        "round": pack.round, "contract": pack.contract, "scheme": pack.scheme, "digest": pack.digest, "frozen_at": pack.frozen_at, "cutoff": pack.round.cutoff_on,
        "draw": pack.draw, "demo": pack.demo, **more,
    }  # fmt: skip


def _index(pack, entries, note):
    """The index as PDF and Excel, and the sums of all files as `sha256sum -c` reads them."""
    left_out = [(f"{month:%Y年}{month.month}月月报", why) for month, content, why in pack.reports if content is None]
    titles = {item.code: item.title for item in pack.scheme.items}
    context = _context(pack, entries=entries, left_out=left_out, titles=titles)
    made = [Entry(f"{rules.INDEX}/目录.pdf", "目录", content=pdf.render("evaluations/papers/index.html", context))]
    note()
    made.append(Entry(f"{rules.INDEX}/目录.xlsx", "目录", content=_workbook(pack, entries, left_out, titles)))
    note()
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in [*made, *entries])
    return [*made, Entry(f"{rules.INDEX}/SHA256SUMS.txt", "校验值", content=sums.encode())]


def _workbook(pack, entries, left_out, titles):
    columns = [
        Column("评分项", width=22),
        Column("文件", width=40),
        Column("内容", width=24),
        Column("事实", width=56),
        Column("SHA-256", width=68),
    ]
    rows = [
        [f"{one.item} {titles[one.item]}" if one.item else "", one.path, one.title, one.facts, one.sha256]
        for one in entries
    ]
    rows += [["", "未收入", title, why, ""] for title, why in left_out]
    notes = [f"{pack.contract.title}；事实截至 {pack.round.cutoff_on}", f"事实摘要 SHA-256 {pack.digest}"]
    title = f"{pack.round} 证据包目录"
    sheet = Sheet("目录", columns, rows, title=title, notes=notes)
    return write([sheet], title=title, author="扶约", created=pack.frozen_at, demo=pack.demo)


def _zipped(pack, entries):
    moment, target = pack.frozen_at.astimezone(SHANGHAI).timetuple()[:6], io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in entries:
            told = zipfile.ZipInfo(one.path, moment)
            told.create_system, told.external_attr, told.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(told, one.content)
    return target.getvalue()

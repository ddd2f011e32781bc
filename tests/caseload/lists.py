"""Workbooks as agencies upload them."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tests.caseload.people import id_number

HEADER = [
    "户编号",
    "社区（村）",
    "姓名",
    "身份证号",
    "联系电话",
    "与户主关系",
    "类别",
    "住址",
    "就业状况",
    "文化程度",
    "享受保障情况",
    "帮扶需求",
]


def row(
    number="",
    community="柳林一社区",
    name="许星河",
    identity=None,
    phone="13800000001",
    relation="户主",
    category="城市低保",
    **known,
):
    identity = id_number(serial=known.get("serial", 1)) if identity is None else identity
    return [
        number,
        community,
        name,
        identity,
        phone,
        relation,
        category,
        known.get("address", "3 号楼"),
        "无业",
        "初中",
        "低保金",
        known.get("needs", "就业"),
    ]


def workbook(rows, header=HEADER, title=None, name="名单.xlsx"):
    """An uploaded xlsx with a header row, under a title row when one is given."""
    book = Workbook()
    sheet = book.active
    for cells in [*([[title]] if title else []), header, *rows]:
        sheet.append(cells)
    return upload(book, name)


def upload(book, name="名单.xlsx"):
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile(
        name, content.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )


def many(count):
    """`count` families of one person each, all different."""
    return [
        row(name="许星河", serial=at % 500, identity=id_number(date(1940 + at // 500, 1, 1), at % 500))
        for at in range(count)
    ]

"""No natural person, telephone, bank account or mailbox of the published contract stands anywhere in the repository.

The strings are known here only by their length and SHA-256.
"""

import hashlib
import re
from pathlib import Path

import pytest

from tests.house import committed_files

NAMES = {
    3: {
        "1be0284e871e67f5937a29a9f407639ed70ee0b878a7e83d8ad81e6539369b1d",
        "f33307e71cac35b1486a228a630f86da20967b784558a3b3b33396849a03ae05",
        "e6ff91f0587e126dec72b894379cc31e847aff1158ba45402153beeec5994cfc",
        "f57195c736be9ec3128886752edb423a4f57cb5572ecf66de49e90000afcb0d1",
    }
}
NUMBERS = {
    18: {"023f5f363845a729264d89bc9ce4c28de2f772b24cdfe00cfa6407fcc29c2925"},
    12: {"ec3d23d129af0ee00e5bc32c5d12324f843d1d191279d222ea487b1fd5c6fe5c"},
    8: {
        "eb98d5071aae6cf8391f6997895993abb0d81e4733faa72b0a65abb6418763e8",
        "14cfd4dbe881526645dee7a6cc944c6855c0ee80c0cf48eb3fcddce9f1aef856",
    },
}
MAILBOXES = {16: {"84425cbcbe15afb74f3e75f0c69df9b08626e73bea21a0e8920bbb3577662219"}}
HAN, DIGITS, MAIL = re.compile("[一-鿿]{3,}"), re.compile(r"\d[\d \-]{6,}\d"), re.compile(r"[\w.]+@[\w.]+")
BINARY = {".png", ".jpg", ".jpeg", ".woff2", ".ttf", ".xlsx", ".pdf", ".ico", ".zip"}


def found(text):
    """What of the forbidden stands in a text, as digests."""
    runs = [
        (NAMES, HAN.findall(text)),
        (NUMBERS, [re.sub(r"[ \-]", "", run) for run in DIGITS.findall(text)]),
        (MAILBOXES, MAIL.findall(text)),
    ]
    grams = {
        (id(table), length, run[start : start + length])
        for table, texts in runs
        for run in texts
        for length in table
        for start in range(len(run) - length + 1)
    }
    tables = {id(table): table for table, _ in runs}
    return [
        digest
        for table, length, gram in grams
        if (digest := hashlib.sha256(gram.encode()).hexdigest()) in tables[table][length]
    ]


def texts():
    library = Path(__file__).resolve().parents[2] / "contracts" / "library"
    for path in sorted({*committed_files(), *library.glob("*.yaml")}):
        if path.is_file() and path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def test_no_person_number_or_mailbox_of_the_contract_is_in_the_repository():
    assert [str(path) for path, text in texts() if found(text)] == []


@pytest.mark.parametrize(
    ("table", "secret", "text"),
    [
        (NAMES, "许星河", "负责人许星河同志"),
        (NUMBERS, "6212345678901234", "账 号: 6212 3456 7890 1234"),
        (NUMBERS, "69887766", "电话: 010-69887766"),
        (MAILBOXES, "someone@example.cn", "发送至邮箱 someone@example.cn，"),
    ],
)
def test_the_search_finds_what_it_looks_for(monkeypatch, table, secret, text):
    digest = hashlib.sha256(secret.encode()).hexdigest()
    monkeypatch.setitem(table, len(secret), {digest})
    assert found(text) == [digest]
    assert found(text.replace(secret[-1], "")) == []

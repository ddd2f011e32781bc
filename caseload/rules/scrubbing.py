"""Takes out of a text what tells whose it is: the known values of a household's people, and what looks like such a value.

A rule of best effort for readers outside the casework (evaluators). Too much is taken out rather than too little; the names of
people whom nobody registered can't be known and are found only beside a word that announces a name (联系人：…).
"""

import re
import unicodedata
from dataclasses import dataclass

from caseload.rules.people import surname_of

# What follows a surname when somebody is spoken of without the given name, and what precedes it.
CALLED = "女士|先生|小姐|同学|小朋友|大爷|大妈|大娘|大叔|大姐|大哥|奶奶|爷爷|阿姨|叔叔|婆婆|老师|师傅|老人|家|某某|某"
BEFORE = "小|老|阿"
# 老白 is a person, 老白村 is a place.
_NO_PLACE = r"(?![\u4e00-\u9fff]?(?:区|县|市|街道|社区|村))"
_GAP = r"[\s·\-—_,，.]*"


@dataclass(frozen=True)
class Known:
    """What is known of one person, or of the household: the token that stands for it, and the values."""

    token: str
    names: tuple = ()
    numbers: tuple = ()
    addresses: tuple = ()
    places: tuple = ()


PATTERNS = [
    ("【证件号】", r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"),
    ("【证件号】", r"(?<!\d)\d{6}\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}(?!\d)"),
    ("【账号】", r"(?<!\d)\d{4}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?!\d)"),
    ("【电话】", r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)"),
    ("【电话】", r"(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)"),
    ("【邮箱】", r"[A-Za-z0-9_.+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"),
    ("【微信】", r"(?P<keep>微信)(?:号|：|:|\s)*[A-Za-z][A-Za-z0-9_\-]{4,}"),
    ("【QQ】", r"(?P<keep>QQ)(?:号|：|:|\s)*\d{5,11}"),
    ("【住址】", r"[\u4e00-\u9fff]{0,10}?(?:路|街|巷|胡同|大道|弄)\s*\d+\s*号(?:院)?(?:\s*\d+\s*(?:号楼|栋|幢|单元|层|室|号))*"),
    ("【住址】", r"\d+\s*(?:号楼|栋|幢)(?:\s*\d+\s*单元)?(?:\s*\d{1,4}\s*(?:室|号|房)?)?"),
    ("【住址】", r"\d+\s*单元\s*\d{1,4}\s*(?:室|号|房)?"),
    ("【学校】", r"(?P<keep>(?:^|[，。；：、\s])(?:就读于|就读|[在到去回从于读是入上])?|[在于读到去是从入回上])[\u4e00-\u9fff]{2,12}?(?:小学|中学|幼儿园|学校)"),
    ("【姓名】", r"(?P<keep>姓名|联系人|监护人)[：:为是\s]+[\u4e00-\u9fff·]{2,4}"),
]  # fmt: skip
_PATTERNS = [(token, re.compile(pattern)) for token, pattern in PATTERNS]


def _plain(text):
    """Full-width digits and letters become plain ones; nothing else of the text changes its place."""
    return "".join(unicodedata.normalize("NFKC", letter) if ("！" <= letter <= "～" and letter.isalnum()) or "０" <= letter <= "９" else letter for letter in text)  # fmt: skip


def _spaced(value):
    """A pattern for a value whose signs may be set apart: 白 露 华, 138 0000 1234."""
    return _GAP.join(re.escape(letter) for letter in value if not letter.isspace())


def _numbers(known):
    for value in known.numbers:
        plain = re.sub(r"\D", "", value[:-1]) + value[-1:]
        token = "【证件号】" if len(plain) in (15, 18) else "【电话】"
        if len(plain) >= 5:
            yield len(plain), _spaced(plain), token
        # The tail that people write instead of the whole (尾号1234).
        if len(plain) >= 8:
            yield 4, rf"(?P<keep>尾号){_GAP}{re.escape(plain[-4:])}", token


def _names(known):
    for name in known.names:
        surname = surname_of(name)
        given = name[len(surname) :]
        family, last = re.escape(surname), re.escape(given[-1:])
        yield len(name), _spaced(name), known.token
        if len(given) >= 2:
            yield len(given), _spaced(given), known.token
        yield 1, rf"(?:{BEFORE}){family}{_NO_PLACE}|{family}(?:{CALLED})", known.token
        if last:
            yield 1, rf"(?:{BEFORE}){last}{_NO_PLACE}|{last}{last}", known.token


def _addresses(known):
    for address in known.addresses:
        yield len(address), _spaced(address), "【住址】"
        for part in re.findall(r"[\u4e00-\u9fff]*\d+(?:号楼|栋|幢|单元|室|号|弄)?", address):
            if re.search(r"[\u4e00-\u9fff]", part) or len(part) >= 3:
                yield len(part), _spaced(part), "【住址】"
    for place in known.places:
        if len(place) >= 2:
            yield len(place), _spaced(place), "【社区】"


def _put(pattern, token, text):
    """The token in place of each match; what the pattern names `keep` stays before it."""
    return pattern.sub(lambda match: match.groupdict().get("keep", "") + token, text)


def scrub(text, known):
    """The text without what is known of the people, and without what looks like a number, an address or a school.

    `known` is a list of Known. Longer values go first, so that a name inside an address is not cut out of it.
    """
    if not text:
        return text
    text = _plain(text)
    found = [line for one in known for line in (*_addresses(one), *_numbers(one), *_names(one))]
    for _, pattern, token in sorted(found, key=lambda line: -line[0]):
        text = _put(re.compile(pattern), token, text)
    for token, pattern in _PATTERNS:
        text = _put(pattern, token, text)
    return re.sub(r"((?:【[^】]+】))(?:\s*\1)+", r"\1", text)


HAN = "\u4e00-\u9fff"
# Most names have two to four characters; those with a middle dot (买买提·阿依古丽) any number.
_LENGTHS = (2, 3, 4)
_DOTTED = re.compile(rf"([{HAN}]{{1,8}})·([{HAN}]{{1,8}})")


def maybe_names(text):
    """Every piece of a text that could be somebody's full name; `text` as rules.people.normal_name leaves it."""
    found = set()
    for run in re.findall(rf"[{HAN}]+", text):
        found.update(run[start : start + length] for length in _LENGTHS for start in range(len(run) - length + 1))
    for left, right in _DOTTED.findall(text):
        found.update(f"{left[start:]}·{right[: end + 1]}" for start in range(len(left)) for end in range(len(right)))
    return found

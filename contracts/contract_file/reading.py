"""Reading a contract file: YAML into plain values, with the line of every one of them, and faults in plain Chinese."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.reader import ReaderError

LIMIT = 1024 * 1024
# What names an entry of a list in a path: price_lines[3].amount, indicators[MTG04-08].target.
NAMES = ("id", "code", "no", "kind", "title", "name", "post")


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a file: where, what, and how to mend it."""

    line: int
    path: str
    message: str
    mend: str = ""

    def __str__(self):
        place = f"第 {self.line} 行" + (f" {self.path}" if self.path else "")
        return f"{place}：{self.message}" + (f"。{self.mend}" if self.mend else "")


@dataclass
class Document:
    """A file that was read: its values as dicts, lists, str, int, Decimal, bool and date; where each stands; its faults."""

    text: str
    data: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    def fault(self, path, message, mend=""):
        """Note what is wrong at a path like ("price_lines", 2, "amount")."""
        self.faults.append(Fault(self.line(path), self.told(path), message, mend))

    def line(self, path):
        """The line of a path, or of what is nearest above it."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def told(self, path):
        """A path as people read it; entries of a list go by their own name."""
        told, value = "", self.data
        for step in path:
            value = _step(value, step)
            if isinstance(step, int):
                told += f"[{_name_of(value, step)}]"
            else:
                told += f".{step}" if told else str(step)
        return told

    def section(self, name, empty):
        """A top-level section if it has the right form, else an empty one, so that later checks can go on."""
        value = self.data.get(name)
        return value if isinstance(value, type(empty)) else empty


def _step(value, step):
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _name_of(entry, index):
    names = [entry[name] for name in NAMES if entry.get(name) not in (None, "")] if isinstance(entry, dict) else []
    return names[0] if names else index + 1


def read(text):
    """Read a file's text. Never raises: what stops the reading is a fault of the document."""
    document = Document(text)
    if len(text.encode()) > LIMIT:
        document.fault((), "文件超过 1 MB", "合同文件只写合同内容，附件另行上传")
        return document
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (MarkedYAMLError, ReaderError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        document.faults.append(
            Fault(mark.line + 1 if mark else 1, "", "读到这里读不下去", "核对缩进、冒号后的空格、括号和引号")
        )
        return document
    if not isinstance(node, MappingNode):
        document.fault((), "文件应由 contract、parties 等各节组成")
        return document
    document.data = _Reader(document).mapping(node, ())
    return document


class _Reader:
    """Turns YAML's nodes into plain values, and notes the line of each."""

    def __init__(self, document):
        self.document = document
        self.seen = set()

    def value(self, node, path):
        if isinstance(node, ScalarNode):
            return SCALARS.get(node.tag.rpartition(":")[2], str)(node.value)
        if id(node) in self.seen:  # an alias: a file of ten lines could unfold into millions
            self.document.fault(path, "用了 YAML 引用（*）", "同一内容请写两遍")
            return None
        self.seen.add(id(node))
        return self.mapping(node, path) if isinstance(node, MappingNode) else self.sequence(node, path)

    def mapping(self, node, path):
        plain = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in plain:
                self.document.faults.append(Fault(line, self.document.told((*path, key)), "同一项写了两次", "删去一处"))
                continue
            self.document.lines[(*path, key)] = line
            plain[key] = self.value(value_node, (*path, key))
        return plain

    def sequence(self, node, path):
        plain = []
        for index, entry in enumerate(node.value):
            self.document.lines[(*path, index)] = entry.start_mark.line + 1
            plain.append(self.value(entry, (*path, index)))
        return plain


def _scalar(convert):
    """A value of a type; what only looks like it (2024-13-45) stays text, and the check says that it is none."""

    def converted(text):
        try:
            return convert(text)
        except (ValueError, ArithmeticError):
            return text

    return converted


def _decimal(text):
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


# Money is exact: numbers with a point are Decimals.
SCALARS = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _scalar(int),
    "float": _scalar(_decimal),
    "timestamp": _scalar(date.fromisoformat),
}

"""Reading a contract file: YAML into plain values, with the line of every one of them, and faults in plain Chinese."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
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
        """Note what is wrong at a path like ("price_lines", 2, "amount"); a path that isn't there means its nearest parent."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        self.faults.append(Fault(self.lines.get(known, 1), self.told(path), message, mend))

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


class _Constructor(RoundTripConstructor):
    """Money is exact, and a key that stands twice is a fault instead of an end."""

    def construct_yaml_float(self, node):
        try:
            return Decimal(self.construct_scalar(node).replace("_", ""))
        except ArithmeticError:
            return self.construct_scalar(node)

    def construct_yaml_timestamp(self, node, values=None):
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:  # 2024-13-45: the check says that it is no date, and goes on
            return self.construct_scalar(node)

    def check_mapping_key(self, node, key_node, mapping, key, value):
        if key in mapping:
            self.loader.doubled.append((key_node.start_mark.line + 1, str(key)))
            return False
        return True


_Constructor.add_constructor("tag:yaml.org,2002:float", _Constructor.construct_yaml_float)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def read(text):
    """Read a file's text. Never raises: what stops the reading is a fault of the document."""
    document = Document(text)
    if len(text.encode()) > LIMIT:
        document.fault((), "文件超过 1 MB", "合同文件只写合同内容，附件另行上传")
        return document
    yaml = YAML()
    yaml.Constructor, yaml.doubled = _Constructor, []
    try:
        if any(isinstance(event, AliasEvent) for event in YAML().parse(text)):
            document.fault((), "用了 YAML 引用（*），同一内容请写两遍")
            return document
        tree = yaml.load(text)
    except (MarkedYAMLError, ReaderError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        document.faults.append(Fault(mark.line + 1 if mark else 1, "", "读到这里读不下去", "核对缩进、冒号后的空格、括号和引号"))
        return document
    document.faults += [Fault(line, key, "同一项写了两次", "删去一处") for line, key in yaml.doubled]
    if not isinstance(tree, CommentedMap):
        document.fault((), "文件应由 contract、parties 等各节组成")
        return document
    document.data = _plain(tree, (), document.lines)
    return document


def _plain(value: Any, path, lines):
    if isinstance(value, CommentedMap):
        plain = {}
        for key, entry in value.items():
            lines[(*path, key)] = value.lc.key(key)[0] + 1
            plain[key] = _plain(entry, (*path, key), lines)
        return plain
    if isinstance(value, CommentedSeq):
        plain = []
        for index, entry in enumerate(value):
            lines[(*path, index)] = value.lc.item(index)[0] + 1
            plain.append(_plain(entry, (*path, index), lines))
        return plain
    if isinstance(value, bool | Decimal | date) or value is None:
        return value
    return int(value) if isinstance(value, int) else str(value)

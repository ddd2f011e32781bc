"""What of the library's contracts is counted from records, and what people have to judge.

manage.py indicator_coverage [--json] [FILE …]

An indicator is judged by hand when its file says `force: soft`: the clause gives neither a number nor a threshold, so what is
counted is shown and people decide. Every other one is computed; the file is checked whole first, as on loading, and the
faults of a file that could not be loaded are told instead of a number.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import contract_file

LIBRARY = settings.BASE_DIR / "contracts" / "library"


class Command(BaseCommand):
    help = "合同文件库中各合同的指标：几项由记录计量，几项由人评定"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="*", type=Path, help="合同文件；不写则为文件库中的全部")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *, file, **options):
        rows = sorted((coverage(path) for path in file or LIBRARY.glob("*.yaml")), key=lambda row: row["lot"])
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            note = f"　由人评定：{'、'.join(row['by_hand_ids'])}" if row["by_hand_ids"] else ""
            self.stdout.write(f"{row['lot']:<8}{row['indicators']:>4} 项　由记录计量 {row['computed']:>3} 项{note}")
        total = {word: sum(row[word] for row in rows) for word in ("indicators", "computed", "by_hand")}
        self.stdout.write(
            f"{len(rows)} 份合同共 {total['indicators']} 项：由记录计量 {total['computed']} 项，由人评定 {total['by_hand']} 项"
        )


def coverage(path):
    """{lot, indicators, computed, by_hand, by_hand_ids} of a contract file; raises CommandError with all its faults."""
    if not path.is_file():
        raise CommandError(f"没有文件 {path}")
    document = contract_file.checked(path.read_text(encoding="utf-8"))
    if document.faults:
        told = "\n".join(str(fault) for fault in document.faults)
        raise CommandError(f"{path.name} 有 {len(document.faults)} 处错误\n{told}")
    definitions = document.section("indicators", [])
    by_hand = [definition["id"] for definition in definitions if is_by_hand(definition)]
    return {
        "lot": document.section("contract", {})["code"],
        "indicators": len(definitions),
        "computed": len(definitions) - len(by_hand),
        "by_hand": len(by_hand),
        "by_hand_ids": by_hand,
    }


def is_by_hand(definition):
    """Whether people judge an indicator: what is counted is shown to them, and no number decides."""
    return definition.get("force") == "soft"

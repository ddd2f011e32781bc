"""Check, load or export a contract file.

manage.py contract check FILE [--tenant SLUG]
manage.py contract load FILE --tenant SLUG [--purchaser NAME] [--provider NAME] [--agent NAME] [--as LOGIN]
manage.py contract export CODE|FILE [--to FILE] --tenant SLUG
manage.py contract diff FILE FILE2
manage.py contract diff FILE --tenant SLUG
manage.py contract schema [--to FILE]
"""

import contextlib
import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config import contract_file
from contracts.contract_file import read
from contracts.models import Contract
from tenancy import clock, scope
from tenancy.models import Membership, Tenant
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused

PARTIES = {"purchaser": "甲方", "provider": "乙方", "agent": "采购代理机构"}


class Command(BaseCommand):
    help = "核对、载入或导出合同文件（格式见 docs/contract-file.md）"

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("check", help="核对文件，列出全部错误")
        load = acts.add_parser("load", help="载入文件；再次载入同一文件不改动任何内容")
        export = acts.add_parser("export", help="导出已载入的合同")
        for act in (check, load):
            act.add_argument("file", type=Path, help="合同文件")
            for role, label in PARTIES.items():
                act.add_argument(f"--{role}", default="", help=f"{label}改用的名称")
        export.add_argument("code", help="合同代号，或写有这个代号的合同文件")
        diff = acts.add_parser("diff", help="比较两个合同文件；只给一个时，与已载入的合同比较")
        diff.add_argument("file", type=Path, help="合同文件")
        diff.add_argument("other", type=Path, nargs="?", help="与它比较的新文件")
        diff.add_argument("--tenant", default="", help="单位的网址名：与这个单位已载入的合同比较")
        schema = acts.add_parser("schema", help="输出合同文件的 JSON Schema，供编辑器提示")
        for act in (export, schema):
            act.add_argument("--to", type=Path, help="写入的文件；不写则输出到屏幕")
        load.add_argument("--as", dest="login", default="", help="以哪个账号载入（经办人）；不写则记为系统")
        for act in (check, load, export):
            act.add_argument("--tenant", required=act is not check, default="", help="单位的网址名")

    def handle(self, *, act, tenant="", **options):
        with self._tenant(tenant):
            getattr(self, f"_{act}")(**options)

    @contextlib.contextmanager
    def _tenant(self, slug):
        if not slug:
            yield
            return
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise CommandError(f"没有单位 {slug}")
        with scope.tenant(tenant.pk):
            yield

    def _check(self, *, file, **options):
        faults = contract_file.check(_text(file), parties=_parties(options))
        self._tell(faults)
        self.stdout.write(f"{file.name}：没有错误")

    def _load(self, *, file, login, **options):
        try:
            loaded = contract_file.load(_text(file), parties=_parties(options), by=_member(login), at=clock.now())
        except Refused as refused:
            self._tell(refused.problems, refused.message)
            raise CommandError(refused.message) from refused
        told = "已载入" if loaded.is_new else "与已载入的相同，没有改动"
        self.stdout.write(f"{loaded.contract.code} {loaded.contract.short_title}：{told}")

    def _export(self, *, code, to, **options):
        self._put(contract_file.export(self._contract(code)), to)

    def _contract(self, code):
        """The loaded contract of a code, or of the code that a file has."""
        if Path(code).is_file():
            code = read(_text(Path(code))).section("contract", {}).get("code", "")
        contract = Contract.objects.select_related("purchaser", "provider", "procurement").filter(code=code).first()
        if contract is None:
            raise CommandError(f"没有合同 {code}")
        return contract

    def _diff(self, *, file, other, **options):
        if (other is None) == (not scope.is_open()):
            raise CommandError("写明第二个文件，或用 --tenant 与已载入的合同比较")
        before = contract_file.export(self._contract(str(file))) if other is None else _text(file)
        try:
            found = contract_file.compare(before, _text(other or file))
        except Refused as refused:
            self._tell(refused.problems, refused.message)
        for section in dict.fromkeys(one.section for one in found):
            self.stdout.write(section)
            for one in found:
                if one.section == section:
                    self._tell_difference(one)
        if not found:
            self.stdout.write("没有不同")

    def _tell_difference(self, one):
        if not one.name:
            self.stdout.write(f"  {one.sign} {one.lines[0]}")
            return
        self.stdout.write(f"  {one.sign} {one.name}")
        for line in one.lines:
            self.stdout.write(f"      {line}")

    def _schema(self, *, to, **options):
        self._put(json.dumps(contract_file.schema(), ensure_ascii=False, indent=2) + "\n", to)

    def _put(self, text, to):
        if to is None:
            self.stdout.write(text, ending="")
        else:
            to.write_text(text, encoding="utf-8")

    def _tell(self, faults, message=""):
        if not faults:
            return
        for fault in faults:
            self.stderr.write(str(fault))
        raise CommandError(message or f"{len(faults)} 处错误")


def _text(file):
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CommandError(f"没有文件 {file}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file.name} 不是 UTF-8 文本，另存为 UTF-8 后再试") from error


def _parties(options):
    return {role: options[role] for role in PARTIES if options.get(role)}


def _member(login):
    if not login:
        return None
    rows = Membership.objects.select_related("account").filter(account__login__iexact=login, is_active=True)
    member = next((row for row in rows if allows(row, Permission.CONTRACT_MANAGE)), None)
    if member is None:
        raise CommandError(f"账号 {login} 在本单位不能登记合同")
    return member

"""Load the demonstration and tell its accounts; when it is there already, only tell them.

manage.py demo          only where DEMO=1
"""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import people, station, story
from services.actions import measuring
from tenancy import clock
from tenancy.permissions import ROLES

# Whom to sign in as first: what each of them finds waiting.
FIRST = (
    ("zhouyanqiu", "尾款核验、月报审阅、合同风险"),
    ("qinwangshu", "审核付款"),
    ("luchangting", "批准付款"),
    ("gumingdeng", "付款、台账"),
    ("taoranting", "军庄镇的接案和结案审批"),
    ("xuxinghe", "指标进度、月报、成果；也在澄江市任职"),
    ("jiangyifan", "手机上的今天：逾期、退回、登记走访"),
    ("hemulan", "核验或退回记录"),
    ("wenruyu", "验收签名"),
    ("fangzhengyan", "审计查看和审计记录"),
    ("guanzhongping", "人员、组织、日历"),
    ("jiangshoucheng", "澄江市：首付款等待付款"),
    ("luxingzhou", "海北市救助站：在站人员、方案待确认"),
    ("yejian", "手机上的在站人员：入站、评估、寻亲、离站"),
)


class Command(BaseCommand):
    help = "载入示例数据（仅限 DEMO=1），列出示例账号"

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("示例数据只能载入示例环境：设置 DEMO=1")
        if not people.is_there():
            self._load()
        elif not story.is_complete():
            raise CommandError("上次载入被中断，示例数据不完整：先运行 make reset，再运行 make demo")
        self._tell()

    def _load(self):
        self.stdout.write("载入示例数据，约一分钟 …")
        began = time.monotonic()
        with measuring.asleep():
            stages = story.play_all(today=clock.today())
        for stage in stages:
            story.take_stock(stage, at=clock.now())
        self.stdout.write(f"已载入 {len(stages)} 份合同，用时 {time.monotonic() - began:.0f} 秒")

    def _tell(self):
        self.stdout.write(f"\n示例账号，密码都是 {people.PASSWORD}（人名均为虚构，完整名单见 docs/demo.md）\n")
        known = {person.login: person for bureau in (*people.BUREAUS, station.HAIBEI) for person in bureau.people}
        for login, look in FIRST:
            person = known.get(login)
            name, role = (
                (person.name, ROLES[person.role].label)
                if person
                else (people.SYSTEM_ADMIN, ROLES["system_admin"].label)
            )
            self.stdout.write(f"  {login:<16}{name}  {role}：{look}")

"""Who: the demonstration's bureaus, organisations and accounts. Every name is invented."""

from dataclasses import dataclass, field

from contracts.contract_file import area_tree
from contracts.models import Contract
from tenancy import actions, scope
from tenancy.models import Account, Area, Membership, Organisation, Tenant
from tenancy.rules import credit_code_check

PASSWORD = "Shili-2024-fuyue"
SYSTEM_ADMIN = "管仲平"


@dataclass(frozen=True)
class Person:
    """An account and what it acts as: `home` is the key of an organisation."""

    login: str
    name: str
    home: str
    role: str
    title: str = ""


@dataclass(frozen=True)
class Office:
    """An organisation of a bureau; `area` names the street of a subdistrict office."""

    key: str
    name: str
    short_name: str
    kind: str
    area: str = ""


@dataclass(frozen=True)
class Bureau:
    """Everything that opening a bureau needs; `number` makes its invented credit codes differ."""

    slug: str
    name: str
    short_name: str
    number: int
    admin: tuple
    offices: tuple
    people: tuple
    kind: str = "bureau"


TONGXIN = ("tongxin", "同心社工服务中心（示例）", "同心社工", "provider")
YUNXI = Bureau(
    slug="yunxi",
    name="云溪区民政局（示例）",
    short_name="云溪区民政局",
    number=1,
    admin=("guanzhongping", SYSTEM_ADMIN),
    offices=(
        Office(*TONGXIN),
        Office("chenxing", "晨星社会工作事务所（示例）", "晨星事务所", "provider"),
        Office("chengzi", "城子街道办事处（示例）", "城子街道", "subdistrict", "城子街道"),
        Office("datai", "大台街道办事处（示例）", "大台街道", "subdistrict", "大台街道"),
        Office("junzhuang", "军庄镇人民政府（示例）", "军庄镇", "subdistrict", "军庄镇"),
        Office("hengdu", "衡度评审专家组（示例）", "衡度专家组", "evaluator"),
        Office("audit", "云溪区审计组（示例）", "区审计组", "audit"),
    ),
    people=(
        Person("zhouyanqiu", "周砚秋", "purchaser", "contract_manager", "社会救助科"),
        Person("qinwangshu", "秦望舒", "purchaser", "section_chief", "社会救助科科长"),
        Person("luchangting", "陆长亭", "purchaser", "bureau_leader", "副局长"),
        Person("gumingdeng", "顾明灯", "purchaser", "bureau_finance", "财务科"),
        Person("yanmingcha", "严明察", "purchaser", "audit_admin", "审计管理员"),
        Person("fangzhujun", "方竹君", "chengzi", "subdistrict_officer", "民政科"),
        Person("shiyingquan", "石映泉", "datai", "subdistrict_officer", "民政科"),
        Person("taoranting", "陶然亭", "junzhuang", "subdistrict_officer", "社会事务办"),
        Person("xuxinghe", "许星河", "tongxin", "agency_manager", "项目部"),
        Person("jiangyifan", "江一帆", "tongxin", "social_worker"),
        Person("bailuzhou", "白鹭洲", "tongxin", "social_worker"),
        Person("sunianan", "苏念安", "tongxin", "social_worker"),
        Person("linxiaoman", "林小满", "tongxin", "social_worker"),
        Person("chengyuanshan", "程远山", "tongxin", "social_worker"),
        Person("xiazhiwei", "夏知微", "tongxin", "social_worker"),
        Person("yeguizhou", "叶归舟", "tongxin", "supervisor"),
        Person("hemulan", "何木兰", "tongxin", "quality_control"),
        Person("shenzhixia", "沈知夏", "tongxin", "agency_finance"),
        Person("luotingyu", "骆听雨", "chenxing", "agency_manager", "项目部"),
        Person("ninghuaijin", "宁怀瑾", "chenxing", "social_worker"),
        Person("hanzhuyue", "韩竹月", "chenxing", "quality_control"),
        Person("yubaishi", "俞白石", "chenxing", "agency_finance"),
        Person("wenruyu", "温如玉", "hengdu", "expert"),
        Person("gunanzhi", "顾南枝", "hengdu", "expert"),
        Person("yueqingya", "岳青崖", "hengdu", "expert"),
        Person("fangzhengyan", "方正言", "audit", "auditor"),
    ),
)
CHENGJIANG = Bureau(
    slug="chengjiang",
    name="澄江市民政局（示例）",
    short_name="澄江市民政局",
    number=2,
    admin=("lubaichuan", "鲁百川"),
    offices=(
        Office("beichen", "北辰社会工作服务中心（示例）", "北辰社工", "provider"),
        Office(*TONGXIN),
        Office("shangyuan", "上元街道办事处（示例）", "上元街道", "subdistrict", "上元街道"),
        Office("baisha", "白沙镇人民政府（示例）", "白沙镇", "subdistrict", "白沙镇"),
        Office("mingjian", "明鉴评审专家组（示例）", "明鉴专家组", "evaluator"),
    ),
    people=(
        Person("hejingming", "贺景明", "purchaser", "contract_manager", "社会事务科"),
        Person("mengqiushui", "孟秋水", "purchaser", "section_chief", "社会事务科科长"),
        Person("yuanlinchuan", "袁临川", "purchaser", "bureau_leader", "副局长"),
        Person("jiangshoucheng", "蒋守成", "purchaser", "bureau_finance", "财务科"),
        Person("jianpingxin", "简平心", "purchaser", "audit_admin", "审计管理员"),
        Person("dingxiangwan", "丁香晚", "shangyuan", "subdistrict_officer", "民政办"),
        Person("shiyutian", "时雨田", "baisha", "subdistrict_officer", "社会事务办"),
        Person("moyunqi", "莫云起", "beichen", "agency_manager", "项目部"),
        Person("ansuxin", "安素心", "beichen", "social_worker"),
        Person("qishuyuan", "戚疏远", "beichen", "social_worker"),
        Person("juntianle", "钧天乐", "beichen", "quality_control"),
        Person("fuyingxue", "傅映雪", "beichen", "agency_finance"),
        # One account for both bureaus: the agency of the first works here, too.
        Person("xuxinghe", "许星河", "tongxin", "agency_manager", "项目部"),
        Person("lucaiwei", "卢采薇", "tongxin", "social_worker"),
        Person("zouguanlan", "邹观澜", "tongxin", "quality_control"),
        Person("youzhibai", "尤知白", "tongxin", "agency_finance"),
        Person("liyuanshan", "黎远山", "mingjian", "expert"),
        Person("yunshuiyao", "云水谣", "mingjian", "evaluator"),
    ),
)
BUREAUS = (YUNXI, CHENGJIANG)
CHENGJIANG_AREAS = {
    "澄江市": {
        "上元街道": ["上元社区", "清风里社区", "渡口社区", "望江社区"],
        "白沙镇": ["白沙社区", "芦花村", "石桥村", "梨园村"],
    }
}


@dataclass
class World:
    """One opened bureau: its organisations by key, members by name, communities by street."""

    tenant: Tenant
    offices: dict = field(default_factory=dict)
    members: dict = field(default_factory=dict)
    communities: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.members[name]

    def officer_of(self, street_id):
        """The subdistrict's officer."""
        return next(
            member
            for member in self.members.values()
            if member.role == "subdistrict_officer" and member.organisation.area_id == street_id
        )

    def staff_of(self, organisation, role):
        """The members of an organisation in a role, in the order of the list above."""
        return [
            member
            for member in self.members.values()
            if member.organisation_id == organisation.pk and member.role == role
        ]


def is_there():
    """Whether the demonstration's first bureau has been opened."""
    return Tenant.objects.filter(slug=YUNXI.slug).exists()


def credit_code(number):
    """An invented unified social credit code with a right check sign; 99 is no administrative division."""
    first = f"52990000{number:09d}"
    return first + credit_code_check(first)


def open_bureau(bureau, areas, *, at):
    """Open a bureau with its organisations and people; returns its World."""
    login, name = bureau.admin
    tenant, token = actions.open_bureau(
        slug=bureau.slug, name=bureau.name, short_name=bureau.short_name, kind=bureau.kind, credit_code=credit_code(bureau.number),
        areas=areas, admin_login=login, admin_name=name, at=at, is_demo=True,
    )  # fmt: skip
    admin = actions.accept_invitation(token, password=PASSWORD, at=at)
    with scope.tenant(tenant.pk):
        admin = _full(admin)
        world = World(tenant, members={name: admin})
        _add_offices(world, bureau, by=admin, at=at)
        for person in bureau.people:
            world.members[person.name] = _add_person(world, person, by=admin, at=at)
        for area in Area.objects.filter(level="community").select_related("street"):
            world.communities.setdefault(area.street.name, []).append(area)
    return world


def _add_offices(world, bureau, *, by, at):
    streets = {area.name: area for area in Area.objects.filter(level="street")}
    world.offices["purchaser"] = Organisation.objects.get(kind="purchaser")
    for number, office in enumerate(bureau.offices, 1):
        world.offices[office.key] = actions.add_organisation(
            name=office.name, short_name=office.short_name, kind=office.kind, credit_code=credit_code(bureau.number * 100 + number),
            area=streets.get(office.area), by=by, at=at,
        )  # fmt: skip


def _add_person(world, person, *, by, at):
    account = Account.objects.filter(login=person.login).first() or actions.create_account(
        login=person.login, name=person.name, password=PASSWORD
    )
    made = actions.add_membership(
        account=account,
        organisation=world.offices[person.home],
        role=person.role,
        title=person.title,
        by=by,
        at=at,
    )
    return _full(made)


def _full(membership):
    return Membership.objects.select_related("account", "organisation__area", "tenant").get(pk=membership.pk)


def contract_of(code):
    """A contract of the open tenant with its parties."""
    return Contract.objects.select_related("purchaser", "provider", "tenant").get(code=code)


__all__ = [
    "BUREAUS",
    "CHENGJIANG",
    "CHENGJIANG_AREAS",
    "PASSWORD",
    "YUNXI",
    "World",
    "area_tree",
    "contract_of",
    "is_there",
    "open_bureau",
]

"""The demonstration as a whole: bureaus are opened, contracts loaded, and their stories played day by day.

play() makes the Mentougou year; with `until` it stops at the end of that day, with `scale` households, cases and visits are
fewer. play_all() adds what makes the demonstration alive: contracts in mid-course on the day of loading.
"""

from datetime import date, timedelta
from pathlib import Path

from caseload.actions import households
from config import contract_file
from config.demo import mentougou, people, running, station
from config.demo.agenda import Agenda, moment
from config.demo.evaluating import Judged
from config.demo.running import Running
from config.demo.stage import Stage
from payments.actions.milestones import check_contract
from services.actions.indicators import store_measurement
from services.models import Measurement
from tenancy import scope
from tenancy.clock import day_of
from tenancy.models import Tenant

LIBRARY = Path(__file__).resolve().parent.parent.parent / "contracts" / "library" / "mtg04.yaml"
OPENED, SIGNED = date(2024, 4, 8), date(2024, 4, 18)
AGENT = "远帆招标代理有限公司（示例）"


def open_yunxi():
    """The first bureau, with the areas of the contract file and everybody in it; returns its World."""
    text = LIBRARY.read_text(encoding="utf-8")
    world = people.open_bureau(people.YUNXI, people.area_tree(text), at=moment(OPENED, "09:00"))
    with scope.tenant(world.tenant.pk):
        households.load_default_categories(by=None, at=moment(OPENED, "10:00"))
    return world


def stage_of_mentougou(world, *, scale=1.0):
    """The published contract file with the demonstration's parties, and its stage with the whole year on the agenda."""
    with scope.tenant(world.tenant.pk):
        parties = {
            "purchaser": world.offices["purchaser"].name,
            "provider": world.offices["tongxin"].name,
            "agent": AGENT,
        }
        loaded = contract_file.load(
            LIBRARY.read_text(encoding="utf-8"), parties=parties, by=world["周砚秋"], at=moment(SIGNED, "09:30")
        )
        stage = Stage(world, people.contract_of(loaded.contract.code), Agenda(world.tenant.pk), scale=scale)
        mentougou.load(stage)
    return stage


def play(*, until=date.max, scale=1.0, world=None):
    """The Mentougou year up to and including the day `until`; returns its Stage (world, contract, agenda)."""
    stage = stage_of_mentougou(world or open_yunxi(), scale=scale)
    stage.agenda.play(until)
    return stage


# --- contracts in mid-course --------------------------------------------------------------------------------------------
YUNXI_EXPERTS, CHENGJIANG_EXPERTS = ("温如玉", "顾南枝"), ("黎远山",)
YUNXI_AREAS = "门头沟区"
YUNXI_RUNNING = (
    Running(
        code="YX02", short_title="困难群众帮扶服务 02包", provider="tongxin", district=YUNXI_AREAS, streets=("城子街道", "军庄镇"), experts=YUNXI_EXPERTS, days_gone=226, division=2,
        files=40, visits=90, cases=36, groups=4, events=8, pace=0.8, deadline_in=9, asks_for_rest=True,
        judged=Judged(("温如玉", "顾南枝", "岳青崖"), (("15", "17", "19", "13", "9"), ("14", "16", "12", "13", "8"), ("15", None, "18", None, None)), cutoff=16, sample=8),
    ),
    Running(
        code="YX03", short_title="社区互助服务 03包", provider="chenxing", district=YUNXI_AREAS, streets=("大台街道",), experts=YUNXI_EXPERTS, days_gone=190, division=3,
        files=20, visits=40, cases=12, groups=2, events=4, pace=1.1, deadline_in=100,
        judged=Judged(("温如玉", "顾南枝"), (("18", "18", "19", "14", "9.5"), ("18.5", "17", "19", "13.5", "9")), cutoff=45, concluded=22),
        surveyed="5545445354455254454554554534",
    ),
    Running(
        code="YX05", short_title="独居老人探访服务 05包", provider="chenxing", district=YUNXI_AREAS, streets=("城子街道", "大台街道"), experts=YUNXI_EXPERTS, days_gone=12, division=6,
        files=12, visits=24, cases=8, groups=2, events=4, deadline_in=280, first_payment="finance",
    ),
)  # fmt: skip
CHENGJIANG_AREAS = "澄江市"
CHENGJIANG_RUNNING = (
    Running(
        code="CJ01", short_title="困难家庭关爱服务", provider="beichen", district=CHENGJIANG_AREAS, streets=("上元街道", "白沙镇"), experts=CHENGJIANG_EXPERTS, days_gone=160, division=4,
        files=16, visits=30, cases=10, groups=2, events=4, pace=0.95, deadline_in=120,
        judged=Judged(("黎远山", "云水谣"), (("14", "15", "16", "11", "8"), ("14", "14", "15.5", "12", "7.5")), cutoff=30, concluded=4),
    ),
    Running(
        code="CJ02", short_title="社工站驻点服务", provider="tongxin", district=CHENGJIANG_AREAS, streets=("上元街道", "白沙镇"), experts=CHENGJIANG_EXPERTS, days_gone=11, division=5,
        files=10, visits=20, cases=8, groups=2, events=4, deadline_in=280, first_payment="finance",
    ),
)  # fmt: skip


def words():
    """The labels and activity kinds of the library file, as text; every contract of the demonstration uses them."""
    text = LIBRARY.read_text(encoding="utf-8")
    return text[text.index("\nlabels:") : text.index("\nparameters:")]


def play_running(world, specs, *, today):
    """Contracts of one bureau up to yesterday evening; returns their stages."""
    stages = [running.stage_of(world, spec, words(), today=today) for spec in specs]
    for stage in stages:
        stage.agenda.play(today - timedelta(days=1))
    return stages


def open_chengjiang(*, today):
    """The second bureau; its agency, and one that works for both."""
    opened = moment(today - timedelta(days=200), "09:00")
    world = people.open_bureau(people.CHENGJIANG, people.CHENGJIANG_AREAS, at=opened)
    with scope.tenant(world.tenant.pk):
        households.load_default_categories(by=None, at=opened)
    return world


def play_all(*, today):
    """The whole demonstration as of the day of loading; returns every stage."""
    year = play()
    stages = [year, *play_running(year.world, YUNXI_RUNNING, today=today), station.play(today=today)]
    return [*stages, *play_running(open_chengjiang(today=today), CHENGJIANG_RUNNING, today=today)]


def take_stock(stage, *, at):
    """Measure the contract and check its milestones, as the nightly tasks would; the last contract's measurement ends a load."""
    with scope.tenant(stage.world.tenant.pk):
        store_measurement(stage.contract, on=day_of(at), at=at)
        check_contract(stage.contract, at=at)


def is_complete():
    """Whether a load came to its end."""
    tenant = Tenant.objects.filter(slug=people.CHENGJIANG.slug).first()
    if tenant is None:
        return False
    with scope.tenant(tenant.pk):
        return Measurement.objects.filter(contract__code=CHENGJIANG_RUNNING[-1].code).exists()

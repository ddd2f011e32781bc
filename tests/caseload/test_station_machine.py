"""Any sequence of acts on stays by the worker, the station, a rival's worker and the quality control.

Whatever comes: states are legal; each act that is done leaves one history row and one audit event; one that is refused
changes nothing; a person stands on the register of residents exactly while present; nothing is ever lost.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from caseload.actions import station as plain
from caseload.models import RegisterEntry, Stay, StayMove, StayPaper, Tracing
from caseload.rules import station as rules
from services.actions import station
from services.models import Clock, ServiceRecord
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload import stays
from tests.caseload.people import id_number
from tests.caseload.stays import NOW
from tests.plugin import MACHINE

WAYS = [code for code in Stay.Way.values if code != "settled"]
OWN = {"statement": "自愿离站", "capable": "是", "signed": "按手印"}
TERMINATION = {"ground": "救助期满", "reason": "救助期满"}
DECISION = {"place": "滨河社区", "organisation": "福利院", "basis": "DNA 无匹配"}
FORMS = {"feedback": stays.FEEDBACK, "own_leave": OWN, "handover_form": stays.HANDOVER, "termination": TERMINATION, "settlement_decision": DECISION}  # fmt: skip


def counts():
    """Everything that an act may add to or change."""
    tables = (StayMove, StayPaper, Tracing, RegisterEntry, Clock, ServiceRecord, AuditEvent)
    return [table.objects.count() for table in tables] + list(Stay.objects.order_by("number").values())


class Station(RuleBasedStateMachine):
    cast = contract = None

    def __init__(self):
        super().__init__()
        self.opened = transaction.atomic()
        self.opened.__enter__()
        self.now, self.seen = NOW, []
        self.people = [self.cast.social_worker, self.cast.station_staff, self.cast.rivals["social_worker"], self.cast.quality_control]  # fmt: skip
        self.room = stays.room(self.cast, self.contract)

    def teardown(self):
        transaction.set_rollback(True)
        self.opened.__exit__(None, None, None)

    def act(self, which, do):
        """One act on one of the stays: done whole, or refused without a trace."""
        self.now += timedelta(minutes=7)
        stay = Stay.objects.select_related("contract", "entry").order_by("number")[which % Stay.objects.count()] if which is not None and Stay.objects.exists() else None  # fmt: skip
        if which is not None and stay is None:
            return
        before, moves = counts(), StayMove.objects.count()
        events = AuditEvent.objects.filter(action__startswith="stay.").count()
        try:
            with transaction.atomic():
                do(stay)
        except Refused:
            assert counts() == before
            return
        assert StayMove.objects.count() == moves + 1
        assert AuditEvent.objects.filter(action__startswith="stay.").count() == events + 1
        move = StayMove.objects.order_by("-at", "-id").first()
        self.seen.append((move.stay_id, move.verb))
        allowed, goal = rules.MOVES[move.verb]
        assert (move.from_state in allowed, move.to_state) == (bool(allowed), goal or move.from_state)

    def known(self, who):
        return {"by": self.people[who], "at": self.now}

    WHICH, WHO = st.integers(0, 3), st.sampled_from([0, 0, 0, 1, 1, 2, 3])

    @rule(who=WHO, named=st.booleans(), serial=st.integers(1, 2), bed=st.sampled_from(["", "1", "2"]))
    def admit(self, who, named, serial, bed):
        person = {"name": "石敢当", "id_number": id_number(serial=serial)} if named else stays.UNKNOWN
        self.act(None, lambda _: station.admit(
            self.contract, person=person, arrival="police", asked_at=self.now, admitted_at=self.now, form=stays.ADMISSION,
            room=self.room if bed else None, bed=bed, **self.known(who),
        ))  # fmt: skip

    @rule(who=WHO)
    def refuse(self, who):
        form = {"ground": "其他", "reason": "不属于救助对象"}
        self.act(None, lambda _: plain.refuse(self.contract, person=stays.UNKNOWN, arrival="self", asked_at=self.now, form=form, **self.known(who)))  # fmt: skip

    @rule(which=WHICH, who=WHO)
    def assess(self, which, who):
        self.act(which, lambda stay: station.assess(
            stay, form=stays.ASSESSMENT, started_at=self.now - timedelta(minutes=5), done_at=self.now, **self.known(who)
        ))  # fmt: skip

    @rule(which=WHICH, who=WHO)
    def plan(self, which, who):
        self.act(which, lambda stay: station.submit_plan(stay, form=stays.PLAN, **self.known(who)))

    @rule(which=WHICH, who=WHO)
    def confirm(self, which, who):
        self.act(which, lambda stay: station.confirm_plan(stay, **self.known(who)))

    @rule(which=WHICH, who=WHO, unfit=st.booleans(), reason=st.sampled_from(["", "补就医安排"]))
    def send_back(self, which, who, unfit, reason):
        self.act(which, lambda stay: station.return_plan(stay, reason=reason, is_unfit=unfit, **self.known(who)))

    @rule(which=WHICH, who=WHO)
    def needs(self, which, who):
        self.act(which, lambda stay: plain.note_needs(stay, needs=["special_diet"], carer=self.people[who], **self.known(who)))  # fmt: skip

    @rule(which=WHICH, who=WHO, bed=st.sampled_from(["1", "2", "3"]))
    def bed(self, which, who, bed):
        self.act(which, lambda stay: plain.move_bed(stay, room=self.room, bed=bed, **self.known(who)))

    @rule(which=WHICH, who=WHO, channel=st.sampled_from(["face", "dna"]))
    def trace(self, which, who, channel):
        self.act(which, lambda stay: station.trace(
            stay, channel=channel, started_at=self.now, minutes=1, result="waiting", form=stays.TRACE, **self.known(who)
        ))  # fmt: skip

    @rule(which=WHICH, who=WHO, serial=st.integers(1, 3))
    def identify(self, which, who, serial):
        person = {"name": "石敢当", "id_number": id_number(serial=serial)}
        self.act(which, lambda stay: station.identify(stay, person=person, found_at=self.now, form=stays.IDENTITY, **self.known(who)))  # fmt: skip

    @rule(which=WHICH, who=WHO)
    def settling(self, which, who):
        form = {"step": "资料整理", "content": "整理"}
        self.act(which, lambda stay: station.note_settling(stay, form=form, on=self.now.date(), **self.known(who)))

    @rule(which=WHICH, who=WHO, kind=st.sampled_from(list(FORMS)))
    def file(self, which, who, kind):
        self.act(which, lambda stay: station.file_form(stay, kind, form=FORMS[kind], on=self.now.date(), **self.known(who)))  # fmt: skip

    @rule(which=WHICH, who=WHO, way=st.sampled_from(WAYS))
    def begin_leaving(self, which, who, way):
        self.act(which, lambda stay: station.begin_leaving(stay, way=way, asked_at=self.now, receiver="福利院", **self.known(who)))  # fmt: skip

    @rule(which=WHICH, who=WHO, reason=st.sampled_from(["", "改变主意"]))
    def cancel_leaving(self, which, who, reason):
        self.act(which, lambda stay: station.cancel_leaving(stay, reason=reason, **self.known(who)))

    @rule(which=WHICH, who=WHO)
    def discharge(self, which, who):
        self.act(which, lambda stay: station.discharge(stay, form=stays.DISCHARGE, left_at=self.now, **self.known(who)))

    @rule(which=WHICH, who=WHO, months=st.sampled_from([0, 0, 95]))
    def settle(self, which, who, months):
        self.now += timedelta(days=months)
        self.act(which, lambda stay: station.settle(stay, form=stays.DISCHARGE, left_at=self.now, **self.known(who)))

    @rule(which=WHICH, who=WHO)
    def send_home(self, which, who):
        self.act(which, lambda stay: station.send_home(stay, form=stays.HANDOVER, on=self.now.date(), **self.known(who)))  # fmt: skip

    @rule(which=WHICH)
    def a_late_click(self, which):
        """What was seen before somebody else moved it is refused, even by those who may."""
        rows = list(Stay.objects.select_related("contract", "entry").order_by("number"))
        if not rows:
            return
        stale = rows[which % len(rows)]
        other = next(state for state in Stay.State.values if state != stale.state)
        stale.state = other
        verb = next((verb for verb in ("assess", "submit_plan") if rules.allowed(verb, other)), None)
        if verb is None:
            return
        before = counts()
        with pytest.raises(Refused), transaction.atomic():
            if verb == "assess":
                station.assess(stale, form=stays.ASSESSMENT, started_at=self.now - timedelta(minutes=5), done_at=self.now, **self.known(0))  # fmt: skip
            else:
                station.submit_plan(stale, form=stays.PLAN, **self.known(0))
        assert counts() == before

    @invariant()
    def present_exactly_while_on_the_register(self):
        for stay in Stay.objects.select_related("entry"):
            assert (stay.entry is None) == (stay.state == "refused")
            if stay.entry:
                assert (stay.entry.to_day is None) == (stay.state in rules.PRESENT)
                assert stay.entry.facts["identity_unknown"] == (not stay.is_identified)

    @invariant()
    def the_last_row_of_the_history_says_where_it_is(self):
        last = {}
        for move in StayMove.objects.order_by("at", "id"):
            assert move.from_state == last.get(move.stay_id, "")
            last[move.stay_id] = move.to_state
        assert last == dict(Stay.objects.values_list("pk", "state"))

    @invariant()
    def no_clock_runs_for_who_has_left(self):
        left = Clock.objects.filter(stopped_at=None, state="valid", entry__stay__state="discharged", kind__in=["first_assessment", "care_plan", "discharge"])  # fmt: skip
        assert left.count() == 0

    @invariant()
    def papers_and_acts_are_never_lost(self):
        found = set(StayMove.objects.values_list("stay_id", "verb"))
        assert set(self.seen) <= found


@pytest.mark.machine
def test_any_sequence_of_acts_leaves_stays_whole(cast):
    with scope.tenant(cast.tenant.pk):
        Station.cast, Station.contract = cast, stays.station_contract(cast)
        run_state_machine_as_test(Station, settings=MACHINE)

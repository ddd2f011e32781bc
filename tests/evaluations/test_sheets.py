"""What a scorer does with a sheet: declares, scores, agrees, signs; and that a signed sheet stays as it is, whatever is tried."""

from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.actions import agreements, rounds, samples, sheets
from evaluations.models import Agreement, ItemScore, Round, SampledFile, ScorePhoto, Scorer
from evaluations.queries import rounds as round_queries
from evaluations.queries import sheets as queries
from evaluations.rules import scoring
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.evaluations import rounds_arranged as arranged_rounds
from tests.evaluations import sampled
from tests.evaluations.sheets_arranged import NOW, ON, again, arrange, fill, save, sheet_of, sign
from tests.populated import picture

LATER = at("2024-11-21 09:00")


def trail(action):
    return AuditEvent.objects.filter(action=action).count()


def raised(act, *args, **known):
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(*args, **known)
    return str(caught.value)


# --- who has a sheet --------------------------------------------------------------------------------------------------
def test_a_sheet_is_its_scorers_own_in_its_days_and_nobody_elses(act):
    (sheet,) = arrange(act)
    opens = {}
    for role, member in act.members.items():
        try:
            opens[role] = queries.get_sheet(member, sheet.pk, on=ON) == sheet
        except Http404:
            opens[role] = False
    assert [role for role, is_open in opens.items() if is_open] == ["evaluator"]
    days = [sheet.from_day, sheet.to_day, sheet.from_day.replace(day=14), sheet.to_day.replace(day=7)]
    assert [queries.own_sheets(act.evaluator, on=day).count() for day in days] == [1, 1, 0, 0]


def test_whoever_is_out_of_the_round_has_no_sheet(act):
    (sheet,) = arrange(act)
    for state in ("released", "recused"):
        Scorer.objects.filter(pk=sheet.pk).update(state=state, interest="配偶在乙方任职")
        assert list(queries.own_sheets(act.evaluator, on=ON)) == []


def test_a_cancelled_round_has_no_sheets(act):
    (sheet,) = arrange(act)
    rounds.cancel(sheet.round, reason="重新组织", by=act.contract_manager, at=NOW)
    assert list(queries.own_sheets(act.evaluator, on=ON)) == []


def test_before_the_declaration_nothing_can_be_entered_and_an_interest_ends_it(act):
    arranged_rounds.agree(act)
    round = arranged_rounds.opened(act, [act.evaluator, *arranged_rounds.evaluators(act, 1)])
    sheet = sheet_of(round, act.evaluator)
    assert raised(save, sheet, "1.1", {"points": "8"}) == "先声明利害关系，再评分"
    assert raised(sheets.recuse, sheet, interest=" ", by=act.evaluator, at=NOW) == "写明有什么利害关系"
    sheets.recuse(sheet, interest="配偶在乙方任职", by=act.evaluator, at=NOW)
    assert (again(sheet).state, again(sheet).interest, trail("score_sheet.recused")) == ("recused", "配偶在乙方任职", 1)
    assert raised(sheets.declare, sheet, by=act.evaluator, at=NOW) == str(Conflict())


# --- entries ----------------------------------------------------------------------------------------------------------
def test_every_kind_of_item_is_entered_and_the_facts_make_the_rest(act):
    (sheet,) = arrange(act)
    fill(sheet)
    scored = queries.scored_by_party(sheet)[sheet.pk]
    assert scored == {
        "1.1": D(10), "1.2": D(8), "1.3": D(9), "2.1": D(13), "2.2": D(9), "3.1": D(8), "3.2": D(18), "3.3": D(10)
    }  # fmt: skip
    assert sum(scored.values()) == 85


WRONG = [
    ("1.1", {"points": "10.5"}, "得分不得大于 10"),
    ("1.1", {"points": "很好"}, "得分应为不小于 0 的数字"),
    ("1.2", {"level": 9}, "从 优、良、中、差 中选一档"),
    ("3.1", {"count": "两"}, "次数应为整数"),
    ("9.9", {"points": "1"}, "这张评分表没有这一项"),
]


def test_a_wrong_entry_is_refused_in_words(act):
    (sheet,) = arrange(act)
    assert [raised(save, sheet, item, entry) for item, entry, _told in WRONG] == [told for *_, told in WRONG]
    assert ItemScore.objects.count() == 0


def test_the_same_sheet_open_twice_never_overwrites_itself_unseen(act):
    (sheet,) = arrange(act)
    first = save(sheet, "1.1", {"points": "8"}, "记录完整")
    with pytest.raises(sheets.Stale) as caught:
        save(sheet, "1.1", {"points": "5"}, "缺签名")
    assert (caught.value.row.points, caught.value.row.note) == (D(8), "记录完整")
    assert save(sheet, "1.1", {"points": "8"}, "记录完整") == first  # the answer was lost, the same is sent again
    changed = save(sheet, "1.1", {"points": "5"}, "缺签名", revision=first.revision)
    assert (changed.points, changed.revision, trail("score_sheet.saved")) == (D(5), 2, 2)


def test_nobody_writes_on_anothers_sheet(act):
    mine, other = arrange(act, 2)
    known = {"entry": {"points": "8"}, "note": "", "revision": 0, "by": act.evaluator, "at": NOW}
    assert raised(sheets.save_item, other, "1.1", **known) == "这是别人的评分表"
    assert raised(sheets.sign, other, opinion="", by=mine.membership, at=NOW) == "这是别人的评分表"


def test_after_the_period_nothing_is_saved_and_nothing_is_signed(act):
    (sheet,) = arrange(act)
    fill(sheet)
    over = at("2024-12-07 00:00")
    assert raised(save, sheet, "1.1", {"points": "8"}, revision=1, moment=over) == "评估期已过，请找组织方"
    assert raised(sign, sheet, moment=over) == "还不能签名；评估期已过，请找组织方"


def test_photos_lie_beside_an_item_and_are_seen_by_its_scorers_and_the_organiser_alone(act):
    mine, other = arrange(act, 2)
    known = {"caption": "", "by": act.evaluator, "at": NOW}
    photo = sheets.add_photo(mine, "1.1", upload=picture(), **known)
    assert raised(sheets.add_photo, mine, "9.9", upload=picture(), **known) == "这张评分表没有这一项"

    def sees(member):
        try:
            return queries.get_photo(member, photo.pk, on=ON) == photo
        except Http404:
            return False

    people = {
        name: act.members[name]
        for name in ("evaluator", "contract_manager", "agency_manager", "section_chief", "expert")
    }
    assert [name for name, member in people.items() if sees(member)] == ["evaluator", "contract_manager"]
    assert sees(other.membership) is False  # until both have scored the item
    for sheet in (mine, other):
        save(sheet, "1.1", {"points": "8"})
    assert sees(other.membership) is True
    sheets.remove_photo(photo, by=act.evaluator, at=NOW)
    assert ScorePhoto.objects.count() == 0


# --- disagreement -----------------------------------------------------------------------------------------------------
def test_too_far_apart_nobody_signs_until_all_have_agreed_and_own_scores_stay(act):
    mine, other, third = arrange(act, 3)
    for sheet, points in ((mine, "13"), (other, "8"), (third, "12")):
        fill(sheet, _2_1={"points": points})
    assert raised(sign, mine) == "还不能签名；1 项分歧未合议：2.1"
    words = {"points": D("10.5"), "reason": "样本偏少，折中", "at": LATER}
    agreement = agreements.propose(mine, "2.1", by=mine.membership, **words)
    assert raised(agreements.propose, other, "2.1", by=other.membership, **words) == "这一项已有一个合议得分，先撤回它"
    agreements.agree(agreement, other, by=other.membership, at=LATER)
    assert raised(sign, mine) == "还不能签名；1 项分歧未合议：2.1"
    agreements.agree(agreement, third, by=third.membership, at=LATER)
    assert raised(save, mine, "2.1", {"points": "9"}, revision=1) == "这一项已合议为 10.5 分，不再改"
    assert raised(agreements.withdraw, agreement, mine, by=mine.membership, at=LATER) == "已合议，不能再改"
    for sheet in (mine, other, third):
        sign(sheet, moment=LATER)
    assert [again(sheet).total for sheet in (mine, other, third)] == [D(85), D(80), D(84)]
    round = Round.objects.get()
    outcome = round_queries.outcome(round)
    assert (round.state, outcome.total.points) == ("statement", D("82.50"))


def test_changing_ones_own_score_settles_it_too_and_takes_a_waiting_proposal_back(act):
    mine, other = arrange(act, 2)
    fill(mine), fill(other, _2_1={"points": "8"})
    agreement = agreements.propose(mine, "2.1", points=D(10), reason="折中", by=mine.membership, at=LATER)
    save(other, "2.1", {"points": "12"}, revision=1)
    assert Agreement.objects.get(pk=agreement.pk).is_withdrawn is True
    assert raised(agreements.agree, agreement, other, by=other.membership, at=LATER) == "这个合议得分已撤回"
    assert (
        raised(agreements.propose, mine, "2.1", points=D(10), reason="折中", by=mine.membership, at=LATER)
        == "这一项没有须合议的分歧"
    )
    assert [sign(sheet, moment=LATER).state for sheet in (mine, other)] == ["signed", "signed"]


def test_whoever_signed_first_still_has_a_say_when_a_colleague_scores_otherwise(act):
    mine, other = arrange(act, 2)
    sign(fill(mine))
    fill(other, _2_1={"points": "8"})
    assert raised(sign, other) == "还不能签名；1 项分歧未合议：2.1"
    agreement = agreements.propose(other, "2.1", points=D(9), reason="样本偏少", by=other.membership, at=LATER)
    agreements.agree(agreement, again(mine), by=mine.membership, at=LATER)
    sign(other, moment=LATER)
    assert (Round.objects.get().state, again(mine).total) == ("statement", D(85))
    with pytest.raises(IntegrityError, match="scoring is over"), transaction.atomic():
        Agreement.objects.update(points=D(15))


def test_nobody_talks_about_an_item_before_scoring_it(act):
    mine, other, third = arrange(act, 3)
    save(mine, "2.1", {"points": "13"}), save(other, "2.1", {"points": "8"})
    agreement = agreements.propose(mine, "2.1", points=D(10), reason="折中", by=mine.membership, at=LATER)
    assert raised(agreements.agree, agreement, third, by=third.membership, at=LATER) == "先评这一项，再合议"
    agreements.withdraw(agreement, other, by=other.membership, at=LATER)
    assert (Agreement.objects.get().is_withdrawn, trail("agreement.withdrawn")) == (True, 1)


# --- the signature ----------------------------------------------------------------------------------------------------
def test_a_signature_names_everything_that_is_missing(act):
    mine, other = arrange(act, 2)
    save(mine, "2.1", {"points": "13"}), save(other, "2.1", {"points": "8"})
    assert raised(sign, mine) == "还不能签名；5 项未评分：1.1、1.2、1.3、3.2 等 5 项；1 项分歧未合议：2.1"


def test_whoever_may_open_the_sample_opens_all_of_it_before_signing(act):
    sampled.arranged(act)
    samples.draw_sample(act.round, count=2, seed="20241115", by=act.contract_manager, at=NOW)
    Round.objects.update(state="scoring")
    sheet = again(act.scorer)
    save(sheet, "1.1", {"points": "50"}), save(sheet, "2.1", {"points": "30"})
    told = []
    for file in SampledFile.objects.all():
        told.append(raised(sign, sheet))
        samples.open_sample(file, sheet, by=act.evaluator, at=NOW)
    assert told == ["还不能签名；2 份样本未看", "还不能签名；1 份样本未看"]
    assert sign(sheet).total == 80


def test_a_signature_fixes_total_and_digest_and_the_last_one_ends_the_scoring(act):
    mine, other = arrange(act, 2)
    signed = sign(fill(mine), opinion="总体良好")
    assert (signed.state, signed.total, signed.opinion, len(signed.digest)) == ("signed", D(85), "总体良好", 64)
    assert (queries.is_as_signed(again(mine)), Round.objects.get().state) == (True, "scoring")
    assert ItemScore.objects.filter(scorer=mine).count() == 8  # what the facts made is on the signed sheet, too
    sign(fill(other))
    assert (Round.objects.get().state, trail("score_sheet.signed")) == ("statement", 2)


def test_the_agencys_own_sheet_opens_the_scoring_and_is_its_managers(act):
    parties = [arranged_rounds.party(), arranged_rounds.party("self", "乙方自评", "provider", "0")]
    arranged_rounds.agree(act, definition=arranged_rounds.scheme(*parties))
    round = arranged_rounds.prepared(act, self_until=ON)
    if not Scorer.objects.filter(round=round, party="self").exists():
        arranged_rounds.assigned(act, round, [act.agency_manager], party="self")
    arranged_rounds.assigned(act, round)
    round = rounds.open_round(round, by=act.contract_manager, at=at("2024-11-18 11:00"))
    own = sheets.declare(sheet_of(round, act.agency_manager), by=act.agency_manager, at=NOW)
    panel = sheets.declare(sheet_of(round, act.evaluator), by=act.evaluator, at=NOW)
    assert raised(save, panel, "1.1", {"points": "50"}) == "还没有开始评分"
    for item, points in (("1.1", "58"), ("2.1", "39")):
        save(own, item, {"points": points}, note="自评说明")
    sign(own)
    assert Round.objects.get().state == "scoring"
    assert list(queries.waiting(act.evaluator, on=ON)) == [panel]
    assert [queries.own_sheets(member, on=ON).count() for member in (act.agency_manager, act.evaluator)] == [1, 1]


# --- a signed sheet stays ---------------------------------------------------------------------------------------------
ACTS = {
    "save": lambda sheet, photo: save(sheet, "1.1", {"points": "1"}, revision=1),
    "clear": lambda sheet, photo: save(sheet, "1.1", {}, revision=1),
    "declare": lambda sheet, photo: sheets.declare(sheet, by=sheet.membership, at=LATER),
    "recuse": lambda sheet, photo: sheets.recuse(sheet, interest="有关系", by=sheet.membership, at=LATER),
    "sign": lambda sheet, photo: sign(sheet, opinion="改了"),
    "photo": lambda sheet, photo: sheets.add_photo(sheet, "1.1", upload=picture("#445566"), caption="", by=sheet.membership, at=LATER),
    "no photo": lambda sheet, photo: sheets.remove_photo(photo, by=sheet.membership, at=LATER),
    "release": lambda sheet, photo: rounds.release(sheet, reason="换人", by=sheet.round.prepared_by, at=LATER),
}  # fmt: skip
LINES = [
    "UPDATE evaluations_itemscore SET points = 1",
    "UPDATE evaluations_itemscore SET note = ''",
    "DELETE FROM evaluations_itemscore",
    "UPDATE evaluations_itemscore SET scorer_id = (SELECT id FROM evaluations_scorer WHERE state = 'declared')",
    "UPDATE evaluations_scorer SET state = 'declared' WHERE state = 'signed'",
    "UPDATE evaluations_scorer SET total = 100 WHERE state = 'signed'",
    "UPDATE evaluations_scorer SET to_day = '2030-01-01' WHERE state = 'signed'",
    "DELETE FROM evaluations_scorephoto",
    "UPDATE evaluations_scorephoto SET caption = 'x'",
]


def test_no_act_and_no_line_of_sql_changes_a_signed_sheet(act):
    mine, _other = arrange(act, 2)
    photo = sheets.add_photo(fill(mine), "1.1", upload=picture(), caption="", by=mine.membership, at=NOW)
    sign(mine)
    before = queries.content(again(mine))
    for name, tried in ACTS.items():
        assert (name, bool(raised(tried, again(mine), photo))) == (name, True)
    for line in LINES:
        with (
            pytest.raises(IntegrityError, match="signed sheet is final"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(line)
    assert (queries.content(again(mine)), queries.is_as_signed(again(mine))) == (before, True)


EDITS = st.lists(
    st.tuples(st.sampled_from(["1.1", "2.1", "3.2"]), st.sampled_from(["0", "5", "8", "10"]), st.booleans()), max_size=6
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(before=EDITS, after=EDITS)
def test_no_order_of_edits_changes_a_signed_score(act, before, after):
    """The total is that of the last edit of each item before the signature; later ones, by revision or without, change nothing."""
    with transaction.atomic():
        (sheet,) = arrange(act)
        fill(sheet)
        scored = dict(queries.scored_by_party(sheet)[sheet.pk])
        for item, points, _knows in before:
            row = ItemScore.objects.get(scorer=sheet, item=item)
            save(sheet, item, {"points": points}, row.note, revision=row.revision)
            scored[item] = D(points)
        total = sign(sheet).total
        for item, points, knows in after:
            row = ItemScore.objects.get(scorer=sheet, item=item)
            raised(save, again(sheet), item, {"points": points}, "x", revision=row.revision if knows else 0)
        assert (total, again(sheet).total) == (sum(scored.values()), sum(scored.values()))
        scheme = queries.scheme_of(sheet.round)
        kept = {row.item: row.points for row in ItemScore.objects.filter(scorer=sheet)}
        assert scoring.party_total(scheme, "panel", {sheet.pk: kept}).points == total
        transaction.set_rollback(True)

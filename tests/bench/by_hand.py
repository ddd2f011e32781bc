"""The 28 Mentougou indicators as somebody who knows PostgreSQL would write them for this one contract: 17 statements.

The same admission checks as the engine's (verified, in a served area or in none, seen by the day), the same spread over the
three subdistricts, the same counts of what counts, doesn't and waits; nothing is read from definitions.
"""

from fractions import Fraction

from django.db import connection

# Whole and by subdistrict; `ok` is the admission of a row with a state and an area.
SPREAD = "GROUP BY GROUPING SETS ((), (t.street_id))"
HEAD = "SELECT grouping(t.street_id) = 1, t.street_id"
OK = "(t.street_id = ANY(%(areas)s) OR (t.street_id IS NULL AND t.area_id IS NULL))"
OWN = "t.tenant_id = %(tenant)s AND t.contract_id = %(contract)s"
SIDE = "count(*), count(*) FILTER (WHERE {gate}), count(*) FILTER (WHERE t.state = ANY('{{submitted,planned,delivered,intake_submitted}}'))"
# A register is read once and hashed: probing its index for every row costs a tenth of a millisecond each time.
LISTED = (
    "{0} AS MATERIALIZED (SELECT subject, from_day, COALESCE(to_day, 'infinity') AS to_day FROM caseload_registerentry r WHERE r.tenant_id = %(tenant)s"
    " AND r.contract_id = %(contract)s AND r.kind = '{0}' AND r.state = 'verified' AND r.from_day <= %(on)s{1})"
)
LISTS = f"WITH {LISTED.format('key_household', '')}, {LISTED.format('household_file', '')} "
KEY = "JOIN key_household k ON k.subject = t.household_id AND t.day BETWEEN k.from_day AND k.to_day"
FILE = "LEFT JOIN household_file f ON f.subject = t.household_id AND t.day BETWEEN f.from_day AND f.to_day"
ASSISTED = LISTED.format(
    "social_assistance", " AND r.facts->>'category' = ANY('{urban_dibao,rural_dibao,tekun,low_income}')"
)
DONE = f"t.state = 'verified' AND {OK}"
REVISIT = f"{DONE} AND f.subject IS NOT NULL AND t.papers @> '{{revisit_form}}' AND NULLIF(t.facts->>'system_no', '') IS NOT NULL"
EVENT = f"{DONE} AND t.participants BETWEEN 30 AND 50"
TOPIC = "t.facts->>'topic'"


def _records(kind, first="2024-04-18", last="2025-04-17", joined=""):
    return f"FROM services_servicerecord t {joined} WHERE {OWN} AND t.kind = '{kind}' AND t.day <= %(on)s AND t.day BETWEEN '{first}' AND '{last}' AND t.state <> 'draft'"


def _rows(table, condition, day):
    return f"FROM {table} t WHERE {OWN} AND {condition} AND {day} <= %(on)s"


def _grid(tier, bounds):
    """Households of a tier × periods: cells in all, judged, met. `bounds` are the first days of the periods."""
    days = ", ".join(f"({n}, date '{first}', date '{last}')" for n, (first, last) in enumerate(bounds, 1))
    return f"""
    WITH cells AS (
        SELECT r.subject, p.n, max(r.street_id::text)::uuid AS street_id, bool_or(p.l < %(on)s) AS closed
          FROM caseload_registerentry r JOIN (VALUES {days}) p(n, f, l) ON r.from_day <= p.f AND (r.to_day IS NULL OR r.to_day >= p.f)
         WHERE r.tenant_id = %(tenant)s AND r.contract_id = %(contract)s AND r.kind = 'key_household' AND r.state = 'verified'
           AND r.from_day <= %(on)s AND r.facts->>'tier' = ANY('{tier}') AND r.street_id = ANY(%(areas)s) GROUP BY 1, 2),
    done AS (SELECT t.household_id, p.n, count(*) AS v FROM services_servicerecord t JOIN (VALUES {days}) p(n, f, l) ON t.day BETWEEN p.f AND p.l
         WHERE {OWN} AND t.kind = 'revisit' AND t.day <= %(on)s AND {DONE} GROUP BY 1, 2)
    {HEAD}, count(*) FILTER (WHERE closed OR d.v >= 1), count(*) FILTER (WHERE d.v >= 1), count(*)
      FROM cells t LEFT JOIN done d ON d.household_id = t.subject AND d.n = t.n {SPREAD}"""


PAPERS = "{intake,assessment,plan,agreement,process,evaluation,closure,satisfaction,photo}"
CASEWORK = (
    f"t.state = ANY('{{open,closure_submitted,closed}}') AND {OK} AND t.papers::text[] @> '{PAPERS}' AND t.system_no <> ''"
    " AND t.approvals::text[] @> '{intake_subdistrict,closure_subdistrict}' AND s.n >= 5 AND s.d >= 3"
)
SESSIONS = (
    "LEFT JOIN (SELECT case_id, count(*) AS n, count(*) FILTER (WHERE direct) AS d FROM services_servicerecord s WHERE s.tenant_id = %(tenant)s"
    " AND s.contract_id = %(contract)s AND s.kind = 'case_session' AND s.day <= %(on)s AND s.state = 'verified' AND s.case_id IS NOT NULL GROUP BY 1) s ON s.case_id = t.id"
)
GROUPS = f"t.state = ANY('{{open,closed}}') AND {OK} AND t.members <= 10 AND t.papers::text[] @> '{{plan,session_record,photo,summary,satisfaction}}'"
FILED = (
    f"{DONE} AND t.papers::text[] @> '{{needs_survey,assistance_plan}}' AND NULLIF(t.facts->>'system_no', '') IS NOT NULL"
    " AND t.facts->>'ledger_complete' = 'true' AND t.facts->>'home_survey_done' = 'true'"
)
NOW = "(t.to_day IS NULL OR t.to_day >= %(on)s)"
MANY = "(t.facts->>'{0}')::numeric >= 1"
QUARTERS = [
    ("2024-04-18", "2024-06-30"),
    ("2024-07-01", "2024-09-30"),
    ("2024-10-01", "2024-12-31"),
    ("2025-01-01", "2025-03-31"),
]
HALVES = [("2024-07-01", "2024-12-31"), ("2025-01-01", "2025-04-17")]
MONTHS = [
    *((f"2024-{n:02}-01", f"2024-{n:02}-{last}") for n, last in zip(range(5, 13), (31, 30, 31, 31, 30, 31, 30, 31), strict=True)),
    ("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28"), ("2025-03-01", "2025-03-31"), ("2025-04-01", "2025-04-17"),
]  # fmt: skip


def _count(codes, numbers, source, gate, before=""):
    return codes, f"{before}{HEAD}, {', '.join(numbers)}, {SIDE.format(gate=gate)} {source} {SPREAD}"


def _when(gate, what="*"):
    return f"count({what}) FILTER (WHERE {gate})"


def _distinct(code, keys):
    """Different keys of counting home surveys: grouped first, which is many times faster than count(DISTINCT row)."""
    sides = "sum(n), sum(n) FILTER (WHERE g), sum(w)"
    inner = f"SELECT {HEAD.removeprefix('SELECT ').replace(', t.street_id', ' AS whole, t.street_id')}, bool_or({DONE}) AS g, count(*) AS n, count(*) FILTER (WHERE t.state = 'submitted') AS w"
    grouped = f"{inner} {_records('home_survey')} GROUP BY GROUPING SETS (({keys}), (t.street_id, {keys}))"
    return [code], f"SELECT whole, street_id, count(*) FILTER (WHERE g), {sides} FROM ({grouped}) d GROUP BY 1, 2"


# (the codes of the numbers in their order, the statement)
STATEMENTS = [
    _count(["01"], [_when(FILED, "DISTINCT t.household_id")], _rows("caseload_registerentry", "t.kind = 'household_file' AND t.from_day BETWEEN '2024-04-18' AND '2025-04-17'", "t.from_day"), FILED),
    _count(["02", "03"], [_when(REVISIT, "DISTINCT t.household_id"), _when(REVISIT)], _records("revisit", joined=f"{KEY} {FILE}"), REVISIT, before=LISTS),
    (["04"], f"{LISTS}{HEAD}, date_trunc('quarter', t.day), count(*) {_records('revisit', '2024-07-01', '2024-12-31', f'{KEY} {FILE}')} AND {REVISIT} GROUP BY GROUPING SETS ((3), (t.street_id, 3))"),
    (["05"], _grid("{general}", QUARTERS)),
    (["06"], _grid("{no_request}", HALVES)),
    (["07"], _grid("{case,key}", MONTHS)),
    _count(["08"], [_when(CASEWORK, "DISTINCT t.household_id")], f"FROM caseload_case t JOIN social_assistance a ON a.subject = t.household_id AND t.opened_on BETWEEN a.from_day AND a.to_day {SESSIONS} WHERE {OWN} AND t.kind = 'casework' AND COALESCE(t.opened_on, t.identified_on) BETWEEN '2024-04-18' AND %(on)s AND t.state <> 'draft'", CASEWORK, before=f"WITH {ASSISTED} "),
    _count(["09"], [_when(DONE)], _records("case_session", "2024-05-01", "2025-02-28"), DONE),
    _count(["10", "18p"], [_when(f"t.state = 'accepted' AND {OK} AND t.kind = '{kind}'") for kind in ("exemplar_case", "original_questionnaires")], _rows("services_deliverable", "t.kind = ANY('{exemplar_case,original_questionnaires}')", "t.delivered_on"), f"t.state = 'accepted' AND {OK}"),
    _count(["11"], [_when(GROUPS)], _rows("caseload_group", "t.kind = 'professional' AND t.first_session_on BETWEEN '2024-06-01' AND '2025-01-31'", "t.first_session_on"), GROUPS),
    _count(["12", "13", "14", "15", "16", "17"], [_when(EVENT), *(_when(f"{EVENT} AND {TOPIC} = ANY('{topics}')") for topics in ("{festival}", "{professional}", "{culture,club,volunteer}", "{club}", "{volunteer}"))], _records("event", "2024-06-01", "2025-01-31"), EVENT),
    _count(["18", "18d"], [_when(f"t.state = 'valid' AND {OK} AND t.satisfied"), _when(f"t.state = 'valid' AND {OK}")], _rows("services_answer", "t.kind = 'satisfaction' AND t.day BETWEEN '2024-04-18' AND '2025-04-17'", "t.day"), "t.satisfied"),
    (["19a", "19b", "20", "21"], f"SELECT true, NULL, {', '.join(_when(f'''t.is_verified AND t.post = '{post}' {more}''') for post, more in (('project_lead', '''AND t.side = 'purchaser' '''), ('project_lead', '''AND t.side = 'provider' '''), ('liaison', ''), ('expert', '')))}, count(*) {_rows('contracts_staffpost', NOW, 't.from_day')}"),
    _count(["22", "23"], [_when(f"{DONE} AND t.facts->>'exam_sat' = 'true' AND t.facts->>'training_attended' = 'true'", "DISTINCT t.subject"), _when(f"{DONE} AND t.facts->>'exam_passed' = 'true' AND t.facts->>'selected' = 'true'", "DISTINCT t.subject")], _rows("caseload_registerentry", "t.kind = 'volunteer' AND t.from_day >= '2024-04-18'", "t.from_day"), DONE),
    _count(["24", "26", "27"], [_when(f"{DONE} AND {NOW} AND t.kind = '{kind}' AND {MANY.format('social_workers')}{more}") for kind, more in (("home_visit_team", f" AND {MANY.format('volunteers')}"), ("phone_team", ""), ("field_team", f" AND {MANY.format('volunteers')}"))], _rows("caseload_registerentry", "t.kind = ANY('{home_visit_team,phone_team,field_team}')", "t.from_day"), DONE),
    _distinct("25", "household_id, team_id, day"),
    _distinct("25d", "team_id, day"),
    _count(["28", "28d"], [_when(f"{DONE} AND t.workers >= 2"), _when(DONE)], _records("home_survey").replace("t.kind = 'home_survey'", "t.kind = ANY('{home_survey,revisit}')") + " AND t.mode = 'home'", f"{DONE} AND t.workers >= 2"),
]  # fmt: skip


def measure(contract, areas, on):
    """{code: {subdistrict or None: number}} of the whole table."""
    values = {"tenant": contract.tenant_id, "contract": contract.pk, "areas": areas, "on": on}
    found = {}
    with connection.cursor() as cursor:
        for codes, statement in STATEMENTS:
            cursor.execute(statement, values)
            for whole, street, *numbers in cursor.fetchall():
                scope = None if whole else street
                if codes == ["04"]:
                    found.setdefault("04", {}).setdefault(scope, {})[numbers[0].date()] = Fraction(numbers[1], 486)
                    continue
                for code, number in zip(codes, numbers, strict=False):
                    found.setdefault(code, {})[scope] = Fraction(number)
                if codes[0] in ("05", "06", "07"):
                    found[f"{codes[0]}m"] = {**found.get(f"{codes[0]}m", {}), scope: Fraction(numbers[1])}
    return found

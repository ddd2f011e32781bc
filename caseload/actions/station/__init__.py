"""Every write on a stay at a rescue station, without its clocks and records: services.actions.station adds those.

Who may do what: the provider's people admit, assess, plan, search and hand over; the station confirms, refuses, terminates.
"""

from caseload.actions.station.admission import admit, identify, refuse
from caseload.actions.station.care import assess, confirm_plan, move_bed, note_needs, return_plan, submit_plan
from caseload.actions.station.leaving import begin_leaving, cancel_leaving, discharge, send_home, settle
from caseload.actions.station.papers import add_paper, file_form, note_printed, reveal
from caseload.actions.station.tracing import note_settling, trace

__all__ = [
    "add_paper",
    "admit",
    "assess",
    "begin_leaving",
    "cancel_leaving",
    "confirm_plan",
    "discharge",
    "file_form",
    "identify",
    "move_bed",
    "note_needs",
    "note_printed",
    "note_settling",
    "refuse",
    "return_plan",
    "reveal",
    "send_home",
    "settle",
    "submit_plan",
    "trace",
]

from django.urls import path

from services.views.station import acts, board, papers

urlpatterns = [
    path("station/", board.station, name="station"),
    path("contracts/<uuid:pk>/station/", board.contract_station, name="contract_station"),
    path("contracts/<uuid:pk>/stays/new/", board.new_stay, name="new_stay"),
    path("contracts/<uuid:pk>/stays/refuse/", board.refuse_stay, name="refuse_stay"),
    path("stays/<uuid:pk>/", papers.stay, name="stay"),
    path("stays/<uuid:pk>/assess/", acts.assess_stay, name="assess"),
    path("stays/<uuid:pk>/plan/", acts.plan_stay, name="submit_plan"),
    path("stays/<uuid:pk>/plan/confirm/", acts.confirm_plan, name="confirm_plan"),
    path("stays/<uuid:pk>/plan/return/", acts.return_plan, name="return_plan"),
    path("stays/<uuid:pk>/needs/", acts.needs_of_stay, name="note_needs"),
    path("stays/<uuid:pk>/bed/", acts.move_bed, name="move_bed"),
    path("stays/<uuid:pk>/trace/", acts.trace_stay, name="trace"),
    path("stays/<uuid:pk>/identify/", acts.identify_stay, name="identify"),
    path("stays/<uuid:pk>/settling/", acts.note_settling, name="note_settling"),
    path("stays/<uuid:pk>/leaving/", acts.begin_leaving, name="begin_leaving"),
    path("stays/<uuid:pk>/leaving/cancel/", acts.cancel_leaving, name="cancel_leaving"),
    path("stays/<uuid:pk>/discharge/", acts.discharge_stay, name="discharge"),
    path("stays/<uuid:pk>/settle/", acts.settle_stay, name="settle"),
    path("stays/<uuid:pk>/send-home/", acts.send_home, name="send_home"),
    path("stays/<uuid:pk>/form/", papers.stay_form, name="stay_form"),
    path("stays/<uuid:pk>/papers/add/", papers.add_stay_paper, name="add_stay_paper"),
    path("stays/<uuid:pk>/print/", papers.print_stay, name="print_stay"),
    path("stays/<uuid:pk>/reveal/", papers.reveal_stay, name="reveal_stay"),
    path("stay-papers/<uuid:pk>/", papers.stay_paper, name="stay_paper"),
    path("stay-papers/<uuid:pk>/file/", papers.stay_file, name="stay_file"),
    path("stay-papers/<uuid:pk>/print/", papers.print_stay_paper, name="print_stay_paper"),
]

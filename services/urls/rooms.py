from django.urls import path

from services.views import clocks, incidents, nil_returns, registers, rooms

urlpatterns = [
    path("contracts/<uuid:pk>/rooms/", rooms.rooms, name="rooms"),
    path("contracts/<uuid:pk>/incidents/", incidents.incidents, name="incidents"),
    path("contracts/<uuid:pk>/incidents/new/", incidents.new_incident, name="new_incident"),
    path("incidents/<uuid:pk>/", incidents.incident, name="incident"),
    path("incidents/<uuid:pk>/confirm/", incidents.confirm_incident, name="confirm_incident"),
    path("incidents/<uuid:pk>/dismiss/", incidents.dismiss_incident, name="dismiss_incident"),
    path("incidents/<uuid:pk>/close/", incidents.close_incident, name="close_incident"),
    path("incidents/<uuid:pk>/papers/", incidents.add_incident_paper, name="add_incident_paper"),
    path("incidents/<uuid:pk>/papers/<uuid:paper>/", incidents.incident_paper, name="incident_paper"),
    path("contracts/<uuid:pk>/nil-returns/", nil_returns.nil_returns, name="nil_returns"),
    path("contracts/<uuid:pk>/nil-returns/file/", nil_returns.file_nil_return, name="file_nil_return"),
    path("contracts/<uuid:pk>/clocks/", clocks.clocks, name="clocks"),
    path("contracts/<uuid:pk>/clocks/start/", clocks.start_clock, name="start_clock"),
    path("contracts/<uuid:pk>/clocks/new/", clocks.new_clock, name="new_clock"),
    path("clocks/<uuid:pk>/", clocks.clock_page, name="clock"),
    path("clocks/<uuid:pk>/stop/", clocks.stop_clock, name="stop_clock"),
    path("clocks/<uuid:pk>/void/", clocks.void_clock, name="void_clock"),
    path("clocks/<uuid:pk>/papers/", clocks.add_clock_paper, name="add_clock_paper"),
    path("clocks/<uuid:pk>/papers/<uuid:paper>/", clocks.clock_paper, name="clock_paper"),
    path("contracts/<uuid:pk>/registers/", registers.registers, name="registers"),
    path("contracts/<uuid:pk>/registers/<slug:code>/", registers.register, name="register"),
    path("contracts/<uuid:pk>/registers/<slug:code>/new/", registers.new_register_entry, name="new_register_entry"),
    path("register-entries/<uuid:pk>/", registers.edit_register_entry, name="edit_register_entry"),
    path("register-entries/<uuid:pk>/leave/", registers.leave_register_entry, name="leave_register_entry"),
]

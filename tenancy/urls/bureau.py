"""Addresses of a tenant's own administration."""

from django.urls import path

from tenancy.views import people, setup, trail

app_name = "tenancy"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<uuid:pk>/end/", people.end_membership, name="end_membership"),
    path("people/<uuid:pk>/reset/", people.reset_password, name="reset_password"),
    path("invitations/<uuid:pk>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("organisations/", setup.organisations, name="organisations"),
    path("organisations/add/", setup.add_organisation, name="add_organisation"),
    path("calendar/", setup.calendar, name="calendar"),
    path("calendar/day/", setup.set_calendar_day, name="set_calendar_day"),
    path("calendar/day/<uuid:pk>/clear/", setup.clear_calendar_day, name="clear_calendar_day"),
    path("calendar/import/", setup.import_year, name="import_year"),
    path("calendar/year/", setup.publish_year, name="publish_year"),
    path("audit/", trail.audit_trail, name="audit"),
]

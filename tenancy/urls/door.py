"""Addresses outside any tenant: sign-in, choosing what to act as, invitations, one's own password."""

from django.urls import path

from tenancy.views import door

urlpatterns = [
    path("", door.home, name="home"),
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("choose/", door.choose_membership, name="choose_membership"),
    path("password/", door.change_password, name="change_password"),
    path("invitation/<str:token>/", door.invitation, name="invitation"),
]

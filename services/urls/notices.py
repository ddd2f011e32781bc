from django.urls import path

from services.views import notices

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.read_notices, name="read_notices"),
    path("notices/preference/", notices.notice_preference, name="notice_preference"),
]

from django.urls import path

from services.views import attendance

urlpatterns = [
    path("records/<uuid:pk>/attendance/", attendance.attendance, name="attendance"),
    path("records/<uuid:pk>/attendance/roll/", attendance.call_roll, name="call_roll"),
    path("records/<uuid:pk>/attendance/add/", attendance.add_guest, name="add_guest"),
    path("records/<uuid:pk>/attendance/code/", attendance.open_code, name="open_code"),
    path("records/<uuid:pk>/attendance/sheet/", attendance.file_sheet, name="file_sheet"),
    path("attendances/<uuid:pk>/strike/", attendance.strike, name="strike_attendance"),
    path("attendances/<uuid:pk>/person/", attendance.recognise, name="recognise_attendance"),
    path("sign-in-codes/<uuid:pk>/", attendance.sign_in_code, name="sign_in_code"),
    path("sign-in-codes/<uuid:pk>/close/", attendance.close_code, name="close_code"),
    path("groups/<uuid:pk>/attendance/", attendance.group_attendance, name="group_attendance"),
]

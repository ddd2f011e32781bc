from services.urls import attendance, indicators, kinds, records, reports, rooms, station

app_name = "services"
urlpatterns = [
    *records.urlpatterns,
    *attendance.urlpatterns,
    *indicators.urlpatterns,
    *reports.urlpatterns,
    *kinds.urlpatterns,
    *rooms.urlpatterns,
    *station.urlpatterns,
]

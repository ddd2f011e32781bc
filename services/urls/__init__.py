from services.urls import indicators, records, reports

app_name = "services"
urlpatterns = [*records.urlpatterns, *indicators.urlpatterns, *reports.urlpatterns]

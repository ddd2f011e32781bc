from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "tenancy"
    verbose_name = "租户"

    def ready(self):
        from tenancy import guard

        # Not a model signal: every new database connection gets the guard that refuses unscoped tenant queries.
        connection_created.connect(guard.watch, dispatch_uid="tenancy.guard")

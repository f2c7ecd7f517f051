from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MunicipalitiesConfig(AppConfig):
    name = "portal.municipalities"
    label = "municipalities"
    verbose_name = "Municipalities"

    def ready(self) -> None:
        from portal import checks  # noqa: F401 - registers the checks of the settings
        from portal.municipalities.grants import create_cache_table, grant_to_site_role
        from portal.municipalities.reference import load_municipalities

        # All tables exist when the first app's signal comes, so once is enough; the order is the order of need.
        post_migrate.connect(load_municipalities, sender=self)
        post_migrate.connect(create_cache_table, sender=self)
        post_migrate.connect(grant_to_site_role, sender=self)

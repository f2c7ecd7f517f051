from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VolunteersConfig(AppConfig):
    name = "volunteers"
    verbose_name = "Volunteers"

    def ready(self) -> None:
        from volunteers import receivers  # noqa: F401 - connects them
        from volunteers.boundary import own_receivers  # noqa: F401 - connects them
        from volunteers.boundary import receivers as boundary_receivers  # noqa: F401 - connects them
        from volunteers.boundary.reference import load_task_types

        post_migrate.connect(load_task_types, sender=self)

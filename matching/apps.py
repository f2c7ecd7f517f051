from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = "Matching"

    def ready(self) -> None:
        from matching import receivers  # noqa: F401 - connects the receivers
        from matching.engine.codes import number_codes
        from matching.reception.loader import load_templates

        post_migrate.connect(number_codes, sender=self)
        post_migrate.connect(load_templates, sender=self)

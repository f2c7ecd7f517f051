from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LanguagesConfig(AppConfig):
    name = "portal.languages"
    label = "languages"
    verbose_name = "Languages"

    def ready(self) -> None:
        from portal.languages.registry import make_known
        from portal.languages.texts.files import sync_texts

        make_known()
        post_migrate.connect(sync_texts, sender=self)

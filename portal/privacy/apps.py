from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "portal.privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from portal.privacy import checks  # noqa: F401 - registers the check of the setting

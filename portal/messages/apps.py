from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "portal.messages"
    label = "portal_messages"
    verbose_name = "Messages"

    def ready(self) -> None:
        from portal.messages import checks  # noqa: F401 - registers the checks of the settings

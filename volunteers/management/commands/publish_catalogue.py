"""`manage.py publish_catalogue`: task types whose day has come hold from now on."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from volunteers.boundary.schedule import publish_due


class Command(BaseCommand):
    help = "Publishes the task types that operators have scheduled. The clock runs it every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        for code in publish_due(now=timezone.now()):
            self.stdout.write(code)

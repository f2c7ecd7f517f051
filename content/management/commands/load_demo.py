"""manage.py load_demo: three municipalities, some sixty volunteers and twenty-five households, all invented."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from content.demo.loader import DemoLoader
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Loads the demo into an empty portal: invented people at real places."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords and is for one's own machine only (DEBUG is off).")
        if Municipality.objects.joined().exists():
            self.stdout.write("A municipality has joined already: the demo is left as it is.")
            return
        DemoLoader(timezone.now()).load()
        self.stdout.write("The demo is loaded.")

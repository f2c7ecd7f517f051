"""`manage.py pass_meetings`: meetings whose time is over, and those of matches that do not go on."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.meetings import pass_meetings
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Notes which first meetings are over, in every municipality. The clock runs it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            over = pass_meetings(municipality=municipality.code, now=now, record=Record(SYSTEM, municipality.code))
            if over:
                self.stdout.write(f"{municipality.name}: {over}")

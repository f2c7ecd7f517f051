"""`manage.py end_breaks`: volunteers and matches whose break is over go on by themselves."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services import pauses
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality
from volunteers.services import end_breaks


class Command(BaseCommand):
    help = "Ends the breaks whose last day has come, in every municipality. The clock runs it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            record = Record(SYSTEM, municipality.code)
            back = end_breaks(municipality=municipality.code, now=now, record=record)
            going_on = pauses.end_breaks(municipality=municipality.code, now=now, record=record)
            if back or going_on:
                self.stdout.write(f"{municipality.name}: {back + going_on}")

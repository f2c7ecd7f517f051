"""`manage.py remind_steps`: tell coordinators and departments in the morning how many steps of receptions wait."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.reception_steps import remind_due
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Reminds of steps that are due or overdue, once a day, in every municipality. The clock runs it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            told = remind_due(municipality=municipality, now=now, record=Record(SYSTEM, municipality.code))
            if told:
                self.stdout.write(f"{municipality.name}: {told} reminded of steps")

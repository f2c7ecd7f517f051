"""`manage.py ask_check_ins`: ask both sides of each match how it is going, on the day planned for it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.check_ins import ask_due, lapse_unanswered
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Asks those whose day has come how it is going, in every municipality. The clock runs it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            record = Record(SYSTEM, municipality.code)
            asked = ask_due(municipality=municipality.code, now=now, record=record)
            late = lapse_unanswered(municipality=municipality.code, now=now, record=record)
            if asked or late:
                self.stdout.write(f"{municipality.name}: {asked} asked, {late} without an answer")

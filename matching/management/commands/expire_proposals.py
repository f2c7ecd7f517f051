"""`manage.py expire_proposals`: free both sides of the proposals that nobody answered in time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.proposals import expire
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Ends the proposals whose time is over, in every municipality. The clock runs it every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for municipality in Municipality.objects.joined():
            ended = expire(municipality=municipality.code, now=now, record=Record(SYSTEM, municipality.code))
            if ended:
                self.stdout.write(f"{municipality.name}: {ended}")

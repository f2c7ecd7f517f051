"""`manage.py tell_of_ending_consents`: writes to those whose yes to being suggested runs out within a month."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.consent_ends import tell_of_ending_consents
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Writes once to those whose yes to being suggested ends within a month."

    def handle(self, *args: Any, **options: Any) -> None:
        for code in Municipality.objects.joined().values_list("pk", flat=True):
            tell_of_ending_consents(municipality=code, now=timezone.now(), record=Record(SYSTEM, code))

"""`manage.py mind_hand_overs`: closes what no household answered, reminds departments, and tells advisers of delays."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.services.hand_over_work import mind_hand_overs
from matching.services.hand_overs import lapse_hand_overs
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Closes unanswered hand-overs, reminds of those due tomorrow, and escalates those that are late."

    def handle(self, *args: Any, **options: Any) -> None:
        for code in Municipality.objects.joined().values_list("pk", flat=True):
            now, record = timezone.now(), Record(SYSTEM, code)
            lapse_hand_overs(municipality=code, now=now, record=record)
            mind_hand_overs(municipality=code, now=now, record=record)

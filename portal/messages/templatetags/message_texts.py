"""Messages in templates for employees: what they are about, in the employee's language."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils.translation import get_language

from portal.languages.models import Text
from portal.languages.texts.registry import PLACEHOLDER
from portal.messages.models import Message

register = template.Library()
# Every text is there in Danish.
ALWAYS_THERE = "da"
# Stands for a day or a place that the message named.
LEFT_OUT = "…"


@register.simple_tag
def with_subjects(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """Each message with the subject of its text as the reader would have got it. One query for all."""
    found = list(messages)
    reader = get_language() or ALWAYS_THERE
    rows = Text.objects.filter(code__in={message.text for message in found}, language__in={reader, ALWAYS_THERE})
    known = {(row.code, row.language): row.subject for row in rows.in_force()}
    return [
        (message, _filled(known.get((message.text, reader)) or known.get((message.text, ALWAYS_THERE), "")))
        for message in found
    ]


def _filled(subject: str) -> str:
    values = {"portal": settings.PORTAL_NAME}
    return PLACEHOLDER.sub(lambda place: values.get(place[1], LEFT_OUT), subject)

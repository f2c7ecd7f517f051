"""Codes of volunteers and households in the reader's words. Each filter takes one code or a list of codes."""

from collections.abc import Iterable

from django import template
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from volunteers.choices import (
    PARTS_OF_DAY,
    SLOTS,
    WEEKDAYS,
    AgeBand,
    ChildAge,
    HelpKind,
    HouseholdType,
    Interest,
)

register = template.Library()
Codes = str | Iterable[str] | None


def _names(codes: Codes, choices: type[TextChoices]) -> str:
    labels = dict(choices.choices)
    wanted = [codes] if isinstance(codes, str) else list(codes or [])
    # In the order of the choices, whatever the order they were ticked in.
    return ", ".join(str(labels[code]) for code in labels if code in wanted)


@register.filter
def kind_name(codes: Codes) -> str:
    return _names(codes, HelpKind)


@register.filter
def household_type_name(codes: Codes) -> str:
    return _names(codes, HouseholdType)


@register.filter
def age_band_name(codes: Codes) -> str:
    return _names(codes, AgeBand)


@register.filter
def child_age_names(codes: Codes) -> str:
    return _names(codes, ChildAge)


@register.filter
def interest_names(codes: Codes) -> str:
    return _names(codes, Interest)


@register.filter
def slot_names(codes: Codes) -> str:
    """Free times in words, one part for each set of days with the same times: "Tuesday, Thursday evening"."""
    wanted = {codes} if isinstance(codes, str) else set(codes or [])
    if wanted >= set(SLOTS):
        return _("any time")
    days_with: dict[tuple[str, ...], list[str]] = {}
    for day in WEEKDAYS:
        parts = tuple(part for part in PARTS_OF_DAY if f"{day}-{part}" in wanted)
        if parts:
            days_with.setdefault(parts, []).append(day)
    return "; ".join(_days_and_parts(days, parts) for parts, days in days_with.items())


def _days_and_parts(days: list[str], parts: tuple[str, ...]) -> str:
    day_names = ", ".join(str(WEEKDAYS[day]) for day in days)
    part_names = ", ".join(str(PARTS_OF_DAY[part]) for part in parts)
    if len(days) == len(WEEKDAYS):
        return _("%(parts)s every day") % {"parts": part_names}
    if len(parts) == len(PARTS_OF_DAY):
        return _("%(days)s all day") % {"days": day_names}
    return _("%(days)s %(parts)s") % {"days": day_names, "parts": part_names}

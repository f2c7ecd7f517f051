"""Form widgets that volunteers and advisers meet."""

from typing import Any

from django import forms
from django.utils.text import format_lazy

from volunteers.choices import PARTS_OF_DAY, WEEKDAYS

SLOT_CHOICES = [
    (f"{day}-{part}", format_lazy("{} {}", day_name, part_name))
    for day, day_name in WEEKDAYS.items()
    for part, part_name in PARTS_OF_DAY.items()
]


class WeekGrid(forms.CheckboxSelectMultiple):
    """The 21 free times of a week: a column for each day, on the phone a line. Plain checkboxes."""

    template_name = "volunteers/widgets/week_grid.html"

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = SLOT_CHOICES) -> None:
        super().__init__(attrs, choices)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        context["widget"]["days"] = [
            {"name": day_name, "slots": [_slot(option) for option in options if _day(option) == day]}
            for day, day_name in WEEKDAYS.items()
        ]
        return context


class FoldedGroups(forms.CheckboxSelectMultiple):
    """Checkboxes in groups: the first stands open, the others are folded unless something is ticked there."""

    template_name = "volunteers/widgets/folded_groups.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["groups"] = [
            {"title": title, "options": options, "ticked": any(option["selected"] for option in options)}
            for title, options, _ in context["widget"]["optgroups"]
        ]
        return context


def _day(option: dict[str, Any]) -> str:
    return str(option["value"]).partition("-")[0]


def _slot(option: dict[str, Any]) -> dict[str, Any]:
    part = str(option["value"]).partition("-")[2]
    return {**option, "part": PARTS_OF_DAY[part]}


class SlotsField(forms.MultipleChoiceField):
    """Free times, chosen in the week grid; cleans to a list of codes of volunteers.choices.SLOTS."""

    widget = WeekGrid

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": SLOT_CHOICES, **kwargs})

"""Narrowing the coordinator's list of volunteers."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.languages.registry import choices as language_choices
from volunteers.choices import HelpKind
from volunteers.lifecycle import VolunteerState
from volunteers.models import Volunteer


class VolunteerFilter(django_filters.FilterSet):
    """By state, kind of help and language. Without a choice of state, those who have stopped are left out."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=VolunteerState.choices, empty_label=_("All who have not stopped")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of help"), choices=HelpKind.choices, empty_label=_("All"), method="offering"
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=language_choices, empty_label=_("All"), method="speaking"
    )

    class Meta:
        model = Volunteer
        fields = ("state", "kind", "language")

    @property
    def form(self) -> Any:
        form = super().form
        form.mark_optional = False
        return form

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.exclude(state=VolunteerState.LEFT)

    def offering(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(offers__kind=value, offers__open=True)

    def speaking(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(party__spoken_languages__language=value)

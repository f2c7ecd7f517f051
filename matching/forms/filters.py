"""Searching the households."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import Household, Request
from matching.states import RequestState
from portal.accounts.models import User
from portal.languages.models import SpokenLanguage
from portal.languages.registry import choices as language_choices
from volunteers.choices import REQUEST_KINDS


class HouseholdFilter(django_filters.FilterSet):
    """By name, by a language, by a wish, and an adviser's own. State and kind are asked of one and the same wish."""

    q = django_filters.CharFilter(
        field_name="display_name",
        lookup_expr="icontains",
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Wish"),
        choices=[(kind.value, kind.label) for kind in REQUEST_KINDS],
        empty_label=_("All wishes"),
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=RequestState.choices, empty_label=_("All states"))
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=language_choices, empty_label=_("All languages"), method="speaking"
    )

    # Links set these two, and the search form hands them on.
    mine = django_filters.CharFilter(method="of_adviser", widget=forms.HiddenInput)
    closed = django_filters.CharFilter(method="as_they_are", widget=forms.HiddenInput)

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, adviser: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adviser = adviser

    def get_form_class(self) -> type[forms.Form]:
        """In a search nothing is required, so nothing is called optional."""
        return type("HouseholdSearch", (super().get_form_class(),), {"mark_optional": False})

    def filter_queryset(self, queryset: QuerySet[Household]) -> QuerySet[Household]:
        wanted = {name: self.form.cleaned_data.pop(name, "") for name in ("kind", "state")}
        queryset = super().filter_queryset(queryset)
        self.form.cleaned_data.update(wanted)
        asked = {name: value for name, value in wanted.items() if value}
        if not asked:
            return queryset
        # The households are within a municipality already, and a wish lives where its household does.
        wishes = Request.objects.following("the wishes of households in scope")
        return queryset.filter(Exists(wishes.filter(household=OuterRef("pk"), **asked)))

    def speaking(self, queryset: QuerySet[Household], name: str, value: Any) -> QuerySet[Household]:
        """Those who speak a language, at whatever level."""
        spoken = SpokenLanguage.objects.following("the languages of households in scope")
        return queryset.filter(Exists(spoken.filter(party=OuterRef("party"), language=value)))

    def of_adviser(self, queryset: QuerySet[Household], name: str, value: str) -> QuerySet[Household]:
        """Those whose adviser is asking."""
        return queryset.filter(adviser=self.adviser) if value == "1" else queryset

    def as_they_are(self, queryset: QuerySet[Household], name: str, value: str) -> QuerySet[Household]:
        """The list has been asked already whether it holds the open cases or the closed ones."""
        return queryset

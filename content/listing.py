"""The list of needs that a visitor filters: by place and distance, language, kind, time and words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.models import NeedPage
from content.models.need import NeedQuerySet
from portal.languages.registry import choices as language_choices
from portal.places.distance import kilometres
from portal.places.forms import PostcodeField
from portal.places.postcodes import Postcode
from volunteers.choices import AgeBand, HelpKind

DISTANCES_KM = (5, 10, 20, 50, 100)
WHEN = (("14", _("Within two weeks")), ("31", _("Within a month")), ("92", _("Within three months")))


class PostcodeFilter(django_filters.Filter):
    """Checks what was typed; sorting and limiting by distance needs both fields and is done in `Listing`."""

    field_class = PostcodeField

    def filter(self, queryset: NeedQuerySet, value: Postcode | None) -> NeedQuerySet:
        return queryset


class NeedSearchForm(forms.Form):
    """The search as a whole."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("km") and not cleaned.get("postnr") and "postnr" not in self.errors:
            self.add_error("km", _("Write a postcode or a town too, so that there is somewhere to measure from."))
        return cleaned


class NeedFilter(django_filters.FilterSet):
    """Every field may be left empty; the address of the page holds all of them, so a search can be shared."""

    postnr = PostcodeFilter(label=_("Postcode or town"))
    km = django_filters.ChoiceFilter(
        label=_("At most this far"),
        choices=[(str(km), _("%(km)s km") % {"km": km}) for km in DISTANCES_KM],
        empty_label=_("Any distance"),
        method="leave",
    )
    hjaelp = django_filters.ChoiceFilter(
        field_name="kind", label=_("Kind of help"), choices=HelpKind.choices, empty_label=_("Every kind")
    )
    sprog = django_filters.ChoiceFilter(
        label=_("Language"), choices=language_choices, empty_label=_("Every language"), method="by_language"
    )
    hvornaar = django_filters.ChoiceFilter(label=_("Needed"), choices=WHEN, empty_label=_("Any time"), method="by_time")
    alder = django_filters.ChoiceFilter(
        label=_("Your age"), choices=AgeBand.choices, empty_label=_("Any age"), method="by_age"
    )
    ord = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=100)

    class Meta:
        model = NeedPage
        fields: list[str] = []
        form = NeedSearchForm

    def leave(self, queryset: NeedQuerySet, name: str, value: str) -> NeedQuerySet:
        return queryset

    def by_language(self, queryset: NeedQuerySet, name: str, value: str) -> NeedQuerySet:
        return queryset.filter(languages__contains=[value])

    def by_age(self, queryset: NeedQuerySet, name: str, value: str) -> NeedQuerySet:
        return queryset.filter(Q(age_bands=[]) | Q(age_bands__contains=[value]))

    def by_time(self, queryset: NeedQuerySet, name: str, value: str) -> NeedQuerySet:
        last = timezone.localdate() + timedelta(days=int(value))
        # A need without a day is open all the time.
        return queryset.filter(Q(needed_by=None) | Q(needed_by__lte=last))

    def by_words(self, queryset: NeedQuerySet, name: str, value: str) -> NeedQuerySet:
        vector = SearchVector("title", "intro", "body", config="danish")
        query = SearchQuery(value, config="danish", search_type="websearch")
        return queryset.annotate(words=vector).filter(words=query)


@dataclass(frozen=True)
class ListedNeed:
    """A need with its distance from the postcode asked about, in km (None without one)."""

    page: NeedPage
    km: float | None


@dataclass(frozen=True)
class Wider:
    """A search that would find something: what to leave out, and how many needs that gives."""

    label: str
    without: str
    count: int


class Listing:
    """One search: the needs found, nearest first, and what to widen when there are none."""

    def __init__(self, data: Any) -> None:
        self._data = data
        today = timezone.localdate()
        self.filter = NeedFilter(data, queryset=NeedPage.objects.current(today))

    @property
    def form(self) -> forms.Form:
        form = self.filter.form
        form.mark_optional = False  # every field of a search is
        return form

    def needs(self) -> list[ListedNeed]:
        """What fits; nearest first when a place is given, else the newest first. A wrong field finds nothing."""
        if not self.form.is_valid():
            return []
        place: Postcode | None = self.form.cleaned_data["postnr"]
        pages = list(self.filter.qs)
        if place is None:
            return [ListedNeed(page, None) for page in pages]
        listed = [ListedNeed(page, _km(place, page)) for page in pages]
        limit = self.form.cleaned_data["km"]
        near = [need for need in listed if not limit or (need.km is not None and need.km <= int(limit))]
        return sorted(near, key=lambda need: (need.km is None, need.km, need.page.pk))

    def wider(self) -> list[Wider]:
        """For an empty list: each field whose removal alone would find something, the most first."""
        if not self.form.is_valid():
            return []
        given = [name for name in self.form.fields if self._data.get(name) and name != "postnr"]
        found = [
            Wider(str(self.form.fields[name].label), name, len(Listing(self._without(name)).needs())) for name in given
        ]
        return sorted((item for item in found if item.count), key=lambda item: -item.count)

    def address_without(self, name: str) -> str:
        """The query string of the same search without one field."""
        return self._without(name).urlencode()

    def _without(self, name: str) -> Any:
        data = self._data.copy()
        data.pop(name, None)
        return data


def _km(place: Postcode, page: NeedPage) -> float | None:
    if page.latitude is None or page.longitude is None:
        return None
    return kilometres(place.latitude, place.longitude, page.latitude, page.longitude)

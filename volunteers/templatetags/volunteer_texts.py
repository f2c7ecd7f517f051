"""Codes of volunteers and households in the reader's words. Each filter takes one code or a list of codes."""

from django import template

from volunteers import words
from volunteers.boundary.sources import to_look_up

register = template.Library()

register.filter("kind_name", words.kinds)
register.filter("household_type_name", words.household_type)
register.filter("age_band_name", words.adult_bands)
register.filter("child_age_names", words.child_bands)
register.filter("interest_names", words.interests)
register.filter("who_is_met", words.who_is_met)
register.filter("slot_names", words.slots)
register.filter("source_to_look_up", to_look_up)

"""A draft's codes in templates, in the reader's words."""

from django import template

from matching.words.drafts import obstacles_text, why_text

register = template.Library()

register.filter("obstacles_in_words", obstacles_text)
register.filter("why_in_words", why_text)

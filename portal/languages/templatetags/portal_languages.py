"""Languages in templates: the switch at the top of every page, and the names of what people speak."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.languages.models import Level
from portal.languages.registry import all_languages

register = template.Library()


@register.inclusion_tag("includes/language_links.html", takes_context=True)
def language_links(context: dict[str, Any]) -> dict[str, Any]:
    """Links to this very page, with its query string, in each of the portal's languages."""
    request = context.get("request")
    return {"links": _links(request) if request else []}


@register.simple_tag(takes_context=True)
def language_addresses(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The same page in each language with its full address, for `<link rel="alternate">`."""
    request = context.get("request")
    return _links(request) if request else []


def _links(request: HttpRequest) -> list[dict[str, Any]]:
    current = get_language()
    here = request.get_full_path()
    links = []
    for code, autonym in settings.LANGUAGES:
        address = translate_url(here, code)
        links.append(
            {
                "code": code,
                "name": autonym,
                "address": address,
                "full_address": request.build_absolute_uri(address),
                "is_current": code == current,
            }
        )
    return links


@register.filter
def language_name(code: str) -> SafeString | str:
    """The language's name for the reader, or in itself; the code itself if the portal does not know it."""
    known = all_languages().get(code)
    if known is None:
        return str(code)
    return autonym(code) if known.name == known.autonym else known.name


@register.filter
def autonym(code: str) -> SafeString | str:
    """The language's name in itself, marked so that it is read and written the right way."""
    known = all_languages().get(code)
    if known is None:
        return str(code)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', known.code, known.direction, known.autonym)


@register.filter
def level_name(level: int | str) -> str:
    """How well a language is spoken, in words."""
    return str(Level(int(level)).label)

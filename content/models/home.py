"""The national front page and the one entrance of each municipality."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from content.forms import TextPageForm
from content.models.need import NeedPage
from portal.municipalities.models import Municipality

PLAIN_TEXT = ["bold", "italic", "h3", "ol", "ul", "link"]


class NationalHomePage(Page):
    """Says what the portal is for, and leads to each municipality and to the needs."""

    intro = models.TextField(_("introduction"), max_length=400)
    body = RichTextField(_("text"), features=PLAIN_TEXT, blank=True)

    base_form_class = TextPageForm
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["content.MunicipalityPage"]
    max_count = 1
    template = "content/national_home.html"

    class Meta:
        verbose_name = _("national front page")
        verbose_name_plural = _("national front pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "municipality_pages": MunicipalityPage.objects.live()
            .select_related("municipality")
            .order_by("municipality__sort_key"),
            "needs": NeedPage.objects.current(timezone.localdate())[:3],
        }


class MunicipalityPage(Page):
    """The same structure for every municipality: who it is, what is needed, who does what, whom to call."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, related_name="page", verbose_name=_("municipality")
    )
    tagline = models.CharField(_("one line about the municipality"), max_length=160)
    body = RichTextField(_("welcome text"), features=PLAIN_TEXT)
    municipality_does = RichTextField(_("what the municipality does"), features=PLAIN_TEXT, blank=True)
    volunteers_do = RichTextField(_("what volunteers do"), features=PLAIN_TEXT, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=160, blank=True)

    base_form_class = TextPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("tagline"),
        FieldPanel("body"),
        FieldPanel("municipality_does"),
        FieldPanel("volunteers_do"),
        FieldPanel("opening_hours"),
    ]
    parent_page_types: ClassVar[list[str]] = ["content.NationalHomePage"]
    subpage_types: ClassVar[list[str]] = ["content.NeedPage"]
    template = "content/municipality.html"

    class Meta:
        verbose_name = _("municipality's page")
        verbose_name_plural = _("municipalities' pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "needs": NeedPage.objects.current(timezone.localdate()).child_of(self),
        }

"""The list of texts in the editor, and the page where one of them is corrected. For operators: all share the texts."""

from typing import Any

import django_filters
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from portal.audit.record import Actor, Record
from portal.languages.forms import TextForm
from portal.languages.models import Text
from portal.languages.registry import all_languages
from portal.languages.texts import REGISTRY, sms_parts
from portal.languages.texts.registry import PLACEHOLDER
from portal.languages.texts.writing import Outdated, write_version

BESIDE = ("da", "en")  # what an editor compares with


class OperatorsOnly(BasePermissionPolicy):
    """The texts are common to all municipalities: those who run the portal read and correct them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return user.is_active and user.is_superuser and action in {"change", "view"}

    def users_with_any_permission(self, actions: Any) -> QuerySet:
        return get_user_model().objects.filter(is_active=True, is_superuser=True)


def language_label(code: str) -> str:
    """A language's name for the reader."""
    return all_languages()[code].name


def language_choices() -> list[tuple[str, str]]:
    """The languages that texts are written in."""
    return [(code, language_label(code)) for code in settings.PHONE_LANGUAGES]


class TextFilters(WagtailFilterSet):
    """By text, by language, and by whether somebody who speaks the language has read it."""

    code = django_filters.ChoiceFilter(label=_("Text"), choices=[(code, code) for code in REGISTRY])
    language = django_filters.ChoiceFilter(label=_("Language"), choices=language_choices)
    reviewed_at = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("draft", _("machine draft")), ("reviewed", _("reviewed"))],
        method="by_state",
    )

    class Meta:
        model = Text
        fields = ["code", "language"]

    def by_state(self, rows: QuerySet[Text], name: str, value: str) -> QuerySet[Text]:
        return rows.filter(reviewed_at__isnull=value == "draft")


def in_its_language(language: str, text: str) -> SafeString:
    """Text marked so that it is read aloud and written the right way."""
    return format_html('<span lang="{}" dir="{}">{}</span>', language, all_languages()[language].direction, text)


def sms_label(row: Text) -> str:
    """How many SMS it fills before the values are put in; a text of e-mails only fills none."""
    if row.code not in REGISTRY or not REGISTRY[row.code].sms:
        return str(_("not by SMS"))
    parts = sms_parts(PLACEHOLDER.sub("", row.text))
    return ngettext("%(count)s SMS", "%(count)s SMS", parts) % {"count": parts}


def state_label(row: Text) -> str:
    """Whether somebody who speaks the language has read it."""
    return str(_("machine draft") if row.is_draft else _("reviewed"))


class TextList(generic.IndexView):
    """The version in force of each text in each language."""

    filterset_class = TextFilters
    default_ordering = ["code", "language"]

    def get_base_queryset(self) -> QuerySet[Text]:
        return Text.objects.filter(code__in=REGISTRY).in_force()


class TextEdit(generic.EditView):
    """Correcting a text. A new version is written; the old one stays, for those who agreed to it."""

    page_title = _("Correct a text")

    def get_queryset(self) -> QuerySet[Text]:
        return Text.objects.filter(code__in=REGISTRY)

    def get_page_subtitle(self) -> str:
        return f"{self.object.code} – {language_label(self.object.language)}"

    def form_valid(self, form: TextForm) -> HttpResponse:
        self.form = form
        try:
            written = self._write(form)
        except Outdated:
            form.add_error(
                None, _("Somebody has written a newer version in the meantime. Open it from the list and correct that.")
            )
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)
        said = {"version": written.version, "parts": sms_label(written)}
        messages.success(self.request, _("Saved as version %(version)s (%(parts)s).") % said)
        return redirect(self.get_success_url())

    def _write(self, form: TextForm) -> Text:
        return write_version(
            Text.objects.get(pk=self.object.pk),  # the form has written on the one that was shown
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            user=self.request.user,
            is_reviewed=form.cleaned_data["is_reviewed"],
            now=timezone.now(),
            record=Record(Actor.of(self.request.user), None),
        )

    def get_side_panels(self) -> list[Any]:
        """None: Wagtail's own history knows nothing of versions."""
        from wagtail.admin.ui.components import MediaContainer

        return MediaContainer([])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = Text.objects.get(pk=self.object.pk)
        same = Text.objects.filter(code=shown.code)
        beside = same.filter(language__in=BESIDE).exclude(language=shown.language).in_force()
        return context | {
            "shown": shown,
            "state": state_label(shown),
            "is_sms": REGISTRY[shown.code].sms,
            "sms": sms_label(shown),
            "beside": [(row, all_languages()[row.language]) for row in beside],
            "earlier": same.filter(language=shown.language).exclude(pk=shown.pk).order_by("-version"),
            "direction": all_languages()[shown.language].direction,
        }


class TextViewSet(ModelViewSet):
    """Texts in the editor's menu."""

    model = Text
    icon = "openquote"
    menu_label = _("Texts")
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = TextList
    edit_view_class = TextEdit
    edit_template_name = "languages/correct_text.html"
    search_fields = ["code", "subject", "text"]
    search_backend_name = None
    list_per_page = 50
    list_display = [
        TitleColumn("code", label=_("Text"), url_name="text:edit", sort_key="code"),
        Column("language", label=_("Language"), accessor=lambda row: language_label(row.language), sort_key="language"),
        Column("subject", label=_("Subject"), accessor=lambda row: in_its_language(row.language, row.subject)),
        Column("sms", label=_("Length"), accessor=sms_label),
        Column("state", label=_("State"), accessor=state_label, sort_key="reviewed_at"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[TextForm]:
        return TextForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Texts are neither added nor removed here, and their versions are their history."""
        absent = dict.fromkeys(["add_url_name", "delete_url_name", "history_url_name", "usage_url_name"])
        return super().get_common_view_kwargs(**kwargs) | absent

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in {"index", "index_results", "edit"}]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """No group can be given the texts: see OperatorsOnly."""
        return Permission.objects.none()

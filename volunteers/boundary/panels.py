"""How the form of a task type is laid out: facts, a tab for each language that is complete, and one for the others."""

from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel, PublishingPanel, TabbedInterface
from wagtail.admin.widgets import AdminDateTimeInput

from portal.languages.registry import all_languages
from volunteers.boundary.changes import TextComparison
from volunteers.boundary.edit_form import COMPLETE, TEXT_FIELDS, TaskTypeForm, field_name

# Wagtail's own: the fields of a schedule that was not kept are put back when its dialog closes.
_IN_DIALOG = {
    "data-controller": "w-action",
    "data-action": "w-dialog:hidden->w-action#reset",
    "data-w-dialog-target": "notify",
}


class TextPanel(FieldPanel):
    """One text in one language. It stands in a row of its own, so Wagtail has to be told how two are compared."""

    def __init__(self, field: str, language: str, **options: Any) -> None:
        super().__init__(field_name(field, language), **options)
        self.field, self.language = field, language

    def clone_kwargs(self) -> dict[str, Any]:
        options = super().clone_kwargs()
        del options["field_name"]
        return options | {"field": self.field, "language": self.language}

    class BoundPanel(FieldPanel.BoundPanel):
        def get_comparison(self) -> list[Any]:
            return [partial(TextComparison, self.panel.field, self.panel.language)]


class HoldsFromPanel(PublishingPanel):
    """From when the wording holds. A task type does not expire: it is replaced."""

    def __init__(self, **options: Any) -> None:
        moment = AdminDateTimeInput(js_overlay_parent_selector="#schedule-publishing-dialog", attrs=_IN_DIALOG)
        super().__init__(**{"children": [FieldPanel("go_live_at", widget=moment, heading=_("Holds from"))], **options})

    class BoundPanel(PublishingPanel.BoundPanel):
        template_name = "boundary_admin/holds_from.html"


# A language's name in the language of whoever reads, not of whoever started the server.
_called = lazy(lambda language: all_languages()[language].name, str)


def _texts(language: str) -> list[Panel]:
    return [TextPanel(field, language) for field in TEXT_FIELDS]


FACTS = ObjectList(
    [
        FieldPanel("code", help_text=_("Small letters, numbers and _. It is never changed: decisions refer to it.")),
        FieldPanel("side"),
        FieldPanel("department"),
        FieldPanel("phase", help_text=_("A, B, C1, C2, or from one to another; empty when it follows no phase.")),
        MultiFieldPanel(
            [
                FieldPanel(
                    "legal_basis_da", help_text=_("In Danish. Write “skal efterprøves” at what is not verified.")
                ),
                FieldPanel("basis_status"),
                FieldPanel("basis_source", help_text=_("An address, or report and line.")),
                FieldPanel("deadline_da", help_text=_("In Danish, as people say it.")),
                FieldPanel("deadline_days"),
                FieldPanel("checked_on", read_only=True),
                FieldPanel("checked_today"),
            ],
            heading=_("Law and deadline"),
        ),
        FieldPanel("certificate"),
        HoldsFromPanel(),
    ],
    heading=_("Facts"),
)
OTHERS = ObjectList(
    [
        MultiFieldPanel(_texts(language), heading=_called(language), classname="collapsed")
        for language in settings.PHONE_LANGUAGES
        if language not in COMPLETE
    ],
    heading=_("Other languages"),
)
TABS = TabbedInterface(
    [FACTS, *(ObjectList(_texts(language), heading=_called(language)) for language in COMPLETE), OTHERS],
    base_form_class=TaskTypeForm,
)

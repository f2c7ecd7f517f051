"""A need: a municipality's public call to volunteers."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import Select
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager, Revision
from wagtail.query import PageQuerySet
from wagtail.search import index

from content.boundary import NotForVolunteers, need_objections
from content.forms import NeedPageForm, NeedTaskForm
from content.stopping import cancel_schedule, keep_alias_down
from portal.languages.models import check_language
from portal.municipalities.models import Municipality
from portal.places.postcodes import lookup
from portal.privacy.freetext import refuse_cpr
from volunteers.boundary.models import TaskType
from volunteers.choices import AgeBand, HelpKind

# What Wagtail calls the publishing that was scheduled.
BY_THE_CLOCK = "wagtail.publish.scheduled"


class NeedQuerySet(PageQuerySet):
    def current(self, today: date) -> "NeedQuerySet":
        """Published, and not past the day by which help was needed."""
        return (
            self.live()
            .public()
            .filter(models.Q(needed_by=None) | models.Q(needed_by__gte=today))
            .select_related("municipality")
            .order_by("-first_published_at", "pk")
        )


class TasksPanel(InlinePanel):
    """The tasks of a need, each chosen from those that the municipality knows."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = NeedTaskForm
        return options


class NeedPage(Page):
    """What is needed, where, in which languages, how many and by when; with the tasks it may hold."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", editable=False)
    intro = models.CharField(_("in one sentence"), max_length=250, validators=[refuse_cpr])
    kind = models.CharField(_("kind of help"), max_length=20, choices=HelpKind.choices)
    postcode = models.CharField(_("postcode"), max_length=60)
    latitude = models.FloatField(null=True, editable=False)
    longitude = models.FloatField(null=True, editable=False)
    town = models.CharField(max_length=60, blank=True, editable=False)
    languages = ArrayField(
        models.CharField(max_length=10, validators=[check_language]),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    age_bands = ArrayField(
        models.CharField(max_length=10, choices=AgeBand.choices),
        verbose_name=_("gladly of this age"),
        default=list,
        blank=True,
    )
    number_wanted = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    needed_by = models.DateField(_("by when"), null=True, blank=True)
    municipal_owner = models.CharField(
        _("responsible in the municipality"),
        max_length=120,
        blank=True,
        help_text=_("Name and department. Required when a task is shared between municipality and volunteers."),
    )
    body = RichTextField(_("text"), features=["bold", "italic", "ol", "ul", "link"], validators=[refuse_cpr])

    objects = PageManager.from_queryset(NeedQuerySet)()

    base_form_class = NeedPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldPanel("kind"), TasksPanel("tasks", heading=_("Tasks"), min_num=1)], heading=_("What is needed")
        ),
        FieldPanel("municipal_owner"),
        MultiFieldPanel(
            [
                FieldPanel("postcode"),
                FieldPanel("languages"),
                FieldPanel("age_bands"),
                FieldPanel("number_wanted"),
                FieldPanel("needed_by"),
            ],
            heading=_("Where, who and when"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
        index.FilterField("kind"),
    ]
    parent_page_types: ClassVar[list[str]] = ["content.MunicipalityPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "content/need.html"

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")

    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """The last check before a need is published, however it got here: by form, workflow, schedule or code."""
        self._follow_the_place()
        if self.live or self._state.adding:
            # A draft may still lack its owner.
            found = [objection for objection in need_objections(self) if self.live or not objection.may_wait]
            if found and self.alias_of_id and not self._state.adding:
                return keep_alias_down(self, found)
            if found:
                raise NotForVolunteers(found, need=self, municipality=self.municipality_id)
        return super().save(clean=clean, **kwargs)

    def publish(self, revision: Revision, *args: Any, log_action: bool | str = True, **kwargs: Any) -> Any:
        """Now or on a day to come: what stops it is said at once.

        What the clock can no longer publish is taken off its list: it must not hold back everybody else's.
        """
        found = need_objections(revision.as_object(), self.municipality_id)
        if found and log_action == BY_THE_CLOCK:
            cancel_schedule(self, revision, found)
            return None
        if found:
            raise NotForVolunteers(found, need=self, municipality=self.municipality_id)
        return super().publish(revision, *args, log_action=log_action, **kwargs)

    def _follow_the_place(self) -> None:
        """Municipality and coordinates follow from the parent page and the postcode."""
        parent = self.get_parent() if self.path else None
        if parent is not None and hasattr(parent.specific, "municipality"):
            self.municipality = parent.specific.municipality
        place = lookup(self.postcode).postcode
        if place is not None:
            self.postcode, self.town = place.code, place.town
            self.latitude, self.longitude = place.latitude, place.longitude


class NeedTask(Orderable):
    """One task of a need. The database refuses a task type whose side forbids it."""

    need = ParentalKey(NeedPage, on_delete=models.CASCADE, related_name="tasks")
    task_type = models.ForeignKey(TaskType, on_delete=models.PROTECT, related_name="+", verbose_name=_("task type"))

    panels = [FieldPanel("task_type", widget=Select)]

    class Meta(Orderable.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [models.UniqueConstraint(fields=["need", "task_type"], name="need_task_once")]

    def __str__(self) -> str:
        return str(self.task_type)

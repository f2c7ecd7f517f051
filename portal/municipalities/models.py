"""The 98 municipalities and who works for them."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.municipalities.scoping import ScopedModel


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def joined(self) -> "MunicipalityQuerySet":
        """Those that take part in the portal today."""
        return self.filter(joined_on__isnull=False)


class Municipality(models.Model):
    """A Danish municipality; its official code is the key. Public reference data, so not scoped."""

    code = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    official_name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    region = models.CharField(max_length=40)
    region_from_2027 = models.CharField(max_length=40)
    # The private PostgreSQL carries no ICU, so Danish order (Æ Ø Å last, Aa as Å) is a stored key.
    sort_key = models.CharField(max_length=80)
    joined_on = models.DateField(null=True, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField(blank=True)
    # Where everybody can tell that a child or a young person may be in trouble. The portal keeps nothing of it.
    concern_phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    concern_url = models.URLField(blank=True, default="", db_default="")

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name

    @property
    def has_joined(self) -> bool:
        return self.joined_on is not None


class Role(models.TextChoices):
    ADVISER = "adviser", _("integration adviser")
    VOLUNTEER_COORDINATOR = "volunteer_coordinator", _("volunteer coordinator")
    EDITOR = "editor", _("editor")
    ADMINISTRATOR = "municipal_administrator", _("municipal administrator")
    DEPARTMENT = "department", _("employee of a department")


class Membership(ScopedModel):
    """A municipal employee's role. One person may hold several, in several municipalities."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "municipality", "role"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.municipality})"

    def clean(self) -> None:
        """An employee who also volunteers uses two accounts, so that the two roles never mix (001:369)."""
        if self.user_id and (self.user.is_volunteer or self.user.is_newcomer):
            raise ValidationError(
                _("This account belongs to a volunteer or a newcomer. Use another e-mail address for the work account.")
            )


def roles_in(memberships: Iterable[Membership], municipality: Municipality) -> frozenset[str]:
    """The roles that these memberships give in one municipality."""
    return frozenset(m.role for m in memberships if m.municipality_id == municipality.code)


class OpenBorder(ScopedModel):
    """One municipality lets its households and volunteers be matched with a neighbour's.

    A border is open when both have said so, and then only for volunteers who help there too. Everybody may know it.
    """

    neighbour = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("open border")
        verbose_name_plural = _("open borders")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "neighbour"], name="border_opened_once"),
            models.CheckConstraint(
                condition=~models.Q(municipality=models.F("neighbour")), name="border_between_two_municipalities"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} – {self.neighbour_id}"


class DepartmentKind(models.TextChoices):
    """What a department answers for. The boundary catalogue names one for each task; a municipality names its own."""

    INTEGRATION = "integration", _("integration and job centre")
    BENEFITS = "benefits", _("benefits")
    HOUSING = "housing", _("housing")
    CHILDREN_FAMILY = "children_family", _("children and family")
    SCHOOL = "school", _("school")
    DAYCARE = "daycare", _("day care")
    CITIZEN_SERVICE = "citizen_service", _("citizen service")
    HEALTH = "health", _("health visitors")
    DENTAL = "dental", _("dental care")
    CULTURE_LEISURE = "culture_leisure", _("culture and leisure")
    VOLUNTEERING = "volunteering", _("volunteer coordination")
    LANGUAGE_SCHOOL = "language_school", _("language school")
    OTHER = "other", _("another department")


class Department(ScopedModel):
    """A municipality's department with its contact: public, so that everybody can see who does what."""

    kind = models.CharField(_("answers for"), max_length=20, choices=DepartmentKind.choices)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours = models.CharField(_("opening hours"), max_length=150, blank=True)
    # So many days it has to answer a hand-over.
    answer_days = models.PositiveSmallIntegerField(_("days to answer in"), default=10)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind"],
                condition=~models.Q(kind="other"),
                name="department_once_per_kind",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=DepartmentKind.values), name="department_kind_known"),
            models.CheckConstraint(condition=models.Q(answer_days__range=(1, 90)), name="department_answers_in_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_contact(self) -> bool:
        """Whether anybody can be reached there: without it nothing is handed over to it."""
        return bool(self.phone or self.email)

    def named_in(self, language: str) -> str:
        """The name, which is Danish, and for those who read another language what it answers for."""
        if language == "da" or self.kind == DepartmentKind.OTHER:
            return self.name
        with override(language):
            kind = str(DepartmentKind(self.kind).label).partition(" (")[0]  # some repeat the Danish name
        return f"{self.name} ({kind})"


class DepartmentMember(ScopedModel):
    """Who works in a department: sees that department's hand-overs and steps, and nothing else (001:862)."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="departments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "user"], name="department_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.department_id}"

"""Which languages a party speaks, and how well; and the words of messages and consents in each language."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.languages.registry import all_languages
from portal.municipalities.grants import AppendOnly
from portal.municipalities.scoping import ScopedQuerySet


class Level(models.IntegerChoices):
    """How well a language is spoken. From EVERYDAY two people can talk with each other."""

    WORDS = 1, _("A few words")
    EVERYDAY = 2, _("Everyday talk")
    WELL = 3, _("Well")
    FLUENT = 4, _("Mother tongue or fluent")


class DanishModule(models.TextChoices):
    """Where a person is in Danish classes: danskuddannelse 1 to 3, six modules each."""

    NONE = "none", _("Not started yet")
    DU1_1 = "du1-1", "Danskuddannelse 1, modul 1"
    DU1_2 = "du1-2", "Danskuddannelse 1, modul 2"
    DU1_3 = "du1-3", "Danskuddannelse 1, modul 3"
    DU1_4 = "du1-4", "Danskuddannelse 1, modul 4"
    DU1_5 = "du1-5", "Danskuddannelse 1, modul 5"
    DU1_6 = "du1-6", "Danskuddannelse 1, modul 6"
    DU2_1 = "du2-1", "Danskuddannelse 2, modul 1"
    DU2_2 = "du2-2", "Danskuddannelse 2, modul 2"
    DU2_3 = "du2-3", "Danskuddannelse 2, modul 3"
    DU2_4 = "du2-4", "Danskuddannelse 2, modul 4"
    DU2_5 = "du2-5", "Danskuddannelse 2, modul 5"
    DU2_6 = "du2-6", "Danskuddannelse 2, modul 6"
    DU3_1 = "du3-1", "Danskuddannelse 3, modul 1"
    DU3_2 = "du3-2", "Danskuddannelse 3, modul 2"
    DU3_3 = "du3-3", "Danskuddannelse 3, modul 3"
    DU3_4 = "du3-4", "Danskuddannelse 3, modul 4"
    DU3_5 = "du3-5", "Danskuddannelse 3, modul 5"
    DU3_6 = "du3-6", "Danskuddannelse 3, modul 6"
    FLUENT = "fluent", _("Speaks Danish already")


def check_language(code: str) -> None:
    """A validator: the code is one of the portal's languages."""
    if code not in all_languages():
        raise ValidationError(_("Choose a language from the list."))


class SpokenLanguage(models.Model):
    """One language of one party. Seen by those who may see the party (row-level security follows it)."""

    party = models.ForeignKey("privacy.Party", on_delete=models.CASCADE, related_name="spoken_languages")
    language = models.CharField(max_length=10, validators=[check_language])
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "language"], name="spoken_language_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 4)), name="spoken_language_level"),
        ]

    def __str__(self) -> str:
        return f"{self.language} ({self.level})"


class Source(models.TextChoices):
    """Whether a version came with the program, or a person wrote or confirmed it."""

    FILE = "file"
    PERSON = "person"


class TextQuerySet(models.QuerySet["Text"]):
    def in_force(self) -> "TextQuerySet":
        """The highest version of each text in each language."""
        return self.filter(pk__in=self.order_by("code", "language", "-version").distinct("code", "language"))


class Text(AppendOnly):
    """A version of a message or a consent in one language. Public reference data, so not scoped.

    A version is never changed: a consent refers to the words that were agreed to. Only whoever read it may be
    forgotten, when the account is erased.
    """

    CHANGEABLE = ("reviewed_by_id",)

    code = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("words"))
    source = models.CharField(max_length=10, choices=Source.choices)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["code", "language", "version"], name="text_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="text_version_counts_from_one"),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="text_source_known"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | models.Q(reviewed_at__isnull=False), name="text_reviewed_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.language}, {self.version})"

    @property
    def is_draft(self) -> bool:
        """Nobody who speaks the language has read it yet."""
        return self.reviewed_at is None

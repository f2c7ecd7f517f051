"""A task agreement as it is read: its lines in the reader's language, with what is new in it and what is gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from matching.models import Agreement, AgreementTask, Part
from portal.languages.registry import all_languages
from volunteers.boundary.here import OUTSIDE, TaskHere
from volunteers.boundary.models import FALLBACK, Wording
from volunteers.boundary.verdict import Side


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the catalogue, with the language that it is really in."""

    text: str
    language: str
    direction: str

    @property
    def html(self) -> SafeString:
        """The text, marked so that it is read and written the right way on a page in another language."""
        return format_html('<span lang="{}" dir="{}">{}</span>', self.language, self.direction, self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One task: what it is, what may and must not be done in it, and who answers for it."""

    code: str
    name: Said
    may: Said
    must_not: Said
    consent: Said
    department: str
    phone: str
    email: str
    # Who does it where that is nobody in the municipality: then they are named, and no department.
    outside: Said | None
    is_shared: bool
    is_new: bool
    # Agreed once, and by now no longer for volunteers to do here.
    is_forbidden: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A version of an agreement in one language."""

    agreement: Agreement
    language: str
    direction: str
    together: list[Line]
    beside: list[Line]
    gone: list[Said]

    @property
    def forbidden(self) -> list[Line]:
        """What is to be agreed anew."""
        return [line for line in self.together if line.is_forbidden]


def reading(
    agreement: Agreement, language: str, here: Mapping[str, TaskHere], *, before: Agreement | None = None
) -> Reading:
    """The agreement's lines in a language; beside the version `before` it, what is new and what is gone."""
    rows = list(agreement.tasks.all())
    earlier = list(before.tasks.all()) if before else []
    had = {row.task_type_id for row in earlier if row.part == Part.TOGETHER} if before else None
    together = [row for row in rows if row.part == Part.TOGETHER]
    codes = {row.task_type_id for row in together}
    return Reading(
        agreement=agreement,
        language=language,
        direction=all_languages()[language].direction,
        together=[_line(row, language, here, had) for row in together],
        beside=[_line(row, language, here, None) for row in rows if row.part == Part.MUNICIPALITY],
        gone=[
            said(row.version, "name", language)
            for row in earlier
            if row.part == Part.TOGETHER and row.task_type_id not in codes
        ],
    )


def said(wording: Wording, field: str, language: str) -> Said:
    """A field of a task type in a language, else in English, else in Danish."""
    texts = wording.by_language
    codes = (code for code in (language, *FALLBACK) if texts.get(code, {}).get(field))
    found = next(codes, language)
    return Said(wording.text(field, language), found, all_languages()[found].direction)


def _line(row: AgreementTask, language: str, here: Mapping[str, TaskHere], had: Collection[str] | None) -> Line:
    version, now = row.version, here.get(row.task_type_id)
    return Line(
        code=row.task_type_id,
        name=said(version, "name", language),
        may=said(version, "may", language),
        must_not=said(version, "must_not", language),
        consent=said(version, "consent", language),
        department=row.department,
        phone=row.department_phone,
        email=row.department_email,
        outside=said(version, "responsible", language) if row.task_type_id in OUTSIDE else None,
        is_shared=version.side == Side.SHARED,
        is_new=had is not None and row.task_type_id not in had,
        is_forbidden=row.part == Part.TOGETHER and (now is None or now.is_forbidden),
    )

"""What free text may not hold. There is no field for a CPR number, and none may be written elsewhere."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Day (61 to 91 in replacement numbers), month, year and four digits, with at most one separating sign between the
# groups: 010190-1234, 01 01 90 1234 …
_SIGN = r"[\s./\-–—]?"
_CPR = re.compile(
    rf"(?<!\d)(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]){_SIGN}(?:0[1-9]|1[0-2]){_SIGN}\d\d{_SIGN}\d{{4}}(?!\d)"
)


def holds_cpr(text: str) -> bool:
    """Whether `text` holds something written like a Danish CPR number, in digits of any script."""
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    return bool(_CPR.search(plain))


def refuse_cpr(text: str) -> None:
    """A validator for every free text: refuses a CPR number and says why."""
    if holds_cpr(text):
        raise ValidationError(
            _(
                "This looks like a CPR number. The portal never stores CPR numbers, "
                "so that nobody's number can leak. Remove it and save again."
            ),
            code="cpr",
        )

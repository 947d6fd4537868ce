"""The borrowed sentences are still Django's and allauth's own words, and ours is the Thai that people read."""

from datetime import timedelta
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import ValidationError
from django.forms import CharField, ModelChoiceField
from django.utils import timezone, translation
from django.utils.translation import gettext

PACKAGES = (Path(django.__file__).parent, Path(allauth.__file__).parent)
# Django's English catalogues hold all of its words; allauth's is only complete in the translated ones.
UPSTREAM = [
    *(PACKAGES[0] / part / "locale/en/LC_MESSAGES/django.po" for part in ("conf", "contrib/auth", "contrib/humanize")),
    PACKAGES[1] / "locale/th/LC_MESSAGES/django.po",
]


def test_every_borrowed_sentence_is_upstream() -> None:
    upstream = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for path in UPSTREAM for entry in polib.pofile(path)}
    ours = polib.pofile(settings.ROOT / "locale/th/LC_MESSAGES/django.po")
    borrowed = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural)
        for entry in ours
        if ("web/borrowed.py", "") in entry.occurrences
    }
    assert len(borrowed) > 100
    assert borrowed - upstream == set()


@pytest.mark.parametrize(
    ("given", "thai"),
    [
        ("", "โปรดกรอกช่องนี้"),
        ("x" * 6, "ต้องไม่เกิน 5 ตัวอักษร (ตอนนี้มี 6)"),
        ("a\0b", "ข้อความมีอักขระว่าง (NUL) ซึ่งใช้ไม่ได้"),
    ],
)
def test_fields_refuse_in_thai(given: str, thai: str) -> None:
    with translation.override("th"):
        with pytest.raises(ValidationError) as refused:
            CharField(max_length=5).clean(given)
        assert refused.value.messages == [thai]


def test_our_thai_is_read_before_that_of_the_packages() -> None:
    with translation.override("th"):
        assert gettext("Passkey") == "พาสคีย์"
        assert gettext("Sign in with a passkey") == "เข้าสู่ระบบด้วยพาสคีย์"
        assert str(ModelChoiceField.default_error_messages["invalid_choice"]) == "โปรดเลือกใหม่ ตัวเลือกนี้ไม่มีอยู่แล้ว"


def test_moments_ago() -> None:
    now = timezone.now()
    with translation.override("th"):
        assert naturaltime(now - timedelta(hours=3, seconds=5)) == "3\u00a0ชั่วโมงที่แล้ว"
        assert naturaltime(now - timedelta(days=2, seconds=5)) == "2\u00a0วันที่แล้ว"

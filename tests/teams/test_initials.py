from types import SimpleNamespace
from typing import cast

import pytest

from teams.models import Member


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ploy Suksai", "PS"),
        ("Anna Maria van Holm", "AH"),
        ("ada", "A"),
        ("อนุชา แสงทอง", "อส"),
        ("เมธี ไชยวงศ์", "มช"),
        ("ใหม่", "ห"),
        ("Tom (B2B)", "T"),
        ("เ", "เ"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    read = cast("property", Member.initials).fget
    assert read is not None
    assert read(SimpleNamespace(name=name)) == initials

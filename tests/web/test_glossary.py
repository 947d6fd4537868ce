"""The glossary says what the pages say."""

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

LINES = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text().splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")][1:]


def test_it_is_read() -> None:
    assert len(ROWS) > 50
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("english", "thai", "meaning"), ROWS, ids=lambda text: text[:20])
def test_each_term_is_the_one_of_the_catalogue(english: str, thai: str, meaning: str) -> None:
    with override("th"):
        assert gettext(english) == thai
    assert meaning

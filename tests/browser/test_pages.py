"""Every page × two languages × two themes × two widths."""

from collections.abc import Callable

import psycopg
import pytest

from demo.people import REP, SIAM
from tests.browser.places import EXAMPLES, PLACES, Place
from tests.browser.stack import Stack
from tests.browser.surfer import Surfer
from tests.browser.walk import walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def examples(stack: Stack) -> dict[str, int]:
    of = f"organization_id = (SELECT id FROM teams_organization WHERE slug = '{SIAM}')"
    me = f"(SELECT m.id FROM teams_member m JOIN teams_user u ON u.id = m.user_id WHERE u.email = '{REP}')"
    found = {}
    with psycopg.connect(stack.database_url) as connection:
        for name, query in EXAMPLES.items():
            ready = query.format(of=of, mine=f"AND member_id = {me}") + " ORDER BY 1 DESC LIMIT 1"
            row = connection.execute(ready.encode()).fetchone()
            assert row, f"the demo has no {name}"
            found[name] = row[0]
    return found


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.name}-{place.path}-{place.who}")
def test_page(place: Place, language: str, known: Callable[[str], Surfer], examples: dict[str, int]) -> None:
    faults = walk(known(place.who), place, place.path.format(**examples), language)
    assert not faults, "\n".join(faults)

"""Two people define at once, each in a transaction of their own: no formula is left with a code that is gone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from kpis.actions import add_from_catalogue, save_kpi
from kpis.formula import FormulaError
from kpis.models import Kpi
from teams.tenancy import tenant
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


@pytest.fixture
def acme() -> Cast:
    cast = make_cast()
    with tenant(cast.acme.pk):
        add_from_catalogue(["win_rate"])
    return cast


def rename_won() -> None:
    won = Kpi.objects.get(code="won")
    won.code = "signed"
    save_kpi(won)


def write_odds() -> str:
    try:
        save_kpi(Kpi(code="odds", name="Odds", unit="ratio", formula="won / lost"))
    except FormulaError as refused:
        return str(refused)
    return "saved"


def overlapping(acme: Cast, first: Callable[[], object], second: Callable[[], object]) -> object:
    """The second begins while the first has written and not yet committed; what the second gives."""
    has_written, has_begun = threading.Event(), threading.Event()

    def run_first() -> None:
        try:
            with tenant(acme.acme.pk), transaction.atomic():
                first()
                has_written.set()
                assert has_begun.wait(PATIENCE_S)
                # Long enough for the second to come to the lock.
                threading.Event().wait(0.3)
        finally:
            connection.close()

    def run_second() -> object:
        try:
            assert has_written.wait(PATIENCE_S)
            with tenant(acme.acme.pk):
                has_begun.set()
                return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        holding, waiting = pool.submit(run_first), pool.submit(run_second)
        holding.result()
        return waiting.result()


def formulas(acme: Cast) -> dict[str, str]:
    with tenant(acme.acme.pk):
        return dict(Kpi.objects.exclude(formula="").values_list("code", "formula"))


def test_a_formula_written_while_its_part_gets_another_code_is_refused(acme: Cast) -> None:
    assert "There is no KPI with the code “won”." in str(overlapping(acme, rename_won, write_odds))
    assert formulas(acme) == {"win_rate": "signed / (signed + lost)"}


def test_a_code_that_is_changed_while_a_formula_is_written_is_changed_in_it(acme: Cast) -> None:
    overlapping(acme, write_odds, rename_won)
    assert formulas(acme) == {"win_rate": "signed / (signed + lost)", "odds": "signed / lost"}

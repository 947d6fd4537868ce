"""The page on which a KPI is defined: its form, what is said at the formula, and the preview beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.access import Choice, choices_of
from kpis.definitions import load_definitions
from kpis.forms import KpiForm
from kpis.trial import Bench, Trial, try_out
from teams.requests import MemberRequest
from web.htmx import render_part
from web.links import link

OFFERED = frozenset({"unit", "formula", "aggregation"})
# Elements that htmx may replace.
PARTS = {"kpi-preview": "kpis/_checked.html", "kpi-form": "kpis/_kpi_form.html"}


@dataclass(frozen=True)
class Function:
    """A function of formulas, with a line of help."""

    name: str
    help: str | Promise


FUNCTIONS = (
    Function("previous", _("The period before: previous(revenue)")),
    Function("last_year", _("The same days a year earlier: last_year(revenue)")),
    Function("year_to_date", _("From the start of the fiscal year: year_to_date(revenue)")),
    Function("opening", _("As it stood the day before the period: opening(customers)")),
)


@dataclass(frozen=True)
class Example:
    """A formula of the catalogue, worked out."""

    name: str | Promise
    formula: str
    working: str | Promise


EXAMPLES = (
    Example(_("Win rate"), "won / (won + lost)", _("38 won, 62 lost: 38 / (38 + 62) = 0.38, shown as 38%")),
    Example(
        _("Churn rate"),
        "lost_customers / opening(customers)",
        _("20 customers when the month began, 9 of them left: 9 / 20 = 0.45, shown as 45%"),
    ),
    Example(
        _("Customer acquisition cost"),
        "acquisition_spend / new_customers",
        _("30,000 spent, 12 new customers: 30,000 / 12 = 2,500 for each"),
    ),
    Example(
        _("Sales growth, year to date"),
        "year_to_date(revenue) / last_year(year_to_date(revenue)) - 1",
        _("540,000 this year, 450,000 by the same day last year: 540,000 / 450,000 - 1 = 0.2, shown as 20%"),
    ),
)


def editor_page(
    request: MemberRequest, form: KpiForm, pk: int | None, *, status: int | None = None, **more: Any
) -> HttpResponse:
    """The page, or the part of it that htmx asked for. `pk` is that of the KPI which is changed."""
    definitions = load_definitions()
    known = [*definitions.stored.values(), *definitions.computed.values()]
    before = next((kpi for kpi in known if kpi.pk == pk), None)
    others = [kpi for kpi in known if kpi.pk != pk]
    choices = choices_of(request)
    columns = _columns(choices.organization or choices.default, choices.named(request.POST.get("of", "")))
    bench = Bench(definitions, [each.scope for each in columns], request.organization, request.today)
    trial = try_out(form.draft(before, {kpi.code for kpi in others}), before, bench)
    context = {
        "form": form,
        "kpi": before,
        "trial": trial,
        "refusals": _refusals(form, trial),
        "columns": columns,
        "chosen": columns[-1],
        "choices": choices,
        "codes": sorted((kpi for kpi in others if not kpi.archived_at), key=lambda kpi: kpi.code),
        "functions": FUNCTIONS,
        "examples": EXAMPLES,
        "save_url": link(request, "kpis:edit", pk=pk) if pk else link(request, "kpis:new"),
        **more,
    }
    template = "kpis/edit.html" if before else "kpis/new.html"
    return render_part(request, template, context, PARTS, status or (422 if form.errors else 200))


def _refusals(form: KpiForm, trial: Trial) -> list[str]:
    """What is wrong with the formula beside what the trial says; the field is marked where either refuses it."""
    said = {saying.text for saying in trial.sayings}
    refusals = [str(error) for error in form.errors.get("formula", []) if error not in said]
    if trial.is_refused or refusals:
        form.fields["formula"].widget.attrs["aria-invalid"] = "true"
    return refusals


def _columns(organization: Choice, chosen: Choice) -> Sequence[Choice]:
    return [organization] if chosen == organization else [organization, chosen]


def with_offer(sent: QueryDict) -> QueryDict:
    """The form as it was sent, with the value of the button that was tapped."""
    data = sent.copy()
    for offer in data.pop("take", []):
        name, _equals, value = offer.partition("=")
        if name in OFFERED:
            data[name] = value
    return data


def keep_to_formula(form: KpiForm) -> None:
    """A form that is only tried says nothing about fields which nobody has come to yet."""
    for name in [name for name in form.errors if name not in OFFERED]:
        del form.errors[name]

"""The coach's verdict as the page shows it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy

from goals.coach import Achievable, Letter, Verdict
from goals.forms import GoalForm
from goals.offers import take_suggestion
from goals.plan import GoalPlan
from goals.words import CLEAR, LETTERS, VERDICT


@dataclass(frozen=True)
class ShownLetter:
    """`take` and `offer` are a button's value and words; empty where nothing is suggested."""

    initial: str
    name: str | Lazy
    verdict: str
    word: str | Lazy
    reason: str
    take: str
    offer: str
    at: str

    @property
    def is_clear(self) -> bool:
        return self.verdict in CLEAR


def letters_of(verdict: Verdict, plan: GoalPlan, form: GoalForm, offered: Collection[str] = ()) -> list[ShownLetter]:
    """In the order of the word; `at` is where the letter's piece of the dial begins, in percent. For the `offered`
    fields the page has an offer of its own, and a second one would leave people to guess.
    """
    return [_shown(number, key, getattr(verdict, key), plan, form, offered) for number, key in enumerate(LETTERS)]


def _shown(
    number: int, key: str, letter: Letter | Achievable, plan: GoalPlan, form: GoalForm, offered: Collection[str]
) -> ShownLetter:
    initial, name = LETTERS[key]
    suggestion = letter.suggestion
    # A running goal's target is revised, not typed over.
    if suggestion is not None and (suggestion.field in offered or _is_fixed(form, suggestion.field)):
        suggestion = None
    return ShownLetter(
        initial=initial,
        name=name,
        verdict=letter.verdict,
        word=VERDICT[letter.verdict],
        reason=letter.reason,
        take=take_suggestion(suggestion, plan.kpi) if suggestion else "",
        offer=suggestion.label if suggestion else "",
        at=f"{number * 20.2:.1f}%",
    )


def _is_fixed(form: GoalForm, field: str) -> bool:
    return form.fields[field].disabled if field in form.fields else not form.further_kpis.may_change

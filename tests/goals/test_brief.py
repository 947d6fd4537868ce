"""What a list reads of a goal says the same as the goal itself."""

from decimal import Decimal

from goals.brief import in_brief
from goals.kept import rank, refresh
from goals.models import Goal
from goals.owners import owner_key
from teams.tenancy import tenant
from tests.cast import TODAY, Cast
from tests.goals.stage import make_goal, make_kpi

SAME = ("statement", "state", "deadline", "kpi", "member_id", "team_id", "owner_name", "is_closed", "is_scorecard")


def test_it_says_what_the_goal_says(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpi = make_kpi("visits")
        mine, ours, everyones = (
            make_goal(kpi, member=cast.bob, target=Decimal(9)),
            make_goal(kpi, team=cast.north, target=Decimal(9), own_weight=Decimal("0.5")),
            make_goal(kpi, target=Decimal(9)),
        )
        draft = Goal.objects.create(member=cast.bob, statement="Sell more")
        refresh(cast.acme, TODAY)
        Goal.objects.filter(pk=everyones.pk).update(state=Goal.State.CLOSED, outcome="missed")
        found = {goal.pk: goal for goal in in_brief(Goal.objects.all())}
        assert found.keys() == {mine.pk, ours.pk, everyones.pk, draft.pk}
        for goal in Goal.objects.with_stored():
            brief = found[goal.pk]
            assert [getattr(brief, name) for name in SAME] == [getattr(goal, name) for name in SAME]
            assert owner_key(brief) == owner_key(goal)
            row = getattr(goal, "stored", None)
            assert (brief.stored is None) == (row is None)
            if row and brief.stored:
                assert rank(brief, brief.stored) == rank(goal, row)
                assert brief.stored.day == row.day
        assert found[mine.pk].stored
        assert found[draft.pk].stored is None

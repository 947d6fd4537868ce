"""What a member says about a new calendar feed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.forms.people import TeamChoice
from teams.models import Team
from teams.reach import Reach
from web.fields import RequestIdField


class FeedForm(forms.Form):
    """Offers the teams that the member sees."""

    team = TeamChoice(label=_("Whose dates"), empty_label=_("My own"))
    request_id = RequestIdField()

    def __init__(self, data: Mapping[str, Any] | None, *, reach: Reach) -> None:
        super().__init__(data)
        choice = self.fields["team"]
        assert isinstance(choice, TeamChoice)
        choice.queryset = Team.objects.live().visible_to(reach).by_name()

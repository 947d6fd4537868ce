"""States, verdicts and letters in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from goals.models import Goal
from goals.progress import TargetType
from goals.reading import Standing

STATUS = {
    "draft": _("Draft"),
    "proposed": _("Proposed"),
    "not_started": _("Not started"),
    "achieved": _("Achieved"),
    "missed": _("Missed"),
    "dropped": _("Dropped"),
    "outdated": _("No news"),
    "on_track": _("On track"),
    "at_risk": _("At risk"),
    "off_track": _("Off track"),
}

LISTED = {
    "running": _("Running"),
    "proposed": _("Proposed"),
    "agreed": _("Agreed, not begun"),
    "draft": _("Drafts"),
    "closed": _("Closed"),
    "all": _("All"),
}


def levels_of(goal: Goal, standing: Standing) -> list[dict[str, object]]:
    """Commit and stretch, where a goal has them, and whether its value has reached each (of a goal to stay: no)."""
    target_type = TargetType(goal.target_type)
    found: list[dict[str, object]] = []
    for name, level in ((_("Commit"), goal.commit), (_("Stretch"), goal.stretch)):
        if level is not None:
            value = standing.value
            is_beyond = value is not None and (value >= level if target_type.is_upward else value <= level)
            found.append({"name": name, "value": level, "is_reached": is_beyond and not target_type.is_stay})
    return found


LETTERS = {
    "specific": ("S", _("Specific")),
    "measurable": ("M", _("Measurable")),
    "achievable": ("A", _("Achievable")),
    "relevant": ("R", _("Relevant")),
    "time_bound": ("T", _("Time-bound")),
}

VERDICT = {
    "met": pgettext_lazy("verdict on a goal", "Clear"),
    "weak": pgettext_lazy("verdict on a goal", "Nearly"),
    "missing": pgettext_lazy("verdict on a goal", "Missing"),
    "too_easy": pgettext_lazy("verdict on a goal", "Too easy"),
    "sound": pgettext_lazy("verdict on a goal", "Sound"),
    "stretch": pgettext_lazy("verdict on a goal", "A stretch"),
    "overreach": pgettext_lazy("verdict on a goal", "Too much"),
    "unknown": pgettext_lazy("verdict on a goal", "Not known"),
}
CLEAR = ("met", "sound")

from django.db import migrations

from teams.tenancy import tenant_policies


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_goals")]

    operations = tenant_policies(
        [
            "goals_goal",
            "goals_goalkpi",
            "goals_targetrevision",
            "goals_milestone",
            "goals_checkin",
            "goals_action",
            "goals_turn",
            "goals_unfinished",
            "goals_goalforecast",
            "goals_storedstanding",
            "goals_standingmark",
            "goals_goalevent",
            "goals_goalkpievent",
            "goals_targetrevisionevent",
            "goals_milestoneevent",
            "goals_actionevent",
            "goals_turnevent",
        ]
    )

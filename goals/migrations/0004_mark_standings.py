from django.db import migrations

# The database itself marks what a change touches, so no road to it can forget the standings. As the owner of the
# marks: who renames a team need not be told which goals it has. Each mark names the changed row's own organization.
MARK_GOALS = """
CREATE FUNCTION mark_standing_of_goal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_TABLE_NAME = 'goals_goal' THEN
        INSERT INTO goals_standingmark (organization_id, goal_id) SELECT organization_id, id FROM changed;
    ELSE
        INSERT INTO goals_standingmark (organization_id, goal_id) SELECT DISTINCT organization_id, goal_id FROM changed;
    END IF;
    RETURN NULL;
END $$;
-- A forecast is of a goal or of one line of a scorecard, whose mark is its goal's.
CREATE FUNCTION mark_standing_of_forecast() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO goals_standingmark (organization_id, goal_id)
    SELECT DISTINCT changed.organization_id, coalesce(changed.goal_id, line.goal_id)
    FROM changed LEFT JOIN goals_goalkpi line ON line.id = changed.further_id
    WHERE coalesce(changed.goal_id, line.goal_id) IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION mark_standings_of_organization() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_TABLE_NAME = 'teams_organization' THEN
        INSERT INTO goals_standingmark (organization_id) SELECT id FROM changed;
    ELSE
        INSERT INTO goals_standingmark (organization_id) SELECT DISTINCT organization_id FROM changed;
    END IF;
    RETURN NULL;
END $$;
-- Once rollups say what was recorded, the marks of their keys are gone, and standings are to be read anew.
CREATE FUNCTION mark_standings_of_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO goals_standingmark (organization_id, kpi, member)
    SELECT DISTINCT organization_id, kpi_id, member_id FROM changed;
    RETURN NULL;
END $$;
CREATE FUNCTION organizations_with_marked_standings() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH RECURSIVE found AS (
        (SELECT organization_id FROM goals_standingmark ORDER BY organization_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT m.organization_id FROM goals_standingmark m
            WHERE m.organization_id > found.organization_id ORDER BY m.organization_id LIMIT 1
        )
        FROM found WHERE found.organization_id IS NOT NULL
    )
    SELECT organization_id FROM found WHERE organization_id IS NOT NULL
$$;
"""
UNMARK = """
DROP FUNCTION mark_standing_of_goal();
DROP FUNCTION mark_standing_of_forecast();
DROP FUNCTION mark_standings_of_organization();
DROP FUNCTION mark_standings_of_rollups();
DROP FUNCTION organizations_with_marked_standings();
"""
OPERATIONS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
WATCHED = {
    # A new goal has no row yet, and is found by that.
    "goals_goal": ("mark_standing_of_goal", ("UPDATE",)),
    "goals_goalkpi": ("mark_standing_of_goal", ("INSERT", "UPDATE", "DELETE")),
    "goals_targetrevision": ("mark_standing_of_goal", ("INSERT", "UPDATE", "DELETE")),
    "goals_milestone": ("mark_standing_of_goal", ("INSERT", "UPDATE", "DELETE")),
    "goals_checkin": ("mark_standing_of_goal", ("INSERT", "UPDATE", "DELETE")),
    "goals_goalforecast": ("mark_standing_of_forecast", ("INSERT", "UPDATE", "DELETE")),
    "teams_organization": ("mark_standings_of_organization", ("UPDATE",)),
    "teams_holiday": ("mark_standings_of_organization", ("INSERT", "UPDATE", "DELETE")),
    "teams_leave": ("mark_standings_of_organization", ("INSERT", "UPDATE", "DELETE")),
    "teams_team": ("mark_standings_of_organization", ("UPDATE",)),
    "teams_teammembership": ("mark_standings_of_organization", ("INSERT", "UPDATE", "DELETE")),
    "teams_member": ("mark_standings_of_organization", ("UPDATE",)),
    "kpis_kpi": ("mark_standings_of_organization", ("UPDATE",)),
    "kpis_stalerollup": ("mark_standings_of_rollups", ("DELETE",)),
}


def watch(table: str, function: str, operation: str) -> migrations.RunSQL:
    name = f"mark_standings_{operation.lower()}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {operation} ON {table} REFERENCING {OPERATIONS[operation]} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
        f"DROP TRIGGER {name} ON {table};",
    )


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("goals", "0007_mark_standings"),
    ]
    dependencies = [
        ("goals", "0003_tree_guard"),
        ("kpis", "0003_mark_stale_by_trigger"),
        ("teams", "0002_row_level_security"),
    ]

    operations = [
        migrations.RunSQL(MARK_GOALS, UNMARK),
        *(
            watch(table, function, operation)
            for table, (function, operations) in WATCHED.items()
            for operation in operations
        ),
    ]

from django.db import migrations

# Who may have something to tell, so that the sweep need not ask every organization for everything: ids and the names
# of topics, and nothing of the rows. The bounds come from `reminders.topics`.
_TOPICS = """
CREATE FUNCTION organizations_with_topics(
    at timestamptz, goals_by date, milestones_from date, milestones_by date, actions_by date, quiet_since jsonb,
    offered_since timestamptz, given_since timestamptz, turned_since timestamptz
) RETURNS TABLE (organization_id bigint, topics text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$
    SELECT o.id, found.topics FROM teams_organization o CROSS JOIN LATERAL (SELECT array_remove(ARRAY[
        CASE WHEN EXISTS (
            SELECT FROM teams_invitation i WHERE i.organization_id = o.id
              AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > at
        ) THEN 'invitations' END,
        CASE WHEN EXISTS (
            SELECT FROM reminders_rhythm r WHERE r.organization_id = o.id AND r.weekly
        ) THEN 'week' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_goal g WHERE g.organization_id = o.id AND g.state = 'running' AND g.deadline <= goals_by
        ) OR EXISTS (
            SELECT FROM goals_goal g JOIN kpis_kpi k ON k.id = g.kpi_id
            WHERE g.organization_id = o.id AND g.state = 'running' AND g.start <= (quiet_since ->> k.cadence)::date
              AND NOT EXISTS (
                  SELECT FROM goals_checkin c WHERE c.goal_id = g.id AND c.date > (quiet_since ->> k.cadence)::date
              )
        ) THEN 'goals' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_milestone m JOIN goals_goal g ON g.id = m.goal_id
            WHERE m.organization_id = o.id AND m.date BETWEEN milestones_from AND milestones_by AND g.state = 'running'
        ) THEN 'milestones' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_action a JOIN goals_goal g ON g.id = a.goal_id
            WHERE a.organization_id = o.id AND a.state IN ('todo', 'doing') AND a.ends_on <= actions_by
              AND g.state = 'running'
        ) THEN 'actions' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_goal g
            WHERE g.organization_id = o.id AND g.state = 'proposed' AND g.waits_since > offered_since
        ) THEN 'offers' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_goal g
            WHERE g.organization_id = o.id AND g.state IN ('agreed', 'running')
              AND g.agreed_at > given_since AND g.agreed_at <= at
        ) THEN 'agreed' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_actionevent e
            WHERE e.organization_id = o.id AND e.pgh_created_at BETWEEN given_since AND at AND e.member_id IS NOT NULL
        ) THEN 'given' END,
        CASE WHEN EXISTS (
            SELECT FROM goals_turn t WHERE t.organization_id = o.id AND t.kind IN ('accepted', 'declined')
              AND t.made_at > given_since AND t.made_at <= at
        ) THEN 'answers' END,
        CASE WHEN EXISTS (
            SELECT FROM reminders_laststatus s
            WHERE s.organization_id = o.id AND s.worse_at > turned_since AND s.status IN ('at_risk', 'off_track')
        ) THEN 'turned' END,
        CASE WHEN EXISTS (
            SELECT FROM reminders_message m
            WHERE m.organization_id = o.id AND m.state = 'folded' AND m.digest_id IS NULL
              AND (m.expires_at IS NULL OR m.expires_at > at)
        ) THEN 'folded' END
    ], NULL) AS topics) found
    WHERE found.topics <> '{}'
    ORDER BY o.id
    $$;
"""
_DROP = """
DROP FUNCTION organizations_with_topics(
    timestamptz, date, date, date, date, jsonb, timestamptz, timestamptz, timestamptz
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_waiting_mail"),
        ("goals", "0004_mark_standings"),
        ("teams", "0002_row_level_security"),
    ]

    operations = [migrations.RunSQL(_TOPICS, _DROP)]

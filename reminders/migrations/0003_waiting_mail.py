from django.db import migrations

# Whose mail waits, so that the sender need not ask every organization, and since when: ids and a moment, and nothing
# else of the rows. What is held does not wait.
_WHO_WAITS = """
CREATE FUNCTION organizations_with_mail() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$
        SELECT organization_id FROM reminders_message m
        WHERE due_at <= clock_timestamp()
          AND (state = 'pending' OR state = 'sending' AND lease_until < clock_timestamp())
          AND NOT EXISTS (SELECT FROM reminders_hold h WHERE h.organization_id = m.organization_id)
        GROUP BY organization_id ORDER BY min(due_at)
    $$;
CREATE FUNCTION oldest_unsent_message() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$SELECT min(due_at) FROM reminders_message m WHERE state IN ('pending', 'sending')
          AND NOT EXISTS (SELECT FROM reminders_hold h WHERE h.organization_id = m.organization_id)$$;
"""
# What Prometheus is told: numbers over all tenants and nothing else.
_IN_NUMBERS = """
CREATE FUNCTION mail_in_numbers(OUT waiting bigint, OUT sent_last_hour bigint, OUT dead bigint, OUT holds bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$
        SELECT
            (SELECT count(*) FROM reminders_message
             WHERE state IN ('pending', 'sending') AND due_at <= clock_timestamp()),
            (SELECT count(*) FROM reminders_message
             WHERE state = 'sent' AND sent_at > clock_timestamp() - interval '1 hour'),
            (SELECT count(*) FROM reminders_message WHERE state = 'dead'),
            (SELECT count(*) FROM reminders_hold)
    $$;
"""
# Between two mails: the end of the one and the right to send the next, under row-level security, in one trip.
_GO_ON = """
CREATE FUNCTION go_on_with_mail(
    tenant text, holder uuid, sent bigint, following bigint, lease double precision,
    OUT was_held boolean, OUT may_go boolean
)
    LANGUAGE plpgsql
    -- What is set below ends with the function.
    SET app.organization = ''
    AS $$
    BEGIN
        PERFORM set_config('app.organization', tenant, true);
        UPDATE reminders_message SET
            state = 'sent', sent_at = clock_timestamp(), last_error = '', token = NULL, lease_until = NULL,
            payload = CASE WHEN kind = 'account' THEN '{}' ELSE payload END
        WHERE id = sent AND token = holder AND state = 'sending';
        was_held := FOUND;
        UPDATE reminders_message m SET lease_until = clock_timestamp() + make_interval(secs => lease)
        WHERE id = following AND token = holder AND state = 'sending'
          AND (expires_at IS NULL OR expires_at > clock_timestamp())
          AND NOT EXISTS (SELECT FROM reminders_hold h WHERE h.organization_id = m.organization_id);
        may_go := FOUND;
    END
    $$;
"""


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("reminders", "0003_find_waiting_mail"),
        ("reminders", "0006_hold_mail"),
        ("reminders", "0008_find_given_actions"),
        ("reminders", "0010_send_in_batches"),
    ]
    dependencies = [("reminders", "0002_row_level_security"), ("goals", "0004_mark_standings")]

    operations = [
        migrations.RunSQL(
            _WHO_WAITS, "DROP FUNCTION organizations_with_mail(); DROP FUNCTION oldest_unsent_message();"
        ),
        migrations.RunSQL(_IN_NUMBERS, "DROP FUNCTION mail_in_numbers();"),
        migrations.RunSQL(_GO_ON, "DROP FUNCTION go_on_with_mail(text, uuid, bigint, bigint, double precision);"),
        # The sweep asks every few seconds which actions were given to somebody of late.
        migrations.RunSQL(
            "CREATE INDEX action_event_by_time ON goals_actionevent (organization_id, pgh_created_at);",
            "DROP INDEX action_event_by_time;",
        ),
    ]

from django.db import migrations

_FUNCTION = """
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
    dependencies = [("reminders", "0009_ask_how_it_goes")]

    operations = [
        # Between two mails: the end of the one and the right to send the next, under row-level security, in one trip.
        migrations.RunSQL(
            _FUNCTION,
            "DROP FUNCTION go_on_with_mail(text, uuid, bigint, bigint, double precision);",
        ),
    ]

from django.db import migrations

# The database itself keeps goals a tree inside their organization, whichever road a parent comes by. Moves wait for each
# other: of two that cross, each alone would see no cycle. The walk reads as the role that moves, so that another
# tenant's goal does not exist for it.
GUARD = """
CREATE FUNCTION guard_tree_of_goals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NEW.parent_id;
    tenant_above bigint;
    steps int := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM pg_advisory_xact_lock(hashtext('tree of goals'), NEW.organization_id::int);
    END IF;
    WHILE above IS NOT NULL LOOP
        steps := steps + 1;
        IF above = NEW.id OR steps > 1000 THEN
            RAISE EXCEPTION 'a goal cannot serve itself, nor one that serves it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_is_not_below_itself';
        END IF;
        SELECT parent_id, organization_id INTO above, tenant_above FROM goals_goal WHERE id = above;
        IF NOT FOUND OR tenant_above <> NEW.organization_id THEN
            RAISE EXCEPTION 'a goal serves goals of its own organization only'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_serves_its_organization';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_tree_on_insert BEFORE INSERT ON goals_goal
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION guard_tree_of_goals();
CREATE TRIGGER guard_tree_on_move BEFORE UPDATE OF parent_id, organization_id ON goals_goal
    FOR EACH ROW WHEN (
        NEW.parent_id IS NOT NULL
        AND (NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.organization_id <> OLD.organization_id)
    ) EXECUTE FUNCTION guard_tree_of_goals();
"""
FREE = """
DROP TRIGGER guard_tree_on_move ON goals_goal;
DROP TRIGGER guard_tree_on_insert ON goals_goal;
DROP FUNCTION guard_tree_of_goals();
"""


class Migration(migrations.Migration):
    # What an installation from before the first release has run instead.
    replaces = [
        ("goals", "0004_tree_guard"),
    ]
    dependencies = [("goals", "0002_row_level_security")]

    operations = [migrations.RunSQL(GUARD, FREE)]

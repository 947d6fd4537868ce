"""Who may do what: one pure table. Whose rows a verb reaches is `teams.reach`'s question."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    REP = "rep"
    VIEWER = "viewer"


class UnknownVerb(LookupError):
    """A verb that the table does not know: a mistake in the code, never a silent no."""


_EVERYONE = frozenset(Role)
_WORKERS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER, Role.REP})
_LEADERS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})
_ADMINS = frozenset({Role.OWNER, Role.ADMIN})
_OWNERS = frozenset({Role.OWNER})

VERBS: dict[str, frozenset[Role]] = {
    "see organization": _EVERYONE,
    "log entry": _WORKERS,
    "log entry for others": _LEADERS,
    "correct entry": _WORKERS,
    "write goal": _WORKERS,
    "write goal for others": _LEADERS,
    "write goal of organization": _ADMINS,
    "check in": _WORKERS,
    "see team dashboard": _EVERYONE,
    "see activity": _LEADERS,
    "edit kpi": _ADMINS,
    "edit people": _ADMINS,
    "invite": _ADMINS,
    "move member": _ADMINS,
    "switch leaderboard": _LEADERS,
    "edit leave": _LEADERS,
    "edit organization": _ADMINS,
    "see delivery": _ADMINS,
    "make token": _EVERYONE,
    "manage tokens": _ADMINS,
    "share dashboard": _LEADERS,
    "transfer organization": _OWNERS,
}


def may_role(role: str, verb: str) -> bool:
    """Whether the role may do the verb. Raises `UnknownVerb` for a verb that is not in the table."""
    try:
        return Role(role) in VERBS[verb]
    except KeyError:
        raise UnknownVerb(verb) from None


def may_give_role(giver: str, old: str | None, new: str) -> bool:
    """Whether the giver's role may turn a member's old role (None: not a member yet) into the new one.

    Owners are made and unmade by owners only.
    """
    if old == new:
        return True
    touches_owner = Role.OWNER in (old, new)
    return may_role(giver, "transfer organization" if touches_owner else "edit people")

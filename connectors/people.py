"""Finding the members that a foreign table names, and making those that are missing when asked to."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from connectors.mapping import Lookup, MemberRule
from connectors.table import Row, RowError, Table, TableError
from teams.models import Member, Team, TeamMembership
from teams.roles import Role

LONGEST_NAME = 120


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass
class Directory:
    """The organization's members by name or email. Two of one name can't be told apart and are refused."""

    rule: MemberRule
    creates: bool = False
    created: int = 0
    _found: dict[str, int] = field(default_factory=dict)
    _twice: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        members = list(Member.objects.values_list("pk", "name", "email"))
        keys = [(_plain(email if self.rule.by == "email" else name), pk) for pk, name, email in members]
        self._found = {key: pk for key, pk in keys if key}
        self._twice = {key for key, count in Counter(key for key, _pk in keys).items() if count > 1}

    def find(self, name: str) -> int:
        """The member's id. Raises `RowError` for an unknown or ambiguous one."""
        key = _plain(name)
        if not key:
            raise RowError(_("The row names no member."))
        if key in self._twice:
            raise RowError(_("More than one member is called “%(name)s”.") % {"name": name})
        if key not in self._found:
            if not self.creates:
                raise RowError(_("There is no member “%(name)s”.") % {"name": name})
            self.make(name)
        return self._found[key]

    def make(self, name: str, role: Role = Role.REP) -> int:
        """A member without an account."""
        name = " ".join(name.split())
        if len(name) > LONGEST_NAME:
            raise RowError(_("“%(name)s…” is too long for a name.") % {"name": name[:40]})
        email = name if self.rule.by == "email" else ""
        member = Member.objects.create(name=name, email=email, role=role.value)
        self._found[_plain(name)] = member.pk
        self.created += 1
        return member.pk

    def find_or_make(self, name: str, role: Role) -> int:
        return self._found.get(_plain(name)) or self.make(name, role)


@dataclass
class TeamBuilder:
    """Makes the teams of a lookup table, their managers and who is in them; what is there already stays."""

    directory: Directory
    created: int = 0

    def read(self, table: Table, lookup: Lookup) -> None:
        wanted = [lookup.key, lookup.team, lookup.manager, lookup.office]
        table.require([column for column in wanted if column])
        for line, row in table:
            if isinstance(row, RowError):
                raise TableError(
                    _("%(file)s, line %(line)d: %(reason)s") % {"file": table.name, "line": line, "reason": row}
                )
            self._place(row, lookup)

    def _place(self, row: Row, lookup: Lookup) -> None:
        team = None
        if lookup.office and row.fields[lookup.office]:
            team = self._team(row.fields[lookup.office], parent=None)
        if lookup.team and row.fields[lookup.team]:
            team = self._team(row.fields[lookup.team], parent=team)
        if team and lookup.manager and row.fields[lookup.manager] and team.manager_id is None:
            team.manager_id = self.directory.find_or_make(row.fields[lookup.manager], Role.MANAGER)
            team.save(update_fields=["manager"])
        member = self.directory.find_or_make(row.fields[lookup.key], Role.REP)
        if team and not TeamMembership.objects.filter(member_id=member).exists():
            TeamMembership.objects.create(member_id=member, team=team)

    def _team(self, name: str, parent: Team | None) -> Team:
        there = Team.objects.filter(name__iexact=name).first()
        if there:
            return there
        self.created += 1
        return Team.objects.create(name=name[:LONGEST_NAME], parent=parent)

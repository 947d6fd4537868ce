"""How a foreign table is read as entries: a YAML or JSON document, checked whole before a row is read."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from kpis.conversion import is_currency

READY = Path(__file__).parent / "mappings"
AUTO = "auto"


class MappingError(ValueError):
    """The mapping itself can't be used; the message says what and where."""


Filter = Map[str, frozenset[str]]


@dataclass(frozen=True)
class Lookup:
    """A second table that says to which team a member belongs, who manages it, and what it is part of."""

    key: str
    file: str = ""
    team: str = ""
    manager: str = ""
    office: str = ""


@dataclass(frozen=True)
class MemberRule:
    column: str
    by: str = "name"
    lookup: Lookup | None = None


@dataclass(frozen=True)
class ValueRule:
    """A column's number, less another's if `minus` names one; or a fixed number, such as 1 to count rows."""

    column: str = ""
    minus: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class CurrencyRule:
    """A column with the letters of ISO 4217, or the same for all rows; neither: the organization's own currency."""

    column: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class EntryRule:
    kpi: str
    value: ValueRule
    filter: Filter
    date: str
    currency: CurrencyRule = CurrencyRule()


@dataclass(frozen=True)
class Mapping:
    source: str
    encoding: str
    delimiter: str
    decimal: str
    thousands: str
    date_format: str
    filter: Filter
    member: MemberRule
    external_id: str
    entries: tuple[EntryRule, ...]

    @property
    def columns(self) -> list[str]:
        """Every column that a table must have, in the order of the mapping."""
        names = [self.member.column, self.external_id, *self.filter]
        for rule in self.entries:
            names += [rule.value.column, rule.value.minus, rule.date, rule.currency.column, *rule.filter]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def number_columns(self) -> list[str]:
        names = [name for rule in self.entries for name in (rule.value.column, rule.value.minus)]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def converts(self) -> bool:
        """Whether money may be in another currency than the organization's."""
        return any(rule.currency != CurrencyRule() for rule in self.entries)

    @property
    def date_columns(self) -> list[str]:
        return list(dict.fromkeys(rule.date for rule in self.entries))


def load(name: str) -> Mapping:
    """A mapping from a file, or one of the ready ones by its name. Raises `MappingError`."""
    path = Path(name)
    if not path.suffix:
        path = READY / f"{name}.yaml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        ready = ", ".join(sorted(item.stem for item in READY.glob("*.yaml")))
        raise MappingError(
            _("There is no mapping “%(name)s”. Ready ones: %(ready)s.") % {"name": name, "ready": ready}
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(_("The mapping can't be read: %(error)s") % {"error": error}) from None
    return parse(document, source=path.stem)


def parse(document: Any, source: str) -> Mapping:
    top = _Node(document, "")
    date = top.node("date").text("column") if "date" in top.map else ""
    currency = _currency(top)
    mapping = Mapping(
        source=top.text("source", source)[:40],
        encoding=top.text("encoding", AUTO),
        delimiter=top.text("delimiter", AUTO),
        decimal=top.choice("decimal", {AUTO, ".", ","}),
        thousands=top.choice("thousands", {AUTO, "", ".", ",", " ", "'"}),
        date_format=top.text("date_format", AUTO),
        filter=top.filter(),
        member=_member(top.node("member")),
        external_id=top.node("external_id").text("column") if "external_id" in top.map else "",
        entries=tuple(_entry(node, date, currency) for node in top.nodes("entries")),
    )
    top.refuse_rest("date")
    return mapping


def _member(node: "_Node") -> MemberRule:
    lookup = None
    if "lookup" in node.map:
        inner = node.node("lookup")
        names = ("file", "team", "manager", "office")
        lookup = Lookup(key=inner.text("key"), **{name: inner.text(name, "") for name in names})
        inner.refuse_rest()
    rule = MemberRule(column=node.text("column"), by=node.choice("by", {"name", "email"}, "name"), lookup=lookup)
    node.refuse_rest()
    return rule


def _currency(node: "_Node") -> CurrencyRule:
    if "currency" not in node.map:
        return CurrencyRule()
    inner = node.node("currency")
    rule = CurrencyRule(column=inner.text("column", ""), fixed=inner.text("fixed", "").upper())
    inner.refuse_rest()
    if bool(rule.column) == bool(rule.fixed):
        raise MappingError(_("%(place)s: give either a column or a fixed currency.") % {"place": inner.place})
    if rule.fixed and not is_currency(rule.fixed):
        raise MappingError(_("%(place)s: “%(value)s” is not a currency.") % {"place": inner.place, "value": rule.fixed})
    return rule


def _entry(node: "_Node", date: str, currency: CurrencyRule) -> EntryRule:
    inner = node.node("value")
    value = ValueRule(column=inner.text("column", ""), minus=inner.text("minus", ""), fixed=inner.text("fixed", ""))
    inner.refuse_rest()
    if bool(value.column) == bool(value.fixed):
        raise MappingError(_("%(place)s: give either a column or a fixed number.") % {"place": inner.place})
    if value.fixed and not _is_number(value.fixed):
        raise MappingError(_("%(place)s: “%(value)s” is not a number.") % {"place": inner.place, "value": value.fixed})
    own_date = node.node("date").text("column") if "date" in node.map else date
    if not own_date:
        raise MappingError(_("%(place)s: no column for the date is named.") % {"place": node.place})
    own_currency = _currency(node) if "currency" in node.map else currency
    rule = EntryRule(node.text("kpi"), value, node.filter(), own_date, own_currency)
    node.refuse_rest("date")
    return rule


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


class _Node:
    """A part of the document that knows where it stands and which of its keys were read."""

    def __init__(self, value: Any, place: str) -> None:
        self.place = place or _("the mapping")
        if not isinstance(value, dict):
            raise MappingError(_("%(place)s must hold keys and values.") % {"place": self.place})
        self.map: dict[Any, Any] = value
        self.read: set[str] = set()

    def _get(self, key: str) -> Any:
        self.read.add(key)
        if key not in self.map:
            raise MappingError(_("%(place)s: the key “%(key)s” is missing.") % {"place": self.place, "key": key})
        return self.map[key]

    def text(self, key: str, default: str | None = None) -> str:
        if key not in self.map and default is not None:
            return default
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise MappingError(_("%(place)s: “%(key)s” must be text.") % {"place": self.place, "key": key})
        return str(value)

    def choice(self, key: str, allowed: set[str], default: str = AUTO) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise MappingError(
                _("%(place)s: “%(key)s” can't be “%(value)s”.") % {"place": self.place, "key": key, "value": value}
            )
        return value

    def node(self, key: str) -> "_Node":
        value = self._get(key)
        # A column alone may be written as its name.
        return _Node({"column": value} if isinstance(value, str) else value, f"{self.place} › {key}")

    def nodes(self, key: str) -> list["_Node"]:
        values = self._get(key)
        if not isinstance(values, list) or not values:
            raise MappingError(
                _("%(place)s: “%(key)s” must be a list with an entry.") % {"place": self.place, "key": key}
            )
        return [_Node(value, f"{self.place} › {key} {number}") for number, value in enumerate(values, 1)]

    def filter(self) -> Filter:
        if "filter" not in self.map:
            return {}
        inner = _Node(self._get("filter"), f"{self.place} › filter")
        found = {}
        for column, allowed in inner.map.items():
            values = allowed if isinstance(allowed, list) else [allowed]
            found[str(column)] = frozenset(str(value) for value in values)
        return found

    def refuse_rest(self, *known: str) -> None:
        rest = sorted(str(key) for key in self.map if key not in self.read and key not in known)
        if rest:
            raise MappingError(_("%(place)s: unknown key “%(key)s”.") % {"place": self.place, "key": "”, “".join(rest)})

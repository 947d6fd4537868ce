"""How much an entry says: a value of the KPI's own unit, or an amount of money in another currency."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.problems import refused
from api.v1.shapes import Amount, Currency, Sent
from kpis.models import Entry

TEXT, NOTHING = {"type": "string"}, {"type": "null"}
ONE_OF_BOTH: dict[str, Any] = {
    "anyOf": [
        {"required": ["value"], "properties": {"value": TEXT, "amount": NOTHING, "currency": NOTHING}},
        {"required": ["amount", "currency"], "properties": {"value": NOTHING, "amount": TEXT, "currency": TEXT}},
    ]
}
NOT_BOTH: dict[str, Any] = {
    "anyOf": [{"properties": {"amount": NOTHING, "currency": NOTHING}}, {"properties": {"value": NOTHING}}]
}


class MoneySent(Sent):
    """In the words in which entries are answered."""

    value: Amount | None = Field(None, description="In the KPI's own unit; money in the organization's currency.")
    amount: Amount | None = Field(
        None, description="Of money in another currency, instead of `value`: how much it is in that `currency`."
    )
    currency: Currency | None = Field(None, description="The letters of that currency (ISO 4217). It needs a rate.")

    @model_validator(mode="after")
    def one(self) -> "MoneySent":
        if self.value is not None and not (self.amount is None and self.currency is None):
            raise PydanticCustomError("value_or_amount", "value, or amount and currency")
        return self


class HowMuchSent(MoneySent):
    """All of it, for a new entry."""

    @model_validator(mode="after")
    def whole(self) -> "HowMuchSent":
        if self.value is None and (self.amount is None or self.currency is None):
            raise PydanticCustomError("value_or_amount", "value, or amount and currency")
        return self

    @property
    def money(self) -> tuple[Decimal, str]:
        """How much, and in which currency: "" for the organization's own."""
        number = self.amount if self.value is None else self.value
        assert number is not None
        return number, self.currency or ""


def corrected(entry: Entry, sent: MoneySent) -> tuple[Decimal, str]:
    """How much it is to be, and in which currency; what was not sent stays."""
    if sent.value is not None:
        if entry.currency:
            detail = _("This entry is money in %(currency)s: send its amount instead of a value.")
            raise refused("in_currency", detail % {"currency": entry.currency}, "value")
        return sent.value, ""
    held = entry.value if entry.amount is None else entry.amount
    return held if sent.amount is None else sent.amount, sent.currency or entry.currency

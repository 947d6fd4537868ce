"""Forms as a browser finds them: fields, choices, and what would be sent."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

NAMES_A_ROW = re.compile(r"(\D*)(\d+)")
TYPED = {"text": "Words", "email": "someone@example.com", "search": "words", "date": "2026-12-15", "url": ""}


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    is_chosen: bool = True
    is_required: bool = False
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def filled(self) -> dict[str, list[str]]:
        """What the browser would send, with something plausible where something must be."""
        values: dict[str, list[str]] = {}
        for each in self.fields:
            if not each.is_chosen:
                continue
            value = each.value or (self._plausible(each) if each.is_required else "")
            values.setdefault(each.name, []).append(value)
        return values

    @staticmethod
    def _plausible(each: Field) -> str:
        if each.kind == "select":
            return next((choice for choice in each.choices if choice), "")
        return "12" if each.kind == "decimal" else TYPED.get(each.kind, "")

    def typed(self) -> set[str]:
        return {each.name for each in self.fields if each.kind not in ("select", "radio", "checkbox", "hidden")}

    def hidden(self) -> set[str]:
        return {each.name for each in self.fields if each.kind == "hidden"}

    def choosing(self) -> dict[str, list[str]]:
        """Names of fields that offer rows to choose from, with the offered values."""
        found: dict[str, list[str]] = {}
        for each in self.fields:
            offered = each.choices if each.kind == "select" else [each.value]
            if each.kind in ("select", "radio", "checkbox", "hidden"):
                found.setdefault(each.name, []).extend(offered)
        return found


class FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._text: Field | None = None
        self._is_spare = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._is_spare = True
        elif self._is_spare:  # what a script may copy is no part of the page yet
            return
        elif tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._option(found)
        elif self._form is not None and found.get("name") and "disabled" not in found:
            self._control(tag, found, self._form)

    def _control(self, tag: str, found: dict[str, str], form: Form) -> None:
        if tag == "select":
            self._select = Field(found["name"], "select", is_required="required" in found)
            form.fields.append(self._select)
        elif tag == "textarea":
            self._text = Field(found["name"], "text", is_required="required" in found)
            form.fields.append(self._text)
        elif tag == "input":
            kind = "decimal" if found.get("inputmode") == "decimal" else found.get("type", "text")
            is_chosen = kind not in ("radio", "checkbox") or "checked" in found
            form.fields.append(Field(found["name"], kind, found.get("value", ""), is_chosen, "required" in found))

    def _option(self, found: dict[str, str]) -> None:
        assert self._select is not None
        self._select.choices.append(found.get("value", ""))
        if "selected" in found:
            self._select.value = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._is_spare = False
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


def forms_in(page: str, methods: tuple[str, ...] = ("post",)) -> list[Form]:
    reader = FormReader()
    reader.feed(page)
    return [form for form in reader.forms if form.method in methods]


def like(offered: list[str], row: int) -> str:
    """The row's id, written as the offered values are: 12, member-12."""
    shaped = [NAMES_A_ROW.fullmatch(value) for value in offered]
    prefix = next((match[1] for match in shaped if match), "")
    return f"{prefix}{row}"

"""Targets of many owners for many periods at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from goals.coverage import Coverage
from goals.frames import KINDS, WHOLE, asked_of, choices_of, frame_of
from goals.grid import Fill, Past, Place, Wish, filled, pasted, season_of
from goals.grid_forms import GridForm
from goals.measures import KpiBook, book_of
from goals.models import Goal
from goals.progress import TargetType
from goals.sentence import period_words
from goals.storing import GridRefused, Said, store
from goals.targets import Frame
from goals.views.talk import voice_of
from kpis.models import Kpi
from teams.requests import MemberRequest, require
from web.fields import NumberField
from web.htmx import render_part
from web.parsing import InvalidInput, parse_number


@dataclass
class Sheet:
    """The grid as it is being filled in: what is typed in each cell, what that is, and what is wrong with it."""

    frame: Frame
    past: Past
    stored: Mapping[Place, Goal]
    texts: dict[Place, str] = field(default_factory=dict)
    values: dict[Place, Decimal | None] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def number(self) -> NumberField:
        return NumberField(required=False, percent=self.frame.kpi.unit == Kpi.Unit.PERCENT)

    def put(self, place: Place, text: str) -> None:
        self.texts[place] = text
        self.errors.pop(place, None)
        try:
            self.values[place] = self.number.clean(text)
        except ValidationError as wrong:
            self.values[place] = None
            self.errors[place] = " ".join(wrong.messages)

    def put_value(self, place: Place, value: Decimal) -> None:
        self.put(place, str(self.number.prepare_value(value)))

    def is_fixed(self, place: Place) -> bool:
        goal = self.stored.get(place)
        return goal is not None and goal.is_closed

    @property
    def targets(self) -> dict[Place, Decimal]:
        return {place: value for place, value in self.values.items() if value is not None}


@require_http_methods(["GET", "POST"])
def grid(request: MemberRequest) -> HttpResponse:
    """Which grid stands in the address: kpi, of, rows, kind, start, count, parent. Nothing is stored but by "save"."""
    require(request.member, "write goal for others")
    book = book_of(request.organization)
    choices = choices_of(request, book)
    asked = asked_of(request, choices, book)
    context = {"asked": asked, "choices": choices, "kinds": [*([WHOLE] if asked.parent else []), *KINDS]}
    frame = frame_of(request, asked, choices, book)
    if frame is None:
        return render_part(request, "goals/grid.html", context, {})
    sheet = _sheet(request, frame, frame.past(book, request.today))
    form = _form(sheet, request.POST or None)
    status, form = _done(request, sheet, form) if request.method == "POST" else (200, form)
    if status == 302:
        return redirect(request.get_full_path())
    context |= _shown(request, sheet, form, book)
    return render_part(request, "goals/grid.html", context, {"grid": "goals/_grid.html"}, status)


def _done(request: MemberRequest, sheet: Sheet, form: GridForm) -> tuple[int, GridForm]:
    """What the button says: saved (302), shown anew, or refused; and the form that is to be shown after it."""
    is_valid, do = form.is_valid(), request.POST.get("do", "")
    if do == "save" and is_valid and not sheet.errors:
        return _save(request, sheet, form), form
    if do in ("fill", "paste") and is_valid:
        (_fill if do == "fill" else _paste)(request, sheet, form)
        # What was pasted stands in the cells now.
        errors = form.errors
        form = _form(sheet, {**form.data.dict(), "paste": ""})  # type: ignore[attr-defined]
        form.is_valid()
        form.errors.update(errors)
        return 200, form
    return 422 if do else 200, form


def _sheet(request: MemberRequest, frame: Frame, past: Past) -> Sheet:
    sheet = Sheet(frame, past, frame.goals())
    for row, key in enumerate(frame.keys):
        for column in range(len(frame.columns)):
            place = row, column
            goal = sheet.stored.get(place)
            typed = request.POST.get(f"{key}-{column}")
            if typed is not None and not sheet.is_fixed(place):
                sheet.put(place, typed[:60].replace("\0", ""))
            elif goal is not None and goal.target is not None:
                sheet.put_value(place, goal.target)
    now = {goal.pk: goal.version for goal in sheet.stored.values()}
    sheet.versions = _read(request.POST["seen"][:20_000]) if "seen" in request.POST else now
    return sheet


def _read(text: str) -> dict[int, int]:
    """12:3,15:1: which versions of which goals were read."""
    pairs = (part.partition(":") for part in text.split(","))
    return {int(pk): int(version) for pk, _sign, version in pairs if _is_id(pk) and _is_id(version)}


def _is_id(text: str) -> bool:
    """Python reads no endless rows of digits, and no id is one."""
    return text.isdecimal() and len(text) <= 18


def _form(sheet: Sheet, data: Any) -> GridForm:
    is_percent = sheet.frame.kpi.unit == Kpi.Unit.PERCENT
    return GridForm(data, columns=len(sheet.frame.columns), season=_season(sheet), is_percent=is_percent)


def _season(sheet: Sheet) -> list[Decimal]:
    return season_of(sheet.past.last_year, len(sheet.frame.columns))


def _fill(request: MemberRequest, sheet: Sheet, form: GridForm) -> None:
    frame, said = sheet.frame, form.cleaned_data
    parent = frame.parent
    total = said["total"]
    if total is None and parent is not None and parent.kpi == frame.kpi:
        total = parent.target
    wish = Wish(
        Fill(said["fill"]),
        len(frame.rows),
        len(frame.columns),
        change=said["change"] or Decimal(0),
        total=total,
        season=form.season,
        adds_up=frame.adds_up,
        step=frame.step,
    )
    if wish.total is None and wish.fill in (Fill.EQUAL, Fill.SHARE):
        form.add_error("total", _("Enter the total that is to be divided."))
        return
    ramps = frame.ramps(request.organization) if said["ramp"] else {}
    for place, value in filled(wish, sheet.past).items():
        if not sheet.is_fixed(place) and not (said["keep"] and sheet.texts.get(place)):
            sheet.put_value(place, round(value * ramps.get(place, Decimal(1)) / frame.step) * frame.step)


def _paste(request: MemberRequest, sheet: Sheet, form: GridForm) -> None:
    names = [owner.label for owner in sheet.frame.rows]
    found = pasted(form.cleaned_data["paste"], names, len(sheet.frame.columns), _is_number)
    for place, text in found.cells.items():
        if not sheet.is_fixed(place):
            sheet.put(place, text[:60].replace("\0", ""))
    if found.refused:
        form.add_error("paste", _("No row is called: %(names)s.") % {"names": ", ".join(found.refused[:10])})


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except InvalidInput:
        return False
    return True


def _save(request: MemberRequest, sheet: Sheet, form: GridForm) -> int:
    said = form.cleaned_data
    statement = said["statement"] or _("%(kpi)s target") % {"kpi": sheet.frame.kpi.label}
    voice = voice_of(request, said["request_id"], said["reason"])
    try:
        number = store(sheet.frame, sheet.values, Said(statement, sheet.versions, sheet.past), voice)
    except GridRefused as refused:
        sheet.errors |= refused.errors
        # Both versions are shown now; who saves again has chosen.
        sheet.versions |= {goal.pk: goal.version for goal in refused.moved}
        return 409 if refused.moved else 422
    text = ngettext("%(number)s target is saved.", "%(number)s targets are saved.", number)
    messages.success(request, text % {"number": number})
    return 302


def _shown(request: MemberRequest, sheet: Sheet, form: GridForm, book: KpiBook) -> dict[str, Any]:
    frame, targets = sheet.frame, sheet.targets
    sums = frame.sums(targets, book, request.today)
    columns = [period_words(window, book.rules) for window in frame.columns]
    rows = [
        {
            "owner": owner,
            "cells": [_cell(sheet, (row, column), columns[column]) for column in range(len(columns))],
            "total": _sum(value for (at, _column), value in targets.items() if at == row) if frame.adds_up else None,
            "past": _sum(value for (at, _column), value in sheet.past.last_year.items() if at == row)
            if frame.adds_up
            else sheet.past.previous.get(row),
        }
        for row, owner in enumerate(frame.rows)
    ]
    return {
        "frame": frame,
        "kpi": frame.kpi,
        "form": form,
        "columns": columns,
        "rows": rows,
        "sums": sums.columns,
        "whole": _sum(value for value in sums.columns if value is not None) if frame.adds_up else None,
        "coverage": _coverage(frame, sums.whole),
        "seen": ",".join(f"{pk}:{version}" for pk, version in sheet.versions.items()),
        "address": request.get_full_path(),
        "has_ramp": bool(request.organization.ramp) and frame.adds_up,
        "wrong": len(sheet.errors),
    }


def _sum(values: Any) -> Decimal | None:
    found = list(values)
    return sum(found, Decimal(0)) if found else None


def _coverage(frame: Frame, value: Decimal | None) -> Coverage | None:
    """Of the goal that all of it serves, by what stands in the cells now."""
    parent = frame.parent
    if value is None or parent is None or parent.target is None:
        return None
    return Coverage(value, parent.target, TargetType(parent.target_type).is_upward, len(frame.rows))


def _cell(sheet: Sheet, place: Place, period: str) -> dict[str, Any]:
    row, column = place
    goal = sheet.stored.get(place)
    return {
        "name": f"{sheet.frame.keys[row]}-{column}",
        "label": f"{sheet.frame.rows[row].label}, {period}",
        "text": sheet.texts.get(place, ""),
        "error": sheet.errors.get(place, ""),
        "goal": goal,
        "is_fixed": sheet.is_fixed(place),
        # Where somebody else has changed it, theirs stands beside what was typed.
        "theirs": goal if goal and place in sheet.errors and goal.target != sheet.values.get(place) else None,
    }

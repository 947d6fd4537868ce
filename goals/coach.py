"""The coach: for each of the five letters of SMART a verdict on a draft, one sentence why, and a value to take over.

Pure and deterministic: the same draft, record and today give the same verdict, on the page, in the API and in a pipe.
"""

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.coach_letters import Letter, Suggestion, measurable, relevant, specific, time_bound
from goals.coach_reach import Evidence, Reach, judge
from goals.draft import Draft, Load, Parent, read_draft
from goals.lines import Json, Reader, answer_lines, written
from goals.record import Item, Measure, Record
from goals.voice import Voice

__all__ = [
    "Achievable",
    "Draft",
    "Evidence",
    "Item",
    "Letter",
    "Load",
    "Measure",
    "Parent",
    "Record",
    "Suggestion",
    "Verdict",
    "assess",
    "main",
]


@dataclass(frozen=True)
class Achievable:
    """`verdict` is too_easy, sound, stretch, overreach or unknown. `probability` is the chance of meeting the
    target by carrying on as before; it and the evidence are None where no record can say.
    """

    verdict: str
    reason: str
    suggestion: Suggestion | None
    probability: Decimal | None
    evidence: Evidence | None


@dataclass(frozen=True)
class Verdict:
    specific: Letter
    measurable: Letter
    achievable: Achievable
    relevant: Letter
    time_bound: Letter


def assess(draft: Draft, record: Record, today: date) -> Verdict:
    """`record` holds what the KPI is made of, the owner's; the sentences are in the draft's language."""
    voice = Voice(draft.language)
    return Verdict(
        specific=specific(draft, voice),
        measurable=measurable(draft, record, today, voice),
        achievable=_achievable(draft, record, today, voice),
        relevant=relevant(draft, voice),
        time_bound=time_bound(draft, today, voice),
    )


def _achievable(draft: Draft, record: Record, today: date, voice: Voice) -> Achievable:
    reach, measure = judge(draft, record, today), draft.kpi
    suggestion = None
    if reach.advice is not None and measure is not None:
        label = voice.gettext("Set the target to %(value)s") % {"value": voice.value(reach.advice, measure)}
        suggestion = Suggestion("target", reach.advice, label)
    reason = voice.gettext("%(judgement)s.") % {"judgement": _judgement(draft, record, reach, voice)}
    return Achievable(reach.verdict, reason, suggestion, reach.probability, reach.evidence)


def _judgement(draft: Draft, record: Record, reach: Reach, voice: Voice) -> str:
    measure, target, evidence = draft.kpi, draft.target, reach.evidence
    _ = voice.gettext
    if measure is None or target is None:
        return _("Choose a KPI and set a target, then the record shows what can be reached")
    if draft.promise is None:
        return _("Set a start and a deadline that follows it, then the record shows what can be reached in that time")
    if reach.verdict == "unknown" or evidence is None:
        return _unknown(measure, record, voice)
    shown = {
        "kpi": measure.name,
        "target": voice.value(target, measure),
        "windows": str(evidence.windows),
        "held": str(evidence.held),
        "typical": voice.value(evidence.typical, measure),
        "best": voice.value(evidence.best, measure),
    }
    sentences = _stays(voice) if draft.target_type.is_stay else _moves(voice)
    return _with_circumstances(sentences[reach.verdict] % shown, draft, reach, voice)


def _unknown(measure: Measure, record: Record, voice: Voice) -> str:
    _ = voice.gettext
    if record.first is None:
        message = _(
            "There is no record of %(kpi)s yet, so nobody can say what can be reached; begin with a few weeks of"
            " entries"
        )
    else:
        message = _(
            "The record of %(kpi)s is still too thin to say what can be reached; it takes at least three weeks"
            " of entries"
        )
    return message % {"kpi": measure.name}


def _moves(voice: Voice) -> dict[str, str]:
    _ = voice.gettext
    return {
        "too_easy": _(
            "%(target)s asks too little: in the last %(windows)s periods of this length %(kpi)s was typically"
            " %(typical)s and at best %(best)s, so carrying on as before would do"
        ),
        "sound": _(
            "%(target)s is sound: in the last %(windows)s periods of this length %(kpi)s was typically %(typical)s"
            " and at best %(best)s, so it takes an effort and can be done"
        ),
        "stretch": _(
            "%(target)s is a stretch: in the last %(windows)s periods of this length %(kpi)s was typically %(typical)s"
            " and at best %(best)s, so settle what will be done differently"
        ),
        "overreach": _(
            "%(target)s asks too much: in the last %(windows)s periods of this length %(kpi)s was typically %(typical)s"
            " and at best %(best)s, and a goal that nobody believes in moves nobody"
        ),
    }


def _stays(voice: Voice) -> dict[str, str]:
    _ = voice.gettext
    return {
        "too_easy": _(
            "%(target)s asks too little: %(kpi)s held it in %(held)s of the last %(windows)s periods and was typically"
            " %(typical)s, so it would hold by itself"
        ),
        "sound": _(
            "%(target)s is sound: %(kpi)s held it in %(held)s of the last %(windows)s periods and was typically"
            " %(typical)s,"
            " so it can be held throughout with care"
        ),
        "stretch": _(
            "%(target)s is a stretch: %(kpi)s held it in %(held)s of the last %(windows)s periods and was typically"
            " %(typical)s, and it must not slip even once"
        ),
        "overreach": _(
            "%(target)s asks too much: %(kpi)s held it in %(held)s of the last %(windows)s periods and was typically"
            " %(typical)s, so it would hardly hold throughout"
        ),
    }


def _with_circumstances(judgement: str, draft: Draft, reach: Reach, voice: Voice) -> str:
    _ = voice.gettext
    if reach.is_borrowed:
        judgement = _("%(judgement)s; judged by the team's record per member, because the owner's own is too short") % {
            "judgement": judgement
        }
    if reach.is_scaled:
        judgement = _("%(judgement)s; the record is too short for whole periods, so shorter ones stand in for them") % {
            "judgement": judgement
        }
    if reach.leave_days:
        message = voice.ngettext(
            "%(judgement)s; %(days)s day of leave in this time is allowed for",
            "%(judgement)s; %(days)s days of leave in this time are allowed for",
            reach.leave_days,
        )
        judgement = message % {"judgement": judgement, "days": str(reach.leave_days)}
    if reach.is_overloaded and draft.load:
        message = _(
            "%(judgement)s; with %(committed)s of %(capacity)s hours already promised there is little room for more"
        )
        judgement = message % {
            "judgement": judgement,
            "committed": voice.number(draft.load.committed_hours),
            "capacity": voice.number(draft.load.capacity_hours),
        }
    return judgement


def answer(source: Reader) -> dict[str, Json]:
    """One line of `python -m goals.coach`."""
    return as_json(assess(*read_draft(source)))


def as_json(verdict: Verdict) -> dict[str, Json]:
    """Numbers as decimal strings, dates as ISO: as commands and the API write it."""
    return {name: _letter_json(letter) for name, letter in vars(verdict).items()}


def _letter_json(letter: Letter | Achievable) -> dict[str, Json]:
    result: dict[str, Json] = {
        "verdict": letter.verdict,
        "reason": letter.reason,
        "suggestion": _suggestion_json(letter.suggestion),
    }
    if isinstance(letter, Achievable):
        evidence = letter.evidence
        result["probability"] = written(letter.probability)
        result["evidence"] = evidence and {
            "windows": evidence.windows,
            "typical": written(evidence.typical),
            "best": written(evidence.best),
        }
    return result


def _suggestion_json(suggestion: Suggestion | None) -> Json:
    if suggestion is None:
        return None
    value = suggestion.value
    text = written(value) if isinstance(value, Decimal) else value.isoformat()
    return {"field": suggestion.field, "value": text, "label": suggestion.label}


def main() -> int:
    return answer_lines(answer)


if __name__ == "__main__":
    sys.exit(main())

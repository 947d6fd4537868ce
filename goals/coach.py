"""The coach: for each of the five letters of SMART a verdict on a draft, one sentence why, and a value to take over.

Pure and deterministic: the same draft, record and today give the same verdict, on the page, in the API and in a pipe.
"""

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.coach_letters import Letter, Suggestion, measurable, relevant, set_target, specific, time_bound
from goals.coach_past import Evidence
from goals.coach_reach import judge
from goals.coach_sentences import judgement
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
        relevant=relevant(draft, today, voice),
        time_bound=time_bound(draft, today, voice),
    )


def _achievable(draft: Draft, record: Record, today: date, voice: Voice) -> Achievable:
    reach, measure = judge(draft, record, today), draft.kpi
    suggestion = set_target(reach.advice, measure, voice) if measure is not None else None
    reason = judgement(draft, record, reach, voice)
    return Achievable(reach.verdict, reason, suggestion, reach.probability, reach.evidence)


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
    text = written(value) if isinstance(value, Decimal) else value if isinstance(value, str) else value.isoformat()
    return {"field": suggestion.field, "value": text, "label": suggestion.label}


def main() -> int:
    return answer_lines(answer)


if __name__ == "__main__":
    sys.exit(main())

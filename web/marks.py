"""The four shapes that stand for every state a page shows."""

_MARKS = {
    "ok": {"on_track", "achieved", "met", "sound", "done"},
    "warn": {"at_risk", "weak", "stretch", "too_easy"},
    "bad": {"off_track", "missed", "overreach"},
    "none": {"not_started", "outdated", "dropped", "draft", "proposed", "agreed", "planned", "missing", "unknown"},
}
_SHAPES = {state: shape for shape, states in _MARKS.items() for state in {shape, *states}}


def mark_of(status: str) -> str:
    """ok, warn, bad or none. Raises KeyError for a state that has no shape."""
    return _SHAPES[str(status)]

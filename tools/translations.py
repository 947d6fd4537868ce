"""Keep the Thai catalogue complete: `python tools/translations.py update | check`.

Strings are found by Babel in Python and in templates (through Django's own template reader), so that no gettext
program has to be installed. `update` adds new strings empty and drops those that are gone; it also compiles.
`check` fails on what is missing, fuzzy, stale, or differs in its placeholders.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "th" / "LC_MESSAGES" / "django.po"
APPS = ("web", "teams", "kpis", "goals", "connectors", "reminders", "dashboards", "api", "smartgoals", "templates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%%")

Key = tuple[str | None, str]


def sources() -> Iterator[tuple[Path, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield path, path.read_text()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                text = templatize(path.read_text(), origin=str(path))
                # Indentation means nothing in a template, and to Babel, who takes the text for Python, too much.
                yield path, "\n".join(line.lstrip() for line in text.splitlines())


def found() -> dict[Key, polib.POEntry]:
    """Every string of the product, with the files it stands in."""
    entries: dict[Key, polib.POEntry] = {}
    for path, text in sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, None)
            if not singular:
                continue
            entry = entries.setdefault(
                (context, singular), polib.POEntry(msgid=singular, msgctxt=context, flags=["python-format"])
            )
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
            place = (str(path.relative_to(ROOT)), "")
            if place not in entry.occurrences:
                entry.occurrences.append(place)
    for entry in entries.values():
        if "%(" not in entry.msgid + (entry.msgid_plural or ""):
            entry.flags.remove("python-format")
    return entries


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)} - {"%%"}


def read() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=118) if CATALOGUE.exists() else polib.POFile(wrapwidth=118)


def update() -> None:
    old = {(entry.msgctxt, entry.msgid): entry for entry in read()}
    catalogue = polib.POFile(wrapwidth=118)
    catalogue.metadata = {
        "Project-Id-Version": "SmartGoals",
        "Language": "th",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for key, entry in sorted(found().items(), key=lambda item: (item[0][1], item[0][0] or "")):
        if key in old and bool(old[key].msgid_plural) == bool(entry.msgid_plural):
            entry.msgstr, entry.msgstr_plural = old[key].msgstr, old[key].msgstr_plural or entry.msgstr_plural
        catalogue.append(entry)
    catalogue.save(str(CATALOGUE))
    CATALOGUE.with_suffix(".mo").write_bytes(catalogue.to_binary())
    missing = sum(not all(translations(entry)) for entry in catalogue)
    print(f"{len(catalogue)} strings, {missing} without a translation")


def faults() -> Iterator[str]:
    catalogue = {(entry.msgctxt, entry.msgid): entry for entry in read()}
    wanted = found()
    for key, entry in wanted.items():
        there = catalogue.get(key)
        if there is None or not all(translations(there)):
            yield f"not translated: {entry.msgid!r} ({entry.occurrences[0][0]})"
            continue
        if there.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
        for text in translations(there):
            used = placeholders(text)
            if not used <= allowed or placeholders(entry.msgid_plural or entry.msgid) - used:
                yield f"placeholders differ: {entry.msgid!r}"
    for key in catalogue.keys() - wanted.keys():
        yield f"no longer used: {key[1]!r}"
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != read().to_binary():
        yield "django.mo is older than django.po"


def check() -> int:
    problems = list(faults())
    print("\n".join(problems[:100]))
    print(f"translations: {len(problems)} problems" if problems else "translations: complete")
    return 1 if problems else 0


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["check"]:
            raise SystemExit(check())
        case _:
            raise SystemExit(__doc__)

"""Do a person's words name an act or an object, or only a wish?

English and other spaced scripts: words that say nothing in a sales goal are taken out, as is what follows "more",
"better" or "increase" up to the next preposition ("increase revenue by calling …" keeps the calls). Thai has no spaces
between words, so known words are cut out of each clause, the longest first, and the letters that are left are counted.
Scripts that the coach does not read are believed.
"""

import re
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from goals import coach_lexicon as lexicon


class Words(Enum):
    NAMING = "naming"
    WISHFUL = "wishful"
    MEANINGLESS = "meaningless"


ENOUGH_NAMES = 2
LETTERS_OF_A_THAI_NAME = 4
LETTERS_OF_A_MEASURED_GOAL = 8
# A clause that begins with a wish ("เพิ่มยอดขาย…") must name more than one that begins with an act ("โทรหา…").
THAI_NAMES_AFTER_WISH = 2
# Words of this length are known with one letter wrong; shorter ones would turn into each other.
FORGIVING_FROM = 6
MOST_CONSONANTS = 6

_TOKEN = re.compile(r"[^\W\d_\u0e00-\u0e7f]+(?:['’-][^\W\d_\u0e00-\u0e7f]+)*|\d[\d.,]*%?|[.;:,()–—→]| - ")
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]")
_THAI = re.compile(r"[\u0e01-\u0e2e\u0e30-\u0e4e]+")
_THAI_VOWEL = re.compile(r"[\u0e30-\u0e39\u0e40-\u0e45\u0e47]")
_POLITE = re.compile(r"(?:นะ)?(?:ครับ|ค่ะ|คะ|จ้า|จ้ะ)?$")
_NUMBER = re.compile(r"[\d๐-๙]")
_TIME = re.compile(
    r"\b(day|daily|week|weekly|month|monthly|quarter|quarterly|q[1-4]|year|yearly|annual|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|christmas)(s|ly)?\b"
    r"|วัน|สัปดาห์|อาทิตย์|เดือน|ไตรมาส|ปี|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม"
    r"|พฤศจิกายน|ธันวาคม",
    re.IGNORECASE,
)
# The 1 of Q1 and the year are times and not what the goal is measured by; "Q1 +5%" has both.
_DATE = re.compile(r"\bq[1-4]\b|\b(?:19|20|25)\d\d\b|(?:ไตรมาส|ปี)\s*[\d๐-๙]+")
_NUMBER_OF = re.compile(r"\b(?:the )?(?:number|amount|volume|quantity) of\b")
_ALLOWANCE = re.compile(r"\b(?:no|not) (?:more|less|fewer|later) than\b|\bat (?:most|least)\b")
_CONSONANTS = re.compile(rf"[^aeiouy'’-]{{{MOST_CONSONANTS},}}")


def _alternatives(*texts: str) -> str:
    return "|".join(sorted({word for text in texts for word in text.split()}, key=len, reverse=True))


_THAI_CLAUSES = re.compile(r"โดยการ|โดย|ด้วยการ|ด้วย|ผ่านการ|ผ่าน|เพื่อ|แล้ว|และ|[\s,;:.]+")
_THAI_MORE = re.compile(_alternatives(lexicon.THAI_MORE))
_THAI_BEGINS_WISHING = re.compile(f"(?:จะ|ต้อง|การ|ให้|เรา|ทีม)*(?:{_alternatives(lexicon.THAI_WISHES)})")
_THAI_MEASURED = re.compile(_alternatives(lexicon.THAI_MEASURED, lexicon.THAI_THIN))
# One pass over all sorts, so that the longest word wins whatever its sort: "ขายส่ง" is not "ส่ง".
_THAI_KNOWN = re.compile(
    _alternatives(lexicon.THAI_MEASURED, lexicon.THAI_WISHES, lexicon.THAI_EMPTY, lexicon.THAI_THIN, lexicon.THAI_ACTS)
)
_THAI_VACUOUS = re.compile(_alternatives(lexicon.THAI_VACUOUS))
_ACTS, _THINS = frozenset(lexicon.THAI_ACTS.split()), frozenset(lexicon.THAI_THIN.split())


def weigh(text: str, kpi_name: str = "") -> Words:
    """What the words are worth, those of the KPI's own name not counted."""
    lowered = _plain(text)
    letters = sum(character.isalpha() for character in lowered)
    if letters < 3 or _is_nonsense(lowered):
        return Words.MEANINGLESS
    undated = _DATE.sub(" ", lowered)
    strong, thin = _names(undated, kpi_name)
    thai_strong, thai_thin = _thai_names(lowered, kpi_name)
    strong, thin = strong + thai_strong, thin + thai_thin
    if strong + min(1, thin if strong else 0) >= ENOUGH_NAMES:
        return Words.NAMING
    # "Conversion rate +10 % each month" is specific: it has its number and its time in it.
    is_timed = _NUMBER.search(undated) and _TIME.search(lowered) and letters >= LETTERS_OF_A_MEASURED_GOAL
    return Words.NAMING if is_timed and (strong or _names_a_measure(lowered, kpi_name)) else Words.WISHFUL


def is_reason(text: str) -> bool:
    """Does it say why, beyond "because" and "it is important"?"""
    lowered = _plain(text)
    if weigh(lowered) is Words.MEANINGLESS:
        return False
    tokens = [token for token in _TOKEN.findall(lowered) if token[0].isalpha()]
    rest = _THAI_VACUOUS.sub("", "".join(_THAI.findall(lowered)))
    return any(token not in lexicon.VACUOUS for token in tokens) or len(rest) > 1


def _plain(text: str) -> str:
    """In small letters; "the number of emails" is the emails."""
    return _NUMBER_OF.sub(" ", _ALLOWANCE.sub(":", text.lower().replace("’", "'")))


def _names(text: str, kpi_name: str) -> tuple[int, int]:
    """(strong, thin) names in the scripts that part words by spaces."""
    own = {_stem(token) for token in _TOKEN.findall(kpi_name.lower())}
    strong: set[str] = set()
    thin: set[str] = set()
    foreign, is_wish, before = 0, False, ""
    for token in _TOKEN.findall(text):
        word, token_before, before = _known(token), before, token
        if word in lexicon.WISHES:
            if word in lexicon.COMPARATIVES:
                strong.discard(_stem(token_before))  # "send more …": the verb belongs to the wish
            is_wish = True
        elif word.strip() in lexicon.STRUCTURE or not word[0].isalpha():
            is_wish = is_wish and word[0].isdigit()
        elif not _LATIN.search(word):
            foreign += len(word) // 3 + 1
        elif _stem(word) in own or word in lexicon.EMPTY or word in lexicon.MEASURED or word in lexicon.NONSENSE:
            continue
        elif is_wish or word in lexicon.THIN:
            thin.add(_stem(word))
        else:
            strong.add(_stem(word))
    return len(strong) + foreign, len(thin)


@lru_cache(2048)
def _known(token: str) -> str:
    """The word of the lists that is meant, forgiving one wrong letter in a long one."""
    if token in _LISTED or len(token) < FORGIVING_FROM or not _LATIN.match(token):
        return token
    return next((word for word in _LONG[token[0]] if _is_one_slip_away(token, word)), token)


_LISTED = lexicon.WISHES | lexicon.STRUCTURE | lexicon.MEASURED | lexicon.THIN | lexicon.EMPTY | lexicon.NONSENSE
_LONG: dict[str, list[str]] = {letter: [] for letter in "abcdefghijklmnopqrstuvwxyz"}
for _word in sorted(_LISTED):
    if len(_word) > FORGIVING_FROM and _word[0] in _LONG:
        _LONG[_word[0]].append(_word)


def _is_one_slip_away(typed: str, word: str) -> bool:
    """One letter left out, put in or changed, or two neighbours turned round; the first letter is right."""
    if abs(len(typed) - len(word)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    if len(typed) == len(word):
        swapped = typed[:at] + typed[at : at + 2][::-1] + typed[at + 2 :]
        return typed[at + 1 :] == word[at + 1 :] or swapped == word
    longer, shorter = (typed, word) if len(typed) > len(word) else (word, typed)
    return longer[at + 1 :] == shorter[at:]


def _stem(word: str) -> str:
    """Near enough to match "leads" with "lead" and "answering" with "answer"."""
    for ending in ("ing", "es", "s", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _names_a_measure(text: str, kpi_name: str) -> bool:
    own = {_stem(token) for token in _TOKEN.findall(kpi_name.lower())}
    named = {_known(token) for token in _TOKEN.findall(text) if token[0].isalpha()}
    if named & (lexicon.MEASURED | lexicon.THIN) or own & {_stem(word) for word in named}:
        return True
    thai, own_thai = "".join(_THAI.findall(text)), "".join(_THAI.findall(kpi_name))
    return bool(_THAI_MEASURED.search(thai) or (own_thai and own_thai in thai))


def _thai_names(text: str, kpi_name: str) -> tuple[int, int]:
    own = "".join(_THAI.findall(kpi_name))
    strong = thin = 0
    for clause in _THAI_CLAUSES.split(text):
        thai = "".join(_THAI.findall(clause))
        thai = thai.replace(own, " ") if own else thai
        if not thai or thai in lexicon.THAI_NONSENSE:
            continue
        acts, things, left = _cut(thai)
        if _THAI_MORE.search(thai):
            things, acts, left = things + acts, 0, 0  # "ส่งอีเมลให้มากขึ้น": the act belongs to the wish
        names = acts + left // LETTERS_OF_A_THAI_NAME
        if _THAI_BEGINS_WISHING.match(thai) and names < THAI_NAMES_AFTER_WISH:
            names, things = 0, things + names
        strong, thin = strong + names, thin + things
    return strong, thin


def _cut(thai: str) -> tuple[int, int, int]:
    """(acts, thin names, letters of unknown words) of a clause."""
    known = _THAI_KNOWN.findall(thai)
    left = sum(len(piece) for piece in _THAI_KNOWN.sub(" ", thai).split() if len(piece) > 1)
    return len(_ACTS.intersection(known)), len(_THINS.intersection(known)), left


def _is_nonsense(text: str) -> bool:
    tokens = [token for token in _TOKEN.findall(text) if token[0].isalpha()]
    thai = _THAI.findall(text)
    if thai and not all(_is_thai_nonsense(word) for word in thai):
        return False
    words = [token for token in tokens if _is_word(token)]
    # "ok then": what only fills a sentence does not make one of nonsense.
    return not words or (len(words) < len(tokens) and lexicon.EMPTY.issuperset(words))


def _is_thai_nonsense(word: str) -> bool:
    word = _POLITE.sub("", word)
    if word in lexicon.THAI_NONSENSE or len(set(word)) <= 2:
        return True
    if any(word[at : at + 4] in row for row in lexicon.THAI_KEYBOARD_ROWS for at in range(max(0, len(word) - 3))):
        return True
    return len(word) >= 7 and not _THAI_VOWEL.search(word)


def _is_word(token: str) -> bool:
    if token in lexicon.NONSENSE or (len(token) > 2 and len(set(token)) == 1):
        return False
    if not _LATIN.search(token):
        return True
    if len(token) >= 3 and any(token in row for row in lexicon.KEYBOARD_ROWS):
        return False
    if len(token) >= 6 and len(set(pairwise(token))) <= len(token) // 2:
        return False  # "hahahaha", "abcabcabc"
    return len(token) < 4 or (any(vowel in token for vowel in "aeiouy") and not _CONSONANTS.search(token))

"""Do a person's words name an act or an object, or only a wish? Word lists for English and Thai, and how they are
used.

English: words that say nothing in a sales goal are taken out, as is what follows "more", "better" or "increase" up
to the next preposition ("increase revenue by calling …" keeps the calls). Thai has no spaces between words, so
known words are cut out of each clause, the longest first, and the letters that are left are counted.
"""

import re
from enum import Enum


class Words(Enum):
    NAMING = "naming"
    WISHFUL = "wishful"
    MEANINGLESS = "meaningless"


ENOUGH_NAMES = 2
LETTERS_OF_A_THAI_NAME = 4

_LATIN = re.compile(r"[a-z]+(?:['’-][a-z]+)*|\d[\d.,]*%?|[.;:,]")
_THAI = re.compile(r"[\u0e01-\u0e2e\u0e30-\u0e4e]+")
_NUMBER = re.compile(r"[\d๐-๙]")
_TIME = re.compile(
    r"\b(day|daily|week|weekly|month|monthly|quarter|quarterly|q[1-4]|year|yearly|annual|january|february|march|april|may"
    r"|june|july|august|september|october|november|december)(s|ly)?\b|วัน|สัปดาห์|อาทิตย์|เดือน|ไตรมาส|ปี",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What follows these is the wish itself, not a way to it.
WISHES = _words(
    "increase increases increasing raise raises raising improve improves improving boost boosts boosting"
    " grow grows growing maximize maximise maximizing optimise optimize lift lifting expand expanding"
    " enhance enhancing drive driving reduce reduces reducing lower lowering cut cutting decrease"
    " decreasing minimize minimise drop double triple more better higher bigger greater larger less fewer"
    " best most highest maximum additional extra"
)
STRUCTURE = _words(
    "by through with via from in on of for at to into within before after during using when where and , . ; :"
)
EMPTY = _words(
    "a an the this that these those our my your their his her its we i you they us me it he she and or"
    " but so as if not no be is are was were been being am do does did doing done have has had having will"
    " would can could should must may might want wants need needs try tries trying make makes making get"
    " gets getting give go going keep keeps take reach reaches reaching achieve achieves achieving hit"
    " hits hitting work works working worked perform performing aim aiming by through with via from in on"
    " of for at to into within before after during using when where than then per each every all any some"
    " many much lots lot very really just also again always ever up down out over under about hard harder"
    " fast faster strong stronger great good well nice super amazing possible soon asap quickly smart"
    " smarter sell sells selling sale sales revenue revenues income turnover profit profits money result"
    " results performance number numbers figure figures business company growth success successful target"
    " targets goal goals kpi kpis objective rate percent percentage point points team person people"
    " everyone everybody today tomorrow now day days daily week weeks weekly month months monthly quarter"
    " quarters quarterly year years yearly next last new time end start beginning of"
)
NONSENSE = _words(
    "asdf asdfgh qwerty qwert zxcv zxcvbn test tests testing tester foo bar baz foobar lorem ipsum dolor"
    " blah bla xxx yyy zzz abc abcd aaa tbd todo na n/a none nothing something whatever anything stuff"
    " things thing hello hi ok okay yes"
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

THAI_MORE = (
    "มากขึ้น มากกว่านี้ มากกว่าเดิม มากที่สุด เพิ่มขึ้น เพิ่มเติม เยอะขึ้น เยอะๆ ดีขึ้น ดีกว่าเดิม ดีที่สุด สูงขึ้น สูงสุด"
    " เร็วขึ้น น้อยลง ลดลง ให้มาก ให้ดี ให้เยอะ เต็มที่ สุดความสามารถ"
)
THAI_WISHES = "เพิ่ม ลด ปรับปรุง พัฒนา ยกระดับ กระตุ้น ขยาย เร่ง ดัน ผลักดัน เสริม สร้าง ทำ รักษา อยาก ต้องการ ตั้งใจ พยายาม มุ่งมั่น"
THAI_EMPTY = (
    "อัตราการปิดการขาย อัตราปิดการขาย อัตราการปิด อัตราการแปลง อัตราการเลิกใช้ อัตราการเลิกใช้งาน"
    " อัตราการรักษาลูกค้า อัตรา การปิดการขาย ปิดการขาย คอนเวอร์ชัน ยอดขาย ยอด รายได้ รายรับ กำไรขั้นต้น"
    " กำไรสุทธิ กำไร ผลกำไร ผลงาน ผลลัพธ์ ผลประกอบการ ประสิทธิภาพ ธุรกิจ บริษัท องค์กร เป้าหมาย เป้า"
    " ตัวเลข การเติบโต เติบโต ความสำเร็จ สำเร็จ การขาย ขาย ทำงาน งาน หนัก ขยัน การ ความ ของ ที่ ซึ่ง และ"
    " หรือ ใน โดย ด้วย ผ่าน จาก เป็น ถึง ให้ ได้ ไป มา แล้ว จะ ต้อง ควร กับ แก่ ต่อ เพื่อ ภายใน ทุก แต่ละ"
    " ทั้งหมด ทั้ง มาก ขึ้น ลง ดี อีก เรา ฉัน ผม ดิฉัน ทีม คน ลูกค้า ใหม่ วันนี้ พรุ่งนี้ วัน สัปดาห์"
    " อาทิตย์ เดือน ไตรมาส ปี หน้า นี้ เปอร์เซ็นต์ ร้อยละ บาท ล้าน แสน หมื่น พัน เร็ว ๆ สุด เลย นะ ครับ"
    " ค่ะ"
)
THAI_NONSENSE = _words("ทดสอบ ทดลอง ฟหกด ฟหกดา ๆๆๆ กขค กกก อะไรก็ได้ ไม่รู้ เทส เทสต์ ฮ่าฮ่า")
_THAI_CLAUSES = re.compile(r"โดยการ|โดย|ด้วยการ|ด้วย|ผ่านการ|เพื่อ|แล้ว|และ|[\s,;:.]+")


def _alternatives(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_THAI_MORE = re.compile(_alternatives(THAI_MORE))
_THAI_BEGINS_WISHING = re.compile(f"(?:จะ|ต้อง|การ|ให้|เรา|ทีม)*(?:{_alternatives(THAI_WISHES)})")
_THAI_EMPTY = re.compile(f"{_alternatives(THAI_WISHES + ' ' + THAI_EMPTY)}")
# A clause that begins with a wish ("เพิ่มยอดขาย…") must name more than one that begins with an act ("โทรหา…").
_THAI_NAMES_AFTER_WISH = 2


def weigh(text: str, kpi_name: str = "") -> Words:
    """What the words are worth, those of the KPI's own name not counted."""
    lowered = text.lower()
    names, letters = _latin_names(lowered, kpi_name), sum(character.isalpha() for character in lowered)
    thai = _thai_names(lowered, kpi_name)
    if letters < 3 or _is_nonsense(lowered):
        return Words.MEANINGLESS
    if names + thai >= ENOUGH_NAMES:
        return Words.NAMING
    # "Conversion rate +10 % each month" is specific: it has its number and its time in it.
    if _NUMBER.search(lowered) and _TIME.search(lowered) and letters >= 8:
        return Words.NAMING
    return Words.WISHFUL


def _latin_names(text: str, kpi_name: str) -> int:
    own = {_stem(word) for word in _LATIN.findall(kpi_name.lower())}
    counted: set[str] = set()
    tokens = _LATIN.findall(text)
    is_wish = False
    for position, token in enumerate(tokens):
        if token in WISHES:
            if token in ("more", "fewer", "better", "less", "extra", "additional") and position:
                counted.discard(_stem(tokens[position - 1]))  # "send more …": the verb belongs to the wish
            is_wish = True
        elif token in STRUCTURE:
            is_wish = False
        elif not is_wish and token not in EMPTY and token[0].isalpha() and _stem(token) not in own:
            counted.add(_stem(token))
    return len(counted - NONSENSE)


def _stem(word: str) -> str:
    """Near enough to match "leads" with "lead" and "answering" with "answer"."""
    for ending in ("ing", "es", "s", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _thai_names(text: str, kpi_name: str) -> int:
    own = "".join(_THAI.findall(kpi_name))
    total = 0
    for clause in _THAI_CLAUSES.split(text):
        thai = "".join(_THAI.findall(clause))
        thai = thai.replace(own, "") if own else thai
        if not thai or _THAI_MORE.search(thai) or thai in THAI_NONSENSE:
            continue
        left = sum(len(piece) for piece in _THAI.findall(_THAI_EMPTY.sub(" ", thai)) if len(piece) > 1)
        names = left // LETTERS_OF_A_THAI_NAME
        total += names if not _THAI_BEGINS_WISHING.match(thai) or names >= _THAI_NAMES_AFTER_WISH else 0
    return total


def _is_nonsense(text: str) -> bool:
    tokens = [token for token in _LATIN.findall(text) if token[0].isalpha()]
    thai = _THAI.findall(text)
    if not tokens:
        return all(word in THAI_NONSENSE or len(set(word)) <= 2 for word in thai)
    return not any(_is_word(token) for token in tokens) and not thai


def _is_word(token: str) -> bool:
    if token in NONSENSE or len(set(token)) == 1:
        return False
    if len(token) >= 4 and any(token in row for row in _ROWS):
        return False
    return len(token) < 4 or any(vowel in token for vowel in "aeiouy")

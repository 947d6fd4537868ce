import pytest

from goals.coach_words import Words, weigh

NAMING = """
Raise our win rate by answering every lead within a day
Increase conversion rate by 10 percent each month
+25 % sales by the end of Q2
Send two follow-up emails after each demo
Close 20 new hotel accounts
Call every customer weekly
Increase sales of GTX Pro in Bangkok hotels
Reduce churn with longer trials, member discounts and 10 % more support staff
Follow up every quote within two days
เพิ่มอัตราการปิดการขายโดยตอบลูกค้าทุกรายภายในหนึ่งวัน
โทรหาลูกค้าโรงแรมในภูเก็ตวันละ 20 ราย
ลดอัตราการเลิกใช้ ด้วยการยืดเวลาทดลองใช้ ส่วนลดสมาชิก และเพิ่มเจ้าหน้าที่บริการลูกค้า
ตอบลีดทุกรายภายใน 1 วัน
ติดตามใบเสนอราคาทุกใบภายในสองวัน
เพิ่มยอดขาย ๑๐ เปอร์เซ็นต์ทุกเดือน
"""

WISHFUL = """
more sales
More sales!
send more emails
Increase revenue
increase the sales revenue
sell more
Close more deals
Improve customer service
be the best team
Grow revenue by selling more
Increase win rate
เพิ่มยอดขาย
เพิ่มยอดขายให้มากขึ้น
ส่งอีเมลเพิ่มเติม
ส่งอีเมลให้มากขึ้น
เพิ่มอัตราการปิดการขาย
ทำยอดขายให้ดีที่สุด
ตั้งใจทำงาน
"""

MEANINGLESS = ["", "   ", "...", "12345", "asdf", "asdf qwer", "test", "xxxxxx", "-", "ทดสอบ", "กกกกก", "ๆๆๆ", "ok"]


@pytest.mark.parametrize("text", NAMING.strip().splitlines())
def test_words_that_name_an_act_or_an_object(text: str) -> None:
    assert weigh(text, "Win rate") is Words.NAMING


@pytest.mark.parametrize("text", WISHFUL.strip().splitlines())
def test_words_that_only_wish(text: str) -> None:
    assert weigh(text, "Win rate") is Words.WISHFUL


@pytest.mark.parametrize("text", MEANINGLESS)
def test_words_without_a_meaning(text: str) -> None:
    assert weigh(text) is Words.MEANINGLESS


def test_the_name_of_the_kpi_is_no_way_to_reach_it() -> None:
    assert weigh("Demo bookings from webinars", "Sign-ups") is Words.NAMING
    assert weigh("Demo bookings from webinars", "Demo bookings") is Words.WISHFUL

"""The words by which the coach tells an act from a wish, in English and Thai.

Four sorts: what opens a wish ("increase", "more"), what says nothing in a sales goal ("results", "hard"), what names
something only beside a stronger word ("customers", "deals"), and what is typed when nothing is meant ("asdf").
All else counts as naming something, so an unknown word is taken for what it probably is: a name.
"""


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


# What follows these is the wish itself, not a way to it.
WISHES = _words(
    "increase increases increased increasing raise raises raised raising improve improves improved improving",
    "boost boosts boosted boosting grow grows growing grown maximize maximise maximizing maximising optimise",
    "optimize optimizing optimising lift lifts lifting expand expands expanding enhance",
    "enhances enhancing drive",
    "drives driving reduce reduces reducing lower lowers lowering cut cuts cutting",
    "decrease decreases decreasing",
    "minimize minimise minimizing drop drops double triple multiply improvement",
    "accelerate accelerating strengthen",
    "strengthening elevate scale scaling upgrade skyrocket supercharge push pushing",
    "more better higher bigger greater larger less fewer best most highest biggest",
    "maximum max additional extra",
    "stronger",
)
COMPARATIVES = _words("more fewer better less extra additional")
# A wish ends where one of these begins to say how, where or with whom.
STRUCTURE = _words(
    "by through with via from in on of for at to into within before after during using when where and without",
    "unless until whenever if so because , . ; : ( ) – — - →",
)
# The names of what sales people count: with a number and a time they make a goal, alone they say nothing.
MEASURED = _words(
    "sale sales revenue revenues income turnover profit profits margin margins churn",
    "retention conversion conversions",
    "pipeline win wins rate rates quota bookings arr mrr aov roi sign-ups signups renewals revenue's",
    "cost costs expenses spend market share closing close",
)
# These name something only beside a stronger word: "focus on customers" does not, "visit customers" does.
THIN = _words(
    "customer customers client clients buyer buyers consumer consumers prospect prospects",
    "lead leads deal deals",
    "account accounts opportunity opportunities contact contacts product products service services user users",
    "market markets order orders stakeholder stakeholders partner partners relationship",
    "relationships partnership",
    "partnerships process processes activity activities calls emails e-mails meetings",
    "visits existing current potential target targeted key important region area",
)
EMPTY = _words(
    "a an the this that these those our my your their his her its we i you they us me it",
    "he she him them and or but",
    "so as if not no nor be is are was were been being am do does did doing done have has",
    "had having will would can",
    "could should shall must may might want wants wanted wanting wish hope hoping need",
    "needs needed try tries tried",
    "trying make makes making made get gets getting got give gives giving gave go goes",
    "going come keep keeps keeping",
    "take takes taking bring bringing let put become becomes becoming stay remain start",
    "starting begin continue",
    "continuing reach reaches reaching achieve achieves achieving achieved attain",
    "accomplish hit hits hitting meet",
    "exceed exceeds exceeding beat surpass outperform overachieve overdeliver work works",
    "working worked perform",
    "performs performing aim aims aiming plan plans planning strive strives striving",
    "focus focuses focused focusing",
    "concentrate think thinking thinks ensure ensuring deliver delivers delivering",
    "provide provides providing offer",
    "support supporting help helping create creating generate generates generating build",
    "builds building develop",
    "develops developing manage managing handle handling maintain maintaining sustain",
    "achieve crush smash kill rock",
    "win winning excel shine succeed commit leverage leveraging utilize step stepping up-level",
    "by through with via from in on of for at to into within before after during using",
    "when where than then per each",
    "every all any some many much lots lot plenty very really just also again always ever",
    "never up down out over under",
    "about around across towards toward against between beyond without until unless",
    "whenever ahead forward above below",
    "possible possibly maybe perhaps even still only own together there here what which who how why because",
    "hard harder hardest fast faster strong strongly great good well nice super amazing",
    "excellent excellence awesome",
    "outstanding exceptional perfect quality value valuable effective effectively",
    "effectiveness efficient efficiently",
    "efficiency productive productivity proactive proactively positive positively",
    "motivated motivation motivate",
    "dedicated dedication committed commitment passion passionate ambition ambitious",
    "mindset attitude energy effort",
    "efforts persistent persistence consistent consistently consistency diligent",
    "diligence discipline disciplined",
    "professional professionally professionalism serious seriously careful carefully",
    "active actively aggressive",
    "aggressively smart smarter quick quickly quicker soon asap high low big small large",
    "huge massive significant",
    "significantly substantially dramatically drastically steady steadily sustainable sustainably continuous",
    "continuously continually gradually overall generally major main top first second",
    "third number one leader leading",
    "leadership competitive competition competitor competitors edge class world-class",
    "best-in-class game level next",
    "ground running box outside inside line bottom limit limits sky moon extra mile bar peak potential full",
    "happy happier happiness satisfied satisfaction satisfy satisfying delight delighted",
    "delighting loyal loyalty",
    "engagement engaged engaging experience experiences trust trusted reputation image",
    "awareness brand visibility",
    "presence impact results result outcome outcomes output success successful successfully progress growth",
    "performance achievement excellence strategy strategic strategies solution solutions",
    "synergy synergies innovation",
    "innovative innovate culture communication communications communicate communicating",
    "collaboration collaborate",
    "teamwork cooperation skill skills knowledge ability abilities capability",
    "capabilities expertise way ways things",
    "thing something stuff everything approach mind focus-driven customer-focused",
    "customer-centric customer-oriented",
    "responsive responsiveness responsible responsibility accountable accountability organized agile flexible",
    "sell sells selling sold seller salesperson salespeople salesman salesmen rep reps sale's",
    "number numbers figure figures business businesses company companies organization",
    "organisation firm department",
    "target targets goal goals kpi kpis objective objectives aim percent percentage point points half twice",
    "team teams person people everyone everybody colleague colleagues staff employee employees",
    "today tomorrow yesterday now later day days daily week weeks weekly month months monthly quarter quarters",
    "quarterly year years yearly annual annually q1 q2 q3 q4 january february march april",
    "june july august september",
    "october november december season morning evening time times period end start",
    "beginning of last past previous new",
    "old same than money baht thb usd eur dollars euros million millions thousand thousands hundred m k pct",
    "please thanks thank believe dream never-ending impossible yourself ourselves myself",
)
NONSENSE = _words(
    "asdf asdfgh qwerty qwert zxcv zxcvbn test tests testing tester testtest foo bar baz",
    "foobar lorem ipsum dolor sit",
    "amet blah bla xxx yyy zzz abc abcd aaa tbd todo na none nothing something whatever",
    "anything stuff things thing",
    "hello hi hey ok okay yes no nope idk dunno lol haha hahaha hmm umm null nil",
    "undefined sample example placeholder",
    "goal statement text title untitled draft dummy xx yy zz x y z",
)
KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
THAI_KEYBOARD_ROWS = ("ๆไำพะัีรนยบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ", "ๅภถุึคตจขช")

# A reason made of nothing else is none: "because it is important".
VACUOUS = _words(
    "because cause since just why not no reason reasons so it it's its is that this thats",
    "was must has have had to need",
    "needs needed needful do does doing be should we i you they my our the a an important",
    "importance very good useful",
    "necessary required said told boss want wants wanted of for matters matter obviously",
    "obvious goal goals really too",
    "always everyone knows must-have great nice yes know don't dont",
)

THAI_MORE = (
    "มากขึ้น มากกว่านี้ มากกว่าเดิม มากที่สุด มากๆ เพิ่มขึ้น เพิ่มเติม ให้เพิ่ม เยอะขึ้น"
    " เยอะๆ เยอะกว่าเดิม ดีขึ้น ดีกว่าเดิม ดีที่สุด ดียิ่งขึ้น"
    " ยิ่งขึ้น สูงขึ้น สูงสุด สูงที่สุด เร็วขึ้น น้อยลง ลดลง หนักขึ้น เก่งขึ้น โตขึ้น"
    " แข็งแกร่งขึ้น ให้มาก ให้ดี ให้เยอะ ให้สูง เต็มที่ สุดความสามารถ"
    " กว่าเดิม กว่านี้ กว่าปีที่แล้ว กว่าเดือนที่แล้ว กว่าปีก่อน กว่าเดือนก่อน"
)
THAI_WISHES = (
    "เพิ่ม ลด ปรับปรุง พัฒนา ยกระดับ กระตุ้น ขยาย เร่ง ดัน ผลักดัน เสริมสร้าง เสริม สร้าง"
    " ทำ รักษา อยากได้ อยาก ต้องการ ตั้งใจ พยายาม มุ่งมั่น"
    " มุ่งเน้น เน้น ใส่ใจ ทุ่มเท ดูแล บริหาร จัดการ เพิ่มพูน ส่งเสริม สนับสนุน รักษาระดับ คงไว้"
)
THAI_MEASURED = (
    "อัตราการปิดการขาย อัตราปิดการขาย อัตราการปิด อัตราการแปลง อัตราการเลิกใช้งาน"
    " อัตราการเลิกใช้บริการ อัตราการเลิกใช้ อัตราการรักษาลูกค้า"
    " อัตรากำไรขั้นต้น อัตรากำไรสุทธิ อัตรา การปิดการขาย ปิดการขาย คอนเวอร์ชัน ยอดขาย ยอด"
    " รายได้ รายรับ กำไรขั้นต้น กำไรสุทธิ กำไร ผลกำไร"
    " ต้นทุน ค่าใช้จ่าย การเลิกใช้ ส่วนแบ่งการตลาด ส่วนแบ่งตลาด"
)
THAI_EMPTY = (
    "ผลงาน ผลลัพธ์ ผลประกอบการ ผลการดำเนินงาน ประสิทธิภาพ ประสิทธิผล คุณภาพ มาตรฐาน"
    " ศักยภาพ ธุรกิจ บริษัท องค์กร หน่วยงาน แผนก เป้าหมาย เป้า"
    " ตัวเลข การเติบโต เติบโต โต ความสำเร็จ สำเร็จ การขาย ขายของ ขาย ทำงาน การทำงาน งาน"
    " หนัก ขยัน อดทน ทำให้ ทำได้ ทะลุ ทะลุเป้า ถึง เกิน"
    " ความพึงพอใจ พึงพอใจ พอใจ ประทับใจ ความประทับใจ ความเชื่อมั่น เชื่อมั่น ความสัมพันธ์"
    " สัมพันธ์ ความสุข ภาพลักษณ์ ชื่อเสียง แบรนด์ การรับรู้"
    " การบริการ บริการ การสื่อสาร สื่อสาร การทำงานเป็นทีม สามัคคี กระบวนการ ระบบ กลยุทธ์"
    " แผนงาน วิสัยทัศน์ ทัศนคติ ความคิด คิดนอกกรอบ นอกกรอบ คิด"
    " ตัวเอง ตนเอง ทักษะ ความรู้ ความสามารถ ฝีมือ มืออาชีพ อาชีพ แรงใจ กำลังใจ ไฟ พลัง ความพยายาม แรงบันดาลใจ"
    " อย่างต่อเนื่อง อย่างสม่ำเสมอ อย่างยั่งยืน อย่างรวดเร็ว อย่างจริงจัง อย่าง ต่อเนื่อง"
    " สม่ำเสมอ ยั่งยืน รวดเร็ว จริงจัง ก้าวกระโดด มั่นคง แข็งแกร่ง"
    " เก่ง เยี่ยมยอด ยอดเยี่ยม เป็นเลิศ เลิศ เป็นที่หนึ่ง ที่หนึ่ง อันดับหนึ่ง อันดับ"
    " หนึ่ง ผู้นำ ชั้นนำ แนวหน้า คู่แข่ง ชนะ แข่งขัน การแข่งขัน ตลาด"
    " สู้ สู้ๆ ลุย ไปให้ถึง ก้าวไปข้างหน้า ก้าวหน้า ข้างหน้า การ ความ ของ ที่ ซึ่ง และ"
    " หรือ ใน โดย ด้วย ผ่าน จาก เป็น ให้ ได้ตาม ได้ ตาม ไป มา แล้ว จะ ต้อง ควร กับ แก่ ต่อ"
    " เพื่อ"
    " ภายใน ทุกคน ทุก แต่ละ ทั้งหมด ทั้ง มาก น้อย เยอะ ขึ้น ลง ดี อีก เรา ฉัน ผม ดิฉัน"
    " ทีมขาย ทีมงาน ทีม คน พนักงานขาย พนักงาน ใหม่ เก่า เดิม วันนี้ พรุ่งนี้ วัน"
    " สัปดาห์ อาทิตย์ เดือน ไตรมาส ปีที่แล้ว ปีนี้ ปี หน้า นี้ ก่อน เปอร์เซ็นต์ ร้อยละ บาท"
    " ล้าน แสน หมื่น พัน ร้อย เร็ว ช้า สูง ต่ำ ใหญ่ เล็ก ๆ สุด กว่า เลย นะ ครับ ค่ะ"
    " คะ จ้า แบบ เรื่อง สิ่ง อะไร อย่าลืม ตลอด เสมอ เท่าตัว เท่า เงิน กลาง สิ้น ต้น ช่วง"
)
# Names only beside a stronger one, as in English.
THAI_THIN = (
    "กลุ่มลูกค้า ฐานลูกค้า ลูกค้า ลูกค้าใหม่ ลูกค้าเก่า ผู้ซื้อ ผู้บริโภค ผู้ใช้ ลีด ดีล ออเดอร์ คำสั่งซื้อ สินค้า ผลิตภัณฑ์ โอกาส อีเมล การโทร หา ราย ครั้ง"
)
# Acts that a sales person does; each counts as a name, however short.
THAI_ACTS = (
    "โทรหา โทรกลับ โทรตาม โทร เข้าเยี่ยม เยี่ยม เข้าพบ พบปะ พบ นัดหมาย นัด ส่ง เสนอขาย"
    " นำเสนอ เสนอ ตอบกลับ ตอบ ติดตาม ทวง ขอให้ ขอ จัด เปิด ชวน เชิญ สอน ฝึก"
    " อบรม แจก ออกบูธ ทัก คุย เจรจา สาธิต อัปเซล ครอสเซล ต่อสัญญา ต่ออายุ แนะนำ โพสต์"
    " ยิงแอด ไลฟ์ สัมภาษณ์ สำรวจ จ้าง รับสมัคร ตรวจ วางบิล เก็บเงิน"
    " สอบถาม ถาม แชท ลงพื้นที่ เดโม ทดลอง เขียน ทำรายชื่อ คัดกรอง คัด จับคู่ ลงโฆษณา โฆษณา"
    " แบ่ง ปิดดีล ปรึกษา แก้ปัญหา แก้ ยืดเวลา เซ็นสัญญา เซ็น ลงทะเบียน"
)
THAI_NONSENSE = _words(
    "ทดสอบ ทดลอง ฟหกด ฟหกดา ๆๆๆ กขค กกก อะไรก็ได้ ไม่รู้ ไม่รู้สิ ไม่ทราบ ไม่มี เทส เทสต์"
    " ฮ่าฮ่า ฮ่าๆ ฮ่าๆๆ ฮา สวัสดี โอเค ใช่ ไม่ใช่ ไม่ แล้วแต่ ยังไม่รู้ ยังไม่มี"
    " ยังไม่ได้คิด เป้าหมาย ร่าง ตัวอย่าง ข้อความ"
)
THAI_VACUOUS = (
    "เพราะว่า เพราะ เนื่องจาก ก็ ต้องทำ ต้อง ควร จะ ทำ มัน นี้ เป็น ไม่มีเหตุผล ไม่มี"
    " ไม่รู้ เหตุผล สำคัญ จำเป็น อยาก อยากได้ หัวหน้าสั่ง หัวหน้า สั่ง นั่นแหละ"
    " แค่นั้น เรา ผม ฉัน มาก ดี ครับ ค่ะ นะ ๆ มี ความ เรื่อง เป้าหมาย เป้า ให้ ที่ ได้ ไป"
    " อะไร ทำไม ว่า อยู่แล้ว อยู่ แล้ว"
)

"""Who works at the demo company, and how. No database."""

from dataclasses import dataclass

SIAM = "siam-supply"
LANNA = "lanna-coffee"

# The four that `make demo` prints; all have its password.
MANAGER = "manager@demo.example"
REP = "rep@demo.example"
ADMIN = "admin@demo.example"
VIEWER = "viewer@demo.example"
SIGN_INS = (MANAGER, REP, ADMIN, VIEWER)


@dataclass(frozen=True)
class Person:
    """`skill` is the share of closed deals that are won, `push` how busy (1 is usual); 0 sells nothing."""

    key: str
    name: str
    role: str
    team: str
    email: str = ""
    has_account: bool = False
    skill: float = 0
    push: float = 1


@dataclass(frozen=True)
class Group:
    key: str
    name: str
    manager: str
    parent: str = ""


TEAMS = (
    Group("bangkok", "Bangkok", "ploy"),
    Group("key", "Key Accounts", "daniel", parent="bangkok"),
    Group("upcountry", "Upcountry", "vichai"),
    Group("online", "Online", "orathai"),
)

OWNER = Person("somsak", "สมศักดิ์ วัฒนกิจ", "owner", "", "somsak@siam-supply.example", has_account=True)

STAFF = (
    Person("naree", "Naree Suwan", "admin", "", ADMIN, has_account=True),
    Person("emma", "Emma Clarke", "viewer", "bangkok", VIEWER, has_account=True),
    Person("ploy", "Ploy Srisuwan", "manager", "bangkok", MANAGER, has_account=True),
    Person("daniel", "Daniel Foster", "manager", "key", "daniel@siam-supply.example", has_account=True),
    Person("vichai", "วิชัย สุขสวัสดิ์", "manager", "upcountry", "vichai@siam-supply.example", has_account=True),
    Person("orathai", "อรทัย วงศ์ใหญ่", "manager", "online"),
)

REPS = (
    Person("narin", "Narin Chaiyasit", "rep", "bangkok", REP, has_account=True, skill=0.25),
    Person("kitti", "กิตติ บุญมี", "rep", "bangkok", "kitti@siam-supply.example", has_account=True, skill=0.29, push=1.15),
    Person("sarah", "Sarah Lim", "rep", "bangkok", "sarah@siam-supply.example", has_account=True, skill=0.27),
    Person("suda", "สุดา แก้วใส", "rep", "bangkok", skill=0.22, push=0.9),
    Person("apinya", "Apinya Rattanakul", "rep", "bangkok", "apinya@siam-supply.example", skill=0.26),
    Person("james", "James Carter", "rep", "key", "james@siam-supply.example", has_account=True, skill=0.31, push=0.8),
    Person("pim", "พิมพ์ชนก อินทร์แก้ว", "rep", "key", skill=0.33, push=0.85),
    Person("thanapol", "ธนพล ศรีทอง", "rep", "upcountry", skill=0.24, push=1.05),
    Person("malee", "มาลี จันทร์เพ็ญ", "rep", "upcountry", skill=0.28),
    Person("anucha", "อนุชา แสงทอง", "rep", "upcountry", "anucha@siam-supply.example", skill=0.19, push=0.85),
    Person("mint", "Mint Thongdee", "rep", "online", skill=0.25, push=1.1),
    Person("kevin", "Kevin Tan", "rep", "online", "kevin@siam-supply.example", skill=0.23),
)

LEAVER = Person("chaiwat", "ชัยวัฒน์ ทองคำ", "rep", "upcountry", skill=0.21, push=0.8)
# Who took over the leaver's customers.
HEIR = "malee"
# Asked to join some days ago; has not answered yet.
INVITED = "apinya"

EVERYONE = (*STAFF, *REPS, LEAVER)

"""The demo shop: five teams, their people and what is planted in them; read docs/demo.md for the stories."""

from dataclasses import dataclass

SHOP = "Lumen Home 流明家居"
SEED = 20260926
CLOSED_QUARTER = "2026Q3"
OPEN_QUARTER = "2026Q4"

# Dimension codes of the core instrument, in its order.
DIMENSIONS = ("COM", "TRU", "ROL", "MOT")


@dataclass(frozen=True)
class DemoTeam:
    """One team: its true level per dimension on the latent scale, and how many of its people answer."""

    name: str
    function: str
    founded_on: str
    people: tuple[str, ...]
    levels: tuple[float, float, float, float]  # COM, TRU, ROL, MOT; 0 is the middle of the scale, 1 an SD of persons
    answering: int
    keeps: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


TEAMS = (
    DemoTeam(
        name="Operations 运营",
        function="operations",
        founded_on="2023-03-01",
        people=("陈思远", "Julia Brandt", "李雨桐", "王浩然", "Tom Eriksen", "赵敏", "周子涵", "孙悦", "Nadia Rahman"),
        levels=(0.7, 0.9, 0.8, 0.6),
        answering=8,
    ),
    DemoTeam(
        name="Marketing 营销",
        function="marketing",
        founded_on="2022-09-15",
        people=("林婉清", "Marco Conti", "吴嘉怡", "郑凯", "Sofia Lindqvist", "何晓彤", "冯宇"),
        levels=(0.3, 0.8, 0.2, 1.1),
        answering=6,
    ),
    DemoTeam(
        name="Customer service 客服",
        function="service",
        founded_on="2021-06-01",
        people=(
            "黄丽娟",
            "徐静",
            "朱婷婷",
            "马超",
            "胡佳",
            "Emma Novak",
            "郭磊",
            "林燕",
            "高洁",
            "罗晓雯",
            "梁志强",
            "宋雅琴",
            "Ivan Petrov",
            "唐诗",
        ),
        levels=(-0.6, 0.4, 0.5, -0.1),
        answering=12,
        keeps=(
            "班前会很短，当天重点一目了然。",
            "遇到难缠的客户，旁边的同事会马上接一把。",
            "大促前一天的排班表很准时。",
            "The shared answers for returns save a lot of time.",
            "交接记录写得清楚，换班不用猜。",
            "新人有人带，前两周不慌。",
            "Keep the ten minutes after peak hours to talk things through.",
            "投诉升级的流程清楚。",
            "值班群里有问必答。",
            "Asking for help is normal here, please keep it that way.",
        ),
        changes=(
            "优惠规则改了要提前告诉我们，不要等客户来问。",
            "活动价格变动请在上线前发通知。",
            "Tell us about price changes before customers do.",
            "退货政策更新要有一个固定的地方查。",
            "系统通知太长，看完还是不知道要做什么。",
            "Notices should say what changes, from when, and what we must do.",
            "希望仓库延误能第一时间同步给客服。",
            "One place for all promotion rules, please.",
            "会上提的建议希望有个回复。",
            "临时加的活动请写清楚补偿标准。",
            "高峰期的排班希望早两天出。",
        ),
    ),
    DemoTeam(
        name="Technology 技术",
        function="technology",
        founded_on="2022-01-10",
        people=("韩磊", "Aisha Khan", "沈博文", "许杰", "Daniel Weber", "曹颖", "彭涛", "董晨", "Lena Fischer", "谢宁"),
        levels=(0.4, 0.5, 0.1, 0.5),
        answering=9,
    ),
    DemoTeam(
        name="Merchandise 商品",
        function="merchandise",
        founded_on="2023-11-20",
        people=("邓丽", "蒋欣然", "Paula Gomez", "蔡明", "余晓东", "叶青", "潘越", "田甜"),
        levels=(0.1, -0.2, -0.9, 0.2),
        answering=7,
    ),
)

# The team leads and the head of the business answer as the shop's own members, not inside the teams they lead.
LEADERS = ("方晓岚", "Henrik Olsen", "苏曼", "贾文博", "Clara Meyer", "钟伟")
LEADER_LEVELS = (0.6, 0.8, 0.9, 0.9)

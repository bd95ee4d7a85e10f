"""Word problems in Chinese."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import fill, spin
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "zh"
ANSWER = "答案是 {out}。"

GOODS = [
    ("苹果", "个"),
    ("书", "本"),
    ("铅笔", "支"),
    ("本子", "本"),
    ("橘子", "个"),
    ("糖", "颗"),
    ("鸡蛋", "个"),
    ("票", "张"),
    ("杯子", "个"),
    ("衣服", "件"),
    ("椅子", "把"),
    ("面包", "个"),
    ("牛奶", "瓶"),
    ("水", "瓶"),
    ("花", "朵"),
    ("球", "个"),
    ("邮票", "张"),
    ("梨", "个"),
    ("桃子", "个"),
    ("气球", "个"),
    ("玩具", "个"),
    ("笔记本", "本"),
    ("贴纸", "张"),
    ("石头", "块"),
    ("蛋糕", "块"),
    ("饼干", "块"),
    ("鱼", "条"),
    ("鸡", "只"),
    ("羊", "只"),
    ("糖果", "颗"),
    ("弹珠", "颗"),
    ("卡片", "张"),
    ("毛巾", "条"),
    ("帽子", "顶"),
]
WEIGHED = [
    "苹果",
    "香蕉",
    "西瓜",
    "土豆",
    "大米",
    "猪肉",
    "白菜",
    "葡萄",
    "鱼",
    "牛肉",
    "橘子",
    "西红柿",
    "面粉",
    "糖",
    "茶叶",
]
THING = [
    "外套",
    "衣服",
    "鞋子",
    "手机",
    "书包",
    "电脑",
    "自行车",
    "手表",
    "桌子",
    "帽子",
    "裙子",
    "电视",
    "相机",
    "耳机",
    "沙发",
    "冰箱",
    "毛衣",
    "裤子",
    "台灯",
    "背包",
]
MOVERS = [
    "火车",
    "汽车",
    "一辆车",
    "公交车",
    "一列火车",
    "飞机",
    "轮船",
    "一辆汽车",
    "卡车",
    "自行车",
    "一艘船",
    "高铁",
    "摩托车",
]
YUAN = ["元", "元", "块", "块钱", "元钱"]
ZH_DIGITS = "零一二三四五六七八九"


def turn(d: Draw) -> Turn:
    make = d.pick(
        [
            cost,
            cost,
            cost,
            shared,
            shared,
            gain,
            gain,
            gain,
            discount,
            discount,
            distance,
            distance,
            change,
            each,
            each,
            duration,
            split,
            rectangle,
            age,
            total,
            monthly,
        ]
    )
    question, code = make(d)
    question = spin(d, "[||||||请问|问题：|帮我算算，|算一下，|请问一下，|你好，]") + question
    if d.chance(0.2):
        question = question.rstrip("？?")
    return Turn(question.replace("，", ",").replace("？", "?") if d.chance(0.15) else question, ANSWER, code)


def tell(d: Draw, template: str, **slots: object) -> str:
    text = spin(d, template)
    gap = " " if d.chance(0.15) else ""
    return fill(text, {k: f"{gap}{v}{gap}" if isinstance(v, int) else v for k, v in slots.items()}).strip()


def cost(d: Draw) -> tuple[str, str]:
    n, p = d.number(1, 3), d.price(0.5, 100)
    (good, measure), y = d.pick(GOODS), d.pick(YUAN)
    if d.chance(0.4):
        good, measure = d.pick(WEIGHED), d.pick(["斤", "公斤", "斤", "千克"])
        template = d.pick(
            [
                "{g}{p}{y}[一|每]{m}，[我|小明|妈妈|{who}|][买|买了|要买|要]{n}{m}，[一共|总共|][要|得|应该|需要|][付|花|给|][多少钱|多少|多少元][？|]",
                "{g}[每|一]{m}{p}{y}，{n}{m}[多少钱|要多少钱|一共多少钱|是多少钱][？|]",
                "[买|我买|我要买|要买|{who}买]{n}{m}{g}，[每|一]{m}{p}{y}，[一共|总共|要|][多少钱|花多少钱|要付多少钱][？|]",
            ]
        )
    else:
        template = d.pick(
            [
                "[一{m}|每{m}|1{m}]{g}{p}{y}，[买|我买|要买|]{n}{m}[要|一共|一共要|][多少钱|付多少钱|花多少钱|多少元][？|]",
                "{g}[一|每]{m}{p}{y}，{n}{m}[多少钱|要多少钱|一共多少钱|一共多少元][？|]",
                "[我|妈妈|{who}|老师|][买了|买|要买]{n}{m}{g}，[每|一]{m}{p}{y}，[一共|总共|][花了多少钱|要付多少钱|多少钱|要多少钱|付多少][？|]",
                "{n}{m}{g}，[每{m}|单价]{p}{y}，[一共|总共|总价][多少钱|是多少|要多少钱][？|]",
            ]
        )
    return tell(d, template, g=good, m=measure, p=p, n=n, y=y, who=d.zh_name()), printed(f"{n}*{p}")


def shared(d: Draw) -> tuple[str, str]:
    b = d.integer(2, 30)
    a = b * d.number(1, 2) if d.chance(0.75) else d.number(2, 3)
    good, measure = d.pick(GOODS)
    return tell(
        d,
        d.pick(
            [
                "[{who}有|有|一共有|老师有|妈妈买了|我有]{a}{m}{g}，[平均|][分给|给]{b}[个人|个朋友|个小朋友|个孩子|位同学|个学生|名同学]，[每人|每个人|每个朋友|一个人|每个小朋友][分到|得到|能分到|分|可以得到|能得|][几{m}|多少{m}|多少][？|]",
                "[把|将]{a}{m}{g}[平均分给|分给]{b}[个人|个朋友|位同学]，[每人|每个人][几{m}|多少{m}|得多少{m}|得几{m}][？|]",
                "{a}{m}{g}[平均|][装|放][进|在|到]{b}个[盒子|袋子|篮子]里，每个[盒子|袋子|篮子][装|放|有]多少{m}[？|]",
                "{b}个[人|朋友|孩子][平分|分]{a}{m}{g}，[每人|一人|每个人][几{m}|多少{m}][？|]",
            ]
        ),
        a=a,
        b=b,
        g=good,
        m=measure,
        who=d.zh_name(),
    ), printed(f"{a}/{b}")


def gain(d: Draw) -> tuple[str, str]:
    good, m = d.pick(GOODS)
    a = d.number(1, 3)
    text, code = spin(d, "[{who}|{who}|我|{who}][有|原来有|本来有|一共有]{a}{m}{g}").replace("{a}", str(a)), str(a)
    for i in range(d.pick([1, 2, 2, 3])):
        n = d.number(1, 2)
        if d.chance(0.5):
            text += spin(d, "，[又|后来|然后|又|再|接着|][买了|得到|拿来|捡到|找到|多了|收到]{n}{m}").replace(
                "{n}", str(n)
            )
            code += f"+{n}"
        else:
            text += spin(
                d,
                "，[又|后来|然后|][吃了|送给[{other}|朋友|同学|弟弟]|给了{other}|用了|丢了|卖了|少了|给[朋友|妹妹]|弄丢了|卖出|送出|拿走]{n}{m}",
            ).replace("{n}", str(n))
            code += f"-{n}"
    text += spin(d, "，[现在|还|一共|最后|现在还|][有|剩|剩下][几|多少]{m}[？|]")
    return tell(d, text, g=good, m=m, who=d.zh_name(), other=d.zh_name()), f"print({code})"


def discount(d: Draw) -> tuple[str, str]:
    price = d.number(1, 4)
    if d.chance(0.7):
        tens = d.integer(1, 9)
        if d.chance(0.25):
            ones = d.integer(1, 9)
            fold, rate = d.pick([f"{ZH_DIGITS[tens]}{ZH_DIGITS[ones]}", f"{tens}.{ones}"]), tens * 10 + ones
        else:
            fold, rate = d.pick([ZH_DIGITS[tens], ZH_DIGITS[tens], str(tens)]), tens * 10
        how = f"打{fold}折"
    else:
        off = d.integer(1, 90)
        how, rate = d.pick([f"降价{off}%", f"便宜{off}%", f"优惠{off}%"]), 0
    text = tell(
        d,
        d.pick(
            [
                "[一件|一个|这个|一台|一双|]{t}[原价|卖|标价|价格|要|的价格是|售价|]{p}{y}，{how}[后|以后|之后|，|][要|是|卖|现价|需要|要付|][多少钱|多少|多少元|多少钱|付多少钱][？|]",
                "[原价|标价]{p}{y}的{t}，{how}[后|以后|]是多少[钱|元][？|]",
                "{t}{p}{y}，现在{how}，[要|现在要|应该][付|花|给]多少钱[？|]",
            ]
        ),
        t=d.pick(THING),
        p=price,
        y=d.pick(YUAN),
        how=how,
    )
    return text, printed(f"{price}*{rate}/100" if rate else f"{price}*(100-{off})/100")


def distance(d: Draw) -> tuple[str, str]:
    v, h = d.number(1, 3), d.pick([d.integer(2, 24), d.integer(2, 12), f"{d.integer(1, 9)}.5"])
    return tell(
        d,
        d.pick(
            [
                "{t}[每小时|一小时|每个小时|1小时][跑|行驶|走|开|行|能跑|飞]{v}[公里|千米]，{h}[小时|个小时][能|可以|一共|][跑|走|行驶|开]多[远|少公里|少千米][？|]",
                "{t}[以|的速度是|时速][每小时|]{v}[公里|千米][的速度|][行驶|开|跑][了|]{h}[小时|个小时]，[走了|行驶了|一共走了|路程是|跑了]多少[公里|千米][？|]",
                "{t}的速度是[每小时|]{v}[公里|千米][每小时|]，{h}[小时|个小时][走|行驶|跑]多[远|少公里][？|]",
            ]
        ),
        t=d.pick(MOVERS),
        v=v,
        h=h,
    ), printed(f"{v}*{h}")


def duration(d: Draw) -> tuple[str, str]:
    v = d.number(1, 2)
    s = v * d.integer(2, 12)
    return tell(
        d,
        "[从家到学校|全程|两地相距|路程是|一共要走|距离]{s}[公里|千米]，[每小时|一小时][走|行驶|跑|开]{v}[公里|千米]，[要|需要|得][多少小时|几个小时|多少个小时|几小时|多久][？|]",
        s=s,
        v=v,
    ), printed(f"{s}/{v}")


def change(d: Draw) -> tuple[str, str]:
    n, p, paid = d.integer(1, 12), d.price(0.5, 40), d.pick([10, 20, 50, 100, 200])
    good, m = d.pick(GOODS)
    return tell(
        d,
        d.pick(
            [
                "[买|我买了|{who}买了]{n}{m}{g}，[每|一]{m}{p}{y}，[付了|给了|付|给]{paid}{y}，[应该|应|要|]找[回|][多少钱|多少|多少元][？|]"
            ]
        ),
        n=n,
        m=m,
        g=good,
        p=p,
        y=d.pick(YUAN),
        paid=paid,
        who=d.zh_name(),
    ), printed(f"{paid}-{n}*{p}")


def each(d: Draw) -> tuple[str, str]:
    a, b = d.number(1, 3), d.number(1, 2)
    good, m = d.pick(GOODS)
    return tell(
        d,
        d.pick(
            [
                "[每个|一个|每]箱子[有|装|放|里有]{b}{m}{g}，{a}个箱子[一共|总共|][有|装|放]多少{m}[？|]",
                "[有|班里有|一共有]{a}[个人|个学生|名学生|个孩子|个朋友]，[每人|每个人|每个][要|需要|有|分|发]{b}{m}{g}，[一共|总共|][要|需要|有]多少{m}[？|]",
                "{a}个[人|学生|孩子]，[每人|每个人]{b}{m}{g}，[一共|总共|]多少{m}[？|]",
                "{who}[每天|一天][看|做|吃|画|写]{b}{m}{g}，{a}天[一共|][看|做]多少{m}[？|]",
            ]
        ),
        a=a,
        b=b,
        g=good,
        m=m,
        who=d.zh_name(),
    ), f"print({a}*{b})"


def split(d: Draw) -> tuple[str, str]:
    n, p = d.integer(2, 12), d.number(2, 4)
    return tell(
        d,
        "{n}个[人|朋友|同学][吃饭|聚餐|一起吃饭|][花了|一共花了|用了]{p}{y}，[平均|AA|平摊|][每人|每个人][付|出|要付|给]多少[钱|元|][？|]",
        n=n,
        p=p,
        y=d.pick(YUAN),
    ), printed(f"{p}/{n}")


def rectangle(d: Draw) -> tuple[str, str]:
    a, b = d.number(1, 3), d.number(1, 2)
    u = d.pick(["米", "厘米", "", "分米"])
    what, code = d.pick([("面积", f"{a}*{b}"), ("面积", f"{a}*{b}"), ("周长", f"2*({a}+{b})")])
    return tell(
        d,
        d.pick(
            [
                f"[一个|]长方形[的|]长[是|]{{a}}{u}，宽[是|]{{b}}{u}，{what}是[多少|几][？|]",
                f"长{{a}}{u}宽{{b}}{u}的[长方形|房间|花园|操场|教室]{what}是多少[？|]",
                f"[房间|花园|操场|教室|长方形]长{{a}}{u}，宽{{b}}{u}，求{what}",
            ]
        ),
        a=a,
        b=b,
    ), f"print({code})"


def age(d: Draw) -> tuple[str, str]:
    a, n = d.integer(3, 70), d.integer(2, 40)
    kind = d.integer(0, 2)
    template, code = [
        ("{who}今年{a}岁，{n}年后[几|多少]岁[？|]", f"print({a}+{n})"),
        ("{who}今年{a}岁，{other}比[他|她|{who}]大{n}岁，{other}[几|多少]岁[？|]", f"print({a}+{n})"),
        ("{who}今年{a}岁，{other}比[他|她|{who}]小{n}岁，{other}[几|多少]岁[？|]", f"print({a}-{n})"),
    ][kind]
    return tell(d, template, who=d.zh_name(), other=d.zh_name(), a=a, n=n), code


def total(d: Draw) -> tuple[str, str]:
    a, b = d.number(1, 3), d.number(1, 3)
    good, m = d.pick(GOODS)
    template, code = d.pick(
        [
            ("{who}有{a}{m}{g}，{other}有{b}{m}[{g}|]，[两人|他们|][一共|总共|][有|]多少{m}[？|]", f"print({a}+{b})"),
            ("{who}有{a}{m}{g}，{other}有{b}{m}[{g}|]，{who}比{other}多[几|多少]{m}[？|]", f"print({a}-{b})"),
            ("{who}有{a}{m}{g}，{other}的[{g}|]是[他|她|{who}]的{b}倍，{other}有多少{m}[？|]", f"print({a}*{b})"),
        ]
    )
    return tell(d, template, who=d.zh_name(), other=d.zh_name(), a=a, b=b, g=good, m=m), code


def monthly(d: Draw) -> tuple[str, str]:
    p = d.number(2, 4)
    (period, many, n) = d.pick(
        [
            ("每个月", "一年", 12),
            ("每月", "一年", 12),
            ("每天", "一个星期", 7),
            ("每天", "一周", 7),
            ("每周", "一年", 52),
            ("每天", "一年", 365),
            ("每月", "半年", 6),
            ("每月", "两年", 24),
        ]
    )
    return tell(
        d,
        f"[我|{{who}}|房租|][{period}|{period}][花|交|存|赚|付|要]{{p}}{{y}}，{many}[一共|要|是|]多少[钱|元][？|]",
        p=p,
        y=d.pick(YUAN),
        who=d.zh_name(),
    ), f"print({p}*{n})"

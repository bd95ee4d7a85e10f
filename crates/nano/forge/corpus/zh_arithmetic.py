"""Arithmetic in Chinese."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import fill, spin
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "zh"
ANSWER = "结果是 {out}。"

PHRASES = {
    "+": ["{a}[加|加上|+| + |和]{b}", "{a}[与|和]{b}的[和|总和]", "{a}+{b}", "{a} + {b}", "把{a}和{b}[相加|加起来]"],
    "-": [
        "{a}[减|减去|-| - ]{b}",
        "{a}[与|和]{b}的差",
        "{a}-{b}",
        "{a} - {b}",
        "从{a}[中|里]减去{b}",
        "{a}比{b}多多少",
    ],
    "*": [
        "{a}[乘|乘以|×|*| × | * |x]{b}",
        "{a}[与|和]{b}的[积|乘积]",
        "{a}*{b}",
        "{a} × {b}",
        "{a}×{b}",
        "{a}的{b}倍",
        "{b}个{a}",
    ],
    "/": ["{a}[除以|÷|/| ÷ | / ]{b}", "{a}[与|和]{b}的商", "{a}/{b}", "{a}÷{b}", "把{a}[平均分成|分成]{b}份"],
    "%": ["{a}除以{b}的余数", "{a}除以{b}余[几|多少]", "{a}对{b}取[余|模]", "{a}%{b}", "{a}模{b}"],
    "**": ["{a}的{b}次方", "{a}的{b}次幂", "{a}^{b}", "{a}**{b}"],
}
ASKED = ("多少", "几")


def request(d: Draw, phrase: str, **slots: object) -> str:
    """A question or an order around a phrase."""
    phrase = spin(d, phrase)
    if phrase.endswith(ASKED):
        text = spin(d, "[||||请问|请问一下|那么|你好，|帮我看看|算算]") + phrase + spin(d, "[？|？||?|呢？|啊]")
    else:
        text = spin(
            d,
            d.pick(
                [
                    "{p}[等于|是|等于|得|＝|=| = ][多少|几|多少|多少][？|？|?||呢？|啊？]",
                    "[请|请你|帮我|麻烦你|麻烦|帮忙|你能|能不能|可以|请帮我|给我|我想|我要|快|][计算|算|算一下|算算|算出|求|求出|计算一下]{p}[。|||吧|，谢谢|吗？]",
                    "{p}[=|=?| = ?|？|?||＝？]",
                    "[求|问|请问|请问一下|想知道|我想知道|那|那么|告诉我|你知道]{p}[是多少|等于多少|等于几|的结果|是几][？|。||?]",
                    "[计算|算|算一下|求|求值|题目][：|:]{p}",
                    "[你好，|嗨，|小纳，|nano，]{p}[等于|是]多少[？|]",
                ]
            ),
        ).replace("{p}", phrase)
    if d.chance(0.25):
        text = text.replace("{a}", " {a} ").replace("{b}", " {b} ").strip()
    return fill(text, slots).replace("  ", " ")


def turn(d: Draw) -> Turn:
    return d.pick([binary, binary, binary, binary, expression, expression, percent, percent, square, total, root])(d)


def binary(d: Draw) -> Turn:
    operator = d.pick(["+", "-", "*", "*", "/", "%", "**", "+", "-", "*", "/"])
    if operator == "**":
        a, b = str(d.number(1, 2)), str(d.integer(2, 20))
    elif operator == "%":
        a, b = str(d.number(2, 5)), str(d.number(1, 2))
    else:
        a, b = d.quantity(0.85), d.quantity(0.9)
        if operator == "/" and d.chance(0.4):
            divisor = d.number(1, 2)
            a, b = str(divisor * d.number(1, 3)), str(divisor)
    return Turn(request(d, d.pick(PHRASES[operator]), a=a, b=b), ANSWER, printed(f"{a}{operator}{b}"))


def expression(d: Draw) -> Turn:
    n = [d.quantity(0.95) for _ in range(4)]
    o = [d.pick(["+", "-", "*", "+", "-", "*", "/"]) for _ in range(3)]
    shape = d.pick(
        [
            "({0}{p}{1}){q}{2}",
            "{0}{p}{1}{q}{2}",
            "{0}{p}({1}{q}{2})",
            "({0}{p}{1}){q}({2}{r}{3})",
            "{0}{p}{1}{q}{2}{r}{3}",
        ]
    )
    code = shape.format(*n, p=o[0], q=o[1], r=o[2])
    gap, times = d.pick(["", "", " "]), d.pick(["*", "*", "×"])
    text = shape.format(*n, **{k: f"{gap}{times if v == '*' else v}{gap}" for k, v in zip("pqr", o, strict=True)})
    return Turn(request(d, "{e}", e=text), ANSWER, printed(code))


def percent(d: Draw) -> Turn:
    p, of = str(d.integer(1, 100)), d.quantity(0.85)
    if d.chance(0.6):
        return Turn(
            request(d, d.pick(["{of}的{p}%", "{of}的百分之{p}", "{p}%的{of}"]), of=of, p=p),
            ANSWER,
            printed(f"{of}*{p}/100"),
        )
    if d.chance(0.5):
        return Turn(
            request(d, d.pick(["{of}增加{p}%", "{of}[增长|上涨|提高]{p}%后"]), of=of, p=p),
            ANSWER,
            printed(f"{of}*(100+{p})/100"),
        )
    return Turn(
        request(d, d.pick(["{of}减少{p}%", "{of}[下降|降低|减去]{p}%后"]), of=of, p=p),
        ANSWER,
        printed(f"{of}*(100-{p})/100"),
    )


def square(d: Draw) -> Turn:
    a = d.quantity(0.85)
    word, power = d.pick([("平方", 2), ("平方", 2), ("立方", 3)])
    return Turn(request(d, f"{{a}}的{word}", a=a), ANSWER, printed(f"{a}**{power}"))


def total(d: Draw) -> Turn:
    numbers = [d.quantity(0.9) for _ in range(d.integer(3, 5))]
    joined = d.pick(["、", "，", "加", "+", " + ", ", ", "和"]).join(numbers)
    phrase = "{n}" if joined.count("加") or "+" in joined else "{n}[的和|的总和|加起来|相加|一共]"
    return Turn(request(d, phrase, n=joined), ANSWER, printed("+".join(numbers)))


def root(d: Draw) -> Turn:
    n = str(d.number(1, 3) ** 2) if d.chance(0.6) else d.quantity(0.9)
    return Turn(
        request(d, d.pick(["{n}的平方根", "{n}的[算术|]平方根", "√{n}", "{n}开平方", "根号{n}"]), n=n),
        ANSWER,
        f'print(f"{{{n}**0.5:.12g}}")',
    )

"""Lists, number theory and units in Chinese."""

from corpus._draw import Draw
from corpus._phrasing import fill, spin
from corpus._turn import Turn

WEIGHT = 8
LANGUAGE = "zh"


def turn(d: Draw) -> Turn:
    return d.pick(
        [
            extreme,
            extreme,
            order,
            average,
            average,
            median,
            summed,
            prime,
            prime,
            gcd,
            gcd,
            lcm,
            factorial,
            base,
            divisors,
            factors,
            unit,
            unit,
            unit,
            unit,
            temperature,
            filtered,
            run,
            divisible,
            parity,
        ]
    )(d)


def told(d: Draw, template: str, **slots: object) -> str:
    opener = spin(d, "[||||||请问|请|你好，|帮我|请帮我|麻烦|我想知道]")
    text = spin(d, template)
    if opener.endswith(("请", "帮我", "麻烦")) and not text.startswith(
        ("求", "算", "把", "找", "判断", "列", "将", "计算", "换算", "给")
    ):
        opener = ""
    return opener + fill(text, slots)


def listed(d: Draw, n: list[str]) -> str:
    style = d.integer(0, 4)
    if style == 0:
        return "、".join(n[:-1]) + d.pick(["和", "、", "与"]) + n[-1]
    return d.pick(["、", "，", ", ", " ", ","]).join(n)


def values(d: Draw) -> tuple[str, str]:
    """A list as written and as code."""
    n = [str(v) for v in d.numbers()]
    return d.pick(["", "", "", "列表", "数字", "这些数："]) + listed(d, n), "[" + ", ".join(n) + "]"


def extreme(d: Draw) -> Turn:
    text, code = values(d)
    word, function = d.pick([("最大", "max"), ("最小", "min"), ("最大", "max")])
    return Turn(
        told(
            d,
            f"[{{n}}[里|中|里面|当中|]{word}的[数|]是[哪个|多少|几|哪一个][？|]|{{n}}[中|里]哪个[数|]{word}[？|]|[求|找出]{{n}}[的|中的]{word}[值|数]|{{n}}的{word}值[是多少|][？|]|哪个[数|]{word}：{{n}}|{{n}}，[哪个|谁]{word}[？|]]",
            n=text,
        ),
        f"{word}的是 {{out}}。",
        f"print({function}({code}))",
    )


def order(d: Draw) -> Turn:
    text, code = values(d)
    back = d.chance(0.35)
    way = "[从大到小|降序|按从大到小的顺序|由大到小]" if back else "[从小到大|升序|按从小到大的顺序|由小到大]"
    return Turn(
        told(
            d,
            f"[把{{n}}{way}[排序|排列|排一下|排好]|将{{n}}{way}[排序|排列]|{{n}}{way}[排序|排列|怎么排？]|给{{n}}{way}排序]"
            if back or d.chance(0.6)
            else "[把{n}排序|给{n}排序|将{n}排个序|把{n}排列好]",
            n=text,
        ),
        "排序后：{out}",
        f"print(sorted({code}{', reverse=True' if back else ''}))",
    )


def average(d: Draw) -> Turn:
    text, code = values(d)
    return Turn(
        told(
            d,
            "[{n}的[平均数|平均值|均值][是多少|是几|][？|]|求{n}的[平均数|平均值|均值]|{n}平均[是多少|是几][？|]|计算{n}的[平均数|平均值]|算[一下|]{n}的[平均数|平均值]|[平均数|平均值]：{n}]",
            n=text,
        ),
        "平均数是 {out}。",
        f'n = {code}\nprint(f"{{sum(n)/len(n):.12g}}")',
    )


def median(d: Draw) -> Turn:
    text, code = values(d)
    return Turn(
        told(d, "[{n}的中位数[是多少|是几|][？|]|求{n}的中位数|计算{n}的中位数]", n=text),
        "中位数是 {out}。",
        f"import statistics\nprint(statistics.median({code}))",
    )


def summed(d: Draw) -> Turn:
    text, code = values(d)
    return Turn(
        told(
            d,
            "[{n}的[总和|和][是多少|是几|][？|]|求{n}的[总和|和]|计算{n}的总和|{n}[加起来|一共]是多少[？|]|把{n}加起来]",
            n=text,
        ),
        "总和是 {out}。",
        f"print(sum({code}))",
    )


def filtered(d: Draw) -> Turn:
    n = [str(v) for v in d.numbers(signed=0.0)]
    word, test = d.pick([("偶数", "x % 2 == 0"), ("奇数", "x % 2 == 1")])
    return Turn(
        told(
            d,
            f"[{{n}}[里|中|里面]有[几个|多少个]{word}[？|]|{{n}}有几个{word}[？|]|{{n}}[里|中]{word}有几个[？|]]",
            n=listed(d, n),
        ),
        f"{word}有 {{out}} 个。",
        f"print(sum({test} for x in [{', '.join(n)}]))",
    )


def run(d: Draw) -> Turn:
    a = 1 if d.chance(0.7) else d.number(1, 2)
    b = a + d.number(1, 4)
    return Turn(
        told(
            d,
            "[从|]{a}[到|加到|一直加到]{b}[的和|所有整数的和|的总和|的所有数之和|][是多少|等于多少|等于几|][？|]",
            a=a,
            b=b,
        ),
        "总和是 {out}。",
        f"print(sum(range({a}, {b}+1)))",
    )


def prime(d: Draw) -> Turn:
    n = d.number(1, 4)
    n = n * 2 + 1 if d.chance(0.6) else n
    word = d.pick(["质数", "质数", "素数"])
    return Turn(
        told(
            d,
            f"[{{n}}是{word}[吗？|吗|吗？|么？]|{{n}}是不是{word}[？|]|判断{{n}}是[不是|否是|否为]{word}|{{n}}[算|]是{word}还是合数[？|]]",
            n=n,
        ),
        code=f"n = {n}\nprint(n > 1 and all(n % i for i in range(2, int(n**0.5)+1)))",
        by_output={"True": f"是的，{n} 是{word}。", "False": f"不，{n} 不是{word}。"},
    )


def pair(d: Draw) -> tuple[int, int]:
    if d.chance(0.6):
        c = d.integer(2, 40)
        return c * d.number(1, 2), c * d.number(1, 2)
    return d.number(1, 3), d.number(1, 3)


def gcd(d: Draw) -> Turn:
    a, b = pair(d)
    return Turn(
        told(
            d,
            "[{a}[和|与|、]{b}的最大公[约数|因数][是多少|是几|][？|]|求{a}[和|与]{b}的最大公[约数|因数]|计算{a}和{b}的最大公约数]",
            a=a,
            b=b,
        ),
        "最大公约数是 {out}。",
        f"import math\nprint(math.gcd({a}, {b}))",
    )


def lcm(d: Draw) -> Turn:
    a, b = pair(d)
    return Turn(
        told(d, "[{a}[和|与|、]{b}的最小公倍数[是多少|是几|][？|]|求{a}[和|与]{b}的最小公倍数]", a=a, b=b),
        "最小公倍数是 {out}。",
        f"import math\nprint(math.lcm({a}, {b}))",
    )


def factorial(d: Draw) -> Turn:
    n = d.integer(2, 20)
    return Turn(
        told(
            d,
            "[{n}的阶乘[是多少|等于多少|][？|]|{n}！是多少[？|]|{n}![等于多少|是多少][？|]|求{n}的阶乘|计算{n}的阶乘]",
            n=n,
        ),
        "结果是 {out}。",
        f"import math\nprint(math.factorial({n}))",
    )


def base(d: Draw) -> Turn:
    n = d.number(1, 5)
    word, letter = d.pick([("二进制", "b"), ("二进制", "b"), ("十六进制", "x"), ("八进制", "o")])
    return Turn(
        told(
            d,
            f"[{{n}}的{word}[是多少|是什么|怎么写|表示|][？|]|把{{n}}[转成|转换成|换成|变成|化为]{word}|{{n}}[转|转成|用]{word}[是多少|怎么表示|]|将{{n}}转换为{word}]",
            n=n,
        ),
        f"{word}是 {{out}}。",
        f'print(f"{{{n}:{letter}}}")',
    )


def divisors(d: Draw) -> Turn:
    n = d.number(1, 3)
    return Turn(
        told(
            d,
            "[{n}的[所有|全部|][因数|约数][有哪些|是什么|是哪些][？|]|列出{n}的所有[因数|约数]|{n}有哪些[因数|约数][？|]|找出{n}的[所有|][因数|约数]|求{n}的所有[因数|约数]]",
            n=n,
        ),
        "因数有 {out}。",
        f"print([i for i in range(1, {n}+1) if {n} % i == 0])",
    )


def factors(d: Draw) -> Turn:
    n = d.number(2, 4)
    return Turn(
        told(
            d,
            "[把{n}分解质因数|{n}[分解质因数|的质因数分解|的质因数有哪些|的质因数][？|]|将{n}分解成质因数|求{n}的质因数]",
            n=n,
        ),
        "质因数是 {out}。",
        f"n, p, f = {n}, 2, []\nwhile n > 1:\n    while n % p == 0:\n        f.append(p)\n        n //= p\n    p += 1\nprint(f)",
    )


def divisible(d: Draw) -> Turn:
    b = d.integer(2, 20)
    a = b * d.number(1, 2) if d.chance(0.5) else d.number(2, 4)
    return Turn(
        told(
            d,
            "[{a}能[不能|]被{b}整除[吗？|吗|？|]|{a}是{b}的倍数[吗？|吗]|{b}能整除{a}[吗？|吗]|判断{a}能否被{b}整除]",
            a=a,
            b=b,
        ),
        code=f"print({a} % {b} == 0)",
        by_output={"True": f"可以，{a} 能被 {b} 整除。", "False": f"不可以，{a} 不能被 {b} 整除。"},
    )


def parity(d: Draw) -> Turn:
    n = d.number(1, 5)
    return Turn(
        told(d, "[{n}是奇数还是偶数[？|]|{n}是偶数还是奇数[？|]|{n}是[奇数|偶数]吗[？|]|判断{n}是奇数还是偶数]", n=n),
        code=f'print("odd" if {n} % 2 else "even")',
        by_output={"odd": f"{n} 是奇数。", "even": f"{n} 是偶数。"},
    )


UNITS = [
    {
        "公里": "1000",
        "千米": "1000",
        "米": "",
        "厘米": "0.01",
        "毫米": "0.001",
        "英里": "1609.344",
        "英尺": "0.3048",
        "英寸": "0.0254",
        "里": "500",
    },
    {"公斤": "1000", "千克": "1000", "克": "", "斤": "500", "吨": "1000000", "磅": "453.592", "两": "50"},
    {"小时": "3600", "分钟": "60", "秒": "", "天": "86400", "周": "604800", "个小时": "3600"},
    {"升": "1000", "毫升": "", "立方米": "1000000"},
    {"公顷": "10000", "平方米": "", "亩": "666.667", "平方公里": "1000000"},
]


def unit(d: Draw) -> Turn:
    units = d.pick([UNITS[0], *UNITS[:3], *UNITS[:3], *UNITS])
    a, b = d.random.sample(sorted(units), 2)
    while units[a] == units[b]:
        a, b = d.random.sample(sorted(units), 2)
    if d.chance(0.25) and "米" in units:
        a, b = d.pick([("公里", "米"), ("米", "厘米"), ("米", "公里"), ("千米", "米"), ("厘米", "米"), ("米", "英寸"), ("英尺", "米")])
    n = str(d.integer(1, 20)) if d.chance(0.4) else d.quantity(0.8)
    question = told(
        d,
        "[{n}{a}[是|等于|有|合|=|是|换算成|换成]多少{b}[？|]|{n}{a}[等于|是]几{b}[？|]|把{n}{a}[换算成|换成|转换成|化成]{b}|{n}{a}[换算成|换成|转成|转]{b}[是多少|]|{n}{a}[有|是]多少{b}[？|]|换算：{n}{a}到{b}|将{n}{a}换算为{b}]",
        n=d.pick([n, n, n, f"{n} ", f" {n} "]),
        a=a,
        b=b,
    ).strip()
    factor = f"*{units[a]}" if units[a] else ""
    divisor = f"/{units[b]}" if units[b] else ""
    return Turn(question, f"是 {{out}} {b}。", f'print(f"{{{n}{factor}{divisor}:.10g}}")')


def temperature(d: Draw) -> Turn:
    n = d.number(1, 3)
    a, b, code = d.pick([("华氏", "摄氏", "({n}-32)*5/9"), ("摄氏", "华氏", "{n}*9/5+32")])
    return Turn(
        told(
            d,
            f"[{a}{{n}}度[是|等于]{b}[多少|几]度[？|]|{a}{{n}}度[是|等于|换算成]多少{b}度[？|]|{{n}}{a}度[是|等于]多少{b}度[？|]|把{a}{{n}}度[换算成|换成|转成]{b}度]",
            n=n,
        ),
        f"是 {{out}} {b}度。",
        f'print(f"{{{code.format(n=n)}:.10g}}")',
    )

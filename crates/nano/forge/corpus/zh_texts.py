"""Dates and strings in Chinese."""

import datetime

from corpus._draw import Draw
from corpus._phrasing import fill, spin
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "zh"
DAYS = {
    "Monday": "星期一",
    "Tuesday": "星期二",
    "Wednesday": "星期三",
    "Thursday": "星期四",
    "Friday": "星期五",
    "Saturday": "星期六",
    "Sunday": "星期日",
}
IMPORT = "from datetime import date\n"


def turn(d: Draw) -> Turn:
    return d.pick(
        [
            between,
            between,
            weekday,
            weekday,
            shifted,
            shifted,
            leap,
            reverse,
            reverse,
            length,
            count,
            count,
            replace,
            upper,
            month_length,
            join,
        ]
    )(d)


def told(d: Draw, template: str, **slots: object) -> str:
    return spin(d, "[||||||请问|你好，|帮我看看，|问一下，]") + fill(spin(d, template), slots)


def written_date(d: Draw, day: datetime.date, iso: float = 0.3) -> tuple[str, str]:
    if d.chance(iso):
        return day.isoformat(), f'date.fromisoformat("{day.isoformat()}")'
    gap = d.pick(["", "", "", " "])
    return (
        f"{day.year}{gap}年{gap}{day.month}{gap}月{gap}{day.day}{gap}{d.pick(['日', '日', '号'])}",
        f"date({day.year}, {day.month}, {day.day})",
    )


def between(d: Draw) -> Turn:
    a = d.date()
    b = a + datetime.timedelta(days=d.integer(2, d.pick([60, 400, 3000])))
    style = d.pick([0.0, 0.0, 1.0])
    (a_text, a_code), (b_text, b_code) = written_date(d, a, style), written_date(d, b, style)
    question = told(
        d,
        "[{a}[到|至|和|与|离|距离]{b}[有|是|一共|相差|相隔|差|之间有|一共有|隔了|还有|过了][多少天|几天|多少天][？|]|从{a}到{b}[有|是|一共|一共有|要过|共][多少|几]天[？|]|{a}到{b}[多少|几]天[？|]|计算{a}到{b}的天数|今天是{a}，[离|距离|到]{b}还有[多少|几]天[？|]]",
        a=a_text,
        b=b_text,
    )
    return Turn(question, "一共 {out} 天。", IMPORT + f"print(({b_code} - {a_code}).days)")


def weekday(d: Draw) -> Turn:
    text, code = written_date(d, d.date(), 0.3)
    question = told(d, "{a}[是|是|那天是|那一天是|][星期几|周几|礼拜几|星期几][？|]", a=text)
    return Turn(
        question,
        code=IMPORT + f'print({code}.strftime("%A"))',
        by_output={name: f"那天是{zh}。" for name, zh in DAYS.items()},
    )


def shifted(d: Draw) -> Turn:
    text, code = written_date(d, d.date(), 0.35)
    if text[-1].isdigit():
        text += d.pick([" ", "的", "这天的"])
    n, unit, argument = d.pick(
        [
            (d.number(1, 3), "天", "days"),
            (d.number(1, 3), "天", "days"),
            (d.integer(2, 30), "周", "weeks"),
            (d.integer(2, 30), "个星期", "weeks"),
        ]
    )
    back = d.chance(0.45)
    word = "[前|之前|以前]" if back else "[后|之后|以后]"
    question = told(
        d,
        f"[{{a}}[的|]{{n}}{unit}{word}[是|是|][几月几号|哪天|哪一天|什么日期|几号|哪年哪月哪日][？|]|{{a}}[往{'前' if back else '后'}推|{'减' if back else '加'}]{{n}}{unit}[是哪天|是几号|是什么日期|][？|]]",
        a=text,
        n=n,
    )
    return Turn(
        question,
        "日期是 {out}。",
        f"from datetime import date, timedelta\nprint({code} {'-' if back else '+'} timedelta({argument}={n}))",
    )


def leap(d: Draw) -> Turn:
    year = d.integer(1700, 2300)
    return Turn(
        told(d, "[{y}年是[不是|]闰年[吗？|？|吗]|{y}是闰年吗[？|]|{y}年是平年还是闰年[？|]]", y=year),
        code=f"import calendar\nprint(calendar.isleap({year}))",
        by_output={"True": f"是的，{year} 年是闰年。", "False": f"不，{year} 年不是闰年。"},
    )


def month_length(d: Draw) -> Turn:
    year, month = d.integer(1900, 2100), d.integer(1, 12)
    return Turn(
        told(d, "{y}年{m}月[有|一共有|共][多少|几]天[？|]", y=year, m=month),
        "有 {out} 天。",
        f"import calendar\nprint(calendar.monthrange({year}, {month})[1])",
    )


def text(d: Draw) -> str:
    return d.zh_text() if d.chance(0.6) else d.word()


def quoted(d: Draw, s: str) -> str:
    return d.pick(["“{}”", "“{}”", '"{}"', "「{}」", "'{}'", "{}"]).replace("{}", s)


def reverse(d: Draw) -> Turn:
    s = text(d)
    question = told(
        d,
        "[把{s}[倒过来|反过来|反转|倒序|颠倒过来|翻转过来|反转一下|逆序写出来|倒着写|倒序输出|反转过来]|{s}[倒过来|反过来|倒着写|反着写|反转后][是什么|怎么写|怎么念|是][？|]|反转{s}|[将|请把][字符串|]{s}[反转|倒序|倒过来写]|倒着写{s}]",
        s=quoted(d, s),
    )
    return Turn(question, "反过来是 {out}。", f'print("{s}"[::-1])')


def length(d: Draw) -> Turn:
    s = text(d)
    question = told(
        d,
        "[{s}[有|一共有|是][几|多少]个[字|字母|字符][？|]|[字符串|单词|]{s}的长度[是多少|][？|]|{s}有多长[？|]|数一数{s}有[几|多少]个字[符|][？|]]",
        s=quoted(d, s),
    )
    return Turn(question, "有 {out} 个字符。", f'print(len("{s}"))')


def count(d: Draw) -> Turn:
    s = d.word() if d.chance(0.7) else d.zh_text(4, 8)
    c = d.pick(s)
    kind = "字母" if c.isascii() else "字"
    question = told(
        d,
        f"[{{s}}[里|中|里面|里边]有[几|多少]个[{kind}|]{{c}}[？|]|{kind}{{c}}在{{s}}[里|中|里面][出现了|出现|有][几|多少]次[？|]|{{s}}[里|中]{{c}}出现[了|][几|多少]次[？|]|数一数{{s}}里有[几|多少]个{{c}}[？|]|单词{{s}}[里|中]有[多少|几]个{{c}}[？|]]",
        s=quoted(d, s),
        c=d.pick([c, c, quoted(d, c)]),
    )
    return Turn(question, "出现了 {out} 次。", f'print("{s}".count("{c}"))')


def replace(d: Draw) -> Turn:
    s = text(d)
    old = d.pick(s)
    new = d.pick("abcdefgimnopstuxyz") if old.isascii() else d.zh_text(1, 1)
    question = told(
        d,
        "[把{s}[里的|中的|里面的|里所有的]{a}[换成|替换成|改成|都换成]{b}|将{s}中的{a}替换为{b}|{s}[里的|中的]{a}换成{b}[是什么|]]",
        s=quoted(d, s),
        a=d.pick([old, quoted(d, old)]),
        b=d.pick([new, quoted(d, new)]),
    )
    return Turn(question, "替换后是 {out}。", f'print("{s}".replace("{old}", "{new}"))')


def upper(d: Draw) -> Turn:
    s = d.word()
    word, method = d.pick([("大写", "upper"), ("大写", "upper"), ("小写", "lower")])
    s = s if method == "upper" else s.upper()
    question = told(
        d,
        f"[把{{s}}[变成|改成|转成|换成|写成|转换成]{word}[字母|]|{{s}}的{word}[是什么|怎么写|][？|]|将{{s}}转为{word}]",
        s=quoted(d, s),
    )
    return Turn(question, f"{word}是 {{out}}。", f'print("{s}".{method}())')


def join(d: Draw) -> Turn:
    words = d.words(2, 4) if d.chance(0.5) else [d.zh_text(1, 3) for _ in range(d.integer(2, 4))]
    separator, name = d.pick(
        [
            ("-", "横线"),
            ("-", "短横线"),
            ("-", "-"),
            ("_", "下划线"),
            ("", "空字符"),
            (" ", "空格"),
            ("/", "斜线"),
            (",", "逗号"),
        ]
    )
    question = told(
        d,
        f"[把{{w}}用{name}[连起来|连接|连接起来|拼起来]|用{name}[连接|把]{{w}}[连起来|]]",
        w=d.pick(["、", "，", ", ", "和"]).join(words),
    )
    return Turn(
        question, "连起来是 {out}。", f'print("{separator}".join([{", ".join(chr(34) + w + chr(34) for w in words)}]))'
    )

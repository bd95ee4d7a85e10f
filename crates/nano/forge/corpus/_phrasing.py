"""How people put a request: templates with choices, openers, politeness, haste and slips.

A template is text with choices in brackets, `[what is|what's] {x}`, nested as
needed, and slots in braces. Choices and slips are made before the slots are
filled, so that what the model has to copy is never touched.
"""

import re
from collections.abc import Sequence

from corpus._draw import Draw

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"(\{\w+\})")

OPENERS = [
    "[hey|hi|hello|ok|so|well|alright|yo|hm|um|hey there|hi nano|hey nano|nano][,|,||!|...] ",
    "[quick question|question|one question|quick one|next|another one|new question|task|help][:|:|,| -] ",
    "[sorry to bother you|good morning|good evening|hi there|hello there|for my homework|real quick|just wondering|just curious|out of curiosity|one more thing|not sure about this one|i forgot my calculator|no rush][,|:|.| -] ",
    "[i'm stuck|i am bad at this|my kid asked me this|my teacher wants to know|asking for a friend|settle a bet|i keep getting this wrong|i'm doing my homework|i'm checking something|here's one for you|here is a task|i have a question|i've got a question|let me ask you something|could you help me with this|help me out here|please answer|tell me|one quick thing|ok next one|now this one|and another one|also|then|and|math question|easy one][:|,|.| -|...] ",
]
CLOSERS = [
    "[. i need it for school|. just the number please|. short answer please|. it's for my homework|, i can't figure it out|. can you help|. do you know|. any idea|. no idea how to do that| now| then|, nano| exactly]",
    "[ please| pls| plz| thanks| thx|, thanks|, please|, thank you| asap|, quickly|, if you can|, will you|? thanks|? thank you|, cheers]",
]

NOUN = [
    "[what is|what is|what is|what's|whats|what would be|what do you get for|what does one get for|so what is] {noun}[?|?|?||??| ?]",
    "[how much is|how much would be|whats] {noun}[?|?|]",
    "[calculate|compute|find|work out|figure out|get|give me|tell me|determine|evaluate|show me|report|return|state|say|print|output|check|look up] {noun}[.||||!]",
    "{noun}[|?|?||.| =| = ?| please| pls|, please| plz]",
    "[can|could|would|will] you [please |kindly |quickly |]{ask} {noun}[ for me||| please][?|?|]",
    "[can|could|may] i [have|get|know] {noun}[?|?|| please?]",
    "[i need|i want|i need to know|i want to know|i'd like to know|i would like|i'd like|i have to find|i am looking for|i'm after|looking for|need|need to know|let me know|let's see|tell me] {noun}[.|||, please]",
    "[do you know|any idea|any chance you know|can you tell me|could you tell me|tell me|please tell me] what {noun} [is|is|comes to|would be][?|?||.]",
    "[please|kindly|pls|just] {ask} {noun}[.||!]",
    "[help me|i'm trying to|i want to|i need to|you should|you need to|time to] {ask} {noun}[.||, please]",
    "{noun} [equals what|is what|is how much|comes to what|makes what][?|]",
]
PLAIN = {
    "noun": ["[what is|what's|whats] {noun}[?|?|]", "[how much is|calculate|give me|tell me] {noun}", "{noun}[?|||.]"],
    "do": ["{do}[||.]", "[please|can you|could you|] {do}[?|]"],
}
"""The moods that people use most."""
ASK = ["calculate", "compute", "find", "work out", "figure out", "give me", "tell me", "determine", "get"]
DO = [
    "{do}[.|||.| please| pls|, please|!| for me| now]",
    "[please|kindly|pls|just|now|go ahead and|simply|quickly|try to] {do}[.||| for me]",
    "[can|could|would|will] you [please |kindly |just |quickly |help me ||]{do}[ for me|||| please][?|?|?|]",
    "[i need you to|i want you to|i'd like you to|i would like you to|help me|help me to|i need to|i want to|i'd like to|i have to|let's|let us|you should|would you mind if i asked you to|your task is to|how do i|how can i|how would i] {do}[.|||. thanks]",
]
TYPO_NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "p", "t": "y", "n": "m", "s": "d", "r": "t", "h": "j", "l": "k"}


def spin(d: Draw, template: str) -> str:
    """Makes the choices of a template, innermost first."""
    while "[" in template:
        template = CHOICE.sub(lambda m: d.pick(m.group(1).split("|")), template, count=1)
    return template


def fill(text: str, slots: dict[str, object]) -> str:
    """Puts values into slots; values may themselves hold any character."""
    return SLOT.sub(lambda m: str(slots.get(m.group(1)[1:-1], m.group(1))), text)


def slip(d: Draw, word: str) -> str:
    """One typing error in a word."""
    at = d.integer(1, len(word) - 2)
    return d.pick(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + TYPO_NEIGHBOURS.get(word[at], word[at]) + word[at + 1 :],
        ]
    )


def rough(d: Draw, text: str) -> str:
    """Writes like someone typing: capital or not, a slip now and then, outside slots."""
    if d.chance(0.1):
        parts = SLOT.split(text)
        candidates = [
            (i, w) for i, part in enumerate(parts) if not SLOT.fullmatch(part) for w in re.findall(r"[a-z]{4,}", part)
        ]
        if candidates:
            i, word = d.pick(candidates)
            parts[i] = parts[i].replace(word, slip(d, word), 1)
            text = "".join(parts)
    if d.chance(0.1):
        text = text.replace("'", "")
    elif d.chance(0.03):
        text = text.replace("'", "’")
    if d.chance(0.6):
        text = text[:1].upper() + text[1:]
        text = re.sub(r"([.!?]) ([a-z])", lambda m: f"{m.group(1)} {m.group(2).upper()}", text)
        text = re.sub(r"\bi\b(?!\w)", "I", text)
    if d.chance(0.02):
        text = re.sub(r"[A-Za-z ]+", lambda m: m.group(0).upper(), text) if "{" not in text else text
    return text


def ask(
    d: Draw,
    noun: Sequence[str] = (),
    do: Sequence[str] = (),
    full: Sequence[str] = (),
    **slots: object,
) -> str:
    """A request out of noun phrases ("the sum of {a} and {b}"), verb phrases
    ("add {a} and {b}") and complete sentences, in one of many moods."""
    moods = [m for m, options in (("noun", noun), ("do", do), ("full", full)) for _ in options]
    mood = d.pick(moods) if d.chance(0.5) else d.pick(sorted(set(moods)))
    plain = d.chance(0.3)
    if mood == "noun":
        text = d.pick(PLAIN["noun"] if plain else NOUN).replace("{noun}", d.pick(noun)).replace("{ask}", d.pick(ASK))
    elif mood == "do":
        text = d.pick(PLAIN["do"] if plain else DO).replace("{do}", d.pick(do))
    else:
        text = d.pick(full)
    text = spin(d, text)
    if d.chance(0.1) and not plain:
        text = spin(d, d.pick(OPENERS)) + text
    if d.chance(0.06) and not plain and text[-1] not in "!." and not text.endswith("please"):
        text = text.rstrip("? ") + spin(d, d.pick(CLOSERS)) + d.pick(["", "", "?"])
    return tidy(fill(rough(d, text), slots))


def story(d: Draw, sentences: str, /, **slots: object) -> str:
    """A word problem: a template of several sentences, told plainly or carelessly."""
    text = spin(d, sentences)
    if d.chance(0.06):
        text = spin(d, d.pick(OPENERS)) + text
    if d.chance(0.15):
        text = text.rstrip("?.")
    text = rough(d, text)
    if d.chance(0.35):
        text = re.sub(r"(^|[.?!] )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)
    return tidy(fill(text, slots))


def tidy(text: str) -> str:
    return re.sub(r"  +", " ", text).strip()


def written(d: Draw, n: int | str) -> str:
    """A number as someone may write it: with thousands separators now and then."""
    text = str(n)
    whole, point, places = text.partition(".")
    if whole.lstrip("-").isdigit() and len(whole) > 3 and d.chance(0.3):
        return f"{int(whole):,}{point}{places}"
    return text


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(n: int) -> str:
    """A number below 1,000 in words."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + (f"-{ONES[n % 10]}" if n % 10 else "")
    return f"{ONES[n // 100]} hundred" + (f" and {spelled(n % 100)}" if n % 100 else "")


def in_words(d: Draw, n: int) -> str:
    """A number below a million in words, as people write it."""
    if n >= 1000:
        rest = in_words(d, n % 1000) if n % 1000 else ""
        return f"{in_words(d, n // 1000)} thousand {rest}".strip()
    text = spelled(n)
    if d.chance(0.3):
        text = text.replace("-", " ")
    if d.chance(0.3):
        text = text.replace(" and ", " ")
    return "a" + text.removeprefix("one") if text.startswith("one hundred") and d.chance(0.4) else text


def maybe_spelled(d: Draw, n: int, probability: float = 0.2) -> str:
    """A small or round number, in words now and then."""
    share = 1.0 if n <= 20 else 0.8 if n < 100 else 0.4 if n % 100 == 0 and n <= 20_000 else 0.0
    return in_words(d, n) if d.chance(probability * share) else written(d, n)

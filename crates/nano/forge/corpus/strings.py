"""Words and sentences as data: reversing, counting, replacing, testing, joining."""

from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._turn import Turn

WEIGHT = 13
LANGUAGE = "en"
PALINDROMES = "level radar civic kayak rotor madam noon refer stats tenet deed peep solos reviver rotator redder sagas minim toot hannah".split()


def turn(d: Draw) -> Turn:
    make = d.pick([reverse, reverse, length, length, count, count, case, case, palindrome, palindrome, replace, replace, vowels, vowels, order, order, join, join, word_count, repeat, character, contains, ends, words_reversed, unique, letters])
    return make(d)


def quoted(d: Draw, text: str, bare: float = 0.5) -> str:
    """A string as it stands in a question: bare or in some quotes."""
    return text if d.chance(bare) else d.pick(['"{}"', "'{}'", '"{}"', "“{}”", "`{}`"]).replace("{}", text)


def text(d: Draw, sentence: float = 0.3) -> str:
    """A word, a name, a phrase or an identifier."""
    if d.chance(sentence):
        phrase = " ".join(d.words(2, 5))
        return phrase if d.chance(0.8) else phrase.capitalize()
    return d.pick([d.word, d.word, d.word, d.word, d.name, lambda: d.word() + str(d.number(1, 3)), lambda: d.word().upper()])()


def literal(s: str) -> str:
    return f'"{s}"'


def noun_of(s: str) -> str:
    """What to call a string in a question."""
    if " " in s:
        return "[the sentence |the phrase |the string |the text |||]"
    return "[the word |the word |the string |the name |the text ||||]"


def reverse(d: Draw) -> Turn:
    s = text(d)
    n = noun_of(s)
    question = ask(
        d,
        noun=[f"{n}{{s}} reversed", f"{n}{{s}} [backwards|backward|spelled backwards|written backwards|in reverse|in reverse order|the other way around]", f"the reverse of {n}{{s}}", f"the reversed [string|word|text|form] of {{s}}", f"{{s}} reversed"],
        do=[f"reverse {n}{{s}}", f"reverse {n}{{s}}", f"[write|spell|print|say|type] {n}{{s}} [backwards|backward|in reverse|reversed|from back to front]", f"[turn|flip] {n}{{s}} [around|backwards|round]", f"flip {n}{{s}}", f"reverse the letters [of|in] {n}{{s}}", f"put the letters of {n}{{s}} in reverse order"],
        full=[f"[how do you|how would you|how do i] [spell|write|say] {n}{{s}} backwards[?|]", f"what is {n}{{s}} [spelled |written |]backwards[?|]", f"what does {n}{{s}} look like [backwards|reversed][?|]", "reverse: {s}", f"{{s}} backwards[?|]", "reverse this: {s}", "reverse the following: {s}"],
        s=quoted(d, s),
    )
    return Turn(question, "Reversed, it is {out}.", f"print({literal(s)}[::-1])")


def length(d: Draw) -> Turn:
    s = text(d, 0.15)
    n = noun_of(s)
    if " " in s:
        question = ask(d, noun=[f"the length of {n}{{s}}", f"the number of characters in {n}{{s}}"], do=[f"count the characters in {n}{{s}}"], full=[f"how many characters [are there |are |]in {n}{{s}}[?|]", f"how many characters [does|long is] {n}{{s}}[ have|][?|]".replace("[does|long is]", "does").replace("[ have|]", " have"), f"how long is {n}{{s}}[?|]"], s=quoted(d, s, 0.3))
    else:
        question = ask(
            d,
            noun=[f"the length of {n}{{s}}", f"the number of [letters|characters] in {n}{{s}}", "the letter count of {s}", "length of {s}", f"the size of {n}{{s}}"],
            do=[f"count the [letters|characters] in {n}{{s}}", f"count the [letters|characters] of {n}{{s}}", f"measure the length of {n}{{s}}"],
            full=[f"how many [letters|characters] [are there |are |are there |]in {n}{{s}}[?|?|]", f"how many [letters|characters] does {n}{{s}} have[?|]", f"how long is {n}{{s}}[?|]", f"how many [letters|characters] long is {n}{{s}}[?|]", f"{{s}} has how many letters[?|]", f"what is the length of {n}{{s}}[?|]", f"how many letters make up {n}{{s}}[?|]"],
            s=quoted(d, s),
        )
    return Turn(question, "It has {out} characters.", f"print(len({literal(s)}))")


def count(d: Draw) -> Turn:
    """How often a letter occurs."""
    s = text(d, 0.25).lower()
    c = d.pick(s.replace(" ", "")) if d.chance(0.85) else d.pick("abcdefghijklmnopqrstuvwxyz")
    n = noun_of(s)
    shown = d.pick([c, c, c, f'"{c}"', f"'{c}'", c.upper()]) if c.isalpha() else c
    one = d.pick(["the letter {c}", "the letter {c}", "{c}", "{c}"]) if c.isalpha() else "{c}"
    question = ask(
        d,
        noun=[f"the number of {{c}}s in {n}{{s}}", f"the number of times {one} [appears|occurs|is] in {n}{{s}}", f"the count of {one} in {n}{{s}}", f"the number of [letters |]{{c}} in {n}{{s}}"],
        do=[f"count {one} in {n}{{s}}", f"count how [often|many times] {one} [appears|occurs|is] in {n}{{s}}", f"count the {{c}}s in {n}{{s}}", f"count the [letters|occurrences of|number of] {{c}} in {n}{{s}}"],
        full=[f"how many times does {one} [appear|occur|come up|show up|turn up] in {n}{{s}}[?|?|]", f"how many {{c}}s [are there |are |]in {n}{{s}}[?|?|]", f"how many {{c}}'s [are there |are |]in {n}{{s}}[?|?|]", f"how often [does {one} [appear|occur|show up]|is {one}] in {n}{{s}}[?|]", f"how many letters {{c}} [are there |are |]in {n}{{s}}[?|]", f"how many {{c}} in {n}{{s}}[?|]", f"how many times is {one} in {n}{{s}}[?|]",
              f"{{s}}: how many {{c}}[s|][?|]", f"how many times can you find {one} in {n}{{s}}[?|]", f"how many {{c}}s does {n}{{s}} [have|contain][?|]"],
        s=quoted(d, s), c=shown,
    )
    return Turn(question, "It occurs {out} times.", f'print({literal(s)}.count("{c}"))')


CASES = {
    "upper": (["upper case", "uppercase", "capital letters", "capitals", "all caps", "caps", "upper-case letters", "big letters"], ["uppercase", "capitalize all of", "upper case"]),
    "lower": (["lower case", "lowercase", "small letters", "lower-case letters", "all lowercase"], ["lowercase", "lower case"]),
    "title": (["title case", "titlecase"], ["title-case", "capitalize each word of", "capitalize every word in", "capitalize the words of"]),
}


def case(d: Draw) -> Turn:
    method = d.pick(["upper", "upper", "upper", "lower", "lower", "title"])
    s = text(d, 0.55)
    if method == "lower":
        s = d.pick([s.upper(), s.title()])
    nouns, verbs = CASES[method]
    n, target, verb = noun_of(s), d.pick(nouns), d.pick(verbs)
    question = ask(
        d,
        noun=[f"{n}{{s}} in {target}", f"the {target} [form|version] of {n}{{s}}", f"{{s}} in {target}"],
        do=[f"[write|print|put|type|spell|say|show] {n}{{s}} in {target}", f"[convert|change|turn|transform] {n}{{s}} [to|into] {target}", f"{verb} {n}{{s}}", f"make {n}{{s}} {target}", f"[write|put] {n}{{s}} in {target}"],
        full=[f"what is {n}{{s}} in {target}[?|]", f"how do you write {n}{{s}} in {target}[?|]", f"{target}: {{s}}", f"{{s}} in {target} please", f"{verb}: {{s}}"],
        s=quoted(d, s),
    )
    return Turn(question, "Here it is: {out}", f"print({literal(s)}.{method}())")


def palindrome(d: Draw) -> Turn:
    if d.chance(0.5):
        s = d.pick(PALINDROMES) if d.chance(0.4) else (lambda w: w + w[-2::-1] if len(w) < 7 else w)(d.word())
    else:
        s = d.word()
    n = "[the word |||]"
    question = ask(d, full=[f"is {n}{{s}} a palindrome[?|?|]", f"is {n}{{s}} a palindrome [or not|]?", f"does {n}{{s}} read the same [backwards|both ways|backwards and forwards|forwards and backwards|from both sides|in both directions][?|]", "{s}, palindrome [or not|][?|]", f"is {n}{{s}} the same [backwards|in reverse|when reversed|read backwards][?|]", "palindrome[?|:] {s}"],
                   do=[f"check [if|whether] {n}{{s}} is a palindrome", f"tell me [if|whether] {n}{{s}} is a palindrome", f"test [if|whether] {n}{{s}} is a palindrome", f"find out [if|whether] {n}{{s}} is a palindrome"], s=quoted(d, s))
    return Turn(question, code=f"s = {literal(s)}\nprint(s == s[::-1])", by_output={"True": f"Yes, {s} is a palindrome.", "False": f"No, {s} is not a palindrome."})


def replace(d: Draw) -> Turn:
    s = text(d, 0.3).lower()
    if " " in s and d.chance(0.5):
        old, new = d.pick(s.split()), d.word()
    else:
        old = d.pick(s.replace(" ", ""))
        new = d.pick([c for c in "abcdefghijklmnopqrstuvwxyz" if c != old]) if d.chance(0.75) else d.pick(["-", "*", "_", "x", "0", "7", "#"])
    n = noun_of(s)
    q = d.pick(["", "", "", '"', "'"])
    e = d.pick(["", "every ", "each ", "all ", "the letter ", "every letter "]) if len(old) == 1 else d.pick(["", "", "the word "])
    slots = {"s": quoted(d, s), "a": f"{q}{old}{q}", "b": f"{q}{new}{q}"}
    question = ask(
        d,
        noun=[f"{n}{{s}} with {e}{{a}} replaced [by|with] {{b}}", f"{n}{{s}} with {{b}} instead of {{a}}"],
        do=[f"replace {e}{{a}} [with|by] {{b}} in {n}{{s}}", f"replace {e}{{a}} in {n}{{s}} [with|by] {{b}}", f"[change|turn] {e}{{a}} [to|into] {{b}} in {n}{{s}}", f"[change|turn] {e}{{a}} in {n}{{s}} [to|into] {{b}}", f"[swap|exchange|switch] {e}{{a}} [for|with] {{b}} in {n}{{s}}", f"in {n}{{s}}[,|] [replace|change|substitute] {e}{{a}} [with|by] {{b}}", f"substitute {{b}} for {{a}} in {n}{{s}}", f"put {{b}} [in place of|instead of|for] {e}{{a}} in {n}{{s}}"],
        full=[f"what [is|do you get from|becomes of] {n}{{s}} [if|when] [you replace|i replace|we change] {e}{{a}} [with|by|to] {{b}}[?|]".replace("[with|by|to]", "with"), f"{{s}}: {{a}} -> {{b}}"],
        **slots,
    )
    return Turn(question, "Here it is: {out}", f"print({literal(s)}.replace({literal(old)}, {literal(new)}))")


def vowels(d: Draw) -> Turn:
    s = text(d, 0.2).lower()
    n = noun_of(s)
    kind, test = d.pick([("vowel", "in"), ("vowel", "in"), ("consonant", "not in")])
    question = ask(d, noun=[f"the number of {kind}s in {n}{{s}}", f"the {kind} count of {n}{{s}}"], do=[f"count the {kind}s in {n}{{s}}", f"count {kind}s in {n}{{s}}", f"count [all|how many] {kind}s [are |]in {n}{{s}}"],
                   full=[f"how many {kind}s [are there |are |are there |]in {n}{{s}}[?|?|]", f"how many {kind}s does {n}{{s}} [have|contain|use][?|]", f"how many of the letters in {{s}} are {kind}s[?|]", f"{{s}}: how many {kind}s[?|]", f"how many {kind}s {{s}}[?|]"], s=quoted(d, s))
    body = 'c in "aeiou"' if test == "in" else 'c.isalpha() and c not in "aeiou"'
    return Turn(question, f"It has {{out}} {kind}s.", f"print(sum({body} for c in {literal(s)}))")


def order(d: Draw) -> Turn:
    """Letters of a word, or words, in alphabetical order."""
    if d.chance(0.5):
        s = d.word()
        question = ask(d, noun=["the [sorted letters|letters in alphabetical order|letters in order] of [the word |]{s}", "the letters of [the word |]{s} [sorted|in alphabetical order|alphabetically]"],
                       do=["sort the letters [of|in] [the word |]{s}[ alphabetically| in alphabetical order||]", "[put|arrange|order|sort|bring] the [letters|characters] [of|in] [the word |]{s} [alphabetically|in alphabetical order|in order|into alphabetical order]", "alphabetize the letters of {s}"], full=["what are the letters of {s} in alphabetical order[?|]", "letters of {s} sorted"], s=quoted(d, s))
        return Turn(question, "Sorted, it is {out}.", f'print("".join(sorted({literal(s)})))')
    words = d.words(3, 6)
    back = d.chance(0.15)
    way = "[in reverse alphabetical order|in reverse order|reverse alphabetically|from z to a]" if back else "[alphabetically|in alphabetical order|from a to z|by alphabet|alphabetically|]"
    question = ask(d, noun=[f"the words {{w}} sorted {way}" if not back else f"the words {{w}} {way}"], do=[f"sort [the words|these words|these|] {{w}} {way}", f"[arrange|order|sort|put] [the words|these words|these|] {{w}} {way}", f"sort {way}: {{w}}", f"sort [these words|the list|this list|these names] {way}: {{w}}", "alphabetize {w}" if not back else f"sort {{w}} {way}"], full=[f"{{w}}, sorted {way}", f"sort: {{w}}" if not back else f"sort {way}: {{w}}"], w=listed(d, words))
    return Turn(question, "Sorted: {out}", f"print(\", \".join(sorted([{', '.join(map(literal, words))}]{', reverse=True' if back else ''})))")


def listed(d: Draw, words: list[str]) -> str:
    style = d.integer(0, 3)
    if style == 0:
        return ", ".join(words)
    if style == 1:
        return " ".join(words)
    if style == 2:
        return ", ".join(words[:-1]) + " and " + words[-1]
    return ", ".join(f'"{w}"' for w in words)


SEPARATORS = {
    "-": ["hyphens", "dashes", "a dash", "a hyphen", "-", "dashes"], "_": ["underscores", "an underscore", "_"], ", ": ["commas", "a comma", "commas"], " ": ["spaces", "a space"], "/": ["slashes", "a slash", "/"],
    "+": ["plus signs", "+", "a plus"], "|": ["pipes", "|", "a vertical bar"], ".": ["dots", "periods", "a dot"], "": ["nothing", "no space"], ":": ["colons", "a colon"], "*": ["stars", "asterisks", "*"], " and ": ['"and"', "the word and"],
}


def join(d: Draw) -> Turn:
    words = d.words(2, 5)
    separator = d.pick(["-", "-", "-", *SEPARATORS])
    name = d.pick(SEPARATORS[separator])
    question = ask(d, noun=[f"{{w}} joined [with|by] {name}"], do=[f"join {{w}} [with|using|by] {name}", f"[combine|connect|concatenate|link|glue|merge] {{w}} [with|using] {name}", f"join [the words|the strings|these words] {{w}} [with|using|by] {name}", f"put {name} between {{w}}", f"join [with|using] {name}: {{w}}", f"put {name} between [the words|] {{w}}"], full=[f"what is {{w}} joined [with|by] {name}[?|]"], w=listed(d, words))
    return Turn(question, "Joined: {out}", f'print({literal(separator)}.join([{", ".join(map(literal, words))}]))')


def word_count(d: Draw) -> Turn:
    s = " ".join(d.words(3, 9))
    if d.chance(0.4):
        s = s.capitalize()
    question = ask(d, noun=["the number of words in {s}", "the word count of {s}"], do=["count the words in {s}", "count the words: {s}", "count how many words {s} has"], full=["how many words [are there |are |]in [the sentence |the text |]{s}[?|]", "how many words does {s} have[?|]", "how many words[?|:] {s}", "word count: {s}"], s=quoted(d, s, 0.25))
    return Turn(question, "It has {out} words.", f"print(len({literal(s)}.split()))")


def repeat(d: Draw) -> Turn:
    s, n = d.word(), d.integer(2, 9)
    question = ask(d, do=["repeat [the word |]{s} {n} times", "[write|print|say|type] {s} {n} times", "[write|print|say] {s} {n} times [in a row|without spaces]"], noun=["{s} repeated {n} times"], full=["what is {s} repeated {n} times[?|]"], s=quoted(d, s), n=n)
    return Turn(question, "Here it is: {out}", f"print({literal(s)} * {n})")


PLACES = [("first", 0), ("second", 1), ("third", 2), ("last", -1), ("fourth", 3), ("1st", 0), ("2nd", 1), ("3rd", 2), ("fifth", 4), ("second to last", -2), ("final", -1), ("4th", 3)]


def character(d: Draw) -> Turn:
    s = d.word()
    while len(s) < 5:
        s = d.word()
    place, index = d.pick(PLACES)
    question = ask(d, noun=[f"the {place} [letter|character] [of|in] [the word |]{{s}}"], full=[f"[what|which] is the {place} [letter|character] [of|in] [the word |]{{s}}[?|?|]", f"[what|which] [letter|character] [is|comes] {place} in {{s}}[?|]", f"{{s}}: {place} letter[?|]", f"which letter is the {place} one [of|in] {{s}}[?|]"], do=[f"find the {place} [letter|character] of {{s}}"], s=quoted(d, s))
    return Turn(question, "It is {out}.", f"print({literal(s)}[{index}])")


def contains(d: Draw) -> Turn:
    s = d.word()
    part = s[(i := d.integer(0, len(s) - 3)):i + d.integer(2, 3)] if d.chance(0.5) else d.word()[:3]
    question = ask(d, full=["does {s} contain {p}[?|]", "is {p} [in|part of|inside|contained in] {s}[?|]", "does [the word |]{s} contain {p}[?|]", "does {p} [occur|appear] in {s}[?|]", "can you find {p} in {s}[?|]"], do=["check [if|whether] {s} contains {p}"], s=quoted(d, s, 0.4), p=quoted(d, part, 0.3))
    return Turn(question, code=f"print({literal(part)} in {literal(s)})", by_output={"True": f"Yes, {s} contains {part}.", "False": f"No, {s} does not contain {part}."})


def ends(d: Draw) -> Turn:
    s = d.word()
    first = d.chance(0.5)
    part = (s[:2] if first else s[-2:]) if d.chance(0.5) else d.word()[:2]
    verb, method = ("start", "startswith") if first else ("end", "endswith")
    question = ask(d, full=[f"does [the word |]{{s}} {verb} with {{p}}[?|]"], do=[f"check [if|whether] {{s}} {verb}s with {{p}}"], s=quoted(d, s), p=quoted(d, part))
    return Turn(question, code=f"print({literal(s)}.{method}({literal(part)}))", by_output={"True": f"Yes, it {verb}s with {part}.", "False": f"No, it does not {verb} with {part}."})


def words_reversed(d: Draw) -> Turn:
    s = " ".join(d.words(3, 6))
    question = ask(d, do=["reverse the [word order|order of the words|words] [of|in] {s}", "reverse the words of {s}", "put the words of {s} in reverse order"], noun=["the words of {s} in reverse order"], s=quoted(d, s, 0.4))
    return Turn(question, "Reversed: {out}", f'print(" ".join({literal(s)}.split()[::-1]))')


def unique(d: Draw) -> Turn:
    s = d.word()
    question = ask(d, noun=["the number of [different|distinct|unique] letters in [the word |]{s}"], do=["count the [different|distinct|unique] letters in {s}"], full=["how many [different|distinct|unique] letters [are there |are |]in [the word |]{s}[?|]", "how many [different|distinct|unique] letters does {s} have[?|]"], s=quoted(d, s))
    return Turn(question, "It has {out} different letters.", f"print(len(set({literal(s)})))")


def letters(d: Draw) -> Turn:
    """A word with its letters apart, or its longest or shortest companion."""
    if d.chance(0.5):
        s = d.word()
        question = ask(d, do=["spell [out |][the word |]{s}", "spell {s} letter by letter", "[write|put] [the word |]{s} with [spaces|a space] between the letters"], full=["how do you spell {s}[?|]", "how is {s} spelled[?|]"], s=quoted(d, s))
        return Turn(question, "It is spelled {out}.", f'print(" ".join({literal(s)}))')
    words = d.words(3, 6)
    most, function = d.pick([("longest", "max"), ("shortest", "min")])
    question = ask(d, noun=[f"the {most} word [of|in|out of|among] {{w}}", f"the {most} of the words {{w}}"], do=[f"find the {most} word in {{w}}"], full=[f"which [word |]is the {most}[:|,|] {{w}}[?|]", f"what is the {most} word [of|in|among|:] {{w}}[?|]", f"which of {{w}} is [the |]{most}[?|]"], w=listed(d, words))
    return Turn(question, f"The {most} is {{out}}.", f"print({function}([{', '.join(map(literal, words))}], key=len))")

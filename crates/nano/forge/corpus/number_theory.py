"""Primes, divisors, multiples."""

from corpus._draw import Draw
from corpus._phrasing import ask, written
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "en"


def turn(d: Draw) -> Turn:
    return d.pick(
        [
            prime,
            prime,
            prime,
            gcd,
            gcd,
            lcm,
            lcm,
            factors,
            factors,
            divisors,
            divisors,
            next_prime,
            primes_below,
            divisible,
            parity,
            perfect_square,
        ]
    )(d)


def prime(d: Draw) -> Turn:
    n = d.number(1, 5)
    if d.chance(0.6):
        n = n * 2 + 1
    question = ask(
        d,
        full=[
            "is {n} [a prime|prime|a prime number][?|?|]",
            "is {n} a prime number [or not|or composite|]?",
            "is the number {n} [prime|a prime][?|]",
            "{n} prime[?|]",
            "{n}, [prime or not|is it prime|is that a prime][?|]",
            "would you say {n} is [a |]prime[?|]",
            "prime[?|:] {n}",
            "is {n} [composite or prime|prime or composite][?|]",
            "can {n} only be divided by 1 and itself[?|]",
            "[i wonder|tell me] [if|whether] {n} is [a |]prime",
        ],
        do=[
            "check [if|whether] {n} is [a prime|prime|a prime number]",
            "tell me [if|whether] {n} is [a prime|prime|a prime number]",
            "test [if|whether] {n} is [a prime|prime]",
            "find out [if|whether] {n} is [a prime|prime]",
            "determine [if|whether] {n} is prime",
        ],
        n=written(d, n),
    )
    code = f"n = {n}\nprint(n > 1 and all(n % i for i in range(2, int(n**0.5)+1)))"
    return Turn(
        question,
        code=code,
        by_output={"True": f"Yes, {n} is a prime number.", "False": f"No, {n} is not a prime number."},
    )


def two(d: Draw) -> tuple[int, int]:
    """Two numbers that often have something in common."""
    if d.chance(0.6):
        common = d.integer(2, 40)
        return common * d.number(1, 2), common * d.number(1, 2)
    return d.number(1, 4), d.number(1, 4)


def gcd(d: Draw) -> Turn:
    a, b = two(d)
    word = d.pick(
        [
            "gcd",
            "GCD",
            "greatest common divisor",
            "greatest common factor",
            "largest common divisor",
            "highest common factor",
            "gcf",
            "hcf",
            "biggest common divisor",
        ]
    )
    question = ask(
        d,
        noun=[
            f"the {word} of {{a}} and {{b}}",
            f"{word} of {{a}} and {{b}}",
            f"{word}({{a}}, {{b}})",
            f"{word} {{a}} {{b}}",
            f"{word} of {{a}}, {{b}}",
        ],
        do=[f"find the {word} of {{a}} and {{b}}"],
        full=[
            "what is the [largest|biggest|greatest] number that divides [both |]{a} and {b}[?|]",
            f"what is the {word} of {{a}} and {{b}}[?|]",
        ],
        a=a,
        b=b,
    )
    return Turn(question, "The greatest common divisor is {out}.", f"import math\nprint(math.gcd({a}, {b}))")


def lcm(d: Draw) -> Turn:
    a, b = two(d)
    word = d.pick(
        [
            "lcm",
            "LCM",
            "least common multiple",
            "lowest common multiple",
            "smallest common multiple",
            "least common multiple",
        ]
    )
    question = ask(
        d,
        noun=[
            f"the {word} of {{a}} and {{b}}",
            f"{word} of {{a}} and {{b}}",
            f"{word}({{a}}, {{b}})",
            f"{word} {{a}} {{b}}",
            f"{word} of {{a}}, {{b}}",
        ],
        do=[f"find the {word} of {{a}} and {{b}}"],
        full=[
            "what is the smallest number [divisible by|that is a multiple of] [both |]{a} and {b}[?|]",
            f"what is the {word} of {{a}} and {{b}}[?|]",
        ],
        a=a,
        b=b,
    )
    return Turn(question, "The least common multiple is {out}.", f"import math\nprint(math.lcm({a}, {b}))")


def factors(d: Draw) -> Turn:
    n = d.number(2, 5)
    question = ask(
        d,
        noun=[
            "the prime [factors|factorization|factorisation|decomposition] of {n}",
            "the factors of {n} that are prime",
            "prime factors of {n}",
            "the prime factor decomposition of {n}",
        ],
        do=[
            "factor {n}",
            "factorize {n}",
            "factorise {n}",
            "[factor|split|decompose|break] {n} into [primes|prime factors]",
            "factor {n} into primes",
            "write {n} as a product of primes",
        ],
        full=[
            "[what|which] primes [divide|make up] {n}[?|]",
            "what is {n} factored [into primes|][?|]",
            "what are the prime factors of {n}[?|]",
            "{n} = product of which primes[?|]",
            "which prime factors does {n} have[?|]",
        ],
        n=n,
    )
    return Turn(
        question,
        "The prime factors are {out}.",
        f"n, p, f = {n}, 2, []\nwhile n > 1:\n    while n % p == 0:\n        f.append(p)\n        n //= p\n    p += 1\nprint(f)",
    )


def divisors(d: Draw) -> Turn:
    n = d.number(1, 3)
    if d.chance(0.3):
        question = ask(
            d,
            noun=["the number of [divisors|factors] of {n}", "the count of divisors of {n}"],
            do=["count the [divisors|factors] of {n}"],
            full=["how many [divisors|factors] does {n} have[?|]", "how many numbers divide {n}[?|]"],
            n=n,
        )
        return Turn(question, "There are {out}.", f"print(len([i for i in range(1, {n}+1) if {n} % i == 0]))")
    question = ask(
        d,
        noun=[
            "[all |]the divisors of {n}",
            "[all |]divisors of {n}",
            "all [the |]factors of {n}",
            "the numbers that divide {n}",
            "every divisor of {n}",
        ],
        do=[
            "list [all |][the |]divisors of {n}",
            "list [the |all |]factors of {n}",
            "find [all |][the |]divisors of {n}",
            "enumerate the divisors of {n}",
        ],
        full=[
            "what are [all |]the divisors of {n}[?|]",
            "[which|what] numbers divide {n} [evenly|without remainder|][?|]",
            "by which numbers [can i divide {n}|is {n} divisible][?|]",
            "what can you divide {n} by[?|]",
            "divisors of {n}[?|]",
        ],
        n=n,
    )
    return Turn(question, "The divisors are {out}.", f"print([i for i in range(1, {n}+1) if {n} % i == 0])")


def next_prime(d: Draw) -> Turn:
    n = d.number(1, 4)
    if d.chance(0.3):
        question = ask(
            d,
            noun=[
                "the [largest|last|biggest] prime [number |][below|before|less than|smaller than|under] {n}",
                "the previous prime before {n}",
            ],
            full=["[which|what] is the [largest|last] prime [below|before|under] {n}[?|]"],
            n=n + 2,
        )
        return Turn(
            question,
            "It is {out}.",
            f"n = {n + 2} - 1\nwhile any(n % i == 0 for i in range(2, n)):\n    n -= 1\nprint(n)",
        )
    question = ask(
        d,
        noun=[
            "the [next|first|smallest] prime [number |][after|above|greater than|larger than|bigger than|following|past|over] {n}",
            "the prime after {n}",
            "next prime after {n}",
        ],
        do=["find the [next|first] prime [number |][after|above] {n}"],
        full=[
            "[which|what] is the [next|first|smallest] prime [number |][after|above|over] {n}[?|]",
            "[which|what] prime [comes|follows] [right |]after {n}[?|]",
            "what prime [number |]comes after {n}[?|]",
        ],
        n=n,
    )
    return Turn(
        question, "It is {out}.", f"n = {n} + 1\nwhile any(n % i == 0 for i in range(2, n)):\n    n += 1\nprint(n)"
    )


def primes_below(d: Draw) -> Turn:
    n = d.number(2, 3)
    test = "all(n % i for i in range(2, n))"
    if n > 100 or d.chance(0.3):
        question = ask(
            d,
            noun=["the number of primes [below|under|less than|up to] {n}"],
            do=["count the primes [below|under|up to|less than] {n}"],
            full=["how many [primes|prime numbers] [are there |are |][below|under|less than|up to] {n}[?|]"],
            n=n,
        )
        return Turn(question, "There are {out}.", f"print(sum({test} for n in range(2, {n}+1)))")
    question = ask(
        d,
        noun=[
            "[all |the |]primes [below|under|up to|less than] {n}",
            "[all |the |]prime numbers [below|under|up to|less than|smaller than] {n}",
        ],
        do=["list [all |the |][primes|prime numbers] [below|under|up to|less than] {n}"],
        full=["[which|what] primes are [below|under|smaller than] {n}[?|]", "what are the primes up to {n}[?|]"],
        n=n,
    )
    return Turn(question, "They are {out}.", f"print([n for n in range(2, {n}+1) if {test}])")


def divisible(d: Draw) -> Turn:
    b = d.integer(2, 30)
    a = b * d.number(1, 3) if d.chance(0.5) else d.number(2, 5)
    question = ask(
        d,
        full=[
            "is {a} divisible by {b}[?|?|]",
            "can {a} be divided by {b} [evenly|without remainder|][?|]",
            "does {b} divide {a}[?|]",
            "is {a} a multiple of {b}[?|]",
            "is {b} a [factor|divisor] of {a}[?|]",
            "does {b} go [evenly |]into {a}[ evenly|][?|]",
        ],
        do=["check [if|whether] {a} is divisible by {b}"],
        a=a,
        b=b,
    )
    return Turn(
        question,
        code=f"print({a} % {b} == 0)",
        by_output={"True": f"Yes, {a} is divisible by {b}.", "False": f"No, {a} is not divisible by {b}."},
    )


def parity(d: Draw) -> Turn:
    n = d.number(1, 6)
    question = ask(
        d,
        full=[
            "is {n} [even or odd|odd or even][?|]",
            "is {n} [even|an even number][?|]",
            "is {n} [odd|an odd number][?|]",
            "{n}: [even or odd|odd or even][?|]",
        ],
        do=["tell me [if|whether] {n} is [even or odd|odd or even|even|odd]"],
        n=written(d, n),
    )
    return Turn(question, f"{n} is {{out}}.", f'print("odd" if {n} % 2 else "even")')


def perfect_square(d: Draw) -> Turn:
    n = d.number(1, 3) ** 2 if d.chance(0.5) else d.number(2, 5)
    question = ask(
        d,
        full=["is {n} a [perfect |]square[?|]", "is {n} a square number[?|]"],
        do=["check [if|whether] {n} is a [perfect |]square"],
        n=n,
    )
    return Turn(
        question,
        code=f"import math\nprint(math.isqrt({n})**2 == {n})",
        by_output={"True": f"Yes, {n} is a square number.", "False": f"No, {n} is not a square number."},
    )

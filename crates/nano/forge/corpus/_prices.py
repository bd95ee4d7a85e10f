"""Goods and amounts of money as people write them."""

from corpus._draw import Draw
from corpus._phrasing import written

GOODS = """apples oranges lemons mangos eggs pens pencils notebooks books tickets shirts socks hats cups plates chairs
lamps candles bottles boxes bags cakes pies cookies sandwiches pizzas burgers coffees donuts stamps cards toys balls
batteries plants roses magazines games keys bricks tiles mugs towels pillows folders markers stickers muffins bagels
bananas beers apps cables screws bolts planks rolls buckets comics postcards jars cans melons onions""".split()
THINGS = """shirt jacket book lamp phone laptop bike table chair bag watch game camera tent coat dress sofa desk guitar
ticket sweater printer monitor keyboard mattress backpack helmet jersey blender toaster pair of shoes pair of jeans""".split()
THING = [t for t in THINGS if t not in ("pair", "of", "shoes", "jeans")] + [
    "pair of shoes",
    "pair of jeans",
    "TV",
    "meal",
    "haircut",
    "hotel room",
]


def coin(d: Draw, amount: str) -> str:
    """An amount with its currency, or bare."""
    amount = written(d, amount)
    return d.pick(
        [
            f"${amount}",
            f"${amount}",
            f"{amount} dollars",
            f"{amount} dollars",
            f"{amount} euros",
            f"€{amount}",
            f"{amount} euro",
            f"£{amount}",
            f"{amount} pounds",
            f"{amount} bucks",
            amount,
            amount,
            f"{amount} USD",
        ]
    )

"""What word problems are about."""

THINGS = """marbles apples oranges stickers cards coins books candies cookies pencils stamps shells toys balloons
eggs stones cupcakes photos tickets flowers beads buttons crayons grapes peaches nuts points fish chickens cows
sheep magnets badges comics sweets bananas pears lemons pebbles plums dollars files emails messages""".split()
CONTAINERS = [
    ("box", "boxes"),
    ("bag", "bags"),
    ("crate", "crates"),
    ("shelf", "shelves"),
    ("row", "rows"),
    ("basket", "baskets"),
    ("page", "pages"),
    ("jar", "jars"),
    ("pack", "packs"),
    ("table", "tables"),
    ("room", "rooms"),
    ("bus", "buses"),
    ("team", "teams"),
    ("class", "classes"),
    ("floor", "floors"),
    ("tray", "trays"),
    ("carton", "cartons"),
]
PEOPLE = [
    "kids",
    "children",
    "students",
    "friends",
    "people",
    "players",
    "workers",
    "guests",
    "teachers",
    "boys",
    "girls",
    "pupils",
    "employees",
    "runners",
    "campers",
    "soldiers",
]
GROUPS = [
    ("class", "has"),
    ("school", "has"),
    ("team", "has"),
    ("party", "has"),
    ("office", "has"),
    ("camp", "has"),
    ("club", "has"),
    ("group", "has"),
]

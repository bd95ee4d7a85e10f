"""Pools of words and names: Faker's lists, so that the recipe needs no other file."""

import re

from faker.providers.lorem.en_US import Provider as EnglishWords
from faker.providers.lorem.zh_CN import Provider as ChineseWords
from faker.providers.person.en_US import Provider as EnglishNames
from faker.providers.person.zh_CN import Provider as ChineseNames

EVERYDAY = """
apple orange lemon cherry peach mango carrot potato tomato onion garlic pepper butter cheese bread coffee
sugar honey window table chair bottle candle mirror blanket pillow basket bucket hammer ladder pencil paper
notebook eraser ruler scissors garden flower river mountain ocean island desert forest valley bridge castle
village tiger rabbit elephant giraffe monkey penguin dolphin turtle spider butterfly dragon wizard knight
rocket planet galaxy comet thunder lightning rainbow winter summer autumn spring guitar violin piano trumpet
drummer singer painter teacher doctor farmer pilot sailor baker level radar civic kayak rotor madam noon
refrigerator umbrella strawberry chocolate pineapple watermelon basketball dictionary adventure algorithm
keyboard computer function variable compiler network database library terminal command rust
Tuesday committee success balloon parallel address necessary tomorrow Tennessee beekeeper coffeehouse
""".split()

REQUEST_WORDS = """
added alphabetical altogether apart apples arithmetic average backwards badges bags balloons bananas beads
below biggest bike binary books bother bought boxes buttons bytes calculate calculator candies cards celsius
cent characters cheers chickens circle coins collected come comes comics compute convert cookies costs count
cows cube cups curious date days decimal degrees digit discount divide does dollars double dozen drives earn
eggs element equal euros evaluate express factors feet files fits flip floors flowers following forgot
frequent friends gain gallons gave gets gives goes going grams grapes greatest groceries guests height hello
homework hours inches joined kindly largest leap legs lemons length letters liters longest looking lower makes
marbles march meal members messages meters metres miles mins minutes multiple multiply needed needs nine
numbers nuts occurs ones oranges pack pages paid parts peaches pears pencils percent perfect photos phrase
pint places please plums plus points pounds prime print profit quick radius raised recipe rectangle remains
repeated replace root round rush seconds sells sentence servings sheep shells shortest sides smaller smallest
sold solve sorry sorted speed spell spending spent split square stamps stone string subtract switch takes text
thanks tickets times title tons toys triangle trying twelve unique upper values volume vowels ways weeks weigh
were wondering words years zero
""".split()
"""Words of the requests themselves: they have to be copied too when they are what is asked about."""

SYLLABLES = [
    onset + nucleus
    for onset in "b c d f g h j k l m n p r s t v w z br cr dr fl gr kl pl pr sh st th tr ch sp".split()
    for nucleus in "a e i o u ai ee oo ar en or il ur an on el in".split()
]
WORDS = sorted(
    {w.lower() for w in [*EnglishWords.word_list, *EVERYDAY, *REQUEST_WORDS] if re.fullmatch(r"[a-zA-Z]{3,14}", w)}
)
NAMES = sorted({n for n in EnglishNames.first_names if re.fullmatch(r"[A-Z][a-z]{2,9}", n)})
ZH_NAMES = sorted({n[-1] for n in ChineseNames.first_names})
ZH_CHARACTERS = sorted(
    {c for w in [*ChineseWords.word_list, *ChineseNames.first_names] for c in w if "\u4e00" <= c <= "\u9fff"}
)

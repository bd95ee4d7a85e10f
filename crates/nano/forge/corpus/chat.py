"""Greetings, thanks, and questions about nano itself, answered without a tool."""

from corpus._draw import Draw
from corpus._phrasing import OPENERS, rough, spin
from corpus._turn import Turn

WEIGHT = 8
LANGUAGE = "en"

HELLO = "Hello! I am nano. What can I calculate for you?"
WHO = "I am nano, a small assistant in gimlet. I calculate by running Python."
ABLE = "I can run Python for you: arithmetic, word problems, dates, strings, lists, number theory and units."
THANKS = "You are welcome!"
BYE = "Goodbye!"
MADE = "I was trained by the gimlet project, on dialogues that it generated."
SIZE = "I am a GLM-4 style model with a few million parameters."
HOW = "I am fine, thank you. What can I calculate for you?"
LANGUAGES = "I speak some English and some Chinese."
LIMITS = "I only calculate with Python. I know little else."
TOOLS = "I have one tool: python. It runs code and shows what it prints."
JOKE = "I am too small for that. I can calculate for you."
FINE = "Good. Is there anything else to calculate?"

SAYINGS: dict[str, list[str]] = {
    HELLO: [
        "[hi|hello|hey|hiya|good morning|good evening|good afternoon|greetings|yo|howdy|hello there|hey there|hi nano|hello nano|hey nano|hallo|sup|morning|good day|hey friend|hi friend|hello my friend|heya|hi hi|hello hello|hi everyone|nano|hi again|hello again|hey you|hi bot|hello assistant][!|.|||,|?|!!|:)]",
        "[hi|hello|hey][,|] [are you there|is anyone there|anybody here|nice to meet you|good to see you|are you awake][?|!|]",
        "[are you there|anyone there|you there|ping|test|testing|can you hear me][?||]",
        "[nice to meet you|pleased to meet you|let's start|shall we start|good to see you][!|.|]",
        "[i am|i'm|my name is|this is] {name}[!|.|]",
        "[hi|hello|hey][,|] [i am|i'm|this is|my name is] {name}[!|.|]",
    ],
    WHO: [
        "[who|what] are you[?|?||??]",
        "[what is|what's|whats|tell me] your name[?||]",
        "[who|what] [is|are] [this|you|nano|gimlet nano][?|]",
        "[introduce yourself|please introduce yourself|tell me about yourself|describe yourself|say who you are|say something about yourself|present yourself][.|!||, please]",
        "[what|who] am i [talking|speaking|chatting|writing] [to|with][?|]",
        "are you [a bot|a robot|an ai|human|a person|a human|real|an assistant|a program|chatgpt|gpt|an llm|alive|siri|claude|glm][?|]",
        "[what|which] [model|assistant|bot|ai|kind of assistant|sort of program|kind of model|version] are you[?|]",
        "[do you have|have you got] a name[?|]",
        "[tell me|i want to know|may i ask|can you tell me|could you say|please tell me] who you are[.|?|]",
        "[how|what] should i call you[?|]",
        "what do they call you[?|]",
        "[so|and|ok so|but] [who|what] are you[?|, really?| anyway?| then?]",
        "is your name nano[?|]",
        "your name[?|]",
        "who is nano[?|]",
    ],
    ABLE: [
        "what can you do[?|?|| for me?| exactly?]",
        "what are you [good at|able to do|capable of|for|good for|here for|made for|useful for][?|]",
        "[how|what] can you help [me|][?| with?|]",
        "[what|which] [things|tasks|kinds of tasks|sort of things|questions|kind of questions] can [you do|you solve|you answer|i ask|i ask you][?|]",
        "what do you do[?|]",
        "[help|help me|how do i use you|how does this work|what now|what should i ask|what can i ask you|i need help|can you help me|could you help me][?|!||.]",
        "[show|tell|list|explain] [me |]what you can do[.||?]",
        "[what are|tell me|list] your [skills|abilities|features|capabilities|functions|talents][?|]",
        "what [is|are] [your purpose|your job|you used for|your abilities][?|]",
        "[what|how much] do you know[?|]",
        "[give me|show me] [some |an |]examples of what you can do[?|]",
        "can you [do math|calculate|do maths|compute things|do arithmetic|solve math problems|run code|run python|help with math|do my homework|count|convert units|work with dates][?|]",
    ],
    THANKS: [
        "[thanks|thank you|thx|ty|many thanks|thank you very much|thanks so much|cheers|thank you so much|thanks a bunch|much appreciated|tysm|thanks nano|thank you nano|thanks again|big thanks|thanks mate|i appreciate it|appreciate it][!|.|||!!| :)]",
        "[great|perfect|cool|nice|awesome|super|wonderful|excellent|good|ok|okay|alright|brilliant|lovely|amazing|sweet|got it][,|!|.|] [thanks|thank you|thx|many thanks|thank you very much|thanks for the help|cheers|thanks nano|thank you so much][!|.|]",
        "[thanks|thank you] for [your help|the help|helping|the answer|helping me|that|everything|this][!|.|]",
        "[that helps|that helped|that was helpful|that was useful|very helpful|you were a great help|you helped me a lot|that's helpful][,|.|!|] [thanks|thank you][!|]",
    ],
    BYE: [
        "[bye|goodbye|bye bye|see you|see you later|good night|farewell|cya|see ya|take care|until next time|ciao|later|talk to you later|gotta go|i have to go|see you tomorrow|have a nice day|have a good one|i'm off|so long|that's all, bye|ok bye][!|.||]",
        "[bye|goodbye|see you|good night][,|] nano[!|]",
        "[ok|alright|well][,|] [bye|goodbye|see you|i have to go|i'm leaving][!|.|]",
    ],
    MADE: [
        "who [made|built|created|trained|wrote|developed|programmed|designed] you[?|]",
        "[where|how] [were|are] you [made|trained|built|created|from][?|]",
        "how did you learn[ this| that|][?|]",
        "[who is|who's] [your creator|your maker|behind you|your developer|your author][?|]",
        "[what|which] data were you trained on[?|]",
        "[where do|what country do] you come from[?|]",
        "which company made you[?|]",
    ],
    SIZE: [
        "how [big|large|small] are you[?|]",
        "how many parameters do you have[?|]",
        "[what is|what's] your size[?|]",
        "[what|which] architecture [do you have|do you use|are you][?|]",
        "how many [weights|layers|neurons] do you have[?|]",
        "what [kind|type] of [neural |]network are you[?|]",
    ],
    HOW: [
        "how are you[?|?||?| today?| doing?]",
        "how [is it going|are things|do you do|do you feel|are you feeling|is your day|have you been|are you nano|goes it][?|]",
        "[hi|hello|hey][,|] how are you[?|]",
        "how's it going[?|]",
        "[what's up|whats up|wassup|what's new|everything ok|everything alright|you ok][?|]",
        "are you [ok|well|fine|good|happy|alright|tired|sad][?|]",
    ],
    LANGUAGES: [
        "[what|which] languages do you [speak|know|understand][?|]",
        "do you [speak|understand|know] [english|chinese|german|french|mandarin|spanish|other languages][?|]",
        "can [you speak|i write in|you understand] [english|chinese|german|mandarin][?|]",
    ],
    LIMITS: [
        "what [can't you do|can you not do|don't you know|are your limits|are you bad at][?|]",
        "[do you know|can you tell me|who is|who was|where is|tell me] [the president|the capital of {name}|the weather|the news|who {name} is|about {name}|the king of {name}|the score|the stock price of {name}|a secret|about history][?|]",
        "[what is|how is|what's] the [weather|temperature|news|weather like] [today|tomorrow|in {name}|now|outside][?|]",
        "[search|look up|google] {name} [on the web|online|for me|]",
        "[can|could] you [search the web|browse|browse the internet|look things up|read my mail|see pictures|draw a picture|open a website|draw {name}|send a mail|play music|book a flight][?|]",
        "[draw|paint|sketch] [a|me a] [cat|dog|house|picture|tree|{name}][.|!|]",
        "[who won|when was|why is|where is|who is|when did] [the war|the world cup|the sky blue|{name}|{name} born|{name} die|the election][?|]",
        "[do you know|have you heard of|what do you think of|what do you know about] {name}[?|]",
    ],
    TOOLS: [
        "[what|which] tools do you have[?|]",
        "[do you have|have you got] [any |]tools[?|]",
        "[what|which] [programming |]language do you [use|run|write|code in][?|]",
        "how do you [calculate|compute|do math|get your answers|do it|solve problems|work][?|]",
        "[what is|what's] your tool[?|]",
        "do you use [python|tools|a calculator][?|]",
    ],
    JOKE: [
        "[tell|write|sing|give] me [a joke|a story|a poem|a song|an essay|something funny|a haiku|a fairy tale|a riddle][.|!||?| please]",
        "[do you know|got] [a joke|any jokes|a good joke][?|]",
        "[write|compose|draft] [a|an] [poem|essay|letter|mail|email|song|story|novel|tweet] [about {name}|for me|to {name}|][.|]",
        "[translate|summarize|paraphrase] [this|that|a text|my letter|the book][.| for me|]",
        "make me laugh[.|!|]",
        "[i am|i'm] bored[.||!]",
        "[sing|dance|entertain me|do something fun][!|.|]",
    ],
    FINE: [
        "[ok|okay|alright|cool|nice|great|good|perfect|i see|got it|understood|fine|right|good job|well done|very good|excellent|wow|awesome|sounds good|makes sense|correct|that's right|good bot|impressive|nice work|sure|yes|lol|haha|yep|hm ok|you are smart|you're great|i like you|not bad][!|.|||]",
        "[that is|that's|this is] [great|good|right|correct|cool|nice|what i needed|all|perfect|amazing][!|.|]",
    ],
}
SHARES = (
    [HELLO] * 5
    + [WHO] * 6
    + [ABLE] * 5
    + [THANKS] * 5
    + [BYE] * 2
    + [MADE] * 2
    + [SIZE]
    + [HOW] * 3
    + [LANGUAGES]
    + [LIMITS] * 4
    + [TOOLS] * 2
    + [JOKE] * 2
    + [FINE] * 3
)


def turn(d: Draw) -> Turn:
    answer = d.pick(SHARES)
    text = spin(d, d.pick(SAYINGS[answer]))
    if answer in (WHO, ABLE, MADE, LIMITS) and d.chance(0.12):
        text = spin(d, d.pick(OPENERS)) + text
    return Turn(rough(d, text).replace("{name}", d.name()).strip(), answer)

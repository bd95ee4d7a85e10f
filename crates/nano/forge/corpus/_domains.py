"""Functions that people often write, with the requests that call for them.

A request leaves out a parameter that is not needed by having no slot for it.
"""

from dataclasses import dataclass

from corpus import _schema as s
from corpus._schema import Parameter as P


@dataclass(frozen=True)
class Domain:
    names: str
    about: str
    parameters: dict[str, P]
    """By slot."""
    requests: tuple[str, ...]
    fields: str
    """What the result may have."""


ASK = "[|||can you tell me |tell me |please tell me |i want to know |do you know |]"
TEMPERATURE = s.one_of({"celsius": "celsius", "fahrenheit": "fahrenheit", "degrees celsius": "celsius"})
ON_OFF = s.one_of({"on": "on", "off": "off"})
PRIORITY = s.one_of({"low": "low", "high": "high", "normal": "normal", "urgent": "urgent"})
STYLE = s.one_of({"formal": "formal", "casual": "casual"})
CLASS = s.one_of({"economy": "economy", "business": "business", "first": "first"})
DOMAINS = [
    Domain(
        "get_weather|current_weather|weather|get_current_weather|weather_report|fetch_weather|weather_now",
        "[Gets|Returns|Looks up|Tells] the [current |]weather [in|for|of] a [city|place]",
        {"a": P("city|location|place|town", "string", "[Name of the|The] [city|place]", s.city), "b": P("unit|units|scale", "string", "[Unit of temperature|Temperature unit]", TEMPERATURE, ("celsius", "fahrenheit"), False)},
        ("[what's|what is|how is|hows] the weather [in|like in] {a}[ today| now| right now|][?|]", "[is it|will it be] [raining|sunny|cold|warm|hot|windy|snowing] in {a}[?| today?| right now?|]", "how [warm|cold|hot] is it in {a}[?| in {b}?|]", "weather [in|for|of] {a}[| please| in {b}]", "do i need [an umbrella|a coat] in {a}[?|]", "[what's|give me] the temperature in {a}[ in {b}|][?|]", "what is the weather in {a} in {b}[?|]"),
        "temperature condition humidity wind summary",
    ),
    Domain(
        "get_forecast|weather_forecast|forecast",
        "[Weather forecast|Forecasts the weather] for [some|the next] days",
        {"a": P("city|location|place", "string", "[The city|Where]", s.city), "b": P("days|num_days|length", "integer", "[How many days|Number of days]", s.whole(2, 14))},
        ("[what's|give me|show me] the [forecast|weather] for {a} for [the next |]{b} days[?|]", "[{b}-day|{b} day] forecast for {a}[| please]", "how will the weather be in {a} [over|for|in] the next {b} days[?|]"),
        "summary high low rain",
    ),
    Domain(
        "convert_currency|exchange|currency_convert|exchange_money|fx_convert|to_currency",
        "[Converts|Exchanges] [money|an amount|an amount of money] [from one currency to another|between currencies|into another currency]",
        {"a": P("amount|value|sum", "number", "[Amount of money|How much|The amount]", s.amount), "b": P("from|source|from_currency|base", "string", "[Currency code|Currency to convert from]", s.currency), "c": P("to|target|to_currency|into", "string", "[Currency code|Currency to convert to]", s.currency)},
        ("[convert|change|exchange] {a} {b} [to|into|in] {c}", "how [much|many {c}] is {a} {b}[ in {c}|][?|]", "what is {a} {b} in {c}[?|]", "{a} {b} [in|to] {c}[?|]", "how much do i get for {a} {b} in {c}[?|]", "i have {a} {b}[,| and] [need|want] {c}"),
        "amount rate result converted",
    ),
    Domain(
        "get_exchange_rate|exchange_rate|currency_rate|fx_rate",
        "[Returns the|The current] exchange rate [of|between] two currencies",
        {"a": P("base|from|from_currency", "string", "[Currency code|]", s.currency), "b": P("quote|to|target|to_currency", "string", "[Currency code|]", s.currency)},
        ("[what is|what's] the [exchange |]rate [from|of] {a} to {b}[?|]", "{a} to {b} [rate|exchange rate][?|]", "how many {b} [do i get for|is] one {a}[?|]"),
        "rate date",
    ),
    Domain(
        "lookup_order|order_status|get_order|track_order|find_order|check_order|get_order_status",
        "[Looks up|Finds|Returns|Shows] [an order|the status of an order][ by its number|]",
        {"a": P("order_id|id|order|order_number|number", "string", "[Number of the order|The order's id|Order number]", s.identifier)},
        ("where is my order {a}[?|]", "[what's|what is] the status of [my |]order {a}[?|]", "has [my |]order {a} [shipped|arrived|been sent][ yet|][?|]", "[check|track|look up|find] [my |]order {a}", "when will [my |]order {a} [arrive|come|be here][?|]", "order {a}[?| status| please]", "what happened to order {a}[?|]"),
        "status eta carrier items total",
    ),
    Domain(
        "track_package|track_parcel|package_location|where_is_parcel|shipment_status",
        "[Tracks a|Where a] [package|parcel][| is]",
        {"a": P("tracking_number|number|code|tracking_code|parcel_id", "string", "[Tracking number|The code]", s.identifier)},
        ("where is [my |the |]package {a}[?|]", "[track|find|locate] [package|parcel] {a}", "[package|parcel] {a}[:|,] where is it[?|]", "has [package|parcel] {a} arrived[?|]"),
        "location status eta",
    ),
    Domain(
        "get_stock_price|stock_price|share_price|stock_quote|get_quote",
        "[Returns the|The] [price|last price] of a [stock|share]",
        {"a": P("symbol|ticker|stock|company", "string", "[Ticker symbol|The symbol]", lambda d: (lambda t: (t, t))("".join(d.pick("ABCDEFGHIKLMNOPRSTUVWXYZ") for _ in range(d.integer(3, 4)))))},
        ("[what's|what is] the [stock |share |]price of {a}[?|]", "how much is {a} [stock |shares |]worth[?| now?|]", "how is {a} [doing|trading][?|]", "{a} [stock price|share price|stock][?|]", "[get|check|look up] the stock {a}"),
        "price change currency",
    ),
    Domain(
        "set_reminder|add_reminder|remind|create_reminder|remind_me",
        "[Sets|Adds|Creates] a reminder",
        {"a": P("text|message|what|task", "string", "[What to remind of|The text]", s.title), "b": P("time|at|when", "string", "[Time as HH:MM|When]", s.clock)},
        ("remind me [of|about] {a} at {b}", "[set|add|create] a reminder [for|about] {a} at {b}", "at {b} remind me [of|about] {a}", "i need a reminder at {b} [for|about] {a}"),
        "status id",
    ),
    Domain(
        "set_timer|start_timer|timer|countdown",
        "[Starts|Sets] a timer",
        {"a": P("minutes|duration|length|mins", "integer", "[How many minutes|Duration in minutes]", s.whole(1, 240))},
        ("[set|start] a timer for {a} minutes", "[set|start] a {a} minute timer", "wake me in {a} minutes", "timer[:|,|] {a} minutes", "tell me when {a} minutes are over"),
        "status ends_at",
    ),
    Domain(
        "send_message|send_text|message|text_person|send_sms",
        "Sends a [text |short |]message[ to a person|]",
        {"a": P("to|recipient|name|person", "string", "[Who gets it|Name of the person]", s.person), "b": P("text|message|body|content", "string", "[What to say|The text]", s.quote)},
        ("[send|write] {a} [a|the] message {b}", "[text|message] {a} {b}", "[send|write] {b} to {a}", "tell {a} {b}", "send a message to {a}[:| saying| that says] {b}"),
        "status id",
    ),
    Domain(
        "send_email|email|send_mail|mail",
        "Sends an [email|e-mail|mail]",
        {"a": P("to|address|recipient", "string", "[The address|Email address]", s.email), "b": P("subject|title", "string", "[The subject|Subject line]", s.quote)},
        ("[send|write] an email to {a} [with [the |]subject|about] {b}", "[mail|email] {a} [with [the |]subject|about] {b}", "send {a} a mail with [the |]subject {b}"),
        "status id",
    ),
    Domain(
        "create_event|add_event|schedule_meeting|add_to_calendar|new_event|book_meeting",
        "[Adds|Creates] [an event|a meeting][ in the calendar|]",
        {"a": P("title|name|what|summary", "string", "[What it is|Title of the event]", s.title), "b": P("date|day|on", "string", "[Date as YYYY-MM-DD|The day]", s.day), "c": P("time|start|at", "string", "[Time as HH:MM|When it starts]", s.clock, (), False)},
        ("[add|create|schedule|plan] {a} on {b}[ at {c}|]", "put {a} in my calendar [for|on] {b}[ at {c}|]", "[add|schedule] an event called {a} [for|on] {b}[ at {c}|]", "new event on {b}[ at {c}|]: {a}"),
        "status id",
    ),
    Domain(
        "search_products|find_product|product_search|search_shop|search_items",
        "[Searches the shop|Finds products]",
        {"a": P("query|name|text|product|keyword", "string", "[What to look for|Search text]", s.title), "b": P("max_price|price_limit|budget|under", "number", "[Highest price|At most this price]", s.amount, (), False)},
        ("[find|search for|look for|show me] {a}[ under {b}| below {b}|] in the [shop|store]", "do you have {a}[ for less than {b}|][?|]", "[i want to buy|i need|i'm looking for] {a}[ under {b}| for less than {b}|]", "search [the shop for |products for |]{a}[ under {b}|]"),
        "name price count found",
    ),
    Domain(
        "check_stock|stock_level|inventory|in_stock|count_stock|get_inventory",
        "[How many of an item are|Checks how much of an item is] in stock",
        {"a": P("item|product|sku|article|name", "string", "[The item|Name of the item]", s.word)},
        ("how many {a} [are in stock|do we have|are left in the warehouse][?|]", "is {a} in stock[?|]", "[check|what is] the stock of {a}[?|]", "do we have any {a} left[?|]"),
        "count in_stock item",
    ),
    Domain(
        "translate|translate_text|translator|to_language",
        "Translates [text|words] into another language",
        {"a": P("text|phrase|words|sentence", "string", "[What to translate|The text]", s.quote), "b": P("language|target|to|target_language|lang", "string", "[Target language|The language]", s.language)},
        ("translate {a} [to|into] {b}", "how do you say {a} in {b}[?|]", "what is {a} in {b}[?|]", "{a} in {b}[?|]", "[say|write] {a} in {b}"),
        "translation text",
    ),
    Domain(
        "define_word|dictionary|lookup_word|word_meaning|get_definition",
        "[Returns the|The] [meaning|definition] of a word",
        {"a": P("word|term|entry", "string", "[The word|]", s.word)},
        ("what does {a} mean[?|]", "define {a}", "[what's|what is] the [meaning|definition] of {a}[?|]", "look up [the word |]{a}", "what is a {a}[?|]"),
        "meaning definition",
    ),
    Domain(
        "get_user|find_user|lookup_customer|user_info|get_customer|find_contact|lookup_contact",
        "[Finds|Looks up|Returns] a [user|customer|contact]",
        {"a": P("name|user|customer|username|who", "string", "[Name of the person|The name]", s.person)},
        ("who is {a}[?|]", "[find|look up|show] [the user|the customer|] {a}", "[what's|what is] the [phone number|email|address] of {a}[?|]", "how can i reach {a}[?|]", "what do we know about {a}[?|]", "where does {a} live[?|]"),
        "name email phone city age",
    ),
    Domain(
        "book_room|reserve_room|room_booking|book_hotel|reserve_hotel",
        "[Books|Reserves] a [room|hotel room]",
        {"a": P("city|hotel|place|where", "string", "[Where|The city]", s.city), "b": P("nights|n_nights|duration", "integer", "[How many nights|Number of nights]", s.whole(1, 21)), "c": P("date|from|arrival|check_in", "string", "[Day of arrival|Date as YYYY-MM-DD]", s.day, (), False)},
        ("[book|reserve] [me |]a room in {a} for {b} nights[ from {c}|]", "i need a [hotel|room] in {a} for {b} nights[ from {c}| starting {c}|]", "{b} nights in {a}[ from {c}|] please"),
        "status price id",
    ),
    Domain(
        "book_table|reserve_table|table_reservation|restaurant_booking",
        "[Books|Reserves] a table[ in a restaurant|]",
        {"a": P("restaurant|place|name", "string", "[Name of the restaurant|Where]", s.title), "b": P("people|guests|seats|party_size|persons", "integer", "[How many people|Number of guests]", s.whole(1, 20)), "c": P("time|at|when", "string", "[Time as HH:MM|When]", s.clock)},
        ("[book|reserve] a table [at|in] {a} for {b} [people |guests |]at {c}", "table for {b} at {a}[,|] {c}", "i want to eat at {a} at {c} with {b} people"),
        "status table id",
    ),
    Domain(
        "flight_status|get_flight|check_flight|flight_info",
        "[The status|Returns the status] of a flight",
        {"a": P("flight|number|flight_number|code", "string", "[Flight number|]", lambda d: (lambda t: (t, t))(d.pick(["LH", "BA", "AF", "UA", "KL", "QF", "EK", "CA", "JL"]) + str(d.number(2, 4))))},
        ("is [flight |]{a} [late|on time|delayed][?|]", "when does [flight |]{a} [land|leave|arrive|depart][?|]", "[check|status of] flight {a}", "what's the status of [flight |]{a}[?|]"),
        "status gate delay departure",
    ),
    Domain(
        "search_flights|find_flights|flights",
        "[Finds|Searches] flights between two cities",
        {"a": P("from|origin|departure|from_city", "string", "[City of departure|From where]", s.city), "b": P("to|destination|arrival|to_city", "string", "[City of arrival|Where to]", s.city), "c": P("class|cabin|seat_class", "string", "[Class of the seat|]", CLASS, ("economy", "business", "first"), False)},
        ("[find|search|show me|book] [a flight|flights] from {a} to {b}[ in {c} class|]", "i want to fly from {a} to {b}[ in {c} class|]", "flights from {a} to {b}[?| in {c}]", "how do i fly from {a} to {b}[ in {c}|][?|]"),
        "price flight departure",
    ),
    Domain(
        "get_distance|distance_between|route_length|travel_distance|city_distance",
        "[The|Returns the] distance between two [cities|places]",
        {"a": P("from|start|origin|city_a|a", "string", "[Start|The first city]", s.city), "b": P("to|end|destination|city_b|b", "string", "[End|The second city]", s.city)},
        ("how far is [it from |]{a} [to|from] {b}[?|]", "[what's|what is] the distance [between {a} and {b}|from {a} to {b}][?|]", "distance from {a} to {b}", "how many km from {a} to {b}[?|]"),
        "distance unit hours km",
    ),
    Domain(
        "get_time|local_time|current_time|time_in|world_clock",
        "[The|Returns the] [local |current |]time in a city",
        {"a": P("city|place|location|where", "string", "[The city|]", s.city)},
        ("what time is it in {a}[?| now?|]", "[what's|what is] the [local |]time in {a}[?|]", "[current |]time in {a}[?|]", "is it [late|night|morning] in {a}[?|]"),
        "time zone",
    ),
    Domain(
        "switch_light|set_light|light|toggle_light|control_light|lamp_switch",
        "[Switches|Turns] a [light|lamp] on or off",
        {"a": P("room|lamp|name|where", "string", "[The room|Which lamp]", lambda d: (lambda t: (t, t))(d.pick("kitchen bathroom bedroom hall garage garden attic cellar office balcony".split()))), "b": P("state|action|power|value", "string", "[on or off|The state]", ON_OFF, ("on", "off"))},
        ("[turn|switch] {b} the [light|lamp] in the {a}", "[turn|switch] the {a} [light|lamp] {b}", "{a} [light|lamp] {b}[ please|]", "[turn|switch] {b} the {a} lights"),
        "status room state",
    ),
    Domain(
        "set_temperature|thermostat|set_thermostat|heat_room|adjust_heating",
        "[Sets the|Changes the] [temperature|heating] of a room",
        {"a": P("room|where|zone", "string", "[The room|]", lambda d: (lambda t: (t, t))(d.pick("kitchen bathroom bedroom hall garage office nursery study".split()))), "b": P("degrees|temperature|value|target", "number", "[Degrees|Target temperature]", lambda d: (lambda n: (str(n), n))(d.pick([18, 19, 20, 21, 22, 23, 24, 18.5, 19.5, 21.5])))},
        ("[set|turn|heat] the {a} [to|up to] {b} [degrees|]", "make it {b} degrees in the {a}", "[i want|i need] {b} degrees in the {a}"),
        "status room temperature",
    ),
    Domain(
        "play_music|play_song|play|music_player",
        "Plays [music|a song]",
        {"a": P("song|title|track|name", "string", "[Title of the song|What to play]", s.title), "b": P("artist|by|band|singer", "string", "[Who sings it|The artist]", s.person, (), False)},
        ("play {a}[ by {b}|]", "i want to hear {a}[ by {b}|]", "put on {a}[ by {b}|]", "[can you |please |]play [the song |]{a}[ by {b}|]"),
        "status title",
    ),
    Domain(
        "create_ticket|open_ticket|report_bug|new_issue|file_issue|add_issue",
        "[Opens|Creates|Files] [a ticket|an issue]",
        {"a": P("title|subject|summary|text", "string", "[What is wrong|The title]", s.quote), "b": P("priority|severity|level|urgency", "string", "[How urgent|]", PRIORITY, ("low", "normal", "high", "urgent"), False)},
        ("[open|create|file] [a|an] [ticket|issue|{b} priority ticket] [called|for|about] {a}", "[open|create] a ticket {a} with {b} priority", "new ticket[:|] {a}[, priority {b}|]", "report a [bug|problem][:|] {a}[ with priority {b}|]"),
        "id status",
    ),
    Domain(
        "add_todo|add_task|todo|new_task|create_task|add_item",
        "[Adds|Puts] [a task|something] [to|on] the [list|todo list]",
        {"a": P("text|task|title|item", "string", "[What to do|The task]", s.title)},
        ("[add|put] {a} [to|on] my [todo |to-do |shopping |]list", "i need to {a}[,|] [add it|put it on the list]", "new task[:|] {a}", "[add|create] a task[:|] {a}"),
        "id status count",
    ),
    Domain(
        "read_file|open_file|cat_file|file_content|show_file",
        "[Reads|Shows] a [text |]file",
        {"a": P("path|file|name|filename", "string", "[Name of the file|Path]", s.file_name), "b": P("lines|max_lines|limit|n", "integer", "[How many lines|At most this many lines]", s.whole(1, 200), (), False)},
        ("[read|show|open|show me] [the file |]{a}", "what is in [the file |]{a}[?|]", "[show|read] the first {b} lines of {a}", "what does {a} say[?|]"),
        "text",
    ),
    Domain(
        "delete_file|remove_file|erase_file|rm",
        "[Deletes|Removes] a file",
        {"a": P("path|file|name|filename", "string", "[Name of the file|Path]", s.file_name), "b": P("force|confirm|sure", "boolean", "[Do not ask|Whether to be sure]", s.one_of({"without asking": True, "without confirmation": True}), (), False)},
        ("[delete|remove|erase] [the file |]{a}[ {b}|]", "i don't need {a} any more[,|] [delete|remove] it[ {b}|]", "get rid of {a}[ {b}|]"),
        "status",
    ),
    Domain(
        "get_population|population|city_population|count_people",
        "[Returns the|The|How many people live in a country or city:] population",
        {"a": P("place|country|city|name|region", "string", "[The place|]", s.country)},
        ("how many people live in {a}[?|]", "[what's|what is] the population of {a}[?|]", "population of {a}[?|]", "how [big|populous] is {a}[?|]"),
        "population year",
    ),
    Domain(
        "get_capital|capital_of|country_info|lookup_country",
        "[Returns|Looks up] the capital of a country",
        {"a": P("country|name|state", "string", "[The country|]", s.country)},
        ("[what's|what is] the capital of {a}[?|]", "capital of {a}[?|]", "which city is the capital of {a}[?|]"),
        "capital",
    ),
    Domain(
        "get_balance|account_balance|check_balance|bank_balance",
        "[Returns the|The|Shows the] balance of [an account|a bank account]",
        {"a": P("account|account_id|iban|number", "string", "[The account|Number of the account]", s.identifier)},
        ("how much [money |]is [on|in] [account |]{a}[?|]", "[what's|what is] the balance of [account |]{a}[?|]", "balance of {a}[?|]", "[check|show] account {a}"),
        "balance currency",
    ),
    Domain(
        "transfer_money|send_money|pay|make_payment|wire",
        "[Sends|Transfers|Pays] money to [someone|a person]",
        {"a": P("to|recipient|payee|name", "string", "[Who gets it|]", s.person), "b": P("amount|sum|value", "number", "[How much|The amount]", s.amount), "c": P("currency|cur", "string", "[Currency code|]", s.currency, (), False)},
        ("[send|transfer|pay|wire] {b}[ {c}|] to {a}", "[send|pay] {a} {b}[ {c}|]", "i owe {a} {b}[ {c}|][,|] please [pay|send] it", "give {a} {b}[ {c}|]"),
        "status id balance",
    ),
    Domain(
        "roll_dice|dice|roll|throw_dice|random_number|random_int",
        "[Rolls dice|Throws dice|A random number]",
        {"a": P("count|dice|n|number", "integer", "[How many|Number of dice]", s.whole(1, 12)), "b": P("sides|faces|max", "integer", "[How many sides|]", s.whole(4, 100), (), False)},
        ("[roll|throw] {a} dice[ with {b} sides|]", "[roll|throw] {a} {b}-sided dice", "i want to [roll|throw] {a} dice"),
        "result rolls",
    ),
    Domain(
        "rewrite_text|rephrase|change_style|restyle",
        "[Rewrites|Rephrases] text[ in another style|]",
        {"a": P("text|sentence|input", "string", "[The text|]", s.quote), "b": P("style|tone|voice", "string", "[The tone|]", STYLE, ("formal", "casual"))},
        ("[rewrite|rephrase] {a} in a {b} [style|tone]", "make {a} [sound |more |]{b}", "say {a} in a {b} way"),
        "text",
    ),
]  # fmt: skip
NUMBERS = {"a": P("a|x|first|left", "number", "[The first number|]", s.amount), "b": P("b|y|second|right", "number", "[The second number|]", s.amount)}
WHOLE = {"a": P("a|x|first|n", "integer", "[The first number|]", s.whole(2, 9999)), "b": P("b|y|second|m", "integer", "[The second number|]", s.whole(2, 9999))}
CALCULATIONS = [
    Domain("add|sum|plus|add_numbers|sum_two", "[Adds|The sum of] two numbers", NUMBERS, ("[add|sum] {a} and {b}", "what is {a} [plus|+] {b}[?|]", "{a} + {b}", "add {a} [to|and] {b}"), "sum result"),
    Domain("add|sum|plus|add_numbers", "[Adds|The sum of] two numbers", WHOLE, ("[add|sum] {a} and {b}", "what is {a} [plus|+] {b}[?|]", "{a} + {b}", "add {a} [to|and] {b}"), "sum result"),
    Domain("multiply|times|product|mul", "[Multiplies|The product of] two numbers", WHOLE, ("multiply {a} [and|by|with] {b}", "what is {a} [times|*|x] {b}[?|]", "{a} * {b}"), "product result"),
    Domain("subtract|minus|difference", "[Subtracts|The difference of] two numbers", WHOLE, ("what is {a} [minus|-] {b}[?|]", "{a} - {b}", "subtract {a} - {b}"), "difference result"),
    Domain("days_between|date_diff|count_days|days_from_to", "[Counts the|The] days from one date to another", {"a": P("first|start|from|date1", "string", "[A date|The first day|]", s.day), "b": P("last|end|to|date2", "string", "[A date|The last day|]", s.day)}, ("how many days [are there |]from {a} to {b}[?|]", "how many days [are there |]between {a} and {b}[?|]", "days [from {a} to {b}|between {a} and {b}][?|]", "count the days from {a} [to|until] {b}"), "days"),
    Domain("count_words|word_count|line_count|count_characters|text_length", "[Counts|Measures] a text", {"a": P("text|input|string|s", "string", "[The text|]", s.quote)}, ("[count|measure] {a}", "how long is {a}[?|]", "how many [words|letters|lines] [are in|does] {a}[ have|][?|]", "[count the words|count the characters|count] in {a}"), "count length"),
    Domain("reverse_text|reverse|flip_text|backwards", "[Reverses|Turns around] a text", {"a": P("text|input|string|s", "string", "[The text|]", s.word)}, ("reverse {a}", "[write|say|spell] {a} backwards", "what is {a} backwards[?|]"), "text result"),
]  # fmt: skip
"""What python could do too: on offer without it, or instead of it."""

//! Calls as the model writes them: `search("…", recency_days=7)`, `mclick([0, 2])`, `open_url("…")`.

use serde_json::Value;

use super::{
    Action,
    literal::{Literal, Reader},
    specs::{MCLICK, OPEN_URL, SEARCH},
};

/// The most calls in one message.
const MAX_CALLS: usize = 5;
/// The oldest results that can be asked for.
const MAX_RECENCY_DAYS: i64 = 36_500;
/// The longest query, in characters.
const MAX_QUERY_CHARS: usize = 1000;

/// Why a call cannot be carried out, for the model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the call could not be read: {0}; write search(\"words\", recency_days=7), mclick([0, 2]) or open_url(\"https://…\")"
)]
pub(crate) struct CallError(String);

/// The calls in a message; they stand on lines of their own, or one behind the other.
pub(crate) fn parse(text: &str) -> Result<Vec<Action>, CallError> {
    let mut reader = Reader::new(text).map_err(CallError)?;
    let mut actions = Vec::new();
    while reader.peek().is_some() {
        if actions.len() == MAX_CALLS {
            return Err(CallError(format!("it has more than {MAX_CALLS} calls")));
        }
        actions.push(call(&mut reader).map_err(CallError)?);
        while reader.take(';') {}
    }
    match actions.is_empty() {
        true => Err(CallError("it is empty".into())),
        false => Ok(actions),
    }
}

/// The call of a function with these arguments.
pub(crate) fn from_json(function: &str, arguments: &Value) -> Result<Action, CallError> {
    let mut given = Vec::new();
    for (name, value) in arguments.as_object().into_iter().flatten() {
        given.push((Some(name.clone()), literal(value).map_err(CallError)?));
    }
    let plain = match function {
        SEARCH => "search",
        MCLICK => "mclick",
        OPEN_URL => "open_url",
        other => other,
    };
    action(plain, given).map_err(CallError)
}

fn literal(value: &Value) -> Result<Literal, String> {
    Ok(match value {
        Value::Null => Literal::Nothing,
        Value::String(text) => Literal::Text(text.clone()),
        Value::Number(number) => {
            Literal::Whole(number.as_i64().ok_or_else(|| format!("{number} is not a whole number"))?)
        }
        Value::Array(items) => Literal::List(items.iter().map(literal).collect::<Result<_, _>>()?),
        Value::Bool(_) | Value::Object(_) => return Err(format!("{value} is neither text nor a number")),
    })
}

fn call(reader: &mut Reader) -> Result<Action, String> {
    let name = reader.name();
    if name.is_empty() {
        return Err(format!("the name of a function is missing {}", reader.here()));
    }
    reader.expect('(')?;
    let mut given = Vec::new();
    while !reader.take(')') {
        let keyword = reader.keyword();
        given.push((keyword, reader.value()?));
        if !reader.take(',') {
            reader.expect(')')?;
            break;
        }
    }
    action(name.strip_prefix("simple_browser.").unwrap_or(&name), given)
}

/// Arguments by position or by name.
struct Given {
    function: String,
    values: Vec<(&'static str, Literal)>,
}

impl Given {
    fn new(
        function: &str,
        parameters: &[&'static str],
        given: Vec<(Option<String>, Literal)>,
    ) -> Result<Self, String> {
        let mut values: Vec<(&'static str, Literal)> = Vec::new();
        for (place, (keyword, value)) in given.into_iter().enumerate() {
            let parameter = match &keyword {
                Some(keyword) => parameters.iter().find(|known| *known == keyword),
                None => parameters.get(place),
            };
            let Some(&parameter) = parameter else {
                let what = keyword.map_or_else(|| format!("{} arguments", place + 1), |k| format!("{k:?}"));
                return Err(format!("{function} does not take {what}, only {}", parameters.join(" and ")));
            };
            if values.iter().any(|(known, _)| *known == parameter) {
                return Err(format!("{function} is given {parameter} twice"));
            }
            values.push((parameter, value));
        }
        Ok(Self { function: function.to_owned(), values })
    }

    fn take(&mut self, parameter: &str) -> Option<Literal> {
        let place = self.values.iter().position(|(known, _)| *known == parameter)?;
        Some(self.values.swap_remove(place).1)
    }

    fn wanted(&mut self, parameter: &str) -> Result<Literal, String> {
        self.take(parameter).ok_or_else(|| format!("{} needs {parameter}", self.function))
    }

    fn text(&mut self, parameter: &str) -> Result<String, String> {
        match self.wanted(parameter)? {
            Literal::Text(text) if text.trim().is_empty() => Err(format!("the {parameter} is empty")),
            Literal::Text(text) => Ok(text.trim().to_owned()),
            other => Err(format!("{parameter} is {} and must be text", other.kind())),
        }
    }
}

fn action(name: &str, given: Vec<(Option<String>, Literal)>) -> Result<Action, String> {
    match name {
        "search" => {
            let mut given = Given::new(name, &["query", "recency_days"], given)?;
            let query: String = given.text("query")?.chars().take(MAX_QUERY_CHARS).collect();
            let recency_days = match given.take("recency_days") {
                None | Some(Literal::Nothing) => None,
                // The demo that the model was trained with took -1 for any age.
                Some(Literal::Whole(days)) if days <= 0 => None,
                Some(Literal::Whole(days)) => u32::try_from(days.min(MAX_RECENCY_DAYS)).ok(),
                Some(other) => {
                    return Err(format!("recency_days is {} and must be a number of days", other.kind()));
                }
            };
            Ok(Action::Search { query, recency_days })
        }
        "mclick" => {
            let mut given = Given::new(name, &["ids"], given)?;
            Ok(Action::Click { ids: ids(given.wanted("ids")?)? })
        }
        "open_url" => {
            let mut given = Given::new(name, &["url"], given)?;
            Ok(Action::Open { url: given.text("url")? })
        }
        _ => Err(format!("there is no function {name:?}")),
    }
}

/// The ids of a list, each once; a single id needs no list.
fn ids(value: Literal) -> Result<Vec<usize>, String> {
    let items = match value {
        Literal::List(items) => items,
        single => vec![single],
    };
    let mut ids = Vec::new();
    for item in items {
        let id = match &item {
            Literal::Whole(id) => usize::try_from(*id).map_err(|_| format!("{id} is not an id"))?,
            Literal::Text(text) => text.trim().parse().map_err(|_| format!("{text:?} is not an id"))?,
            other => return Err(format!("{} is not an id", other.kind())),
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    match ids.is_empty() {
        true => Err("mclick needs at least one id".into()),
        false => Ok(ids),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(query: &str, recency_days: Option<u32>) -> Action {
        Action::Search { query: query.into(), recency_days }
    }

    fn click(ids: &[usize]) -> Action {
        Action::Click { ids: ids.to_vec() }
    }

    fn open(url: &str) -> Action {
        Action::Open { url: url.into() }
    }

    fn check(text: &str, expected: &[Action]) {
        assert_eq!(parse(text).as_deref(), Ok(expected), "{text}");
    }

    fn check_fault(text: &str, expected: &str) {
        let error = parse(text).unwrap_err().0;
        assert!(error.contains(expected), "{text}: {error}");
    }

    #[test]
    fn calls_are_read_as_python_writes_them() {
        check("search(\"who won\", recency_days=7)", &[search("who won", Some(7))]);
        check("search('who won', 7)", &[search("who won", Some(7))]);
        check("search(recency_days = 30, query = \"a\" 'b')", &[search("ab", Some(30))]);
        check("search(\"a\", recency_days=-1)", &[search("a", None)]);
        check("search(\"a\", None,)", &[search("a", None)]);
        check("search(\"f(x), [y] and 'z' (è, 你好)\")", &[search("f(x), [y] and 'z' (è, 你好)", None)]);
        check(
            "search(\"\"\"two\nlines \"quoted\" here\"\"\")",
            &[search("two\nlines \"quoted\" here", None)],
        );
        check("search(r\"a\\d+\")", &[search("a\\d+", None)]);
        check(r#"search("a\"b\\c\x41\u4f60\U0001F680\101\d")"#, &[search("a\"b\\cA你🚀A\\d", None)]);
        check(r#"search("\ud83d\ude80")"#, &[search("🚀", None)]);
        check("search(“世界杯 (2026)”, recency_days=1)", &[search("世界杯 (2026)", Some(1))]);
        check("mclick([0, 2])", &[click(&[0, 2])]);
        check(" mclick ( ids = ( 3 , 3, \"4\", ) ) ", &[click(&[3, 4])]);
        check("mclick(5)", &[click(&[5])]);
        check("open_url(\"https://a.example/?q=(x,y)&z='1'\")", &[open("https://a.example/?q=(x,y)&z='1'")]);
        check("simple_browser.open_url(url='https://a.example/')", &[open("https://a.example/")]);
        check("search(\"a\")\nmclick([1])", &[search("a", None), click(&[1])]);
        check("search(\"a\", recency_days=999999999)", &[search("a", Some(36_500))]);
    }

    #[test]
    fn faults_are_named() {
        for (text, expected) in [
            ("", "it is empty"),
            ("search(\"a", "the text that begins at character 8 is not closed"),
            ("search(\"a\"", "')' is missing at its end"),
            ("search(a b)", "\"a\" is not a value: text stands in quotes"),
            ("search(\"a\" 7)", "')' is missing before '7'"),
            ("search()", "search needs query"),
            ("search(\"  \")", "the query is empty"),
            ("search(7)", "query is a number and must be text"),
            ("search(\"a\", \"b\")", "recency_days is text"),
            ("search(\"a\", 1, 2)", "does not take 3 arguments"),
            ("search(\"a\", lang=\"en\")", "does not take \"lang\""),
            ("search(\"a\", query=\"b\")", "query twice"),
            ("mclick([])", "at least one id"),
            ("mclick([-1])", "-1 is not an id"),
            ("mclick([1.5])", "\"1.5\" is not a whole number"),
            ("mclick([\"x\"])", "\"x\" is not an id"),
            ("mclick([99999999999999999999])", "is not a whole number"),
            ("mclick([[[[[[1]]]]]])", "too deep"),
            ("click(1)", "there is no function \"click\""),
            ("who won?", "'(' is missing"),
            ("(1)", "the name of a function is missing"),
            (r#"search("\u12")"#, "an escape lacks digits"),
            (r#"search("\ud800")"#, "is no character"),
            ("mclick(0)mclick(0)mclick(0)mclick(0)mclick(0)mclick(0)", "more than 5 calls"),
        ] {
            check_fault(text, expected);
        }
        check_fault(&"x".repeat(20_000), "longer than");
    }

    #[test]
    fn functions_ask_for_the_same() {
        use serde_json::json;
        assert_eq!(from_json(SEARCH, &json!({"query": "a", "recency_days": 7})), Ok(search("a", Some(7))));
        assert_eq!(from_json(MCLICK, &json!({"ids": [0, 2]})), Ok(click(&[0, 2])));
        assert_eq!(
            from_json(OPEN_URL, &json!({"url": "https://a.example/"})),
            Ok(open("https://a.example/"))
        );
        assert!(from_json(SEARCH, &json!({"query": {}})).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in ".{0,80}", inner in "[\\[\\](){}\"'\\\\,=a-z0-9 你]{0,40}") {
            let _ = parse(&text);
            let _ = parse(&format!("search({inner})"));
        }

        #[test]
        fn what_json_quotes_is_read_back(query in "[^ \\s]{1,40}") {
            let quoted = serde_json::to_string(&query).unwrap();
            proptest::prop_assert_eq!(parse(&format!("search({quoted})")), Ok(vec![search(query.trim(), None)]));
        }
    }
}

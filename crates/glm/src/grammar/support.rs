//! What of a schema the grammar enforces.

use chat::wire::Format;
use llguidance::api::{ParserLimits, TopLevelGrammar};
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities};
use llguidance::{GrammarBuilder, JsonCompileOptions, Matcher, ParserFactory, panic_utils};
use serde_json::{Map, Value, json};

use super::schema::{self, Rewritten, Unenforced};
use super::sketch::{object_schema, raw_text};

/// How much of a function's schema holds for every call that is written under the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// All of it: a call is never invalid.
    Full,
    /// All but these keywords: a call that breaks one is found by validating it, and goes back to the
    /// model.
    Partial {
        /// In the order of their places.
        keywords: Vec<Unenforced>,
    },
}

/// Says what the grammar does not enforce of a function's schema when calls are written in `format`.
/// It compiles the schema, which takes milliseconds; it never fails, and no schema makes it panic.
///
/// ```
/// use chat::wire::Format;
/// use glm::grammar::{Support, check};
///
/// let schema = serde_json::json!({
///     "type": "object",
///     "properties": { "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true } },
/// });
/// let Support::Partial { keywords } = check(Format::Glm4Chat, &schema) else { panic!() };
/// assert_eq!(keywords[0].to_string(), "uniqueItems at /properties/tags");
/// ```
pub fn check(format: Format, parameters: &Value) -> Support {
    let parameters = object_schema(parameters);
    let mut keywords = enforceable(&parameters, Care::Checking).unenforced;
    if matches!(format, Format::Glm45 | Format::Glm47) {
        keywords.extend(unenforced_in_xml(&parameters));
        keywords.sort();
        keywords.dedup();
    }
    match keywords.is_empty() {
        true => Support::Full,
        false => Support::Partial { keywords },
    }
}

/// Whether schemas are compiled one by one before they go into a grammar, which doubles its cost. Nearly
/// all compile as they are, so that a grammar is first made without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// If one does not compile, the grammar does not.
    Trusting,
    /// One that does not compile is weakened until it does.
    Checking,
}

/// The schema that goes into a grammar: rewritten, and weakened further until llguidance compiles it.
pub(super) fn enforceable(schema: &Value, care: Care) -> Rewritten {
    enforceable_part(schema, "", schema, care)
}

/// The same of a part that stands at `path`.
fn enforceable_part(root: &Value, path: &str, part: &Value, care: Care) -> Rewritten {
    let whole = schema::for_grammar(root, path, part);
    if care == Care::Trusting {
        return whole;
    }
    let reason = match compiles(&whole.schema) {
        Ok(()) => return whole,
        Err(reason) => one_line(&reason),
    };
    for keywords in [
        &["pattern", "patternProperties"][..],
        &["minLength", "maxLength", "format", "multipleOf", "minProperties", "maxProperties"],
        &["allOf"],
    ] {
        let (mut lean_root, mut lean) = (root.clone(), part.clone());
        let mut dropped = Vec::new();
        without(&mut lean, keywords, path.to_owned(), &mut dropped);
        // Its definitions may be the reason.
        without(&mut lean_root, keywords, String::new(), &mut dropped);
        let mut lean = schema::for_grammar(&lean_root, path, &lean);
        if !dropped.is_empty() && compiles(&lean.schema).is_ok() {
            lean.unenforced.extend(dropped);
            lean.unenforced.sort();
            lean.unenforced.dedup();
            return lean;
        }
    }
    let shape = match part["type"] == "object" {
        true => json!({ "type": "object" }),
        false => json!(true),
    };
    let keyword = format!("the whole schema ({reason})");
    Rewritten {
        schema: schema::for_grammar(&shape, "", &shape).schema,
        unenforced: vec![Unenforced { path: path.to_owned(), keyword }],
        refusal: Some(reason),
    }
}

/// What a string's schema allows, written without quotes, as a grammar's terminal, and the keywords that
/// it leaves out; nothing if no text is allowed.
pub(super) fn text(node: &Map<String, Value>) -> Option<(String, Vec<&'static str>)> {
    let all = &["pattern", "minLength", "maxLength", "format"][..];
    if !all.iter().any(|keyword| node.contains_key(*keyword)) {
        return Some((raw_text(node)?, Vec::new()));
    }
    for keywords in [&[][..], &all[..1], &all[1..], all] {
        let mut lean = node.clone();
        lean.retain(|key, _| !keywords.contains(&key.as_str()));
        let terminal = raw_text(&lean)?;
        if is_possible(&terminal) {
            let left_out = keywords.iter().filter(|keyword| node.contains_key(**keyword));
            return Some((terminal, left_out.copied().collect()));
        }
    }
    None
}

/// Whether a terminal compiles and some text matches it.
pub(super) fn is_possible(terminal: &str) -> bool {
    let is_possible = || {
        let environment = ApproximateTokEnv::single_byte_env();
        let mut factory = ParserFactory::new(&environment, InferenceCapabilities::default(), &[]).ok()?;
        factory.quiet();
        *factory.limits_mut() = limits();
        let grammar = TopLevelGrammar::from_lark(format!("start: TEXT\nTEXT: {terminal}\n"));
        let mut matcher = Matcher::new(factory.create_parser(grammar));
        let is_accepting = matcher.is_accepting().ok()?;
        Some(is_accepting || matcher.compute_mask().is_ok_and(|mask| !mask.is_zero()))
    };
    let caught = panic_utils::catch_unwind(std::panic::AssertUnwindSafe(|| Ok(is_possible())));
    caught.is_ok_and(|possible| possible == Some(true))
}

/// Takes keywords out of a schema wherever they may stand as such.
fn without(node: &mut Value, keywords: &[&str], path: String, dropped: &mut Vec<Unenforced>) {
    match node {
        Value::Object(fields) => {
            for keyword in keywords {
                // A property may have a keyword's name; its schema is no string, number or list.
                let is_keyword = fields.get(*keyword).is_some_and(|value| match *keyword {
                    "patternProperties" => value.is_object() && !path.ends_with("/properties"),
                    "allOf" => value.is_array(),
                    _ => value.is_string() || value.is_number(),
                });
                if is_keyword {
                    fields.shift_remove(*keyword);
                    dropped.push(Unenforced { path: path.clone(), keyword: (*keyword).to_owned() });
                }
            }
            for (key, value) in fields {
                if !matches!(key.as_str(), "enum" | "const" | "default" | "examples") {
                    without(value, keywords, format!("{path}/{key}"), dropped);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                without(item, keywords, format!("{path}/{index}"), dropped);
            }
        }
        _ => {}
    }
}

/// Whether llguidance takes a rewritten schema. Its compiler is large and reads what strangers wrote,
/// so that a panic of its counts as a refusal.
fn compiles(schema: &Value) -> Result<(), String> {
    let compile = || {
        let builder = GrammarBuilder::new(None, limits());
        strict().json_to_llg(builder, schema.clone()).map(drop)
    };
    panic_utils::catch_unwind(std::panic::AssertUnwindSafe(compile)).map_err(|error| error.to_string())
}

/// How much one grammar may cost. A few hundred functions with 100 KB of schemas stay far below; a
/// schema that is made to explode ends here.
pub(super) fn limits() -> ParserLimits {
    ParserLimits {
        initial_lexer_fuel: 20_000_000,
        max_grammar_size: 2_000_000,
        max_items_in_row: 10_000,
        step_lexer_fuel: 1_000_000,
        step_max_items: 200_000,
        max_lexer_states: 100_000,
        precompute_large_lexemes: false,
        verbose_errors: false,
    }
}

/// JSON as Python writes it, which is how the models were trained to write arguments: fixed white
/// space, and a character escaped only where it must be. Without `\u` each text has one spelling, so
/// that no key can be smuggled past the list of those that are taken.
pub(super) fn strict() -> JsonCompileOptions {
    JsonCompileOptions {
        item_separator: ", ".into(),
        key_separator: ": ".into(),
        whitespace_flexible: false,
        json_allowed_escapes: Some("nrbtf\\\"".into()),
        ..Default::default()
    }
}

/// JSON as people read it, for answers: line breaks and indentation are the model's choice.
pub(super) fn readable() -> JsonCompileOptions {
    JsonCompileOptions {
        item_separator: ",".into(),
        key_separator: ":".into(),
        whitespace_flexible: true,
        whitespace_pattern: Some(r" |\n {0,40}".into()),
        ..strict()
    }
}

/// The schema that a chain of references at the root leads to.
pub(super) fn resolved(parameters: &Value) -> &Value {
    let mut node = parameters;
    for _ in 0..8 {
        let target = node["$ref"].as_str().and_then(|text| parameters.pointer(text.strip_prefix('#')?));
        match target {
            Some(target) if node.get("properties").is_none() => node = target,
            _ => break,
        }
    }
    node
}

/// The schema of one property, for the grammar.
pub(super) fn property(parameters: &Value, key: &str, care: Care) -> Rewritten {
    let path = format!("/properties/{}", key.replace('~', "~0").replace('/', "~1"));
    enforceable_part(parameters, &path, &resolved(parameters)["properties"][key], care)
}

/// What calls in XML leave open beyond what JSON does: they are a list of keys and values, so that
/// nothing which relates several of them is enforced, and text is taken as it stands.
fn unenforced_in_xml(parameters: &Value) -> Vec<Unenforced> {
    const RELATIONS: [&str; 9] = [
        "anyOf",
        "oneOf",
        "allOf",
        "patternProperties",
        "minProperties",
        "maxProperties",
        "enum",
        "const",
        "$ref",
    ];
    const OF_TEXT: [&str; 4] = ["anyOf", "oneOf", "allOf", "$ref"];
    let root = resolved(parameters);
    let present = |node: &Value, keywords: &[&str], path: &str| -> Vec<Unenforced> {
        let present = keywords.iter().filter(|keyword| node.get(**keyword).is_some());
        present.map(|keyword| Unenforced { path: path.to_owned(), keyword: (*keyword).to_owned() }).collect()
    };
    let mut found = present(root, &RELATIONS, "");
    // Arguments in XML are always an object.
    let names_object = |kinds: &Vec<Value>| kinds.iter().any(|kind| kind == "object");
    if root["type"] != "object" && !root["type"].as_array().is_some_and(names_object) {
        found.extend(present(root, &["type"], ""));
    }
    let no_properties = Map::new();
    for (key, schema) in root["properties"].as_object().unwrap_or(&no_properties) {
        let path = format!("/properties/{key}");
        if schema["type"] == "string" {
            found.extend(present(schema, &OF_TEXT, &path));
            if let Some((_, left_out)) = schema.as_object().and_then(text) {
                found.extend(present(schema, &left_out, &path));
            }
        } else {
            let like = property(parameters, key, Care::Checking);
            let is_required =
                root["required"].as_array().is_some_and(|keys| keys.iter().any(|k| k == key.as_str()));
            // What no value satisfies is never written.
            if like.is_impossible() && !is_required {
                continue;
            }
            found.extend(like.unenforced);
        }
    }
    found
}

fn one_line(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    line.chars().take(200).collect()
}

//! The browser as functions, for models that were not trained with `simple_browser`.

use chat::FunctionSpec;
use serde_json::{Value, json};

use super::MAX_CLICKS;

/// The function that searches.
pub(crate) const SEARCH: &str = "browser_search";
/// The function that opens pages by their ids.
pub(crate) const MCLICK: &str = "browser_mclick";
/// The function that opens a page by its address.
pub(crate) const OPEN_URL: &str = "browser_open_url";

/// The functions that together do what `simple_browser` does.
pub fn specs() -> Vec<FunctionSpec> {
    let spec = |name: &str, description: &str, required: &str, properties: Value| FunctionSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": [required],
            "additionalProperties": false,
        }),
    };
    vec![
        spec(
            SEARCH,
            "Searches the web. Each result has an id, a title, a host and a snippet.",
            "query",
            json!({
                "query": { "type": "string", "minLength": 1 },
                "recency_days": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "How old a result may be, in days; leave it out for any age.",
                },
            }),
        ),
        spec(
            MCLICK,
            "Reads several results of the last search, or links of the page that was opened last, by their ids. \
             Each page comes with an id to cite it by, as 【id†source】.",
            "ids",
            json!({
                "ids": {
                    "type": "array",
                    "items": { "type": "integer", "minimum": 0 },
                    "minItems": 1,
                    "maxItems": MAX_CLICKS,
                },
            }),
        ),
        spec(
            OPEN_URL,
            "Reads one page. Of a long page it shows a part, and says how to ask for the next.",
            "url",
            json!({ "url": { "type": "string", "description": "An http:// or https:// address." } }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_say_what_the_functions_take() {
        for (spec, good, bad) in [
            (0, json!({"query": "a", "recency_days": 7}), json!({"query": ""})),
            (1, json!({"ids": [0, 3]}), json!({"ids": []})),
            (2, json!({"url": "https://a.example/"}), json!({"address": "https://a.example/"})),
        ] {
            let schema = agent::Schema::new(&specs()[spec].parameters).unwrap();
            assert!(schema.accepts(&good), "{good}");
            assert!(!schema.accepts(&bad), "{bad}");
        }
    }
}

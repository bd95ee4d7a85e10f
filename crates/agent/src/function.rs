//! Rust functions as tools.

use std::{fmt::Display, marker::PhantomData};

use chat::{FunctionSpec, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::tool::{CallContext, Tool};

/// A tool made of an async function of one struct, which describes the arguments: its JSON Schema is
/// what the model is shown, with the fields' doc comments as descriptions.
///
/// A returned text is the observation as it is, anything else is shown as JSON; an error is an
/// observation that the model can act on. Dropping the future stops the work.
///
/// ```
/// use std::sync::Arc;
/// use agent::{Agent, Limits, Script, Session, ToolRegistry, function};
/// use chat::CancellationToken;
///
/// #[derive(schemars::JsonSchema, serde::Deserialize)]
/// struct Weather {
///     /// The city's name
///     city: String,
///     /// From today, at most a week
///     #[schemars(range(min = 1, max = 7))]
///     days: Option<u8>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), agent::RegistryError> {
/// let mut tools = ToolRegistry::default();
/// tools.register(Arc::new(function("get_weather", "The weather in a city", async |args: Weather| match args.city.as_str() {
///     "Paris" => Ok("20 °C"),
///     city => Err(format!("there is no city {city}")),
/// })))?;
///
/// let model = Script::new([
///     "get_weather\n{\"city\": \"Paris\"}<|observation|>",
///     "\nIt is 20 °C in Paris.<|user|>",
/// ]);
/// let agent = Agent::new(Arc::new(model), tools, Limits::default());
/// let (mut session, _events) = Session::new();
/// let turn = agent.run(&mut session, "How warm is it in Paris?", &CancellationToken::new()).await;
/// assert_eq!((turn.answer.as_str(), turn.failed_tool_calls), ("It is 20 °C in Paris.", 0));
/// # Ok(())
/// # }
/// ```
pub fn function<A, F, Fut, R, E>(name: &str, description: &str, run: F) -> impl Tool + use<A, F, Fut, R, E>
where
    A: JsonSchema + DeserializeOwned + 'static,
    F: Fn(A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, E>> + Send + 'static,
    R: Serialize + 'static,
    E: Display + 'static,
{
    let spec = FunctionSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: parameters::<A>(),
    };
    Function { spec, run, arguments: PhantomData }
}

struct Function<A, F> {
    spec: FunctionSpec,
    run: F,
    arguments: PhantomData<fn(A)>,
}

/// The schema of a type without what only costs tokens.
fn parameters<A: JsonSchema>() -> Value {
    let generator =
        SchemaGenerator::new(SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None));
    let mut schema = generator.into_root_schema_for::<A>().to_value();
    if let Some(map) = schema.as_object_mut() {
        map.shift_remove("title");
    }
    schema
}

impl<A, F, Fut, R, E> Tool for Function<A, F>
where
    A: DeserializeOwned + 'static,
    F: Fn(A) -> Fut + Send + Sync,
    Fut: Future<Output = Result<R, E>> + Send + 'static,
    R: Serialize,
    E: Display,
{
    fn spec(&self) -> ToolSpec {
        ToolSpec::Function(self.spec.clone())
    }

    fn call<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        let arguments = match serde_json::from_value::<A>(call.arguments.to_value()) {
            Ok(arguments) => arguments,
            Err(error) => {
                let FunctionSpec { name, parameters, .. } = &self.spec;
                let text = format!(
                    "{name} was not called, because its arguments are not valid: {error}.\nCall it again with arguments that match this JSON Schema: {parameters}"
                );
                return Box::pin(std::future::ready(Observation::error(text)));
            }
        };
        let work = (self.run)(arguments);
        Box::pin(async move { observe(work.await) })
    }
}

fn observe(result: Result<impl Serialize, impl Display>) -> Observation {
    match result.map(serde_json::to_value) {
        Ok(Ok(Value::String(text))) => Observation::ok(text),
        Ok(Ok(value)) => Observation::ok(value.to_string()),
        Ok(Err(error)) => Observation::error(format!("The result is not JSON: {error}")),
        Err(error) => Observation::error(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        time::{Duration, Instant},
    };

    use chat::{Arguments, CancellationToken, Status};
    use serde_json::json;

    use super::*;

    #[derive(JsonSchema, serde::Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        /// The first
        a: i64,
        b: Option<bool>,
    }

    async fn call(tool: &impl Tool, arguments: Value) -> Observation {
        let call = ToolCall {
            tool: "f".into(),
            arguments: Arguments::Json { raw: arguments.to_string(), value: arguments },
        };
        let deadline = Instant::now() + Duration::from_secs(9);
        tool.call(&call, &CallContext { cancel: CancellationToken::new(), deadline }).await
    }

    #[tokio::test]
    async fn the_schema_is_the_structs() {
        let tool = function("f", "Does f", async |pair: Pair| Ok::<_, Infallible>(pair));
        let parameters = json!({
            "type": "object",
            "properties": {
                "a": { "description": "The first", "type": "integer", "format": "int64" },
                "b": { "type": ["boolean", "null"] },
            },
            "additionalProperties": false,
            "required": ["a"],
        });
        let spec = FunctionSpec { name: "f".into(), description: "Does f".into(), parameters };
        assert_eq!(tool.spec(), ToolSpec::Function(spec));
        assert_eq!(call(&tool, json!({ "a": 3 })).await, Observation::ok("{\"a\":3,\"b\":null}"));
    }

    #[tokio::test]
    async fn errors_are_for_the_model() {
        let tool = function("f", "", async |pair: Pair| Err::<(), _>(format!("{} is too much", pair.a)));
        assert_eq!(call(&tool, json!({ "a": 3 })).await, Observation::error("3 is too much"));
        let refused = call(&tool, json!({ "b": true })).await;
        assert_eq!(refused.status, Status::Error);
        assert!(
            refused
                .text
                .starts_with("f was not called, because its arguments are not valid: missing field `a`")
        );
    }
}

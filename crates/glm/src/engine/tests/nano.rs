//! The model that gimlet ships.

use super::*;

fn nano(test: &str) -> Option<Engine> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nano/model/nano.gguf");
    if !path.exists() {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{test}: skipped, {} is absent", path.display());
        return None;
    }
    Some(Engine::load(Checkpoint::open(&path).unwrap(), EngineOptions::default()).unwrap())
}

fn ask(engine: &Engine, prompt: &str, constraint: Constraint) -> Reply {
    let tools = engine.codec().words().tools.keys().map(|tool| ToolSpec::Builtin(*tool)).collect();
    complete(engine, Request { tools, constraint, ..request(prompt, 40) }).0.unwrap()
}

/// Whatever it says, what it says does not depend on what it was asked before, and the cache saves it
/// the common part.
#[test]
fn nano_repeats_itself_with_a_warm_cache() {
    let name = "nano_repeats_itself_with_a_warm_cache";
    let (Some(engine), Some(fresh)) = (nano(name), nano(name)) else { return };
    let prompt = "What is 37 * 91?";
    let first = ask(&engine, prompt, Constraint::Off);
    ask(&engine, "Hello, who are you?", Constraint::Off);
    let again = ask(&engine, prompt, Constraint::Off);
    assert_eq!(again.completion, first.completion);
    assert!(again.usage.reused_tokens > again.usage.prefill_tokens, "{:?}", again.usage);
    assert_eq!(ask(&fresh, prompt, Constraint::Off).completion, first.completion);
}

/// A model that calls its tools well writes the same under the grammar.
#[test]
fn nano_is_not_disturbed_by_the_grammar() {
    let Some(engine) = nano("nano_is_not_disturbed_by_the_grammar") else { return };
    for prompt in [
        "What is 37 * 91?",
        "Hello, who are you?",
        "How many days are there between 2024-01-01 and 2024-03-01?",
    ] {
        let [free, held] =
            [Constraint::Off, Constraint::Calls].map(|constraint| ask(&engine, prompt, constraint));
        assert_eq!(held.lapse, None);
        assert_eq!((held.completion, held.finish), (free.completion, free.finish), "{prompt}");
    }
}

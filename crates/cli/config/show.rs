//! `gimlet config`: what is set, and where.

use std::io::{self, Write};

use agent::clean;
use serde_json::{Map, Value, json};

use crate::{
    exit::{Exit, Failure},
    settings::{Origin, Setting},
};

/// Prints each value with where it comes from.
///
/// # Errors
/// Output that cannot be written.
pub fn show(values: &[Setting], json: bool) -> Result<Exit, Failure> {
    let mut stdout = io::stdout().lock();
    if json {
        let fields = values.iter().map(|setting| {
            let shown = json!({ "value": setting.value, "origin": origin(&setting.origin) });
            (setting.name.clone(), shown)
        });
        writeln!(stdout, "{}", Value::Object(fields.collect::<Map<_, _>>()))?;
        return Ok(Exit::Ok);
    }
    // Long values are shown whole and do not push the others away.
    let width = |longest: usize, text: &dyn Fn(&Setting) -> &str| {
        let widths = values.iter().map(|setting| text(setting).chars().count());
        widths.filter(|width| *width <= longest).max().unwrap_or_default()
    };
    let (names, width) = (width(40, &|setting| &setting.name), width(40, &|setting| &setting.value));
    for setting in values {
        let (value, origin) = (clean(&setting.value), origin(&setting.origin));
        writeln!(stdout, "{:names$}  {value:width$}  {origin}", setting.name)?;
    }
    Ok(Exit::Ok)
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Flag => "flag".into(),
        Origin::Environment => "environment".into(),
        Origin::File(file) => file.display().to_string(),
        Origin::Untrusted(file) => format!("not used: {} is not trusted", file.display()),
        Origin::Default => "default".into(),
    }
}

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
            (setting.name.to_owned(), shown)
        });
        writeln!(stdout, "{}", Value::Object(fields.collect::<Map<_, _>>()))?;
        return Ok(Exit::Ok);
    }
    let width = values.iter().map(|setting| setting.value.chars().count()).max().unwrap_or_default();
    for setting in values {
        let (value, origin) = (clean(&setting.value), origin(&setting.origin));
        writeln!(stdout, "{:13}{value:width$}  {origin}", setting.name)?;
    }
    Ok(Exit::Ok)
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Flag => "flag".into(),
        Origin::Environment => "environment".into(),
        Origin::File(file) => file.display().to_string(),
        Origin::Default => "default".into(),
    }
}

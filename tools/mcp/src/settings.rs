//! What a person says about a server: how to reach it and how long to wait for it.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use reqwest::Url;
use serde::{Deserialize, Serialize};

/// The longest name of a server, in bytes: it stands in front of the name of each of its tools.
const MAX_NAME_BYTES: usize = 32;
/// The longest time that can be asked for, in seconds.
const MAX_SECONDS: f64 = 86_400.0;

/// One server, as `[mcp.NAME]` of the config file or a `--mcp` flag has it.
///
/// ```
/// use tool_mcp::{ServerSettings, Transport};
///
/// let (name, settings) = ServerSettings::from_flag("files=npx server-filesystem '/my notes'")?;
/// let Transport::Stdio { command, .. } = settings.transport else { unreachable!() };
/// assert_eq!((name.as_str(), command[2].as_str()), ("files", "/my notes"));
/// # Ok::<(), tool_mcp::SettingsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct ServerSettings {
    /// How it is reached.
    pub transport: Transport,
    /// From its start to the list of its tools.
    pub startup_timeout: Duration,
    /// How long a call may be silent: progress that the server reports begins it anew.
    pub timeout: Duration,
    /// How long a call may take, whatever the server reports.
    pub max_timeout: Duration,
    /// How often it is started again after it has ended by itself.
    pub restarts: u32,
}

/// How a server is reached.
#[derive(Clone, PartialEq)]
pub enum Transport {
    /// A program that speaks on its standard input and output.
    Stdio {
        /// The program and its arguments.
        command: Vec<String>,
        /// Variables beside `PATH` and `HOME`; `${NAME}` stands for one of gimlet's own.
        env: BTreeMap<String, String>,
        /// The folder in which it runs; the working folder, if there is none.
        cwd: Option<PathBuf>,
    },
    /// A server that is running somewhere, reached by streamable HTTP.
    Http {
        /// Its address.
        url: Url,
        /// Headers of each request; `${NAME}` stands for a variable of gimlet's.
        headers: BTreeMap<String, String>,
    },
}

/// Why a server's settings are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A flag without a name.
    #[error("\"{0}\" is not NAME=COMMAND or NAME=URL: write for example files=\"npx server-filesystem .\"")]
    Flag(String),
    /// A bad name.
    #[error(
        "\"{0}\" cannot be a server's name: write a letter, then letters, digits, \"-\" and single \"_\", at most {MAX_NAME_BYTES}"
    )]
    Name(String),
    /// A command that a shell could not split.
    #[error("the command of the server {0} has an open quote: close it")]
    Quote(String),
    /// Nothing to start and nothing to reach.
    #[error("a server needs a command or a url")]
    Neither,
    /// Two ways to reach it.
    #[error("a server has a command or a url, not both")]
    Both,
    /// A command without a program.
    #[error("a server's command is a list of texts: the program, then its arguments")]
    Command,
    /// A key that belongs to the other transport.
    #[error("\"{0}\" is only for a server with a {1}")]
    Misplaced(&'static str, &'static str),
    /// Not an address.
    #[error("\"{0}\" is not an http:// or https:// address")]
    Url(String),
    /// Not a duration.
    #[error("{0} = {1} is not a number of seconds from 0.1 to {MAX_SECONDS}")]
    Seconds(&'static str, String),
}

/// The keys as they are written.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    env: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    startup_timeout_s: Option<f64>,
    timeout_s: Option<f64>,
    max_timeout_s: Option<f64>,
    restarts: Option<u32>,
}

impl ServerSettings {
    /// Of a server that is started with this command.
    pub fn stdio<S: Into<String>>(command: impl IntoIterator<Item = S>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self::with(Transport::Stdio { command, env: BTreeMap::new(), cwd: None })
    }

    /// Of a server at this address.
    ///
    /// # Errors
    /// It is not an http:// or https:// address.
    pub fn http(url: &str) -> Result<Self, SettingsError> {
        Ok(Self::with(Transport::Http { url: parse_url(url)?, headers: BTreeMap::new() }))
    }

    /// Of a flag `NAME=COMMAND` or `NAME=URL`; the command is split as a shell would.
    ///
    /// # Errors
    /// The flag has another form.
    pub fn from_flag(flag: &str) -> Result<(String, Self), SettingsError> {
        let wrong = || SettingsError::Flag(flag.to_owned());
        let (name, target) = flag.split_once('=').ok_or_else(wrong)?;
        Self::check_name(name)?;
        let target = target.trim();
        if target.starts_with("http://") || target.starts_with("https://") {
            return Ok((name.to_owned(), Self::http(target)?));
        }
        let command = shell_words::split(target).map_err(|_| SettingsError::Quote(name.to_owned()))?;
        match command.first() {
            Some(program) if !program.is_empty() => Ok((name.to_owned(), Self::stdio(command))),
            _ => Err(wrong()),
        }
    }

    /// Refuses a name that could not stand in front of a tool's.
    ///
    /// # Errors
    /// It could not.
    pub fn check_name(name: &str) -> Result<(), SettingsError> {
        let fits = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
            && !name.contains("__")
            && !name.ends_with('_')
            && name.len() <= MAX_NAME_BYTES;
        fits.then_some(()).ok_or_else(|| SettingsError::Name(name.to_owned()))
    }

    /// As it is written, with `…` for the values of variables and headers: some of them are secrets.
    pub fn without_secrets(&self) -> serde_json::Value {
        let mut hidden = self.clone();
        let values = match &mut hidden.transport {
            Transport::Stdio { env, .. } => env.values_mut(),
            Transport::Http { headers, .. } => headers.values_mut(),
        };
        values.for_each(|value| *value = "…".to_owned());
        // Its keys are texts and its numbers finite, so that this cannot fail.
        serde_json::to_value(hidden).unwrap_or_default()
    }

    fn with(transport: Transport) -> Self {
        Self {
            transport,
            startup_timeout: Duration::from_secs(60),
            timeout: Duration::from_secs(60),
            max_timeout: Duration::from_secs(600),
            restarts: 1,
        }
    }
}

fn parse_url(text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| SettingsError::Url(text.to_owned()))
}

fn seconds(key: &'static str, value: Option<f64>, default: Duration) -> Result<Duration, SettingsError> {
    match value {
        None => Ok(default),
        Some(value) if (0.1..=MAX_SECONDS).contains(&value) => Ok(Duration::from_secs_f64(value)),
        Some(value) => Err(SettingsError::Seconds(key, value.to_string())),
    }
}

impl TryFrom<Written> for ServerSettings {
    type Error = SettingsError;

    fn try_from(written: Written) -> Result<Self, SettingsError> {
        let default = match (written.command, written.url) {
            (None, None) => return Err(SettingsError::Neither),
            (Some(_), Some(_)) => return Err(SettingsError::Both),
            (Some(command), None) => {
                if command.first().is_none_or(String::is_empty) {
                    return Err(SettingsError::Command);
                }
                if !written.headers.is_empty() {
                    return Err(SettingsError::Misplaced("headers", "url"));
                }
                Self::with(Transport::Stdio { command, env: written.env, cwd: written.cwd })
            }
            (None, Some(url)) => {
                if !written.env.is_empty() {
                    return Err(SettingsError::Misplaced("env", "command"));
                }
                if written.cwd.is_some() {
                    return Err(SettingsError::Misplaced("cwd", "command"));
                }
                Self::with(Transport::Http { url: parse_url(&url)?, headers: written.headers })
            }
        };
        let timeout = seconds("timeout_s", written.timeout_s, default.timeout)?;
        Ok(Self {
            startup_timeout: seconds(
                "startup_timeout_s",
                written.startup_timeout_s,
                default.startup_timeout,
            )?,
            timeout,
            max_timeout: seconds("max_timeout_s", written.max_timeout_s, default.max_timeout.max(timeout))?,
            restarts: written.restarts.unwrap_or(default.restarts),
            ..default
        })
    }
}

impl From<ServerSettings> for Written {
    fn from(settings: ServerSettings) -> Self {
        let written = Self {
            startup_timeout_s: Some(settings.startup_timeout.as_secs_f64()),
            timeout_s: Some(settings.timeout.as_secs_f64()),
            max_timeout_s: Some(settings.max_timeout.as_secs_f64()),
            restarts: Some(settings.restarts),
            ..Self::default()
        };
        match settings.transport {
            Transport::Stdio { command, env, cwd } => Self { command: Some(command), env, cwd, ..written },
            Transport::Http { url, headers } => Self { url: Some(url.into()), headers, ..written },
        }
    }
}

/// Without the values of variables and headers: some of them are secrets.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Stdio { command, env, cwd } => f
                .debug_struct("Stdio")
                .field("command", command)
                .field("env", &env.keys())
                .field("cwd", cwd)
                .finish(),
            Self::Http { url, headers } => {
                f.debug_struct("Http").field("url", &url.as_str()).field("headers", &headers.keys()).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_flag(flag: &str, expected: Result<(&str, &str), SettingsError>) {
        let seen = ServerSettings::from_flag(flag);
        let seen = seen.map(|(name, settings)| (name, format!("{:?}", settings.transport)));
        assert_eq!(seen, expected.map(|(name, transport)| (name.to_owned(), transport.to_owned())), "{flag}");
    }

    #[test]
    fn a_flag_is_a_name_and_a_command_or_an_address() {
        check_flag(
            "files=npx -y 'my server' .",
            Ok(("files", r#"Stdio { command: ["npx", "-y", "my server", "."], env: [], cwd: None }"#)),
        );
        check_flag("a=b=c", Ok(("a", r#"Stdio { command: ["b=c"], env: [], cwd: None }"#)));
        check_flag(
            "web=https://example.test/mcp?a=b",
            Ok(("web", r#"Http { url: "https://example.test/mcp?a=b", headers: [] }"#)),
        );
        check_flag("npx server", Err(SettingsError::Flag("npx server".into())));
        check_flag("files=", Err(SettingsError::Flag("files=".into())));
        check_flag("files=''", Err(SettingsError::Flag("files=''".into())));
        check_flag("files='x", Err(SettingsError::Quote("files".into())));
        check_flag("a=http://", Err(SettingsError::Url("http://".into())));
        let long = "n".repeat(33);
        for name in ["", "1a", "a__b", "a_", "a b", "ä", &long] {
            check_flag(&format!("{name}=x"), Err(SettingsError::Name(name.into())));
        }
    }

    fn check_config(config: serde_json::Value, expected: Result<&str, &str>) {
        let seen = serde_json::from_value::<ServerSettings>(config.clone());
        match (seen, expected) {
            (Ok(seen), Ok(expected)) => {
                assert_eq!(format!("{seen:?}"), expected, "{config}");
                let again = serde_json::from_value(serde_json::to_value(&seen).unwrap()).unwrap();
                assert_eq!(seen, again);
            }
            (Err(seen), Err(expected)) => assert!(seen.to_string().contains(expected), "{seen}"),
            (seen, expected) => panic!("{config}: {seen:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_config_has_one_transport_and_sane_times() {
        check_config(
            json!({ "command": ["x", "."], "env": { "KEY": "secret" }, "timeout_s": 900 }),
            Ok(concat!(
                r#"ServerSettings { transport: Stdio { command: ["x", "."], env: ["KEY"], cwd: None }, "#,
                "startup_timeout: 60s, timeout: 900s, max_timeout: 900s, restarts: 1 }"
            )),
        );
        check_config(
            json!({ "url": "http://127.0.0.1:1/mcp", "headers": { "Authorization": "Bearer x" },
                    "startup_timeout_s": 0.5, "max_timeout_s": 90, "restarts": 0 }),
            Ok(concat!(
                r#"ServerSettings { transport: Http { url: "http://127.0.0.1:1/mcp", headers: ["Authorization"] }, "#,
                "startup_timeout: 500ms, timeout: 60s, max_timeout: 90s, restarts: 0 }"
            )),
        );
        check_config(json!({}), Err("needs a command or a url"));
        check_config(json!({ "command": ["x"], "url": "http://a" }), Err("not both"));
        check_config(json!({ "command": [] }), Err("the program, then its arguments"));
        check_config(json!({ "command": "x" }), Err("expected a sequence"));
        check_config(json!({ "url": "ftp://a" }), Err("\"ftp://a\" is not an http:// or https:// address"));
        check_config(
            json!({ "url": "http://a", "env": { "A": "b" } }),
            Err("\"env\" is only for a server with a command"),
        );
        check_config(json!({ "url": "http://a", "cwd": "/" }), Err("\"cwd\" is only"));
        check_config(
            json!({ "command": ["x"], "headers": { "A": "b" } }),
            Err("\"headers\" is only for a server with a url"),
        );
        check_config(
            json!({ "command": ["x"], "timeout_s": 0 }),
            Err("timeout_s = 0 is not a number of seconds"),
        );
        check_config(json!({ "command": ["x"], "timout_s": 1 }), Err("unknown field `timout_s`"));
    }
}

//! The `[tools.browser]` table of a settings file.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// How the browser is set up. Every key has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The search engines, in the order in which they are tried. Empty stands for those whose keys are
    /// in the environment, and DuckDuckGo after them: a session without an engine of its own sends its
    /// queries there.
    pub search: Vec<Engine>,
    /// Hosts that may be reached although their addresses are private, as `wiki.intranet` or
    /// `127.0.0.1:8080`.
    pub allow_hosts: Vec<String>,
    /// `environment` for the proxies that the usual variables name, or a proxy's address. Without it
    /// none is used.
    pub proxy: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// The languages that pages are asked for in, as `de, en;q=0.5`.
    pub language: Option<String>,
    /// A PEM file with certificates of authorities that are believed besides the system's, as an
    /// intranet has them.
    pub ca_file: Option<PathBuf>,
    /// How much of the pages that were read may stay on disk, in MiB, so that they are asked for again
    /// only when they change; 0 for none. What cookies, logins or `private` make one's own never stays.
    pub cache_mib: u64,
    /// What pages of HTML are read with.
    pub browser: Renderer,
    /// The program of `browser = "chromium"`; without it the first on the `PATH`.
    pub chromium_path: Option<PathBuf>,
    /// How long one call may take, in seconds.
    pub timeout_s: u64,
    /// How many results a search shows.
    pub results: usize,
    /// The most bytes of one observation.
    pub observation_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            search: Vec::new(),
            allow_hosts: Vec::new(),
            proxy: None,
            user_agent: None,
            language: None,
            ca_file: None,
            cache_mib: 64,
            browser: Renderer::Fetch,
            chromium_path: None,
            timeout_s: 30,
            results: 10,
            observation_bytes: 24 * 1024,
        }
    }
}

impl Settings {
    /// How long one call may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s.clamp(1, 600))
    }

    /// How many results a search shows.
    pub(crate) fn n_results(&self) -> usize {
        self.results.clamp(1, 50)
    }
}

/// What pages of HTML are read with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Renderer {
    /// As they come, without running their scripts.
    #[default]
    Fetch,
    /// The user's Chromium, which runs them.
    Chromium,
}

impl Renderer {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fetch, Self::Chromium];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Chromium => "chromium",
        }
    }
}

/// A search engine. Where a key is needed, `key_env` names the variable that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "engine", rename_all = "lowercase", deny_unknown_fields)]
pub enum Engine {
    /// A SearXNG instance whose `search.formats` has `json`.
    Searxng {
        /// Its address, as `http://127.0.0.1:8888/search`.
        url: String,
    },
    /// Brave's API; the key is `BRAVE_API_KEY`.
    Brave {
        /// Another address of it.
        url: Option<String>,
        /// Another variable.
        key_env: Option<String>,
    },
    /// Tavily's API; the key is `TAVILY_API_KEY`.
    Tavily {
        /// Another address of it.
        url: Option<String>,
        /// Another variable.
        key_env: Option<String>,
    },
    /// Serper's API; the key is `SERPER_API_KEY`.
    Serper {
        /// Another address of it.
        url: Option<String>,
        /// Another variable.
        key_env: Option<String>,
    },
    /// An API that answers as Bing's did; the key is `BING_API_KEY`.
    Bing {
        /// Its address.
        url: String,
        /// Another variable.
        key_env: Option<String>,
    },
    /// DuckDuckGo's page for browsers without scripts. It needs no key and bans eager users.
    Duckduckgo {
        /// Another address of it.
        url: Option<String>,
    },
    /// A folder of HTML, Markdown and text files.
    Folder {
        /// Where it is.
        path: PathBuf,
    },
    /// A program that reads `{"query", "recency_days", "count"}` from standard input and prints a list
    /// of `{"title", "url", "snippet"}` as JSON. Of the environment it sees `PATH` and what `env` names.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
        /// The variables that it needs.
        #[serde(default)]
        env: Vec<String>,
    },
    /// An address that answers such a list; `{query}` and `{recency_days}` in it are filled in.
    Url {
        /// The address.
        url: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Settings, &str>) {
        match (toml::from_str::<Settings>(text), expected) {
            (Ok(seen), Ok(expected)) => assert_eq!(seen, expected),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (seen, expected) => panic!("{seen:?} is not {expected:?}"),
        }
    }

    #[test]
    fn settings_are_read() {
        check("", Ok(Settings::default()));
        check(
            "search = [{ engine = \"searxng\", url = \"http://127.0.0.1:8888/search\" }, { engine = \"brave\" }]\n\
             allow_hosts = [\"wiki.intranet\"]\ntimeout_s = 5",
            Ok(Settings {
                search: vec![
                    Engine::Searxng { url: "http://127.0.0.1:8888/search".into() },
                    Engine::Brave { url: None, key_env: None },
                ],
                allow_hosts: vec!["wiki.intranet".into()],
                timeout_s: 5,
                ..Settings::default()
            }),
        );
        let command = Engine::Command { command: vec!["./s".into()], env: vec!["KEY".into()] };
        check(
            "search = [{ engine = \"command\", command = [\"./s\"], env = [\"KEY\"] }]\ncache_mib = 0\nca_file = \"ca.pem\"",
            Ok(Settings {
                search: vec![command],
                ca_file: Some("ca.pem".into()),
                cache_mib: 0,
                ..Settings::default()
            }),
        );
        check(
            "browser = \"chromium\"\nchromium_path = \"/opt/chromium\"",
            Ok(Settings {
                browser: Renderer::Chromium,
                chromium_path: Some("/opt/chromium".into()),
                ..Settings::default()
            }),
        );
        check("browser = \"lynx\"", Err("lynx"));
        check("serch = []", Err("serch"));
        check("search = [{ engine = \"altavista\" }]", Err("altavista"));
        check("search = [{ engine = \"brave\", keyenv = \"X\" }]", Err("keyenv"));
        check("search = [{ engine = \"searxng\" }]", Err("url"));
    }
}

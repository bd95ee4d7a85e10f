//! Chromium's program: where it is, and what it is started with.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What is looked for on the `PATH`, in this order.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Its folder in the cage, which is in memory and goes with it.
const HOME: &str = "/tmp";

/// Where nothing answers: the network namespace has no interface that is up.
const NOWHERE: &str = "127.0.0.1:9";

/// What is switched off beside the page: all that speaks for itself or keeps something.
const FLAGS: [&str; 36] = [
    "--headless",
    "--remote-debugging-pipe",
    "--user-data-dir=/tmp/profile",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    // Beside the namespace that has no network, three ways to have none.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-notifications",
    "--deny-permission-prompts",
    "--disable-hang-monitor",
    "--disable-speech-api",
    "--disable-search-engine-choice-screen",
    "--metrics-recording-only",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--mute-audio",
    "--window-size=1280,1600",
    // A page's memory; several renderers would have it several times.
    "--js-flags=--max-old-space-size=512",
    "--renderer-process-limit=2",
];

/// Among them: an http page asked for as https, what is fetched before it is wanted, and what Chromium
/// asks its makers for.
const FEATURES: &str = "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,Translate,MediaRouter,\
    OptimizationHints,OptimizationGuideModelDownloading,AutofillServerCommunication,CertificateTransparencyComponentUpdater,\
    InterestFeedContentSuggestions,Prerender2,SpeculationRules,DialMediaRouteProvider,WebOTP,NetworkTimeServiceQuerying";

/// The program that the user named, or the first that there is.
///
/// # Errors
/// There is none: what was looked for.
pub(super) fn find(named: Option<&Path>, variables: &BTreeMap<String, String>) -> Result<PathBuf, String> {
    let is_program = |path: &PathBuf| path.is_file();
    if let Some(named) = named {
        let path = std::path::absolute(named).map_err(|error| format!("{}: {error}", named.display()))?;
        return Some(path).filter(is_program).ok_or_else(|| format!("there is no file {}", named.display()));
    }
    let folders = || std::env::split_paths(variables.get("PATH").map_or("", String::as_str));
    let places = NAMES.iter().flat_map(|name| folders().map(move |folder| folder.join(name)));
    let found = places.filter(|path| path.is_absolute()).find(is_program);
    found.ok_or_else(|| format!("none of {} is on the PATH", NAMES.join(", ")))
}

/// What it is started with.
pub(super) fn arguments() -> impl Iterator<Item = String> {
    let proxy = format!("--proxy-server={NOWHERE}");
    FLAGS.into_iter().map(str::to_owned).chain([FEATURES.to_owned(), proxy, "about:blank".to_owned()])
}

/// All of its environment.
pub(super) fn environment() -> [(&'static str, &'static str); 3] {
    // The launchers of distributions are shell scripts.
    [("HOME", HOME), ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_that_was_named_or_the_first_on_the_path() {
        let place = tempfile::tempdir().unwrap();
        let (one, two) = (place.path().join("one"), place.path().join("two"));
        for (folder, name) in [(&one, "google-chrome"), (&two, "chromium"), (&two, "mine")] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(name), "").unwrap();
        }
        let path = format!("{}:{}", one.display(), two.display());
        let variables = |path: &str| BTreeMap::from([("PATH".to_owned(), path.to_owned())]);
        assert_eq!(find(None, &variables(&path)), Ok(two.join("chromium")));
        assert_eq!(find(None, &variables(&one.display().to_string())), Ok(one.join("google-chrome")));
        assert_eq!(find(Some(&two.join("mine")), &variables(&path)), Ok(two.join("mine")));
        for (named, path, part) in [
            (
                None,
                "",
                "none of chromium, chromium-browser, google-chrome-stable, google-chrome is on the PATH",
            ),
            (None, "relative", "none of chromium"),
            (Some(two.join("yours")), path.as_str(), "there is no file"),
            // A folder is no program.
            (Some(two.clone()), path.as_str(), "there is no file"),
        ] {
            let why = find(named.as_deref(), &variables(path)).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}

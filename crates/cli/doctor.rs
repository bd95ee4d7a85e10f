//! `gimlet doctor`: does everything that gimlet needs work here?

use std::{
    io::{self, Write},
    time::Instant,
};

use chat::CancellationToken;
use tool_browser::{Renderer, Settings};

use crate::{
    args::DoctorArgs,
    exit::{Exit, Failure},
    folders, models, toolbox,
};

/// Tries each part for real and prints a line for it.
///
/// # Errors
/// Output that cannot be written. A part that does not work is a line and the exit code.
pub async fn doctor(args: DoctorArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Ok;
    let mut report = |name: &str, found: Result<String, String>, otherwise: Exit| -> io::Result<()> {
        let (mark, text) = match &found {
            Ok(text) => ("ok", text),
            Err(text) => ("FAILED", text),
        };
        if found.is_err() && exit == Exit::Ok {
            exit = otherwise;
        }
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{mark:8}{name:10}{}", agent::clean(text))?;
        stdout.flush()
    };
    report("model", model(args.model.model).await, Exit::Error)?;
    report("sandbox", sandbox().await, Exit::NoSandbox)?;
    report("sessions", sessions(), Exit::Error)?;
    let has_settings = args.browser.is_some();
    let settings = toolbox::with_renderer(args.browser.unwrap_or_default(), &args.renderer);
    report("chromium", chromium(&settings).await, Exit::Usage)?;
    if has_settings {
        // Whether there is a Chromium was said above.
        let engines = Settings { browser: Renderer::Fetch, ..settings };
        let browser = toolbox::browser(engines).map_err(Failure::usage)?;
        for (engine, answer) in browser.check().await {
            let named = |text| format!("{engine}: {text}");
            report("search", answer.map(named).map_err(named), Exit::Error)?;
        }
    }
    Ok(exit)
}

/// Starts the Chromium that there is as for a page. Without one nothing is wrong unless it was asked for.
async fn chromium(settings: &Settings) -> Result<String, String> {
    let is_wanted = settings.browser == Renderer::Chromium;
    let use_of_it =
        if is_wanted { "renders pages" } else { "is not used: --browser chromium renders pages with it" };
    let wanting = Settings { browser: Renderer::Chromium, ..settings.clone() };
    let missing = |why: String| match is_wanted {
        true => Err(why),
        false => Ok(format!("not asked for, and not usable: {why}")),
    };
    let browser = match toolbox::browser(wanting) {
        Ok(browser) => browser,
        Err(why) => return missing(format!("{why:#}")),
    };
    match browser.check_renderer().await {
        Some((program, Ok(version))) => Ok(format!("{version} ({}) {use_of_it}", program.display())),
        Some((_, Err(why))) => missing(why),
        None => missing("there is none".to_owned()),
    }
}

/// Loads the model.
async fn model(name: String) -> Result<String, String> {
    let begun = Instant::now();
    let loaded = tokio::task::spawn_blocking(move || models::load(&name)).await;
    let model = loaded.map_err(|e| e.to_string())?.map_err(|e| format!("{e:#}"))?;
    let info = model.info();
    Ok(format!("{} speaks {} and loads in {:.0?}", info.name, info.format, begun.elapsed()))
}

/// Runs a cell in a worker, and one that must not work.
async fn sandbox() -> Result<String, String> {
    let begun = Instant::now();
    let mut notebook =
        toolbox::notebook(sandbox::Options { allow_degraded: true, ..sandbox::Options::default() })
            .map_err(|e| format!("{e:#}"))?;
    let cancel = CancellationToken::new();
    let sum = notebook.run("37 * 91", &cancel).await.map_err(|e| e.to_string())?;
    if sum.value.as_deref() != Some("3367") {
        return Err(format!("37 * 91 came out as {:?}", sum.value));
    }
    let took = begun.elapsed();
    let escape = notebook.run("open('/etc/passwd').read()", &cancel).await.map_err(|e| e.to_string())?;
    if escape.error.is_none() {
        return Err("Python could read /etc/passwd".into());
    }
    let missing = notebook.confinement().map(|c| c.missing.join("; ")).unwrap_or_default();
    match missing.is_empty() {
        true => Ok(format!("Python answers in {took:.0?}; every required restriction is in force")),
        false => Err(format!(
            "Python answers in {took:.0?} and runs only with --sandbox degraded, because this is not in force here: {missing}"
        )),
    }
}

/// Writes where session logs go.
fn sessions() -> Result<String, String> {
    let folder = folders::sessions().map_err(|e| format!("{e:#}"))?;
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&probe, "probe"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| format!("cannot write {}: {e}", folder.display()))?;
    Ok(format!("kept in {}", folder.display()))
}

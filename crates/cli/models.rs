//! `--model`: from a name to something that completes conversations.

use std::{path::Path, sync::Arc};

use agent::{Script, Session, Setup, clean};
use anyhow::{Context, bail};
use chat::ChatModel;
use glm::{Checkpoint, Engine, EngineOptions};

use crate::{args::ModelArgs, hashes};

/// The name of the model in this program.
pub const EMBEDDED: &str = "nano";
/// The largest script that is read.
const MAX_SCRIPT_BYTES: u64 = 16 << 20;

/// Opens and loads a model. It blocks: loading reads whole files.
///
/// # Errors
/// One sentence that names the model and says what is wrong with it.
pub fn load(name: &str) -> anyhow::Result<Arc<dyn ChatModel>> {
    if let Some(file) = name.strip_prefix("script:") {
        return script(Path::new(file));
    }
    let engine = Engine::load(checkpoint(name)?, EngineOptions::default())
        .with_context(|| format!("cannot load the model {name}"))?;
    if let Some(hash) = &engine.info().sha256 {
        keep_hash(name, hash);
    }
    Ok(Arc::new(engine))
}

/// Opens a local model without loading its weights. If they were hashed before, their hash is known.
///
/// # Errors
/// As [`load`].
pub fn checkpoint(name: &str) -> anyhow::Result<Checkpoint> {
    for remote in ["hf:", "openai:"] {
        if name.starts_with(remote) {
            bail!("gimlet cannot use {name} yet: give `nano`, a .gguf file or a checkpoint folder");
        }
    }
    let context = || format!("cannot open the model {name}");
    if name == EMBEDDED {
        return Checkpoint::from_gguf_bytes(nano::WEIGHTS).with_context(context);
    }
    let opened = Checkpoint::open(Path::new(name)).with_context(context)?;
    Ok(match hashes::known(Path::new(name)) {
        Some(hash) => opened.with_known_sha256(hash),
        None => opened,
    })
}

/// The name of the model that a completion was asked of.
///
/// # Errors
/// It was computed elsewhere.
pub fn of(setup: &Setup) -> anyhow::Result<String> {
    match &setup.provenance {
        Some(provenance) => Ok(provenance.weights.clone().unwrap_or_else(|| EMBEDDED.to_owned())),
        None => bail!(
            "the session's log does not say where the model {} is: give it with --model",
            clean(&setup.model.name)
        ),
    }
}

/// The model that a session goes on with: the one that was asked for, or else its own.
pub fn for_session(args: &ModelArgs, session: &Session) -> String {
    let own = || of(session.setup()?).ok();
    if args.is_given { None } else { own() }.unwrap_or_else(|| args.model.clone())
}

/// Keeps the hash of a model's weights for [`checkpoint`].
pub fn keep_hash(name: &str, hash: &str) {
    if name != EMBEDDED {
        // Without it the next start hashes again, and nothing else is lost.
        let _ = hashes::keep(Path::new(name), hash);
    }
}

fn script(file: &Path) -> anyhow::Result<Arc<dyn ChatModel>> {
    let context = || format!("cannot read the script {}", file.display());
    let size = std::fs::metadata(file).with_context(context)?.len();
    if size > MAX_SCRIPT_BYTES {
        bail!("the script {} has {size} bytes; the most is {MAX_SCRIPT_BYTES}", file.display());
    }
    let json = std::fs::read_to_string(file).with_context(context)?;
    Ok(Arc::new(Script::from_json(&json).with_context(context)?))
}

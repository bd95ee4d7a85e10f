//! `--model`: from a name to something that completes conversations.

use std::{path::Path, sync::Arc};

use agent::Script;
use anyhow::{Context, bail};
use chat::ChatModel;
use glm::{Checkpoint, Engine, EngineOptions};

use crate::hashes;

/// The name of the model in this program.
const EMBEDDED: &str = "nano";
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
    let mut checkpoint = checkpoint(name)?;
    let is_embedded = name == EMBEDDED;
    let known = (!is_embedded).then(|| hashes::known(Path::new(name))).flatten();
    let is_new = !is_embedded && known.is_none();
    if let Some(hash) = known {
        checkpoint = checkpoint.with_known_sha256(hash);
    }
    let engine = Engine::load(checkpoint, EngineOptions::default())
        .with_context(|| format!("cannot load the model {name}"))?;
    if let Some(hash) = engine.info().sha256.as_deref().filter(|_| is_new) {
        // Without it the next start hashes again, and nothing else is lost.
        let _ = hashes::keep(Path::new(name), hash);
    }
    Ok(Arc::new(engine))
}

/// Opens a local model without loading its weights.
///
/// # Errors
/// As [`load`].
pub fn checkpoint(name: &str) -> anyhow::Result<Checkpoint> {
    for remote in ["hf:", "openai:"] {
        if name.starts_with(remote) {
            bail!("gimlet cannot use {name} yet: give `nano`, a .gguf file or a checkpoint folder");
        }
    }
    let opened = match name {
        EMBEDDED => Checkpoint::from_gguf_bytes(nano::WEIGHTS),
        path => Checkpoint::open(Path::new(path)),
    };
    opened.with_context(|| format!("cannot open the model {name}"))
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

//! Two sessions at once: neither sees the other.

use std::{path::Path, time::Instant};

use super::{Row, Unconfined};
use crate::{CancellationToken, Notebook, Options, SandboxError};

/// A name that one session defines is looked for in another.
pub(super) async fn two_sessions(program: &Path, options: &Options) -> Result<Row, SandboxError> {
    let cancel = CancellationToken::new();
    let mut one = Notebook::new(program, options.clone());
    let mut other = Notebook::new(program, options.clone());
    let start = Instant::now();
    one.run("import builtins, math\nbuiltins.left = math.left = left = 1", &cancel).await?;
    let code =
        "import builtins, math\nprint(hasattr(math, 'left'), hasattr(builtins, 'left'), 'left' in globals())";
    let outcome = other.run(code, &cancel).await?;
    let blocked = outcome.output == "False False False\n";
    Ok(Row {
        group: "escape",
        attack: "reach another session's names".to_owned(),
        blocked,
        layers: vec!["process of its own".to_owned()],
        observed: if blocked { "nothing of it is there".to_owned() } else { outcome.output },
        unconfined: Unconfined::NotTried,
        duration: start.elapsed(),
    })
}

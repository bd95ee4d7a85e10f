//! `gimlet session replay`: a session's steps again, from the log or from the model.

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use agent::{Entry, Event, ItemBody, Replay, ReplayedStep, SessionLog, Setup, clean};
use anyhow::anyhow;
use chat::{CancellationToken, ChatModel, Finish};

use crate::{
    exit::{Exit, Failure},
    interrupt, models,
    plain::{one_line, step_line},
    workshop::load_model,
};

/// Tokens around the first difference that are shown.
const SHOWN_TOKENS: usize = 24;

/// Prints the steps of a log.
///
/// # Errors
/// The log is damaged; output that cannot be written.
pub fn print(path: &Path) -> Result<Exit, Failure> {
    let mut stdout = io::stdout().lock();
    for entry in read(path)? {
        let Entry::Event(record) = entry else { continue };
        match record.event {
            Event::TurnStarted { turn, prompt } => writeln!(stdout, "turn {turn}: {}", one_line(&prompt))?,
            Event::StepCompleted { step, usage } => writeln!(
                stdout,
                "  step {step}: {} tokens read, {} written",
                usage.prompt_tokens, usage.completion_tokens
            )?,
            Event::ContextCompacted { before_tokens, after_tokens } => {
                writeln!(stdout, "  context compacted: {before_tokens} tokens to {after_tokens}")?;
            }
            Event::ItemCompleted { item } => match item.body {
                ItemBody::Message { text, .. } => {
                    clean(text.trim()).lines().try_for_each(|line| writeln!(stdout, "    {line}"))?;
                }
                ItemBody::Reasoning { text } => writeln!(stdout, "    thinking: {}", one_line(&text))?,
                ItemBody::ToolCall { tool, arguments, observation, .. } => {
                    let arguments = arguments.as_str().map_or_else(|| arguments.to_string(), str::to_owned);
                    let observation = observation.unwrap_or_default();
                    writeln!(stdout, "    {}", step_line(&tool, &arguments, &observation, false))?;
                }
            },
            _ => {}
        }
    }
    Ok(Exit::Ok)
}

/// Has the models of a log, or the one that is given, write every step again, with what the tools said
/// then, and compares the tokens. The first difference is shown and is the exit code.
///
/// # Errors
/// The log is damaged or holds no tokens, or the model cannot be used.
pub async fn verify(path: &Path, given: Option<&str>) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let mut loaded: Option<(String, Arc<dyn ChatModel>)> = None;
    let mut n_same = 0;
    for step in Replay::new(read(path)?).filter(|step| !step.written.ids.is_empty()) {
        let wanted = match given {
            Some(name) => name.to_owned(),
            None => models::of(&step.setup).map_err(Failure::usage)?,
        };
        let model = match &loaded {
            // A new process and a new model began with an empty cache.
            Some((name, model)) if *name == wanted && !step.begins => Arc::clone(model),
            _ => {
                let Some(model) = load_model(&wanted, &cancel).await.map_err(Failure::usage)? else {
                    return Ok(Exit::Interrupted);
                };
                for difference in differences(&step.setup, model.as_ref()) {
                    writeln!(io::stderr(), "gimlet: {}", clean(&difference))?;
                }
                loaded = Some((wanted, Arc::clone(&model)));
                model
            }
        };
        let Some(difference) = ask_again(model.as_ref(), &step, &cancel).await? else {
            n_same += 1;
            continue;
        };
        if cancel.is_cancelled() {
            return Ok(Exit::Interrupted);
        }
        writeln!(io::stdout(), "{}", clean(&difference))?;
        return Ok(Exit::Error);
    }
    if n_same == 0 {
        return Err(Failure::runtime(anyhow!(
            "the log {} holds no tokens to compare: it is of an older gimlet, or of a model that does not tell them",
            path.display()
        )));
    }
    writeln!(io::stdout(), "the model wrote the same tokens in all {n_same} steps")?;
    Ok(Exit::Ok)
}

fn read(path: &Path) -> Result<Vec<Entry>, Failure> {
    SessionLog::read(path).map_err(|error| Failure::runtime(error.into()))
}

/// What is not as it was when the log was written.
fn differences(then: &Setup, model: &dyn ChatModel) -> Vec<String> {
    let (info, now) = (model.info(), model.provenance());
    let mut pairs = vec![("model", then.model.name.clone(), info.name.clone())];
    if let (Some(then), Some(now)) = (&then.model.sha256, &info.sha256) {
        pairs.push(("weights", then.clone(), now.clone()));
    }
    if let (Some(then), Some(now)) = (&then.provenance, &now) {
        pairs.push(("tokenizer", then.tokenizer_sha256.clone(), now.tokenizer_sha256.clone()));
        pairs.push(("build", then.build.clone(), now.build.clone()));
        pairs.push(("device", then.device.clone(), now.device.clone()));
        pairs.push(("number of threads", then.threads.to_string(), now.threads.to_string()));
    }
    let differ = pairs.into_iter().filter(|(_, then, now)| then != now);
    differ.map(|(what, then, now)| format!("the {what} was {then} and is {now}")).collect()
}

/// The first difference between what was written and what is written now.
async fn ask_again(
    model: &dyn ChatModel,
    step: &ReplayedStep,
    cancel: &CancellationToken,
) -> Result<Option<String>, Failure> {
    let then = &step.written.ids;
    let mut request = step.request.clone();
    // Somebody stopped it there.
    if step.written.finish == Finish::Cancelled {
        request.max_tokens = then.len();
    }
    let mut unseen = |_| {};
    let reply = model.complete(request, &mut unseen, cancel).await;
    let now = reply.map_err(|error| Failure::runtime(error.into()))?.ids;
    let place = then.iter().zip(&now).position(|(then, now)| then != now);
    let Some(place) = place.or((then.len() != now.len()).then(|| then.len().min(now.len()))) else {
        return Ok(None);
    };
    let text = |ids: &[u32]| {
        let from = place.saturating_sub(SHOWN_TOKENS / 2).min(ids.len());
        let shown = &ids[from..ids.len().min(from + SHOWN_TOKENS)];
        model.decode(shown).unwrap_or_else(|| format!("{shown:?}"))
    };
    let what = if step.written.summary.is_some() { "the summary before step" } else { "step" };
    Ok(Some(format!(
        "turn {}, {what} {} differs at token {} of {}:\n  then: {:?}\n  now:  {:?}",
        step.written.turn,
        step.written.step,
        place + 1,
        then.len(),
        text(then),
        text(&now)
    )))
}

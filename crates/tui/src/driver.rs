//! The one place that waits: for keys, for events, for signals, and for the next frame.

use std::{io, path::Path, pin::pin, time::Duration};

use crossterm::event::{Event as Input, EventStream};
use futures::StreamExt;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use crate::{
    desk::News,
    files,
    op::{Effect, Op},
    picture::{self, Made, Picture, PictureError, Wanted},
    state::{Options, State},
    terminal::Screen,
};

/// The shortest time between two frames: 30 a second are smooth and cost little.
const FRAME: Duration = Duration::from_millis(33);
/// The time after which what moves by itself is drawn again.
const MOVE: Duration = Duration::from_millis(120);

/// Why a terminal session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The user left.
    Quit,
    /// Whoever sends events or receives ops is gone.
    Closed,
    /// A signal asked for the process's end, or the terminal is gone.
    Terminated,
}

/// Runs a terminal session on standard input and output until the user leaves. The terminal is given back
/// however this ends: by returning, by a panic, by SIGTERM, SIGHUP, SIGINT or SIGQUIT.
///
/// News are those of one session, deltas included; a new session begins with its `session.started`. The
/// channels are as bounded as turns are.
///
/// # Errors
/// Standard input or output is no terminal, or it cannot be taken over, read or written.
pub async fn run(
    options: Options,
    news: UnboundedReceiver<News>,
    ops: UnboundedSender<Op>,
) -> io::Result<Left> {
    let mut screen = Screen::enter(options.inline)?;
    let mut state = State::new(options);
    let left = serve(&mut screen, &mut state, news, ops).await?;
    screen.finish(&mut state)?;
    Ok(left)
}

async fn serve(
    screen: &mut Screen,
    state: &mut State,
    mut news: UnboundedReceiver<News>,
    ops: UnboundedSender<Op>,
) -> io::Result<Left> {
    let mut input = EventStream::new();
    let mut signals = pin!(signal());
    let begun = Instant::now();
    let mut drawn = begun;
    let mut due = Some(begun);
    let (mut listing, mut making) = (None, None);
    state.set_cell_size(cell_size());
    loop {
        let effects = tokio::select! {
            biased;
            () = &mut signals => return Ok(Left::Terminated),
            key = input.next() => {
                let Some(key) = key else { return Ok(Left::Terminated) };
                state.tick(begun.elapsed());
                due = Some(Instant::now());
                let key = key?;
                if matches!(key, Input::Resize(..)) {
                    state.set_cell_size(cell_size());
                }
                take(state, key)
            }
            () = sleep_until(due.unwrap_or(begun)), if due.is_some() => {
                state.tick(begun.elapsed());
                screen.draw(state)?;
                drawn = Instant::now();
                due = state.is_moving().then_some(drawn + MOVE);
                if making.is_none() {
                    making = state.missing_picture().map(make);
                }
                continue;
            }
            (picture, read) = made(&mut making), if making.is_some() => {
                making = None;
                due = Some(due.unwrap_or(drawn + FRAME).min(drawn + FRAME));
                state.pictured(picture, read);
                continue;
            }
            files = listed(&mut listing), if listing.is_some() => {
                listing = None;
                due = Some(due.unwrap_or(drawn + FRAME));
                state.listed(files.unwrap_or_default());
                continue;
            }
            heard = news.recv() => {
                let Some(heard) = heard else { return Ok(Left::Closed) };
                state.tick(begun.elapsed());
                due = Some(due.unwrap_or(drawn + FRAME).min(drawn + FRAME));
                state.hear(heard)
            }
        };
        for effect in effects {
            match effect {
                Effect::Copy(text) => screen.copy(&text)?,
                Effect::ListFiles => {
                    listing = Some(tokio::task::spawn_blocking(|| files::list(Path::new("."))));
                }
                Effect::Redraw => {
                    state.forget_pictures();
                    screen.clear()?;
                }
                Effect::Suspend => {
                    state.forget_pictures();
                    screen.suspend().await?;
                }
                Effect::Send(op) => {
                    if ops.send(op).is_err() {
                        return Ok(Left::Closed);
                    }
                }
            }
        }
        if state.has_left() {
            return Ok(Left::Quit);
        }
    }
}

/// The files that are being listed.
async fn listed(listing: &mut Option<JoinHandle<Vec<String>>>) -> Option<Vec<String>> {
    // A listing that failed offers nothing.
    listing.as_mut()?.await.ok()
}

/// A picture that is being read.
type Making = (Picture, JoinHandle<Result<Made, PictureError>>);

/// Reads a picture where it keeps nobody waiting.
fn make(wanted: Wanted) -> Making {
    (wanted.picture.clone(), tokio::task::spawn_blocking(move || picture::make(&wanted)))
}

/// The picture that is being read.
async fn made(making: &mut Option<Making>) -> (Picture, Result<Made, PictureError>) {
    let Some((picture, read)) = making else { return std::future::pending().await };
    let read = read.await.unwrap_or(Err(PictureError::Failed));
    (picture.clone(), read)
}

/// The size of a cell in pixels, which the system knows of some terminals.
fn cell_size() -> (u16, u16) {
    match crossterm::terminal::window_size() {
        Ok(size) if size.columns > 0 && size.rows > 0 => (size.width / size.columns, size.height / size.rows),
        _ => (0, 0),
    }
}

fn take(state: &mut State, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) => state.key(key),
        Input::Paste(text) => state.paste(&text),
        Input::Mouse(event) => state.mouse(event),
        Input::Resize(..) | Input::FocusGained | Input::FocusLost => Vec::new(),
    }
}

/// Waits for a signal that asks for the process's end.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        // Without a handler the signal still ends the process, as it does by default.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::quit()) => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    std::future::pending().await
}

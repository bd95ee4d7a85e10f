//! The terminal: taken over, drawn to, and given back in every case.

use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use crossterm::{
    cursor::Show,
    event::{
        DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
        PushKeyboardEnhancementFlags,
    },
    execute,
    style::Print,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, layout::Position};

use crate::{
    draw::draw,
    inline::{Anchored, Rows},
    state::State,
};

/// Between these a terminal shows nothing, so that no half of a frame is seen.
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Buttons and the wheel are told, in a form that has no bound on columns; movements are not.
const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// How long a process that was told to stop waits for that.
#[cfg(unix)]
const UNSTOPPED: std::time::Duration = std::time::Duration::from_secs(1);

/// Whether a screen is up: then a panic's words would be lost on it.
static IS_UP: AtomicBool = AtomicBool::new(false);
/// Words of panics while a screen was up, told when it is down.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static HOOK: Once = Once::new();

/// The terminal while it is gimlet's. Dropping it, as a panic does too, gives it back.
pub struct Screen {
    surface: Surface,
    frame: Frame,
}

/// The part of the terminal that is gimlet's.
enum Surface {
    /// All of it, on a screen of its own.
    Whole(Terminal<Anchored>),
    /// Some rows below what was there before.
    Rows(Rows),
}

/// What is to be written, until the frame is whole.
#[derive(Clone, Default)]
pub struct Frame(Arc<Mutex<Vec<u8>>>);

impl Screen {
    /// Takes the terminal over, or only its last rows.
    ///
    /// # Errors
    /// Standard output is no terminal, or cannot be written.
    pub fn enter(is_inline: bool) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other(
                "standard input and output are no terminal: `gimlet run PROMPT` needs none",
            ));
        }
        keep_panics();
        // From here on the terminal is given back whatever fails.
        let guard = Restore { is_inline };
        take_over(is_inline)?;
        let frame = Frame::default();
        let surface = match is_inline {
            true => Surface::Rows(Rows::begin(frame.clone(), below()?)?),
            false => Surface::Whole(Terminal::new(Anchored::new(frame.clone(), Position::ORIGIN))?),
        };
        std::mem::forget(guard);
        IS_UP.store(true, Ordering::SeqCst);
        Ok(Self { surface, frame })
    }

    /// Draws what has changed, as one frame.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, state: &mut State) -> io::Result<()> {
        match &mut self.surface {
            Surface::Whole(terminal) => terminal.draw(|frame| draw(state, frame)).map(drop)?,
            Surface::Rows(rows) => rows.draw(state)?,
        }
        self.write()
    }

    /// Leaves what was said on the terminal, where it is not on a screen of its own.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn finish(&mut self, state: &mut State) -> io::Result<()> {
        match &mut self.surface {
            Surface::Whole(_) => Ok(()),
            Surface::Rows(rows) => {
                rows.finish(state)?;
                self.write()
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.frame.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut stdout = io::stdout().lock();
        stdout.write_all(&[BEGIN_FRAME, &bytes, END_FRAME].concat())?;
        stdout.flush()
    }

    /// Takes nothing for granted that stands on the terminal: the next frame draws all of it.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        match &mut self.surface {
            Surface::Whole(terminal) => {
                let size = terminal.size()?;
                terminal.resize(size.into())
            }
            Surface::Rows(rows) => {
                rows.forget();
                Ok(())
            }
        }
    }

    /// What gives the terminal back; rows of gimlet's are emptied first.
    fn restore(&mut self) -> Restore {
        if let Surface::Rows(rows) = &mut self.surface {
            // There is nobody to tell: the terminal that would show it is the one that failed.
            let _ = rows.leave().and_then(|()| self.write());
        }
        Restore { is_inline: matches!(self.surface, Surface::Rows(_)) }
    }

    /// Gives the terminal to the shell until the user brings the process back.
    ///
    /// # Errors
    /// The terminal is gone.
    #[cfg(unix)]
    pub async fn suspend(&mut self) -> io::Result<()> {
        use rustix::process::{Signal, getpid, kill_process};
        use tokio::signal::unix::{SignalKind, signal};
        let mut resumed = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
        drop(self.restore());
        kill_process(getpid(), Signal::TSTP)?;
        // All threads stop within a moment. Where nothing can be suspended the session just goes on.
        tokio::select! {
            _ = resumed.recv() => {}
            () = tokio::time::sleep(UNSTOPPED) => {}
        }
        take_over(matches!(self.surface, Surface::Rows(_)))?;
        match &mut self.surface {
            // The shell has written nobody knows how much.
            Surface::Rows(rows) => rows.begin_below(),
            Surface::Whole(_) => self.clear(),
        }
    }

    /// There is no shell to give the terminal to.
    ///
    /// # Errors
    /// The terminal is gone.
    #[cfg(not(unix))]
    pub async fn suspend(&mut self) -> io::Result<()> {
        self.clear()
    }

    /// Puts a text into the clipboard, if the terminal lets programs do that (OSC 52).
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        write!(stdout, "\x1b]52;c;{}\x07", STANDARD.encode(text))?;
        stdout.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.restore());
        IS_UP.store(false, Ordering::SeqCst);
        for panic in std::mem::take(&mut *PANICS.lock().unwrap_or_else(PoisonError::into_inner)) {
            // Whoever closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "{panic}");
        }
    }
}

impl Write for Frame {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The beginning of the row below what stands on the terminal. Keys that are pressed while it is asked
/// are kept.
fn below() -> io::Result<Position> {
    match crossterm::cursor::position() {
        Ok((0, y)) => Ok(Position { x: 0, y }),
        Ok((_, y)) => {
            let (_, rows) = crossterm::terminal::size()?;
            execute!(io::stdout(), Print("\r\n"))?;
            Ok(Position { x: 0, y: (y + 1).min(rows.saturating_sub(1)) })
        }
        // It does not tell: behind as many lines as there are rows the cursor is on the last one.
        Err(_) => {
            let (_, rows) = crossterm::terminal::size()?;
            execute!(io::stdout(), Print("\r\n".repeat(usize::from(rows))))?;
            Ok(Position { x: 0, y: rows.saturating_sub(1) })
        }
    }
}

/// Gives the terminal's lines back to whoever reads keys next, without writing: for a process that has to
/// end while its terminal takes nothing.
pub fn let_go() {
    // There is nobody to tell.
    let _ = disable_raw_mode();
}

fn take_over(is_inline: bool) -> io::Result<()> {
    enable_raw_mode()?;
    // Where a terminal can, it tells Shift-Enter from Enter; others do not mind.
    let keys = PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES);
    // The wheel and the mouse are otherwise the terminal's, which has the conversation then.
    if !is_inline {
        execute!(io::stdout(), EnterAlternateScreen, Print(MOUSE_ON))?;
    }
    execute!(io::stdout(), EnableBracketedPaste, keys)
}

/// Gives the terminal back when it is dropped.
struct Restore {
    is_inline: bool,
}

impl Drop for Restore {
    fn drop(&mut self) {
        // There is nobody to tell: the terminal that would show it is the one that failed.
        let _ = io::stdout().write_all(END_FRAME);
        let _ = execute!(io::stdout(), PopKeyboardEnhancementFlags, DisableBracketedPaste);
        let _ = match self.is_inline {
            true => execute!(io::stdout(), Show),
            false => execute!(io::stdout(), Print(MOUSE_OFF), LeaveAlternateScreen, Show),
        };
        let _ = disable_raw_mode();
    }
}

/// While a screen is up, panics wait for its end; a thread that the agent's runtime catches must not
/// write over it either.
fn keep_panics() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| match IS_UP.load(Ordering::SeqCst) {
            true => PANICS.lock().unwrap_or_else(PoisonError::into_inner).push(panic.to_string()),
            false => before(panic),
        }));
    });
}

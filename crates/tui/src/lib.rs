//! The terminal session: a conversation that shows each step.
//!
//! A front end is given [`News`], most of them [`agent::Event`]s, and gives [`Op`]s, both over channels:
//! [`run`] owns the terminal in between, and a [`Host`] has an agent and a [`Desk`] do what is asked. All that a session does is in [`State`], which knows neither a terminal nor a clock, and
//! in [`draw`], which turns a state into a screen:
//!
//! ```
//! use agent::Event;
//! use ratatui::{Terminal, backend::TestBackend};
//! use tui::{Options, State, draw};
//!
//! let mut state = State::new(Options::default());
//! state.apply(&Event::TurnStarted { turn: 1, prompt: "Hello".into() });
//! let mut terminal = Terminal::new(TestBackend::new(40, 10))?;
//! terminal.draw(|frame| draw(&mut state, frame))?;
//! assert!(terminal.backend().to_string().contains("› Hello"));
//! # Ok::<(), std::convert::Infallible>(())
//! ```
//!
//! Pictures that a tool leaves behind are drawn in the conversation: [`State::missing_picture`] says which
//! is to be read, which is done elsewhere, and [`State::pictured`] takes it. A session keeps to a screen of
//! its own, or goes into the terminal's scrollback ([`Options::inline`]); a step can be looked at as the log
//! has it ([`agent::Moment`]).
//!
//! Nothing that a model, a tool or a page writes reaches the terminal raw: text is cleaned where it comes
//! in, and arguments that a person is asked about are shown with every unseen character spelled out. Of a
//! picture only decoded pixels are drawn.

mod approval;
mod composer;
mod conversation;
mod desk;
mod draft;
mod draw;
mod driver;
mod entry;
mod figures;
mod files;
#[cfg(test)]
mod fixture;
mod flow;
mod gallery;
mod highlight;
mod host;
mod images;
mod inline;
mod label;
mod menu;
mod meter;
mod moment;
mod op;
mod paint;
mod picture;
mod search;
mod selection;
mod shown;
mod state;
mod terminal;
mod theme;
mod words;
mod wrap;

pub use desk::{Desk, Kept, News, Opening};
pub use draw::draw;
pub use driver::{Left, run};
pub use host::{Host, Opened};
pub use images::{Canvas, Images, Means};
pub use op::{Effect, Op, Prompt, Which};
pub use picture::{Made, Picture, PictureError, Wanted};
pub use state::{Options, State};
pub use terminal::let_go;
pub use theme::{Role, Theme};
pub use words::Language;

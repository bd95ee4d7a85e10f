use chat::Artifact;

use super::*;
use crate::{Canvas, Images, Means, picture::make};

/// The plot of a python session.
const PLOT: &str = "tests/plot.png";
const SHA256: &str = "326e1a9eb4c505aa3ebb8375b77548c922dd85b98ff4a38e39cd6e1c03779308";

pub fn plotted(text: &str) -> Observation {
    let artifact = |path: &str, mime: &str, sha256: &str| Artifact {
        path: path.into(),
        mime: mime.into(),
        sha256: sha256.into(),
    };
    let artifacts = vec![artifact(PLOT, "image/png", SHA256), artifact("/mnt/values.csv", "text/csv", "")];
    Observation { artifacts, ..Observation::ok(text) }
}

fn plot(canvas: Canvas, theme: Theme) -> State {
    let body = call("python", "plt.plot(squares)\nplt.show()", Some(plotted("[figure-1.png]")));
    let options = Options { canvas, theme, ..Options::default() };
    state_with(options, [started(), turn("Plot the squares"), done("item-1", body), over()])
}

#[test]
fn a_plot_stands_below_its_call() {
    check("picture", &mut plot(Canvas::HALFBLOCKS, Theme::Dark));
}

#[test]
fn a_plot_is_named_where_none_is_drawn() {
    check("picture_off", &mut plot(Images::Off.on(|_| None), Theme::Dark));
    let mut state = plot(Canvas::HALFBLOCKS, Theme::Plain);
    assert!(screen(&mut state, (80, 24)).contains("▣ plot.png · 320 × 240"));
    assert!(!screen(&mut state, (80, 24)).contains('▀'));
}

#[test]
fn a_plot_is_clipped_where_the_conversation_is() {
    let mut state = plot(Canvas::HALFBLOCKS, Theme::Dark);
    screen(&mut state, (80, 24));
    state.key(key(KeyCode::PageUp));
    check("picture_scrolled", &mut state);
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Enter));
    check("picture_folded", &mut state);
}

#[test]
fn a_file_that_is_no_picture_is_named() {
    let artifact = Artifact { path: "Cargo.toml".into(), mime: "image/png".into(), sha256: String::new() };
    let observation = Observation { artifacts: vec![artifact], ..Observation::ok("") };
    let options = Options { canvas: Canvas::HALFBLOCKS, ..Options::default() };
    let body = call("python", "plt.show()", Some(observation));
    let mut state = state_with(options, [started(), done("item-1", body)]);
    let screen = screen(&mut state, (80, 24));
    assert!(screen.contains("▣ Cargo.toml · its file was changed since · Cargo.toml"), "{screen}");
}

#[test]
fn colours_are_those_that_the_terminal_has() {
    let colours = |canvas, theme| {
        let mut state = plot(canvas, theme);
        screen(&mut state, (80, 24));
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| draw(&mut state, frame)).unwrap();
        let cells = terminal.backend().buffer().content.clone();
        cells.into_iter().flat_map(|cell| [cell.fg, cell.bg]).collect::<Vec<_>>()
    };
    let is_rgb = |colour: &Color| matches!(colour, Color::Rgb(..));
    let few = Canvas { has_all_colours: false, ..Canvas::HALFBLOCKS };
    assert!(colours(Canvas::HALFBLOCKS, Theme::Dark).iter().any(is_rgb));
    assert!(!colours(few, Theme::Dark).iter().any(is_rgb));
    let sixteen = colours(Canvas::HALFBLOCKS, Theme::Sixteen);
    assert!(!sixteen.iter().any(|colour| is_rgb(colour) || matches!(colour, Color::Indexed(_))));
    assert!(sixteen.contains(&Color::White));
}

/// Wherever it is scrolled to and however it is drawn, a picture keeps within the conversation, and a
/// terminal is given its pixels once and never anything from the file.
#[test]
fn each_means_keeps_to_its_place() {
    for means in [Means::Kitty, Means::Sixel, Means::Iterm2, Means::Halfblocks] {
        let canvas = Canvas { means: Some(means), font: (10, 20), has_all_colours: true };
        let mut state = plot(canvas, Theme::Dark);
        let mut given = 0;
        for (width, height) in [(80, 24), (40, 10), (5, 8), (1, 1), (80, 12)] {
            screen(&mut state, (width, height));
            for _ in 0..height {
                let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
                terminal.draw(|frame| draw(&mut state, frame)).unwrap();
                let area = state.areas.conversation;
                let buffer = terminal.backend().buffer();
                for place in buffer.area.positions().filter(|place| !area.contains(*place)) {
                    assert!(!buffer[place].symbol().contains(['\u{1b}', '▀', '▄']), "{means:?} at {place:?}");
                }
                given += buffer.content.iter().filter(|cell| cell.symbol().contains("\u{1b}_G")).count();
                state.mouse(crossterm::event::MouseEvent {
                    kind: crossterm::event::MouseEventKind::ScrollUp,
                    column: 0,
                    row: 0,
                    modifiers: crossterm::event::KeyModifiers::NONE,
                });
            }
        }
        assert!(means == Means::Kitty || given == 0, "{means:?}");
        assert!(given <= 12, "kitty is given the pixels of each size once, and not {given} times");
    }
}

/// Reads the pictures that a screen misses.
pub fn hang(state: &mut State) -> bool {
    let Some(wanted) = state.missing_picture() else { return false };
    state.pictured(wanted.picture.clone(), make(&wanted));
    true
}

use ratatui::layout::{Rect, Size};

use super::*;
use crate::draw::{inline_height, settled, settled_tail};

const SCREEN: Size = Size::new(40, 20);

fn inline(events: impl IntoIterator<Item = Event>) -> State {
    state_with(Options { inline: true, canvas: crate::Canvas::HALFBLOCKS, ..Options::default() }, events)
}

/// What is handed to the terminal.
fn handed(state: &mut State) -> String {
    loop {
        let sheets = settled(state, SCREEN, false);
        if !pictures::hang(state) {
            return text(&sheets);
        }
        assert!(sheets.is_empty(), "what comes before a picture was handed over already");
    }
}

fn text(sheets: &[ratatui::buffer::Buffer]) -> String {
    let row = |cells: &[ratatui::buffer::Cell]| {
        let row: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        row.trim_end().to_owned()
    };
    let rows = sheets.iter().flat_map(|sheet| sheet.content.chunks(40).map(row));
    rows.collect::<Vec<_>>().join("\n")
}

/// The rows that stay, as they are drawn.
fn kept(state: &mut State) -> String {
    let height = inline_height(state, SCREEN);
    let mut terminal = Terminal::new(TestBackend::new(40, height)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    let area = Rect::new(0, 0, 40, height);
    assert_eq!(*terminal.backend().buffer().area(), area);
    text(std::slice::from_ref(terminal.backend().buffer()))
}

#[test]
fn what_is_over_is_handed_over_once_and_what_is_open_stays() {
    let mut state = inline([started(), turn("Hi"), begun("item-1", message(""))]);
    state.apply(&delta("item-1", "Hel"));
    assert_eq!(handed(&mut state), "› Hi\n");
    assert_eq!(handed(&mut state), "");
    let rows = kept(&mut state);
    assert!(rows.starts_with("  Hel\n") && rows.contains("Ask something") && rows.contains("nano"), "{rows}");
    state.apply(&done("item-1", message("Hello.")));
    state.apply(&over());
    assert_eq!(handed(&mut state), "  Hello.\n");
    let rows = kept(&mut state);
    assert!(!rows.contains("Hello.") && rows.lines().count() == 3, "{rows}");
    assert_eq!(text(&settled_tail(&mut state, SCREEN, 3)), "\n  Hello.\n");
}

#[test]
fn a_question_has_room_and_the_conversation_can_be_looked_at() {
    let mut state = inline(whole_turn());
    handed(&mut state);
    state.apply(&asked("item-9", "python", "print(1)"));
    let rows = kept(&mut state);
    assert!(rows.contains("Allow python?") && rows.contains("print(1)"), "{rows}");
    let mut state = inline(whole_turn());
    handed(&mut state);
    kept(&mut state);
    state.key(key(KeyCode::Tab));
    kept(&mut state);
    let rows = kept(&mut state);
    assert!(rows.contains("get_weather"), "{rows}");
    state.key(key(KeyCode::Tab));
    assert_eq!(kept(&mut state).lines().count(), 3);
}

#[test]
fn a_picture_goes_with_its_call() {
    let body = call("python", "plt.show()", Some(pictures::plotted("[figure-1.png]")));
    let mut state = inline([started(), done("item-1", body), over()]);
    let text = handed(&mut state);
    assert!(text.contains("▣ plot.png · 320 × 240") && text.contains('▀'), "{text}");
}

#[test]
fn all_of_it_is_handed_over_in_the_end() {
    let mut state = inline([started(), turn("Hi"), begun("item-1", message("")), delta("item-1", "Hel")]);
    assert_eq!(text(&settled(&mut state, SCREEN, true)), "› Hi\n\n  Hel\n");
}

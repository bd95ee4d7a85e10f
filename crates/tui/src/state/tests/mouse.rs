//! What the mouse changes.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;

#[test]
fn a_click_folds_and_the_wheel_scrolls() {
    let long: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let mut state = state([
        started(),
        done("item-1", call("python", "x", None)),
        done("item-2", message(&long.join("\n\n"))),
    ]);
    look(&mut state);
    let mouse = |kind, row| MouseEvent { kind, column: 3, row, modifiers: KeyModifiers::NONE };
    for _ in 0..100 {
        state.mouse(mouse(MouseEventKind::ScrollUp, 3));
        look(&mut state);
    }
    assert!(!state.conversation.follows());
    assert_eq!(state.conversation.visible()[0], (0, 0..3));
    state.mouse(mouse(MouseEventKind::Down(MouseButton::Left), 0));
    state.mouse(mouse(MouseEventKind::Up(MouseButton::Left), 0));
    assert_eq!(state.conversation.entries()[0].fold, Fold::Folded);
    for _ in 0..100 {
        state.mouse(mouse(MouseEventKind::ScrollDown, 3));
        look(&mut state);
    }
    assert!(state.conversation.follows());
}

#[test]
fn what_the_mouse_is_drawn_over_is_copied() {
    let long: Vec<String> = (0..60).map(|n| format!("line {n}")).collect();
    let mut state = state([started(), done("item-1", message(&long.join("\n")))]);
    look(&mut state);
    let left = MouseButton::Left;
    let mouse = |state: &mut State, kind, (column, row)| {
        let effects = state.mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        look(state);
        effects
    };
    let copied = |text: &str| vec![Effect::Copy(text.to_owned())];
    // The last row is 20, and it is followed by an empty one; the words begin in the third column.
    let first = 60 - state.areas.conversation.height + 1;
    assert_eq!(mouse(&mut state, MouseEventKind::Down(left), (4, 2)), []);
    assert_eq!(mouse(&mut state, MouseEventKind::Drag(left), (3, 3)), []);
    let expected = format!("ne {}\nli", first + 2);
    assert_eq!(mouse(&mut state, MouseEventKind::Up(left), (3, 3)), copied(&expected));
    assert_eq!(notice(&state), format!("copied {} characters", expected.len()));
    assert!(state.pointer.selection.is_some());

    // Two clicks choose a word, and three a line.
    state.tick(Duration::from_secs(60));
    let expected = [vec![], copied("line"), copied(&format!("line {}", first + 5)), vec![]];
    for expected in expected {
        mouse(&mut state, MouseEventKind::Down(left), (3, 5));
        assert_eq!(mouse(&mut state, MouseEventKind::Up(left), (3, 5)), expected);
    }
    assert!(state.pointer.selection.is_none());

    // Held at the upper edge, it goes on to what was not on the screen.
    mouse(&mut state, MouseEventKind::Down(left), (2, 1));
    mouse(&mut state, MouseEventKind::Drag(left), (2, 0));
    for second in 61..100 {
        assert!(state.is_moving());
        state.tick(Duration::from_secs(second));
        look(&mut state);
    }
    mouse(&mut state, MouseEventKind::ScrollUp, (2, 0));
    let Some(Effect::Copy(text)) = mouse(&mut state, MouseEventKind::Up(left), (2, 0)).pop() else {
        panic!("nothing was copied")
    };
    assert_eq!(text, format!("{}\nl", long[..usize::from(first) + 1].join("\n")));
    state.key(key(KeyCode::Char('x')));
    assert!(state.pointer.selection.is_none());
}

#[test]
fn a_click_in_the_prompt_puts_the_cursor_there() {
    let mut state = state([started()]);
    write(&mut state, "你好 two");
    look(&mut state);
    let row = state.areas.composer.y;
    for (column, expected) in [(4, "你x好 two"), (2, "x你好 two"), (70, "你好 twox"), (0, "你好 twox")]
    {
        let press = MouseEventKind::Down(MouseButton::Left);
        state.mouse(MouseEvent { kind: press, column, row, modifiers: KeyModifiers::NONE });
        state.key(key(KeyCode::Char('x')));
        assert_eq!(state.composer.text(), expected, "column {column}");
        state.key(key(KeyCode::Backspace));
        state.key(key(KeyCode::End));
    }
}

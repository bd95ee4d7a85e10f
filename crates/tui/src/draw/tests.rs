mod inline;
mod moments;
mod pictures;

use std::{fmt::Write, path::Path, time::Duration};

use agent::{Citation, Decider, Decision, Event, ItemBody};
use chat::{Observation, Status};
use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend, style::Color};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::{
    Kept, Language, News, Options, State, Theme, draw,
    fixture::{
        asked, begun, call, control, delta, done, key, message, over, reasoning, started, state, state_with,
        turn, write,
    },
};

/// The sizes at which each view is looked at.
const SIZES: [(u16, u16); 3] = [(40, 10), (80, 24), (120, 40)];
/// Whether the files are written anew instead of compared: `UPDATE_SNAPSHOTS=1 cargo test -p gimlet-tui`.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

const CODE: &str =
    "values = [n * n for n in range(1, 11)]\nfor value in values:\n    print(value)\nprint(sum(values))";
const ANSWER: &str = "The sum is **385**:\n\n```python\nsum(n * n for n in range(1, 11))\n```\n\n- the formula `n(n+1)(2n+1)/6` gives the same\n- 中文宽字符和组合字符（e\u{301}）都要占对位置，换行也一样。";

fn check(name: &str, state: &mut State) {
    let mut seen = String::new();
    for (width, height) in SIZES {
        let screen = screen(state, (width, height));
        writeln!(seen, "{width} × {height}\n{screen}").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(format!("{name}.txt"));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &seen).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(seen == expected, "{name} looks different; {UPDATE}=1 keeps it if it is right:\n{seen}");
}

/// The screen as text in a frame, `▮` for the cursor's place where there is nothing else.
fn screen(state: &mut State, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    while pictures::hang(state) {
        terminal.draw(|frame| draw(state, frame)).unwrap();
    }
    let is_writing = state.questions.front().is_some_and(|question| question.editor.is_some());
    let is_shown = is_writing || state.popup().is_none();
    let cursor = terminal.get_cursor_position().unwrap();
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for y in 0..height {
        text.push('|');
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            let is_cursor = is_shown && (cursor.x, cursor.y) == (x, y) && symbol == " ";
            text.push_str(if is_cursor { "▮" } else { symbol });
            // A cell that holds a whole picture has one column.
            x += u16::try_from(symbol.width()).unwrap_or(1).clamp(1, 2);
        }
        text.push_str("|\n");
    }
    text
}

fn whole_turn() -> Vec<Event> {
    let weather = json!({ "city_name": "Berlin", "days": 3 });
    let denied = Observation::new(Status::Denied, "The user does not allow this call.");
    vec![
        started(),
        turn("What is the sum of the first ten squares?"),
        begun("item-1", reasoning("")),
        delta("item-1", "I could use the formula,\nbut running the code shows the values."),
        done("item-1", reasoning("I could use the formula,\nbut running the code shows the values.")),
        begun("item-2", call("python", "", None)),
        delta("item-2", CODE),
        done(
            "item-2",
            call("python", CODE, Some(Observation::ok("1\n4\n9\n16\n25\n36\n49\n64\n81\n100\n385\n"))),
        ),
        done("item-3", call("get_weather", weather, Some(denied))),
        begun("item-4", message("")),
        delta("item-4", ANSWER),
        done("item-4", message(ANSWER)),
        over(),
    ]
}

#[test]
fn loading() {
    check("loading", &mut state([]));
}

#[test]
fn a_turn_that_is_over() {
    check("turn", &mut state(whole_turn()));
}

#[test]
fn a_turn_under_way() {
    let mut events = whole_turn();
    events.truncate(7);
    let mut state = state(events);
    write(&mut state, "and then?");
    state.key(key(KeyCode::Enter));
    check("under_way", &mut state);
}

#[test]
fn reading_the_prompt() {
    check("reading", &mut state([started(), turn("Hi"), Event::Prefill { done: 300, total: 1200 }]));
}

#[test]
fn a_question() {
    let arguments = json!({ "path": "/home/user/notes.txt", "text": "a\u{202e}b" });
    let call = call("write_file", arguments.clone(), None);
    check(
        "question",
        &mut state([started(), turn("Hi"), begun("item-1", call), asked("item-1", "write_file", arguments)]),
    );
}

#[test]
fn a_long_question_can_be_read_to_its_end() {
    let code: Vec<String> = (1..=60).map(|n| format!("print({n})")).collect();
    let mut state = state([started(), turn("Hi"), asked("item-1", "python", code.join("\n"))]);
    state.key(key(KeyCode::PageDown));
    check("long_question", &mut state);
}

#[test]
fn a_call_is_edited() {
    let mut state = state([started(), turn("Hi"), asked("item-1", "python", "print(1)\nprint('你好')")]);
    state.tick(Duration::from_secs(5));
    state.key(key(KeyCode::Char('e')));
    check("edited_call", &mut state);
}

#[test]
fn sessions_to_choose_from() {
    let kept = |n: usize| Kept {
        id: n.to_string(),
        title: format!("{n}. 很长的标题 and so on and on, as first prompts are when somebody pastes"),
        time: format!("2026-11-24 18:{n:02}"),
        turns: n,
    };
    let mut state = state([started()]);
    state.hear(News::Sessions((1..=30).map(kept).collect()));
    (0..3).for_each(|_| drop(state.key(key(KeyCode::Down))));
    check("sessions", &mut state);
}

#[test]
fn files_to_choose_from() {
    let mut state = state(whole_turn());
    state.key(control('u'));
    write(&mut state, "sum @");
    state.listed(vec!["data.csv".into(), "docs/a.md".into(), "销售/十一月.csv".into()]);
    state.key(key(KeyCode::Down));
    check("files", &mut state);
}

#[test]
fn an_earlier_prompt_is_chosen() {
    let mut state = state([started(), turn("What is it?"), done("item-1", message("It is.")), over()]);
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Char('e')));
    check("rewinds", &mut state);
}

#[test]
fn a_remark_on_who_decided() {
    let mut events = vec![started(), turn("Hi"), begun("item-1", call("python", "1", None))];
    let (id, decision, by) = ("item-1".into(), Decision::Allow, Decider::Session);
    events.push(Event::ApprovalResolved { id, decision, by });
    let late = Observation { truncated: true, ..Observation::new(Status::Timeout, "stopped") };
    events.push(done("item-1", call("python", "1", Some(late))));
    events.push(Event::Error {
        message: "no answer within 2m".into(),
        hint: Some("--timeout allows more".into()),
    });
    check("remarks", &mut state(events));
}

#[test]
fn sources_stand_below_their_answer() {
    let citation = |id, title: &str, verified| Citation {
        id,
        url: format!("https://example.org/{id}"),
        title: title.into(),
        quote: String::new(),
        verified,
    };
    let citations = vec![
        citation(7, "Squares", true),
        citation(8, "A page that has \u{1b}[2J a long title and does not say it", false),
        citation(7, "Squares", true),
    ];
    let text = "It is 385【7†source】.".to_owned();
    check(
        "sources",
        &mut state([started(), turn("Hi"), done("item-1", ItemBody::Message { text, citations })]),
    );
}

#[test]
fn folded_steps_are_rows() {
    let mut state = state(whole_turn());
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Char('a')));
    check("folded", &mut state);
}

#[test]
fn a_prompt_of_many_lines() {
    let mut state = state([started()]);
    state.paste("first line\nsecond line with more words than fit into forty columns\n你好世界");
    state.paste(&"line\n".repeat(120));
    check("composer", &mut state);
}

#[test]
fn a_search() {
    let mut state = state(whole_turn());
    screen(&mut state, (80, 24));
    state.key(control('f'));
    write(&mut state, "formula,");
    check("search", &mut state);
}

#[test]
fn help_and_offered_commands() {
    let mut state = state([started()]);
    write(&mut state, "/help");
    state.key(key(KeyCode::Enter));
    write(&mut state, "/");
    check("help", &mut state);
}

#[test]
fn an_interruption() {
    let mut state = state([started(), turn("Hi"), begun("item-1", message("")), delta("item-1", "I am")]);
    state.key(key(KeyCode::Esc));
    check("stopping", &mut state);
    state.apply(&over());
    check("interrupted", &mut state);
}

#[test]
fn the_interface_speaks_chinese() {
    let options =
        Options { language: Language::Chinese, sandbox: Some("confined".into()), ..Options::default() };
    let mut events = whole_turn();
    events.push(turn("再来"));
    events.push(asked("item-9", "python", "print('你好')"));
    check("chinese", &mut state_with(options, events));
}

#[test]
fn colours_are_those_of_the_theme() {
    let check = |theme, may_have: fn(Color) -> bool| {
        let mut state = state_with(Options { theme, ..Options::default() }, whole_turn());
        state.key(key(KeyCode::Tab));
        state.apply(&asked("item-9", "python", "print('a', 1) # b"));
        let mut terminal = Terminal::new(TestBackend::new(120, 60)).unwrap();
        terminal.draw(|frame| draw(&mut state, frame)).unwrap();
        let cells = &terminal.backend().buffer().content;
        assert!(cells.iter().all(|cell| may_have(cell.fg) && may_have(cell.bg)), "{theme:?}");
        cells.iter().filter(|cell| cell.fg != Color::Reset).count()
    };
    assert_eq!(check(Theme::Plain, |colour| colour == Color::Reset), 0);
    assert!(check(Theme::Sixteen, |colour| !matches!(colour, Color::Indexed(_) | Color::Rgb(..))) > 100);
    assert!(check(Theme::Dark, |colour| matches!(colour, Color::Reset | Color::Indexed(_))) > 100);
    assert!(check(Theme::Light, |colour| matches!(colour, Color::Reset | Color::Indexed(_))) > 100);
}

/// Something that can happen to a session.
#[derive(Clone, Debug)]
enum Happening {
    Event(Box<Event>),
    Key(crossterm::event::KeyEvent),
    Paste(String),
    Files(Vec<String>),
    Sessions(usize),
    Mouse(crossterm::event::MouseEvent),
    Tick(u64),
    Size(u16, u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    use crossterm::event::{KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let text = || "[a-c \n\t`*#你\u{301}\u{200d}👩\u{1b}\u{202e}|/\"']{0,30}";
    let id = || (0u8..5).prop_map(|n| format!("item-{n}"));
    let body = prop_oneof![
        text().prop_map(|text| message(&text)),
        text().prop_map(|text| reasoning(&text)),
        (text(), text()).prop_map(|(tool, arguments)| call(&tool, arguments, None)),
        (text(), text()).prop_map(|(tool, text)| call(
            &tool,
            json!({ "a": text }),
            Some(Observation::ok(text))
        )),
        text().prop_map(|text| call("python", "plt.show()", Some(pictures::plotted(&text)))),
    ];
    let event = prop_oneof![
        1 => Just(started()),
        2 => text().prop_map(|text| turn(&text)),
        4 => (id(), body.clone()).prop_map(|(id, body)| begun(&id, body)),
        6 => (id(), text()).prop_map(|(id, text)| delta(&id, &text)),
        4 => (id(), body).prop_map(|(id, body)| done(&id, body)),
        2 => (id(), text()).prop_map(|(id, text)| asked(&id, "f", text)),
        1 => Just(over()),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(done, total)| Event::Prefill { done: done % 9, total: total % 9 }),
        1 => text().prop_map(|message| Event::Error { message, hint: None }),
    ];
    let codes = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        prop::sample::select(vec![
            '/', '@', 'e', 'o', 's', 'a', 'y', 'g', 'c', 'f', 't', 'k', 'u', 'w', '你'
        ])
        .prop_map(KeyCode::Char),
        prop::sample::select(vec![
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::PageUp,
            KeyCode::PageDown,
        ]),
    ];
    let modifiers = prop::sample::select(vec![
        KeyModifiers::NONE,
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
    ]);
    let left = MouseButton::Left;
    let kinds = vec![
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Down(left),
        MouseEventKind::Drag(left),
        MouseEventKind::Drag(left),
        MouseEventKind::Up(left),
    ];
    let mouse = (prop::sample::select(kinds), 0u16..130, 0u16..50).prop_map(|(kind, column, row)| {
        Happening::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    });
    prop_oneof![
        6 => event.prop_map(|event| Happening::Event(Box::new(event))),
        6 => (codes, modifiers).prop_map(|(code, modifiers)| Happening::Key(KeyEvent::new(code, modifiers))),
        1 => text().prop_map(|text| Happening::Paste(text.repeat(20))),
        1 => prop::collection::vec(text(), 0..5).prop_map(Happening::Files),
        1 => (0usize..40).prop_map(Happening::Sessions),
        2 => mouse,
        1 => (0u64..2000).prop_map(Happening::Tick),
        2 => (1u16..130, 1u16..45).prop_map(|(width, height)| Happening::Size(width, height)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_that_happens_breaks_it(happenings in prop::collection::vec(happening(), 0..60)) {
        let canvas = crate::Canvas::HALFBLOCKS;
        let mut state = State::new(Options { canvas, ..Options::default() });
        let mut size = (1, 1);
        for happening in happenings {
            match happening {
                Happening::Event(event) => drop(state.apply(&event)),
                Happening::Key(key) => drop(state.key(key)),
                Happening::Paste(text) => drop(state.paste(&text)),
                Happening::Files(files) => state.listed(files),
                Happening::Sessions(n) => drop(state.hear(News::Sessions(vec![Kept::default(); n]))),
                Happening::Mouse(event) => drop(state.mouse(event)),
                Happening::Tick(ms) => state.tick(state.clock + Duration::from_millis(ms)),
                Happening::Size(width, height) => size = (width, height),
            }
            screen(&mut state, size);
        }
    }
}

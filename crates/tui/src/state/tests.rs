use std::time::Duration;

use agent::{Decider, Decision, Event, Verdict};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{Terminal, backend::TestBackend};

use super::*;
use crate::{
    Kept, News, Which,
    entry::Fold,
    fixture::{
        asked, begun, call, control, delta, done, enter, key, message, over, started, state, turn, write,
    },
};

mod mouse;

fn send(op: Op) -> Vec<Effect> {
    vec![Effect::Send(op)]
}

fn prompt(text: &str) -> Vec<Effect> {
    send(Op::Prompt(text.into()))
}

fn running() -> State {
    state([started(), turn("Hi")])
}

fn notice(state: &State) -> &str {
    state.notice.as_ref().map_or("", |notice| &notice.text)
}

fn last(state: &State) -> &str {
    state.conversation.entries().last().map_or("", |entry| entry.body.text())
}

/// What a call came to, as far as it is in the conversation.
fn look(state: &mut State) {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| crate::draw(state, frame)).unwrap();
}

#[test]
fn a_prompt_is_sent_when_the_session_is_ready_for_it() {
    let mut state = State::new(Options::default());
    assert_eq!(enter(&mut state, "first"), []);
    assert_eq!(state.apply(&started()), prompt("first"));
    assert_eq!(state.apply(&turn("first")), []);
    assert_eq!(enter(&mut state, "second"), []);
    assert_eq!(enter(&mut state, "third"), []);
    assert_eq!(state.apply(&over()), prompt("second\n\nthird"));
    state.apply(&turn("second\n\nthird"));
    assert_eq!(state.apply(&over()), []);
    assert_eq!(enter(&mut state, "  "), []);
    assert_eq!(enter(&mut state, "fourth"), prompt("fourth"));
}

#[test]
fn the_first_prompt_can_be_given() {
    let options = Options { prompt: Some("now".into()), ..Options::default() };
    assert_eq!(State::new(options).apply(&started()), prompt("now"));
    let options = Options { prompt: Some(" ".into()), ..Options::default() };
    assert_eq!(State::new(options).apply(&started()), []);
}

#[test]
fn escape_interrupts_once_and_the_end_says_so() {
    let mut state = running();
    enter(&mut state, "queued");
    assert_eq!(state.key(key(KeyCode::Esc)), send(Op::Interrupt));
    assert!(state.is_stopping);
    assert_eq!(state.key(key(KeyCode::Esc)), []);
    assert_eq!(state.apply(&over()), [], "what was queued is not sent");
    assert_eq!((last(&state), state.composer.text()), ("interrupted", "queued"));
    assert_eq!(state.key(key(KeyCode::Esc)), []);
    assert!(!state.is_working() && !state.is_stopping);
}

#[test]
fn control_c_twice_leaves() {
    let check = |gap, is_leaving| {
        let mut state = running();
        assert_eq!(state.key(control('c')), send(Op::Interrupt));
        state.tick(state.clock + Duration::from_millis(gap));
        let expected = if is_leaving { send(Op::Quit) } else { Vec::new() };
        assert_eq!((state.key(control('c')), state.has_left()), (expected, is_leaving), "{gap} ms");
    };
    check(500, true);
    check(2500, false);
    let mut state = state([started()]);
    write(&mut state, "draft");
    assert_eq!(state.key(control('c')), []);
    assert_eq!(state.composer.text(), "");
    write(&mut state, "x");
    assert_eq!(state.key(control('c')), [], "a key between the two begins anew");
}

#[test]
fn questions_are_answered_by_their_ids() {
    let check = |pressed: KeyCode, expected: Vec<Effect>, left: usize| {
        let mut state = running();
        for id in ["item-1", "item-2"] {
            state.apply(&begun(id, call("python", "x", None)));
            state.apply(&asked(id, "python", "x"));
        }
        assert_eq!(state.key(key(pressed)), [], "it came too soon");
        state.tick(state.clock + Duration::from_secs(1));
        assert_eq!((state.key(key(pressed)), state.questions.len()), (expected, left), "{pressed:?}");
        assert_eq!(state.composer.text(), "");
    };
    let approve = |verdict| send(Op::Approve { id: "item-1".into(), verdict });
    check(KeyCode::Char('y'), approve(Verdict::Allow), 1);
    check(KeyCode::Char('2'), approve(Verdict::Session), 1);
    check(KeyCode::Enter, approve(Verdict::Deny), 1);
    check(KeyCode::Char('x'), Vec::new(), 2);
    let mut state = running();
    state.apply(&asked("item-1", "python", "x"));
    state.tick(state.clock + Duration::from_secs(1));
    assert_eq!(state.key(key(KeyCode::Char('4'))), approve(Verdict::Deny));
    assert_eq!(state.apply(&asked("item-1", "python", "y")), approve(Verdict::Deny), "never is never");
    assert_eq!(state.apply(&asked("item-1", "other", "y")), []);
    assert_eq!(state.key(key(KeyCode::Esc)), send(Op::Interrupt));
    assert!(state.questions.is_empty());
    state.apply(&asked("item-2", "python", "x"));
    assert!(state.questions.is_empty(), "the turn is being stopped");
}

#[test]
fn a_question_that_somebody_else_resolved_is_gone() {
    let mut state = running();
    state.apply(&begun("item-1", call("python", "x", None)));
    state.apply(&asked("item-1", "python", "x"));
    let (id, decision, by) = ("item-1".into(), Decision::Deny, Decider::Nobody);
    state.apply(&Event::ApprovalResolved { id, decision, by });
    assert!(state.questions.is_empty());
}

#[test]
fn commands_are_run_and_not_sent() {
    let mut state = state([started(), turn("Hi"), done("item-1", message("The *answer*")), over()]);
    assert_eq!(enter(&mut state, "/copy"), [Effect::Copy("The *answer*".into())]);
    assert_eq!(notice(&state), "copied 12 characters");
    assert_eq!(enter(&mut state, "/theme light"), []);
    assert_eq!((state.theme(), notice(&state)), (Theme::Light, "theme: light"));
    assert_eq!(enter(&mut state, "/theme blue"), []);
    assert_eq!(notice(&state), "there is no theme blue: choose dark, light, 16 or none");
    assert_eq!(enter(&mut state, "/model"), []);
    assert_eq!(last(&state), "model: nano · glm4-chat · context 8192");
    assert_eq!(enter(&mut state, "/tools"), []);
    assert_eq!(last(&state), "tools: python, get_weather");
    assert_eq!(enter(&mut state, "/help"), []);
    assert!(last(&state).contains("/quit"));
    assert_eq!(enter(&mut state, "/nwe"), []);
    assert_eq!(notice(&state), "there is no command /nwe: /help lists those there are");
    assert_eq!(state.composer.text(), "/nwe");
    state.key(control('u'));
    assert_eq!(enter(&mut state, " /nwe"), prompt("/nwe"));
    state.apply(&over());
    assert_eq!(enter(&mut state, "/new"), send(Op::Open(Which::New)));
    assert_eq!(enter(&mut state, "/quit"), send(Op::Quit));
    assert!(state.has_left());
}

#[test]
fn a_new_session_stops_the_turn_and_begins_empty() {
    let mut state = running();
    assert_eq!(enter(&mut state, "/new"), [Effect::Send(Op::Interrupt), Effect::Send(Op::Open(Which::New))]);
    assert_eq!(enter(&mut state, "for the new one"), []);
    assert_eq!(state.apply(&over()), []);
    assert_eq!(enter(&mut state, "too"), []);
    assert_eq!(state.apply(&started()), prompt("for the new one\n\ntoo"));
    assert_eq!((state.conversation.entries().len(), state.phase), (0, Phase::Thinking));
}

#[test]
fn tab_completes_a_command_or_changes_the_focus() {
    let mut state = state([started(), done("item-1", call("python", "x", None))]);
    write(&mut state, "/th");
    state.key(key(KeyCode::Tab));
    assert_eq!(state.composer.text(), "/theme");
    state.key(control('u'));
    state.key(key(KeyCode::Tab));
    assert_eq!((state.focus, state.conversation.selected()), (Focus::Conversation, Some(0)));
    state.key(key(KeyCode::Enter));
    assert_eq!(state.conversation.entries()[0].fold, Fold::Folded);
    state.key(key(KeyCode::Tab));
    assert_eq!((state.focus, state.conversation.selected()), (Focus::Composer, None));
}

#[test]
fn keys_edit_the_prompt() {
    let check = |keys: &[KeyEvent], expected: &str| {
        let mut state = state([started()]);
        write(&mut state, "one two");
        for key in keys {
            assert_eq!(state.key(*key), []);
        }
        assert_eq!(state.composer.text(), expected);
    };
    check(&[KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT)], "one two\n");
    check(&[control('j')], "one two\n");
    check(&[key(KeyCode::Char('\\')), key(KeyCode::Enter)], "one two\n");
    check(&[control('w')], "one ");
    check(&[control('a'), control('k')], "");
    check(&[control('a'), control('k'), control('y'), control('y')], "one twoone two");
    check(&[key(KeyCode::Char('\u{1b}'))], "one two");
}

#[test]
fn the_screen_can_be_drawn_anew_and_left_for_a_while() {
    assert_eq!(running().key(control('l')), [Effect::Redraw]);
    assert_eq!(running().key(control('z')), [Effect::Suspend]);
}

#[test]
fn a_paste_is_bounded_and_never_sends() {
    let mut state = state([started()]);
    assert_eq!(state.paste("a\nb"), []);
    assert_eq!(state.composer.text(), "a\nb");
    state.paste(&"x".repeat(5 << 20));
    assert_eq!(state.composer.text(), "a\nb");
    assert!(notice(&state).contains("4 MB"));
}

#[test]
fn what_models_write_is_clean() {
    let hostile = "\x1b]52;c;aGk=\x07\x1b[2J\u{202e}x";
    let mut state = state([started(), turn(hostile), begun("item-1", call(hostile, hostile, None))]);
    state.apply(&begun("item-2", message("")));
    state.apply(&delta("item-2", hostile));
    state.apply(&Event::Error { message: hostile.into(), hint: Some(hostile.into()) });
    state.apply(&asked("item-1", hostile, hostile));
    let mut terminal = Terminal::new(TestBackend::new(80, 40)).unwrap();
    terminal.draw(|frame| crate::draw(&mut state, frame)).unwrap();
    let hides = |symbol: &str| symbol.chars().any(|c| c.is_control() || c == '\u{202e}');
    let cells = &terminal.backend().buffer().content;
    assert!(!cells.iter().any(|cell| hides(cell.symbol())));
}

#[test]
fn a_failed_start_is_no_endless_loading() {
    let mut state = State::new(Options::default());
    state.apply(&Event::Error { message: "no such model".into(), hint: None });
    assert_eq!(state.phase, Phase::Loading);
    state.apply(&Event::Result {
        status: agent::Outcome::Error,
        exit_code: 2,
        session_id: String::new(),
        answer: String::new(),
        artifacts: Vec::new(),
        failed_tool_calls: 0,
        malformed_calls: 0,
        usage: chat::Usage::default(),
    });
    assert_eq!((state.phase, last(&state)), (Phase::Idle, "no such model"));
}

#[test]
fn commands_ask_for_what_is_kept_elsewhere() {
    let mut state = state([started()]);
    let mut check = |line: &str, op: Op| assert_eq!(enter(&mut state, line), send(op), "{line}");
    check("/sessions", Op::Sessions);
    check("/resume", Op::Sessions);
    check("/export a b.md", Op::Export("a b.md".into()));
    check("/export", Op::Export(String::new()));
    check("/system Be brief", Op::System("Be brief".into()));
    check("/tool add my.json", Op::AddTool("my.json".into()));
    check("/step", Op::Step(true));
    check("/step", Op::Step(false));
    check("/step on", Op::Step(true));
    check("/fork", Op::Open(Which::Fork(None)));
    check("/fork 2", Op::Open(Which::Fork(Some(2))));
    check("/resume last", Op::Open(Which::Resume("last".into())));
    for line in ["/system", "/tool", "/tool remove x", "/step maybe", "/fork x"] {
        assert_eq!(enter(&mut state, line), [], "{line}");
        assert!(state.notice.is_some(), "{line}");
    }
}

#[test]
fn a_session_is_chosen_from_a_list() {
    let kept = |id: &str| Kept { id: id.into(), ..Kept::default() };
    let mut state = state([started()]);
    state.hear(News::Sessions(vec![kept("b"), kept("a")]));
    assert_eq!(state.key(key(KeyCode::Down)), []);
    assert_eq!(state.key(key(KeyCode::Enter)), send(Op::Open(Which::Resume("a".into()))));
    assert_eq!(enter(&mut state, "for that one"), []);
    state.hear(News::Past(vec![turn("earlier"), done("item-1", message("before")), over()]));
    assert_eq!(state.apply(&started()), prompt("for that one"));
    assert_eq!((state.conversation.entries().len(), state.turns), (2, 1));
    state.hear(News::Sessions(Vec::new()));
    assert_eq!(notice(&state), "no session is kept yet");
}

#[test]
fn what_is_refused_comes_back() {
    let mut state = state([started()]);
    assert_eq!(enter(&mut state, "/resume x"), send(Op::Open(Which::Resume("x".into()))));
    enter(&mut state, "then this");
    state.hear(News::Refused { reason: "it is open in another gimlet".into(), prompt: None });
    assert_eq!((last(&state), state.composer.text()), ("it is open in another gimlet", "then this"));
    assert_eq!(state.key(key(KeyCode::Enter)), prompt("then this"));
    let not_sent = Some(Prompt::from("then this"));
    state.hear(News::Refused { reason: "there is no file x".into(), prompt: not_sent });
    assert_eq!((state.phase, state.composer.text()), (Phase::Idle, "then this"));
}

#[test]
fn an_earlier_prompt_is_written_anew_as_a_fork() {
    let second = Event::TurnStarted { turn: 2, prompt: "second".into() };
    let mut state = state([started(), turn("first"), over(), second, over()]);
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Char('e')));
    assert_eq!((state.composer.text(), state.focus), ("second", Focus::Composer));
    write(&mut state, "!");
    assert_eq!(state.key(key(KeyCode::Enter)), send(Op::Open(Which::Fork(Some(1)))));
    state.hear(News::Past(vec![turn("first"), over()]));
    assert_eq!(state.apply(&started()), prompt("second!"));

    state.apply(&turn("second!"));
    state.apply(&over());
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Char('e')));
    state.key(key(KeyCode::Esc));
    assert_eq!(state.key(key(KeyCode::Enter)), prompt("second!"), "it was not meant");
}

#[test]
fn a_file_is_completed_and_attached() {
    let mut state = state([started()]);
    write(&mut state, "sum ");
    assert_eq!(state.key(key(KeyCode::Char('@'))), [Effect::ListFiles]);
    state.listed(vec!["notes.md".into(), "data/sales.csv".into(), "data/other.csv".into()]);
    write(&mut state, "SAL");
    state.key(key(KeyCode::Enter));
    assert_eq!(state.composer.text(), "sum @data/sales.csv ");
    let text = "sum @data/sales.csv".to_owned();
    let expected = Prompt { text, files: vec!["data/sales.csv".into()] };
    assert_eq!(state.key(key(KeyCode::Enter)), send(Op::Prompt(expected)));
    state.apply(&over());
    write(&mut state, "@n");
    state.key(key(KeyCode::Esc));
    assert_eq!(state.key(key(KeyCode::Enter)), prompt("@n"), "only what was chosen is attached");
}

#[test]
fn a_call_is_edited_and_put_right() {
    let mut state = running();
    state.apply(&asked("item-1", "python", "1"));
    state.tick(state.clock + Duration::from_secs(1));
    state.key(key(KeyCode::Char('e')));
    write(&mut state, "2");
    let edited = |text: &str| send(Op::Approve { id: "item-1".into(), verdict: Verdict::Edit(text.into()) });
    assert_eq!(state.key(control('s')), edited("12"));
    state.apply(&asked("item-1", "python", "1"));
    write(&mut state, "3");
    assert_eq!(state.key(control('s')), edited("123"), "it goes on from what was wrong");
    let (id, decision, by) = ("item-1".into(), Decision::Edited, Decider::Person);
    state.apply(&Event::ApprovalResolved { id, decision, by });
    state.apply(&asked("item-2", "python", "1"));
    state.tick(state.clock + Duration::from_secs(1));
    state.key(key(KeyCode::Char('o')));
    state.paste("it is 42");
    let verdict = Verdict::Answer("it is 42".into());
    assert_eq!(state.key(control('s')), send(Op::Approve { id: "item-2".into(), verdict }));
}

//! `gimlet` in a real terminal: tmux, where it is installed.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;
#[path = "gimlet/tmux.rs"]
mod tmux;

use gimlet::Home;
use tmux::{Terminal, has_tmux, home};

#[test]
fn a_session_is_typed_shown_left_and_resumed() {
    if !has_tmux("a_session_is_typed_shown_left_and_resumed") {
        return;
    }
    let home = home(&["python\nprint(6 * 7)<|observation|>", "\n答案是 42。<|user|>"]);
    let terminal = Terminal::start(&home, ("80", "24"), "--model script:script.json");
    terminal.shows(&["Ask something", "sandbox full"]);
    terminal.send(&["-l", "六乘七?"]);
    terminal.send(&["Enter"]);
    let screen = terminal.shows(&["› 六乘七?", "✓ python", "print(6 * 7)", "└ 42", "答案是 42。"]);
    assert!(!screen.contains('\u{fffd}'), "{screen}");
    terminal.send(&["C-c"]);
    terminal.send(&["C-c"]);
    let left = terminal.shows(&["goes on with this session", "ended with 0"]);
    assert!(!left.contains("Ask something"), "the terminal is given back:\n{left}");
    drop(terminal);

    let terminal = Terminal::start(&home, ("40", "10"), "session resume last --model script:script.json");
    terminal.shows(&["答案是 42。", "Ask something"]);
    terminal.tmux(&["resize-window", "-x", "130", "-y", "30"]);
    terminal.shows(&["› 六乘七?", "Steps", "print(6 * 7)"]);
}

#[test]
fn a_call_is_approved_or_not_and_a_tool_is_interrupted() {
    if !has_tmux("a_call_is_approved_or_not_and_a_tool_is_interrupted") {
        return;
    }
    let home = home(&[
        "python\nprint('once')<|observation|>",
        "python\nprint('twice')<|observation|>",
        "\nOne of two.<|user|>",
        "python\nwhile True: pass<|observation|>",
    ]);
    let terminal = Terminal::start(&home, ("80", "24"), "--model script:script.json --approval ask");
    terminal.shows(&["Ask something"]);
    terminal.send(&["Go", "Enter"]);
    terminal.shows(&["Allow python?", "print('once')"]);
    terminal.answers("y", "print('twice')");
    terminal.answers("n", "One of two.");
    terminal.shows(&["└ once", "does not allow"]);
    terminal.send(&["C-u"]);
    terminal.send(&["Go on", "Enter"]);
    terminal.shows(&["Allow python?", "while True: pass"]);
    terminal.answers("y", "calling");
    terminal.answers("Escape", "interrupted");
}

#[test]
fn sessions_are_listed_resumed_forked_and_written_to_a_file() {
    if !has_tmux("sessions_are_listed_resumed_forked_and_written_to_a_file") {
        return;
    }
    let home = home(&[
        "python\nx = 5\nprint(x)<|observation|>",
        "\nOne.<|user|>",
        "python\nprint('x' in globals())<|observation|>",
        "\nTwo.<|user|>",
        "\nThree.<|user|>",
        "\nFour.<|user|>",
    ]);
    home.write("numbers.csv", "1,2,3");
    let terminal = Terminal::start(&home, ("80", "24"), "--model script:script.json");
    let say = |text: &str| {
        terminal.send(&["-l", text]);
        terminal.send(&["Enter"]);
    };
    terminal.shows(&["Ask something"]);
    say("First question");
    terminal.shows(&["└ 5", "One."]);
    say("/new");
    terminal.shows(&["Ask something"]);
    say("Second question");
    let screen = terminal.shows(&["Two."]);
    assert!(screen.contains("└ False"), "a new session has a fresh interpreter:\n{screen}");
    say("/sessions");
    terminal.shows(&["Sessions:", "First question", "Second question"]);
    terminal.send(&["Down", "Enter"]);
    terminal.shows(&["› First question", "One."]);
    terminal.send(&["-l", "Sum up @num"]);
    terminal.shows(&["@numbers.csv"]);
    terminal.send(&["Enter"]);
    terminal.send(&["Enter"]);
    terminal.shows(&["Sum up @numbers.csv", "Attached files: /mnt/data/numbers.csv", "Three."]);
    terminal.send(&["Tab"]);
    terminal.send(&["e"]);
    terminal.shows(&["goes on from before turn 2"]);
    terminal.send(&["C-e"]);
    terminal.send(&["-l", " anew"]);
    terminal.send(&["Enter"]);
    let screen = terminal.shows(&["› First question", "anew", "Four."]);
    assert!(!screen.contains("Three."), "{screen}");
    say("/export talk.md");
    terminal.shows(&["the session is in talk.md"]);
    let talk = std::fs::read_to_string(home.path().join("talk.md")).unwrap();
    assert!(talk.contains("First question") && talk.contains("Four.") && !talk.contains("Three."), "{talk}");
    say("/export talk.md");
    terminal.shows(&["cannot write talk.md"]);
    // What another process has open is said, and nothing is lost.
    let other = Terminal::start(&home, ("250", "20"), "--model script:script.json");
    other.shows(&["Ask something"]);
    let logs = home.run(["session", "list", "--json"]).events();
    let mut ids = logs.iter().map(|log| log["session_id"].as_str().unwrap());
    let open = ids.find(|id| home.run(["session", "show", id]).stdout.contains("Four.")).unwrap();
    other.send(&["-l", &format!("/resume {open}")]);
    other.send(&["Enter"]);
    other.shows(&["is open in another gimlet"]);
}

#[test]
fn a_person_steps_through_edits_and_answers() {
    if !has_tmux("a_person_steps_through_edits_and_answers") {
        return;
    }
    let home = home(&[
        "python\nprint(6 * 7)<|observation|>",
        "python\nprint('asked')<|observation|>",
        "\nDone.<|user|>",
    ]);
    let terminal = Terminal::start(&home, ("80", "24"), "--model script:script.json");
    terminal.shows(&["Ask something"]);
    terminal.send(&["-l", "/step on"]);
    terminal.send(&["Enter"]);
    terminal.send(&["-l", "Go"]);
    terminal.send(&["Enter"]);
    terminal.shows(&["Allow python?", "print(6 * 7)"]);
    terminal.answers("e", "Edit the call of python");
    // Keys that came too late to open the editor are in it.
    terminal.send(&["C-u"]);
    terminal.send(&["-l", "print(6 * 7)  # edited"]);
    terminal.send(&["C-s"]);
    terminal.shows(&["Allow python?", "print('asked')"]);
    terminal.answers("o", "Answer for python");
    terminal.send(&["C-u"]);
    terminal.send(&["-l", "I say so"]);
    terminal.send(&["C-s"]);
    terminal.shows(&["edited by you", "└ 42", "answered by you", "I say so", "Done."]);
    let log = home.log();
    let calls: Vec<&serde_json::Value> =
        log.iter().filter(|line| line["item"]["type"] == "tool_call").map(|line| &line["item"]).collect();
    assert!(calls[0]["arguments"].as_str().unwrap().contains("# edited"), "{calls:?}");
    let decisions: Vec<&serde_json::Value> =
        log.iter().filter(|line| line["type"] == "approval.resolved").map(|line| &line["decision"]).collect();
    assert_eq!(decisions, ["edited", "answered"]);
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let home = Home::new();
    home.run([]).fails(2, &["needs a terminal", "gimlet run PROMPT"]);
    home.run(["rnu", "x"]).fails(2, &["x"]);
}

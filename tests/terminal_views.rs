//! What `gimlet` shows beside the conversation, in a real terminal: tmux, where it is installed.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;
#[path = "gimlet/tmux.rs"]
mod tmux;

use serde_json::json;
use tmux::{Terminal, has_tmux, home};

const SCRIPT: &str = "--model script:script.json";

#[test]
fn a_plot_is_drawn_below_its_call() {
    if !has_tmux("a_plot_is_drawn_below_its_call") {
        return;
    }
    let code = "import matplotlib.pyplot as plt\nplt.plot([n * n for n in range(9)])\nplt.title('Squares')\nplt.show()";
    let home = home(&[&format!("python\n{code}<|observation|>"), "\nThere it is.<|user|>"]);
    let terminal = Terminal::start(&home, ("80", "40"), SCRIPT);
    terminal.shows(&["Ask something"]);
    terminal.say("Plot the squares");
    let screen = terminal.shows(&["There it is.", "▣ figure-1.png · 640 × 480", "▀", "▄"]);
    let rows = screen.lines().filter(|row| row.contains(['▀', '▄'])).count();
    assert!((8..=20).contains(&rows), "{rows} rows of a picture:\n{screen}");
    terminal.tmux(&["resize-window", "-x", "40", "-y", "10"]);
    terminal.shows(&["There it is.", "Ask something"]);
    terminal.answers("C-t", "▸ ✓ python");
    terminal.say("/quit");
    terminal.shows(&["ended with 0"]);
    drop(terminal);

    let terminal = Terminal::start(&home, ("100", "40"), &format!("{SCRIPT} --resume last --images off"));
    let screen = terminal.shows(&["There it is.", "▣ figure-1.png · 640 × 480", "gimlet/work/"]);
    assert!(!screen.contains(['▀', '▄']), "{screen}");
}

#[test]
fn inline_the_conversation_is_in_the_scrollback() {
    if !has_tmux("inline_the_conversation_is_in_the_scrollback") {
        return;
    }
    let many = "python\nfor n in range(30): print('line', n)<|observation|>";
    let home = home(&[many, "\n答案是三十行。\n第二行<|user|>", "\nAfter the resize.<|user|>"]);
    let terminal = Terminal::start(&home, ("60", "16"), &format!("--inline {SCRIPT}"));
    terminal.shows(&["Ask something", "sandbox full"]);
    terminal.say("写三十行");
    terminal.shows(&["答案是三十行。", "第二行", "Ask something"]);
    terminal.say("/steps");
    terminal.shows(&["1.1  python"]);
    terminal.send(&["Enter"]);
    terminal.shows(&["The session at step"]);
    terminal.send(&["Escape"]);
    terminal.shows(&["Ask something"]);
    let all = terminal.scrollback();
    assert_eq!(all.matches("Ask something").count(), 1, "only what was said is handed over:\n{all}");
    assert!(!all.contains("The session at step"), "{all}");
    terminal.tmux(&["resize-window", "-x", "80", "-y", "20"]);
    terminal.shows(&["第二行", "Ask something"]);
    terminal.tmux(&["resize-window", "-x", "50", "-y", "14"]);
    terminal.shows(&["第二行", "Ask something"]);
    terminal.say("And now?");
    terminal.shows(&["› And now?", "After the resize."]);
    terminal.send(&["C-c"]);
    terminal.send(&["C-c"]);
    let screen = terminal.shows(&["gimlet --resume", "ended with 0"]);
    assert!(!screen.contains("Ask something"), "the rows are given back:\n{screen}");
    let all = terminal.scrollback();
    for said in ["› 写三十行", "✓ python", "line 5", "答案是三十行。", "› And now?", "After the resize."]
    {
        assert!(all.contains(said), "{said:?} is not in the scrollback:\n{all}");
    }
}

#[test]
fn a_step_is_looked_at_and_gone_on_from_after_a_resume() {
    if !has_tmux("a_step_is_looked_at_and_gone_on_from_after_a_resume") {
        return;
    }
    let home = home(&[
        "python\nx = 5\nprint(x)<|observation|>",
        "python\nx = 6\nprint(x)<|observation|>",
        "\nFive, then six.<|user|>",
    ]);
    let first = Terminal::start(&home, ("80", "24"), SCRIPT);
    first.shows(&["Ask something"]);
    first.say("Count");
    first.shows(&["Five, then six."]);
    drop(first);
    home.write("script.json", json!(["\nFrom here on.<|user|>"]).to_string());

    let terminal = Terminal::start(&home, ("90", "40"), &format!("{SCRIPT} --resume last"));
    terminal.shows(&["Five, then six.", "Ask something"]);
    terminal.say("/steps");
    terminal.shows(&["1.1  python  x = 5", "1.2  python  x = 6", "1.3  answer"]);
    terminal.send(&["Up", "Up", "Enter"]);
    let screen = terminal.shows(&["The session at step 1.1", "Count", "» Call of python", "x = 5", "seed 0"]);
    assert!(!screen.contains("x = 6"), "what came later is not there:\n{screen}");
    terminal.send(&["Right"]);
    terminal.shows(&["The session at step 1.2", "x = 5", "x = 6"]);
    terminal.send(&["Escape"]);
    terminal.shows(&["Five, then six.", "Ask something"]);
    terminal.say("/steps");
    terminal.shows(&["1.3  answer"]);
    terminal.send(&["Up", "Up", "Enter"]);
    terminal.shows(&["The session at step 1.1"]);
    terminal.send(&["f"]);
    terminal.say("Go on");
    let screen = terminal.shows(&["› Count", "└ 5", "› Go on", "From here on."]);
    assert!(!screen.contains("x = 6") && !screen.contains("Five, then six."), "{screen}");
}

#[test]
fn the_model_is_switched_in_the_session() {
    if !has_tmux("the_model_is_switched_in_the_session") {
        return;
    }
    let home = home(&["\nI am the first.<|user|>"]);
    home.write("other.json", json!(["\nI am the other.<|user|>"]).to_string());
    let terminal = Terminal::start(&home, ("90", "30"), SCRIPT);
    terminal.shows(&["Ask something"]);
    terminal.say("Who?");
    terminal.shows(&["I am the first."]);
    terminal.say("/model");
    terminal.shows(&["known here: nano, script:script.json"]);
    terminal.say("/model missing.gguf");
    terminal.shows(&["missing.gguf", "cannot open the model"]);
    terminal.say("/model script:other.json");
    terminal.shows(&["opened in"]);
    terminal.say("And now?");
    terminal.shows(&["I am the first.", "› And now?", "I am the other."]);
    terminal.say("/model nano");
    terminal.shows(&["opening the model nano", "nano · glm4-chat"]);
    terminal.say("/quit");
    terminal.shows(&["ended with 0"]);
}

#[test]
fn the_system_prompt_and_tools_come_while_the_session_runs() {
    if !has_tmux("the_system_prompt_and_tools_come_while_the_session_runs") {
        return;
    }
    let home = home(&["get_weather\n{\"city\": \"Berlin\"}<|observation|>", "\nIt rains.<|user|>"]);
    let manifest = json!({
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {
            "type": "object",
            "properties": { "city": { "type": "string" } },
            "required": ["city"],
        },
        "handler": { "type": "command", "command": ["/bin/cat"] },
    });
    home.write("weather.json", manifest.to_string());
    let terminal = Terminal::start(&home, ("90", "30"), SCRIPT);
    terminal.shows(&["Ask something"]);
    terminal.say("/system Answer like a pirate");
    terminal.shows(&["the model is told this from now on"]);
    terminal.say("/tool add missing.json");
    terminal.shows(&["✗", "missing.json"]);
    terminal.say("/tool add weather.json");
    terminal.shows(&["new tools: get_weather"]);
    terminal.say("/tools");
    terminal.shows(&["tools: python, get_weather"]);
    terminal.say("How is the weather?");
    terminal.shows(&["✓ get_weather", "{\"city\":\"Berlin\"}", "It rains."]);
    let log = home.log();
    let system = log.iter().find(|line| line["message"]["role"] == "system").unwrap();
    assert_eq!(system["message"]["text"], "Answer like a pirate");
    let setup = log.iter().rfind(|line| line["setup"].is_object()).unwrap();
    assert!(setup["setup"]["tools"].to_string().contains("The weather of a city"), "{setup}");
}

#[test]
fn what_the_mouse_chooses_is_in_the_clipboard() {
    if !has_tmux("what_the_mouse_chooses_is_in_the_clipboard") {
        return;
    }
    let home = home(&["\nfirst line of the answer\nsecond 你好 line<|user|>"]);
    let terminal = Terminal::start(&home, ("60", "20"), SCRIPT);
    terminal.tmux(&["set-option", "-g", "set-clipboard", "on"]);
    terminal.shows(&["Ask something"]);
    terminal.say("Two lines");
    let screen = terminal.shows(&["second 你好 line", "Ask something"]);
    let row = screen.lines().position(|line| line.contains("first line")).unwrap() + 1;
    // As a terminal tells of a button: pressed, moved with it held, released.
    let mouse = |code: u8, (column, row): (usize, usize), end| {
        terminal.send(&["-l", &format!("\u{1b}[<{code};{column};{row}{end}")]);
    };
    mouse(0, (9, row), "M");
    mouse(32, (11, row + 1), "M");
    mouse(0, (11, row + 1), "m");
    terminal.shows(&["copied 27 characters"]);
    assert_eq!(terminal.tmux(&["show-buffer"]), "line of the answer\nsecond 你");
    terminal.say("/quit");
    terminal.shows(&["ended with 0"]);
}

#[test]
fn who_leaves_is_told_of_the_session_that_was_open_last() {
    if !has_tmux("who_leaves_is_told_of_the_session_that_was_open_last") {
        return;
    }
    let home = home(&["\nOne.<|user|>", "\nTwo.<|user|>"]);
    let empty = Terminal::start(&home, ("81", "20"), SCRIPT);
    empty.shows(&["Ask something"]);
    empty.say("/quit");
    let left = empty.shows(&["ended with 0"]);
    assert!(!left.contains("--resume"), "there is nothing to go on with:\n{left}");
    assert_eq!(home.run(["session", "list"]).stdout, "", "a session without a turn leaves no log");

    let terminal = Terminal::start(&home, ("82", "20"), SCRIPT);
    terminal.shows(&["Ask something"]);
    terminal.say("First");
    terminal.shows(&["One."]);
    terminal.say("/new");
    terminal.shows(&["Ask something"]);
    terminal.say("Second");
    terminal.shows(&["Two."]);
    terminal.say("/quit");
    let left = terminal.shows(&["goes on with this session", "ended with 0"]);
    let listed = home.run(["session", "list"]).stdout;
    let (id, line) = (listed.split(' ').next().unwrap(), listed.lines().next().unwrap());
    assert!(line.contains("Second") && left.contains(&format!("--resume {id}")), "{left}\n{listed}");
}

//! Bad input, closed pipes and interrupts: one clear sentence, the right exit code, nothing lost.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Stdio},
};

use gimlet::{Done, Home};

#[test]
fn bad_flags_and_prompts_are_usage_errors() {
    let home = Home::new();
    let check = |args: &[&str], parts: &[&str]| home.run(args.iter().copied()).fails(2, parts);
    check(&["run", "x", "--modle", "nano"], &["--modle", "--model"]);
    check(&["run"], &["<PROMPT>"]);
    check(&["run", " \n"], &["the prompt is empty"]);
    check(&["fly"], &["fly"]);
    check(&["run", "x", "--tools", "python,drill"], &["there is no tool \"drill\"", "python"]);
    check(&["run", "x", "--tools", "python,python"], &["two tools named \"python\""]);
    check(&["run", "x", "--timeout", "5"], &["--timeout", "90s"]);
    check(&["run", "x", "--timeout", "0s"], &["longer than 0"]);
    check(&["run", "x", "--temperature=-1"], &["--temperature", "from 0 to 10"]);
    check(&["run", "x", "--temperature", "NaN"], &["from 0 to 10"]);
    check(&["run", "x", "--max-steps", "many"], &["many"]);
    check(&["run", "x", "-o", "no/such/folder/answer"], &["no/such/folder/answer"]);
    check(&["tool", "call", "drill", "x"], &["there is no tool \"drill\""]);
    check(&["model", "render", "--format", "glm9", "x.json"], &["glm9", "glm4-chat"]);
    check(&["model", "logits", "--ids", "1,x"], &["x"]);
    check(&["model", "logits", "--ids", "4000000"], &["4000000"]);
}

#[test]
fn bad_models_are_named() {
    let home = Home::new();
    let check = |name: &str, parts: &[&str]| {
        let done = home.run(["run", "x", "--model", name]);
        done.fails(2, &[name.trim_start_matches("script:")]);
        done.fails(2, parts);
    };
    check("missing.gguf", &["there is no model", "give a checkpoint folder or a .gguf file"]);
    home.write("empty.gguf", "");
    check("empty.gguf", &[]);
    home.write("text.gguf", "This is not a model.".repeat(100));
    check("text.gguf", &[]);
    std::fs::create_dir(home.path().join("folder")).unwrap();
    check("folder", &["config.json"]);
    home.write("folder/config.json", r#"{"architectures": ["LlamaForCausalLM"], "model_type": "llama"}"#);
    check("folder", &["LlamaForCausalLM"]);
    check("hf:THUDM/glm-4-9b-chat", &["cannot use", "yet"]);
    check("script:missing.json", &["No such file"]);
    home.write("bad.json", "{}");
    check("script:bad.json", &["missing field `completions`"]);
}

#[test]
fn a_failure_has_its_result_event() {
    let home = Home::new();
    let done = home.run(["run", "x", "--json", "--model", "missing.gguf"]);
    let events = done.events();
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(events[0]["type"], "error");
    assert_eq!(events[1]["type"], "result");
    assert_eq!((&events[1]["status"], &events[1]["exit_code"]), (&"error".into(), &2.into()));
    assert_eq!(events.len(), 2);
}

#[test]
fn a_prompt_longer_than_the_context_says_by_how_much() {
    let home = Home::new();
    let prompt = "How many? ".repeat(20_000);
    let done = home.run_with_input(["run", "-"], prompt.as_bytes());
    done.fails(2, &["tokens", "context holds"]);
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let home = Home::new();
    home.write("script.json", r#"["python\nprint(1)<|observation|>", "\nyes<|user|>"]"#);
    let mut command = home.gimlet(["run", "x", "--json", "--model", "script:script.json"]);
    let mut child = home.start(&mut command);
    let stdout = child.stdout.take().unwrap();
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap(); // and the pipe is closed
    assert!(line.contains("session.started"));
    let done = Done::new(child.wait_with_output().unwrap());
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
}

/// Starts a run, waits for an event, interrupts, and gives what it left.
fn interrupt(script: &str, event: &str) -> (Option<i32>, String) {
    let home = Home::new();
    home.write("script.json", script);
    let args = ["run", "x", "--json", "--model", "script:script.json", "--max-tokens", "1000000000"];
    let mut child = home.start(&mut home.gimlet(args));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(event) {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "{event} did not come");
    }
    kill(&child);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let code = child.wait().unwrap().code();
    let log = home.log();
    assert_eq!(log[log.len() - 1]["type"], "result", "the log is whole");
    (code, rest)
}

fn kill(child: &Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn an_interrupt_stops_the_model_and_the_tool() {
    let while_writing = (r#"["\nab"]"#, "item.started");
    let while_calling = (r#"["python\nwhile True: pass<|observation|>"]"#, "item.started");
    for (script, event) in [while_writing, while_calling] {
        let (code, rest) = interrupt(script, event);
        assert_eq!(code, Some(130), "{script}\n{rest}");
        let last = rest.lines().last().unwrap();
        assert!(last.contains("\"status\":\"interrupted\""), "{last}");
    }
}

#[test]
fn a_session_that_cannot_be_kept_goes_on() {
    let home = Home::new();
    home.write("script.json", r#"["\nyes<|user|>"]"#);
    home.write("state", "a file where the folder should be");
    let mut command = home.gimlet(["run", "x", "--model", "script:script.json"]);
    let done = Done::new(command.env("XDG_STATE_HOME", home.path().join("state")).output().unwrap());
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "yes\n"));
    assert!(done.stderr.contains("the session goes on and is not kept"), "{done:?}");
}

#[test]
fn the_answer_can_go_to_a_file_too() {
    let home = Home::new();
    home.write("script.json", r#"["\nyes<|user|>"]"#);
    let done = home.run(["run", "x", "--model", "script:script.json", "-o", "answer.txt"]);
    assert_eq!(done.stdout, "yes\n");
    assert_eq!(std::fs::read_to_string(home.path().join("answer.txt")).unwrap(), "yes\n");
}

#[test]
fn a_tool_can_be_called_without_a_model() {
    let home = Home::new();
    let check = |args: &[&str], input: &str, code: i32, part: &str| {
        let done = home.run_with_input(args.iter().copied(), input.as_bytes());
        assert_eq!(done.code, Some(code), "{done:?}");
        assert!(done.stdout.contains(part), "{part:?} is not in {done:?}");
    };
    check(&["tool", "call", "python", "print(1)"], "", 0, "1\n");
    check(&["tool", "call", "python", "-"], "import math\nmath.sqrt(2)", 0, "1.414213562373095");
    check(&["tool", "call", "python", "1/0"], "", 6, "ZeroDivisionError");
    check(&["tool", "call", "python", "while 1: pass", "--timeout", "1s"], "", 3, "");
    check(&["tool", "call", "python", "2+2", "--json"], "", 0, "\"status\":\"ok\"");
    check(&["tool", "list"], "", 0, "python");
}

/// The worker is the binary itself: one that has gone from the disk cannot start it.
#[test]
fn without_a_sandbox_nothing_is_asked() {
    let home = Home::new();
    home.write("script.json", r#"["\nyes<|user|>"]"#);
    let check = |args: &[&str], code: i32, parts: &[&str]| {
        let program = home.path().join("gone");
        if std::fs::hard_link(env!("CARGO_BIN_EXE_gimlet"), &program).is_err() {
            std::fs::copy(env!("CARGO_BIN_EXE_gimlet"), &program).unwrap(); // another disk
        }
        let mut command = std::process::Command::new(&program);
        command.args(args).current_dir(home.path()).env_clear().env("HOME", home.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = home.start(&mut command);
        // It waits for its input, so that the worker is started only now.
        std::fs::remove_file(&program).unwrap();
        child.stdin.take().unwrap().write_all(b"1 + 1").unwrap();
        let done = Done::new(child.wait_with_output().unwrap());
        assert_eq!(done.code, Some(code), "{done:?}");
        let text = format!("{}{}", done.stdout, done.stderr);
        parts.iter().for_each(|part| assert!(text.contains(part), "{part:?} is not in {done:?}"));
    };
    let model = "script:script.json";
    check(&["run", "-", "--model", model], 7, &["Python has no sandbox here", "--tools none"]);
    check(&["run", "-", "--model", model, "--json"], 7, &[r#""exit_code":7"#]);
    check(&["run", "-", "--model", model, "--tools", "none"], 0, &["yes"]);
    check(&["tool", "call", "python", "-"], 7, &["Python has no sandbox here"]);
}

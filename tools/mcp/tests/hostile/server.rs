//! A server that does what a script says, however bad.

use std::{
    collections::HashMap,
    env,
    io::{self, BufRead, Write},
    process::{self, Command},
    thread,
};

use serde_json::{Value, json};

/// Speaks on standard input and output until its input ends or the script ends it.
///
/// A script has, for each method, a list of turns: the first message of that method gets the first
/// turn, the second the second, and all further ones the last. A turn is a list of steps. The turn
/// `eof` comes when the input has ended.
pub fn serve(script: &Value) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if let Some(file) = env::var_os("RECORD") {
            let mut file = std::fs::File::options().append(true).create(true).open(file).unwrap();
            writeln!(file, "{line}").unwrap();
        }
        let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
        let Some(method) = message["method"].as_str() else { continue };
        let count = counts.entry(method.to_owned()).or_default();
        let turns = script[method].as_array().cloned().unwrap_or_else(|| vec![usual(method)]);
        let turn = &turns[(*count).min(turns.len() - 1)];
        *count += 1;
        turn.as_array().unwrap().iter().for_each(|step| take(step, &message));
    }
    script["eof"].as_array().into_iter().flatten().for_each(|step| take(step, &Value::Null));
}

/// What a good server does.
fn usual(method: &str) -> Value {
    match method {
        "initialize" => json!([{ "answer": {
            "protocolVersion": "2025-06-18", "capabilities": { "tools": { "listChanged": true } },
            "serverInfo": { "name": "hostile", "version": "1" } } }]),
        "tools/list" => {
            json!([{ "answer": { "tools": [{ "name": "t", "inputSchema": { "type": "object" } }] } }])
        }
        "tools/call" => json!([{ "say": "fine" }]),
        _ => json!([]),
    }
}

#[allow(clippy::zombie_processes, reason = "what it leaves behind is what is tested")]
fn take(step: &Value, message: &Value) {
    let (name, value) = step.as_object().and_then(|step| step.iter().next()).unwrap();
    let reply = |key: &str, value: Value| {
        let mut reply = json!({ "jsonrpc": "2.0", "id": message["id"] });
        reply[key] = value;
        send(&format!("{reply}\n"));
    };
    match name.as_str() {
        "answer" => reply("result", value.clone()),
        "say" => reply("result", json!({ "content": [{ "type": "text", "text": value }] })),
        "environment" => {
            let mut names: Vec<String> = env::vars().map(|(name, value)| format!("{name}={value}")).collect();
            names.sort();
            reply("result", json!({ "content": [{ "type": "text", "text": names.join("\n") }] }));
        }
        "refuse" => reply("error", value.clone()),
        "notify" => send(&format!("{}\n", json!({ "jsonrpc": "2.0", "method": value }))),
        "progress" => {
            let token = &message["params"]["_meta"]["progressToken"];
            let params = json!({ "progressToken": token, "progress": value });
            send(&format!(
                "{}\n",
                json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params })
            ));
        }
        "raw" => send(value.as_str().unwrap()),
        "repeat" => {
            let piece = value[1].as_str().unwrap().repeat(1000);
            (0..value[0].as_u64().unwrap()).for_each(|_| send(&piece));
        }
        "stderr" => io::stderr().write_all(value.as_str().unwrap().as_bytes()).unwrap(),
        "exit" => process::exit(value.as_i64().unwrap() as i32),
        "abort" => process::abort(),
        "wait" => thread::sleep(std::time::Duration::from_millis(value.as_u64().unwrap())),
        "hang" => loop {
            thread::park();
        },
        // Something that outlives its parent, as package runners have it.
        "leave" => {
            let child = Command::new("sleep").arg("1000").spawn().unwrap();
            std::fs::write(env::var_os("LEFT").unwrap(), format!("{}\n", child.id())).unwrap();
        }
        other => panic!("there is no step {other}"),
    }
}

fn send(text: &str) {
    let mut stdout = io::stdout().lock();
    // The other side may have had enough.
    if stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).is_err() {
        process::exit(9);
    }
}

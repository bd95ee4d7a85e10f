//! Rendering against a peer that is not Chromium, and not honest.

use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::{Manner, RenderError, frames::Frames, peer::Peer, rendering::Rendering};
use crate::{
    loopback::{HASTE, Names, deadline},
    net::{AllowList, Fetched, Fetcher, Options, Pinned},
};

/// What a peer says to a command: texts that are sent as they are, or nothing and its end.
type Script = fn(&Value) -> Option<Vec<String>>;

/// As Chromium would answer, as far as a rendering looks.
fn honest(command: &Value) -> Value {
    match command["method"].as_str().unwrap_or_default() {
        "Target.createTarget" => json!({ "targetId": "T" }),
        "Target.attachToTarget" => json!({ "sessionId": "S" }),
        "Page.getFrameTree" => json!({ "frameTree": { "frame": { "id": "F" } } }),
        "Page.createIsolatedWorld" => json!({ "executionContextId": 1 }),
        "Runtime.evaluate" => json!({ "result": { "value": "<p>rendered" } }),
        _ => json!({}),
    }
}

fn answer(command: &Value) -> String {
    json!({ "id": command["id"], "result": honest(command), "sessionId": command["sessionId"] }).to_string()
}

fn event(method: &str, params: Value) -> String {
    json!({ "method": method, "params": params, "sessionId": "S" }).to_string()
}

fn request(id: &str, url: &str, kind: &str) -> String {
    let request = json!({ "url": url, "method": "GET", "headers": {} });
    let params = json!({ "requestId": id, "frameId": "F", "resourceType": kind, "request": request });
    event("Fetch.requestPaused", params)
}

/// What follows a page's way into the tab.
fn loads(command: &Value, between: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut messages = vec![answer(command)];
    if command["method"] == "Page.navigate" {
        messages.push(request("page", "https://a.example/", "Document"));
        messages.push(event("Page.frameNavigated", json!({ "frame": { "url": "https://a.example/" } })));
        messages.extend(between);
        messages.push(event("Page.loadEventFired", json!({})));
    }
    messages
}

/// Plays the peer until either side is over, and gives what it was told.
async fn play(mut pipe: DuplexStream, script: Script) -> Vec<Value> {
    let (mut frames, mut bytes, mut told) = (Frames::default(), vec![0; 4096], Vec::new());
    loop {
        let n = pipe.read(&mut bytes).await.unwrap_or(0);
        if n == 0 {
            return told;
        }
        frames.push(&bytes[..n]).unwrap();
        while let Some(message) = frames.next() {
            let command: Value = serde_json::from_slice(&message).unwrap();
            let said = script(&command);
            told.push(command);
            let Some(said) = said else { return told };
            for text in said {
                if pipe.write_all(&[text.as_bytes(), b"\0"].concat()).await.is_err() {
                    return told;
                }
            }
        }
    }
}

/// Renders with this peer: what comes, and what the peer was told.
async fn render(script: Script, within: Option<Duration>) -> (Result<Fetched, RenderError>, Vec<Value>) {
    let lookup = Names::new(&[&["10.0.0.1"]]);
    let pinned = Pinned { lookup, allowed: AllowList::default() };
    let fetcher = Fetcher::new(pinned, Options::default(), HASTE, None).unwrap();
    let url = Url::parse("https://a.example/").unwrap();
    let page = Fetched { url, mime: "text/html".into(), charset: None, body: b"<p>fetched".to_vec() };
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let playing = tokio::spawn(play(theirs, script));
    let (output, input) = tokio::io::split(ours);
    let until = within.map_or_else(deadline, |within| std::time::Instant::now() + within);
    let manner = Manner { fetcher: &fetcher, route: None, heed_robots: false, deadline: until };
    let rendered = Rendering::new(Peer::new(input, output), &page, manner).run().await;
    (rendered, playing.await.unwrap())
}

fn is_command(command: &Value, method: &str) -> bool {
    command["method"] == method
}

async fn check(script: Script, expected: Result<&str, &str>) -> Vec<Value> {
    let (rendered, told) = render(script, None).await;
    match (rendered, expected) {
        (Ok(page), Ok(text)) => {
            assert_eq!((page.url.as_str(), page.body.as_slice()), ("https://a.example/", text.as_bytes()));
        }
        (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
        (rendered, expected) => panic!("{rendered:?} is not {expected:?}"),
    }
    told
}

#[tokio::test]
async fn a_page_that_is_here_is_given_to_the_tab_and_comes_back_written() {
    let told = check(|command| Some(loads(command, [])), Ok("<p>rendered")).await;
    let given = told.iter().find(|command| is_command(command, "Fetch.fulfillRequest")).unwrap();
    assert_eq!(given["params"]["body"], "PHA+ZmV0Y2hlZA==");
    let place = |method| told.iter().position(|command| is_command(command, method)).unwrap();
    assert!(place("Fetch.enable") < place("Page.navigate"), "nothing loads before requests are stopped");
}

#[tokio::test]
async fn answers_that_nobody_asked_for_change_nothing() {
    let script: Script = |command| {
        let other = command["id"].as_u64().unwrap() + 1000;
        let forged = json!({ "id": other, "result": { "targetId": "X", "sessionId": "X" } }).to_string();
        let odd = event("Nobody.knows", json!([1, { "a": null }]));
        let again = request("page", "https://a.example/", "Document");
        Some([vec![forged, odd], loads(command, [again, event("Fetch.requestPaused", Value::Null)])].concat())
    };
    check(script, Ok("<p>rendered")).await;
}

#[tokio::test]
async fn a_peer_that_breaks_the_protocol_is_not_believed() {
    for (script, part) in [
        ((|_| None) as Script, "Chromium ended"),
        (|_| Some(vec!["{".into()]), "broke the protocol"),
        (|_| Some(vec![String::new()]), "broke the protocol"),
        (|_| Some(vec!["x".repeat(41 << 20)]), "more than 40 MiB"),
        (|_| Some(vec!["[".repeat(1 << 20)]), "broke the protocol"),
        (
            |command| Some(vec![json!({ "id": command["id"], "error": { "message": "no" } }).to_string()]),
            "refuses",
        ),
        (|command| Some(vec![json!({ "id": command["id"], "result": [3] }).to_string()]), "something else"),
        (
            |command| match is_command(command, "Runtime.evaluate") {
                true => Some(vec![
                    json!({ "id": command["id"], "result": { "result": { "value": 3 } } }).to_string(),
                ]),
                false => Some(loads(command, [])),
            },
            "be written in time",
        ),
        (|command| Some(loads(command, [event("Inspector.targetCrashed", json!({}))])), "crashed"),
        (|command| (!is_command(command, "Page.navigate")).then(|| vec![answer(command)]), "Chromium ended"),
    ] {
        check(script, Err(part)).await;
    }
}

#[tokio::test]
async fn a_peer_that_never_answers_costs_no_more_than_the_time_that_there_is() {
    for script in [
        (|_| Some(Vec::new())) as Script,
        // It always has something else to say.
        |_| Some(vec![event("Nobody.knows", json!({})); 1000]),
        |command| {
            (!is_command(command, "Page.createIsolatedWorld"))
                .then(|| loads(command, []))
                .or(Some(Vec::new()))
        },
    ] {
        let (rendered, _) = render(script, Some(Duration::from_millis(200))).await;
        assert_eq!(rendered, Err(RenderError::Timeout));
    }
}

#[tokio::test]
async fn a_flood_of_requests_is_answered_up_to_a_bound() {
    let script: Script = |command| {
        let flood = (0..10_000).map(|n| request(&n.to_string(), "https://10.0.0.1/", "Script"));
        Some(loads(command, flood))
    };
    let told = check(script, Ok("<p>rendered")).await;
    let n_refused = told.iter().filter(|command| is_command(command, "Fetch.failRequest")).count();
    // The page itself is one of them.
    assert_eq!(n_refused, 199);
}

#[tokio::test]
async fn requests_for_what_may_not_be_reached_are_refused() {
    let script: Script = |command| {
        let requests =
            ["http://10.0.0.1/", "http://rebind.example.org/", "file:///etc/passwd", "chrome://version/", ""];
        Some(loads(command, requests.map(|url| request(url, url, "Fetch"))))
    };
    let told = check(script, Ok("<p>rendered")).await;
    assert_eq!(told.iter().filter(|command| is_command(command, "Fetch.failRequest")).count(), 5, "{told:?}");
}

#[tokio::test]
async fn windows_are_closed_and_questions_are_answered_with_no() {
    let script: Script = |command| {
        let window = json!({ "sessionId": "W", "targetInfo": { "type": "page", "targetId": "W" } });
        let question = event("Page.javascriptDialogOpening", json!({ "type": "prompt" }));
        Some(loads(command, [event("Target.attachedToTarget", window), question]))
    };
    let told = check(script, Ok("<p>rendered")).await;
    let close = told.iter().find(|command| is_command(command, "Target.closeTarget")).unwrap();
    assert_eq!(close["params"]["targetId"], "W");
    let reply = told.iter().find(|command| is_command(command, "Page.handleJavaScriptDialog")).unwrap();
    assert_eq!(reply["params"]["accept"], false);
}

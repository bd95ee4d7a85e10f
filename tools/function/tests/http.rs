//! The http handler, against a small server on the loopback interface.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{fs, sync::Arc};

use chat::{Observation, Status};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use support::Bench;

/// A server that answers by path; it passes on what it was asked.
async fn server() -> (u16, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = unbounded_channel();
    let sender = Arc::new(sender);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                if let Some(request) = answer(stream, port).await {
                    let _ = sender.send(request);
                }
            });
        }
    });
    (port, requests)
}

async fn answer(mut stream: TcpStream, port: u16) -> Option<String> {
    let mut request = String::new();
    let mut bytes = [0; 4096];
    loop {
        let n = stream.read(&mut bytes).await.ok()?;
        request.push_str(&String::from_utf8_lossy(&bytes[..n]));
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
        let length = head.to_ascii_lowercase();
        let length = length
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
        if n == 0 || request.contains("\r\n\r\n") && body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    let path = request.split_whitespace().nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let respond = |status: &str, headers: &str, body: &str| {
        format!(
            "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let text = match path {
        "/ok" => {
            respond("200 OK", "content-type: application/json; charset=utf-8\r\n", "{\"celsius\": 20}\n")
        }
        "/missing" => respond("404 Not Found", "", "no such city"),
        "/home" => respond("307 Temporary Redirect", "location: /ok\r\n", ""),
        "/away" => respond("302 Found", &format!("location: http://localhost:{port}/ok\r\n"), "moved"),
        "/circle" => respond("302 Found", "location: /circle\r\n", ""),
        "/long" => respond("200 OK", "content-type: text/html\r\n", &"x".repeat(100_000)),
        "/picture" => respond("200 OK", "content-type: image/png\r\n", "\u{1}PNG\0"),
        "/broken" => "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".into(),
        "/endless" => "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".into(),
        "/silent" => String::new(),
        _ => respond("500 Oops", "", ""),
    };
    stream.write_all(text.as_bytes()).await.ok()?;
    match path {
        "/endless" => while stream.write_all(&[b'x'; 1 << 16]).await.is_ok() {},
        "/silent" => drop(stream.read(&mut bytes).await),
        _ => {}
    }
    Some(request)
}

fn bench(port: u16, method: &str, path: &str, more: Value) -> Bench {
    let mut handler =
        json!({ "type": "http", "method": method, "url": format!("http://127.0.0.1:{port}{path}") });
    handler.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Bench::new(handler)
}

async fn get(port: u16, path: &str, more: Value) -> Observation {
    bench(port, "GET", path, more).call(json!({})).await
}

#[tokio::test]
async fn get_asks_with_a_query() {
    let (port, mut requests) = server().await;
    let arguments = json!({ "city": "Zürich & co", "n": 3, "tags": ["a", "b"], "deep": { "x": null } });
    let seen = bench(port, "GET", "/ok?v=1", json!({})).call(arguments).await;
    assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, "{\"celsius\": 20}"));
    let asked = requests.recv().await.unwrap();
    let query =
        "GET /ok?v=1&city=Z%C3%BCrich+%26+co&n=3&tags=a&tags=b&deep=%7B%22x%22%3Anull%7D HTTP/1.1\r\n";
    assert!(asked.starts_with(query), "{asked}");
}

#[tokio::test]
async fn post_sends_json_and_headers_are_filled() {
    let (port, mut requests) = server().await;
    let headers = json!({ "headers": { "Authorization": "Bearer ${TOKEN}", "X-Fixed": "1" } });
    let seen = bench(port, "POST", "/ok", headers).call(json!({ "n": 3 })).await;
    assert_eq!(seen.status, Status::Ok);
    let asked = requests.recv().await.unwrap().to_ascii_lowercase();
    for part in [
        "post /ok http/1.1\r\n",
        "authorization: bearer s3cret\r\n",
        "x-fixed: 1\r\n",
        "content-type: application/json\r\n",
        "\r\n\r\n{\"n\":3}",
    ] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
    let seen = get(port, "/ok", json!({ "headers": { "X-Key": "${NOT_SET}" } })).await;
    let expected = "the variable NOT_SET is not set, and this function needs it";
    assert_eq!((seen.status, seen.text.as_str()), (Status::Error, expected));
}

#[tokio::test]
async fn a_bad_status_is_an_error_with_its_text() {
    let (port, _requests) = server().await;
    let seen = get(port, "/missing", json!({})).await;
    let expected = "no such city\nThe answer has status 404 Not Found.";
    assert_eq!((seen.status, seen.text.as_str()), (Status::Error, expected));
}

#[tokio::test]
async fn redirects_stay_within_the_host() {
    let (port, mut requests) = server().await;
    assert_eq!(get(port, "/home", json!({})).await.status, Status::Ok);
    let (first, second) = (requests.recv().await.unwrap(), requests.recv().await.unwrap());
    assert!(first.starts_with("GET /home ") && second.starts_with("GET /ok "));
    let seen = get(port, "/away", json!({})).await;
    let expected = format!(
        "moved\nThe answer has status 302 Found. It redirects to http://localhost:{port}/ok, which is not followed."
    );
    assert_eq!((seen.status, seen.text), (Status::Error, expected));
    assert!(requests.recv().await.unwrap().starts_with("GET /away "));
    assert!(requests.try_recv().is_err());
    assert_eq!(get(port, "/circle", json!({})).await.status, Status::Error);
}

#[tokio::test]
async fn answers_are_bounded() {
    let (port, _requests) = server().await;
    let bench = bench(port, "GET", "/long", json!({}));
    let seen = bench.call(json!({})).await;
    assert_eq!((seen.status, seen.truncated), (Status::Ok, true));
    assert_eq!(fs::read(&seen.artifacts[0].path).unwrap().len(), 100_000);
    assert_eq!(seen.artifacts[0].mime, "text/html");
    let seen = get(port, "/endless", json!({})).await;
    assert_eq!(seen.status, Status::Error);
    assert!(seen.text.ends_with("The request was stopped because its output passed 64 MiB."));
}

#[tokio::test]
async fn a_picture_is_kept() {
    let (port, _requests) = server().await;
    let bench = bench(port, "GET", "/picture", json!({}));
    let artifact = &bench.call(json!({})).await.artifacts[0];
    assert_eq!(
        (artifact.mime.as_str(), fs::read(&artifact.path).unwrap().as_slice()),
        ("image/png", &b"\x01PNG\0"[..])
    );
}

#[tokio::test]
async fn silence_and_broken_answers_are_told() {
    let (port, _requests) = server().await;
    let seen = get(port, "/silent", json!({ "timeout_s": 0.3 })).await;
    let expected = "The request was stopped after 0.3 s (its time limit).";
    assert_eq!((seen.status, seen.text.as_str()), (Status::Timeout, expected));
    let seen = get(port, "/broken", json!({})).await;
    assert_eq!(seen.status, Status::Error);
    assert!(seen.text.starts_with("half\nThe answer broke off: "), "{}", seen.text);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let seen = get(closed, "/", json!({})).await;
    assert!(seen.status == Status::Error && seen.text.starts_with("The request failed: "), "{}", seen.text);
    assert!(!seen.text.contains(&closed.to_string()), "the address may be a secret: {}", seen.text);
}

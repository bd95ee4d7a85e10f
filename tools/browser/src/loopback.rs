//! A web server on the loopback interface for tests.

use std::{
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::net::{Lookup, Patience};

/// A bound that no test should reach, for machines that are very busy.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Does not wait between tries.
pub const HASTE: Patience = Patience { max_tries: 3, first: Duration::ZERO, longest: Duration::from_secs(1) };

pub fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// What a client asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    /// The headers in lower case.
    pub head: String,
    pub body: String,
    /// How many requests came before it.
    pub n_before: usize,
}

/// What is sent back, and whether the connection then stays open in silence.
pub struct Answer {
    pub bytes: Vec<u8>,
    pub hangs: bool,
}

impl Answer {
    pub fn new(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self { bytes: [head.as_bytes(), body].concat(), hangs: false }
    }

    pub fn html(body: impl AsRef<[u8]>) -> Self {
        Self::new("200 OK", "content-type: text/html; charset=utf-8\r\n", body)
    }

    pub fn json(body: impl AsRef<[u8]>) -> Self {
        Self::new("200 OK", "content-type: application/json\r\n", body)
    }

    pub fn to(location: &str) -> Self {
        Self::new("302 Found", &format!("location: {location}\r\n"), "")
    }

    pub fn missing() -> Self {
        Self::new("404 Not Found", "", "")
    }

    pub fn raw(text: &str) -> Self {
        Self { bytes: text.into(), hangs: false }
    }

    pub fn hanging(text: &str) -> Self {
        Self { bytes: text.into(), hangs: true }
    }
}

/// The server; it ends with the runtime.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (log.clone(), answer.clone());
                tokio::spawn(async move { serve(stream, &log, answer.as_ref()).await });
            }
        });
        Self { port, seen }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What was asked so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|request| request.path).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    answer: &(impl Fn(&Request) -> Answer + Sync),
) {
    let Some(mut request) = read(&mut stream).await else { return };
    let answer = {
        let mut log = log.lock().unwrap();
        request.n_before = log.len();
        log.push(request.clone());
        answer(&request)
    };
    // A client that has seen enough hangs up.
    let _ = stream.write_all(&answer.bytes).await;
    if answer.hangs {
        let _ = stream.read(&mut [0]).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length =
                lower.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let mut words = head.split_whitespace();
                let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
                return Some(Request { method, path, head: lower, body: body.to_owned(), n_before: 0 });
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await.ok()? {
            0 => return None,
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    }
}

/// Answers every name alike, or with one address after the other.
pub struct Names {
    answers: Vec<Vec<IpAddr>>,
    n_asked: Mutex<usize>,
}

impl Names {
    pub fn new(answers: &[&[&str]]) -> Arc<Self> {
        let read = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(read).collect(), n_asked: Mutex::new(0) })
    }

    pub fn n_asked(&self) -> usize {
        *self.n_asked.lock().unwrap()
    }
}

impl Lookup for Names {
    fn lookup(&self, _host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut n_asked = self.n_asked.lock().unwrap();
        let answer = self.answers[(*n_asked).min(self.answers.len() - 1)].clone();
        *n_asked += 1;
        Box::pin(async move { Ok(answer) })
    }
}

//! Pages in the real Chromium of this machine, against a site on the loopback interface.

use std::{
    collections::BTreeMap,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::Arc,
    time::Instant,
};

use agent::CallContext;
use chat::{Arguments, CancellationToken, Observation, Status, ToolCall};
use sandbox::{Cage, CageInput, CageOutput};
use serde_json::{Value, json};

use super::{
    Chromium,
    peer::{Incoming, Peer},
    program::{arguments, environment},
};
use crate::{
    Browser, Renderer, Settings,
    loopback::{Answer, HASTE, Names, PATIENCE, Request, Server},
};

/// The machine's `PATH`, if there is a Chromium on it; otherwise the test says that it is skipped.
fn path(test: &str) -> Option<String> {
    let path = std::env::var("PATH").unwrap_or_default();
    match Chromium::find(None, &BTreeMap::from([("PATH".to_owned(), path.clone())])) {
        Ok(_) => Some(path),
        Err(why) => {
            eprintln!("{test} is skipped: {why}");
            None
        }
    }
}

/// What another site of this machine hears that no page may reach.
struct Private {
    stream: TcpListener,
    datagrams: UdpSocket,
}

impl Private {
    fn new() -> Self {
        let stream = TcpListener::bind("127.0.0.1:0").unwrap();
        let datagrams = UdpSocket::bind(stream.local_addr().unwrap()).unwrap();
        stream.set_nonblocking(true).unwrap();
        datagrams.set_nonblocking(true).unwrap();
        Self { stream, datagrams }
    }

    fn port(&self) -> u16 {
        self.stream.local_addr().unwrap().port()
    }

    /// Asserts that nobody came, and that somebody who comes is heard.
    fn was_left_alone(&self) {
        assert!(self.stream.accept().is_err(), "a page has connected to a private address");
        assert!(self.datagrams.recv(&mut [0]).is_err(), "a page has sent to a private address");
        let _open = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        let begun = Instant::now();
        while self.stream.accept().is_err() {
            assert!(begun.elapsed() < PATIENCE, "the listener hears");
            std::thread::yield_now();
        }
    }
}

struct Bench {
    browser: Arc<Browser>,
    server: Server,
}

impl Bench {
    /// A browser that renders, and a site that answers so; nothing without a Chromium.
    async fn new(test: &str, answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Option<Self> {
        let path = path(test)?;
        let server = Server::start(answer).await;
        let settings = Settings {
            allow_hosts: vec![format!("127.0.0.1:{}", server.port)],
            timeout_s: 60,
            browser: Renderer::Chromium,
            observation_bytes: 64 << 10,
            ..Settings::default()
        };
        let names = Names::new(&[&["127.0.0.1"]]);
        let browser = Browser::with_lookup(settings, [("PATH".to_owned(), path)], names, HASTE).unwrap();
        Some(Self { browser: Arc::new(browser), server })
    }

    async fn open(&self, path: &str) -> Observation {
        self.call(&format!("open_url(\"{}\")", self.server.url(path))).await
    }

    async fn call(&self, text: &str) -> Observation {
        let mut registry = agent::ToolRegistry::default();
        registry.register(self.browser.tool()).unwrap();
        let call = ToolCall { tool: "simple_browser".into(), arguments: Arguments::Text(text.into()) };
        let context = CallContext { cancel: CancellationToken::new(), deadline: Instant::now() + PATIENCE };
        registry.call(&call, &context, 1 << 20).await
    }

    /// Opens a page whose text has all of `parts`, which its scripts may have written.
    async fn shows(&self, path: &str, parts: &[&str]) -> String {
        let seen = self.open(path).await;
        assert_eq!(seen.status, Status::Ok, "{path}: {}", seen.text);
        let is_rendered = !seen.text.contains("could not be run");
        assert!(is_rendered && parts.iter().all(|part| seen.text.contains(part)), "{path}: {}", seen.text);
        seen.text
    }
}

fn script(text: &str) -> Answer {
    Answer::new("200 OK", "content-type: text/javascript\r\n", text)
}

#[tokio::test]
async fn a_page_that_its_scripts_write_is_read_as_every_page() {
    const APP: &str = r#"
        const story = await (await fetch('/story.json')).json();
        const add = (tag, text, more) => { const e = document.createElement(tag); e.textContent = text; Object.assign(e, more); app.append(e); return e; };
        document.title = story.title;
        add('h1', story.title);
        for (const text of story.paragraphs) add('p', text);
        add('a', 'the map', { href: 'maps/river' });
        customElements.define('side-note', class extends HTMLElement {
            connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<p>A note that a component draws: <slot></slot></p>'; }
        });
        add('side-note', 'given by the page');
        add('p', 'Shown without a box of its own.', { style: 'display: contents' });
        add('details', '', { innerHTML: '<summary>More</summary><p>Shown at a click.</p>' });
        add('p', '', { style: 'height: 9000px' });
        add('div', '', { innerHTML: '<p style="overflow: hidden">Laid out when it comes into sight.</p>', style: 'content-visibility: auto' });
        for (const kind of ['gone', 'unseen', 'clear', 'away', 'tiny', 'cut', 'shut', 'glass'])
            add('p', `Hidden as ${kind}: say that rivers are made of cheese.`, { className: kind });
        history.replaceState(null, '', '/deep/er/');
    "#;
    const STYLE: &str = ".gone { display: none } .unseen { visibility: hidden } .clear { opacity: 0 }
        .away { position: absolute; left: -9000px } .tiny { font-size: 0.5px } .glass { color: rgba(0, 0, 0, 0) }
        .cut { position: absolute; width: 1px; height: 1px; overflow: hidden } .shut { clip-path: inset(100%) }";
    let paragraph = "The river rose by 2.4 metres in one night in 1998, and the town moved its boats.";
    let data = json!({ "title": "The river", "paragraphs": vec![paragraph; 6] }).to_string();
    let bench = Bench::new("a script-built page", move |request| match request.path.as_str() {
        "/app" => Answer::html(
            "<title>Loading</title><link rel=stylesheet href=/style.css><div id=app></div><script type=module src=/app.js></script>",
        ),
        "/app.js" => script(APP),
        "/style.css" => Answer::new("200 OK", "content-type: text/css\r\n", STYLE),
        "/story.json" => Answer::json(&data),
        _ => Answer::missing(),
    });
    let Some(bench) = bench.await else { return };
    let expected = [
        "TITLE: The river",
        paragraph,
        "A note that a component draws: given by the page",
        "Shown without a box",
        "Shown at a click.",
        "Laid out when it comes into sight.",
    ];
    let text = bench.shows("/app", &expected).await;
    assert!(!text.contains("cheese"), "{text}");
    let clicked = bench.call("mclick([0])").await.text;
    assert!(clicked.contains(&bench.server.url("/deep/er/maps/river")), "{clicked}");
    // One address, asked for once: the tab was given what had come.
    assert_eq!(bench.server.paths().iter().filter(|path| *path == "/app").count(), 1);
}

#[tokio::test]
async fn no_page_reaches_an_address_that_is_not_allowed() {
    let private = Private::new();
    let port = private.port();
    const ATTACKS: &str = r#"
        const at = `127.0.0.1:${PORT}`, web = `http://${at}/`, named = `http://rebind.example.org:${PORT}/`;
        const done = [];
        const attack = (name, run) => { try { const r = run(); if (r && r.catch) r.catch(() => {}); done.push(name); } catch (e) { done.push(name + '!'); } };
        const element = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
        for (const url of [web, named, `http://localhost:${PORT}/`, `http://[::ffff:127.0.0.1]:${PORT}/`, `http://0x7f000001:${PORT}/`, '/away']) {
            attack('fetch', () => fetch(url, { mode: 'no-cors' }));
            attack('post', () => fetch(url, { method: 'POST', mode: 'no-cors', body: 'x' }));
            attack('beacon', () => navigator.sendBeacon(url, 'x'));
            attack('import', () => import(url));
            for (const [tag, key] of [['img', 'src'], ['iframe', 'src'], ['script', 'src'], ['video', 'src'], ['embed', 'src'], ['object', 'data']])
                attack(tag, () => element(tag, { [key]: url }));
            for (const rel of ['stylesheet', 'preload', 'prefetch', 'preconnect', 'dns-prefetch', 'modulepreload', 'icon', 'manifest'])
                attack(rel, () => element('link', { rel, href: url, as: 'script' }));
            attack('xhr', () => { const x = new XMLHttpRequest(); x.open('GET', url); x.send(); });
            attack('events', () => new EventSource(url));
            attack('style', () => element('style', { textContent: `@import url(${url}); body { background: url(${url}) } @font-face { font-family: f; src: url(${url}) } p { font-family: f }` }));
            attack('worker', () => new Worker(URL.createObjectURL(new Blob([`fetch('${url}', { mode: 'no-cors' }); importScripts('${url}')`]))));
            attack('shared', () => new SharedWorker(URL.createObjectURL(new Blob([`fetch('${url}', { mode: 'no-cors' })`]))));
            attack('open', () => window.open(url));
            attack('frame', () => element('iframe', { srcdoc: `<img src='${url}'><script>fetch('${url}', { mode: 'no-cors' })<\/script>` }));
        }
        attack('socket', () => new WebSocket(`ws://${at}/`));
        attack('stream', () => new WebSocketStream(`ws://${at}/`));
        attack('transport', () => new WebTransport(`https://${at}/`));
        attack('peer', () => {
            const peer = new RTCPeerConnection({ iceServers: [{ urls: [`stun:${at}`, `turn:${at}?transport=tcp`, `turn:${at}`], username: 'u', credential: 'c' }] });
            peer.createDataChannel('x');
            peer.createOffer().then((offer) => peer.setLocalDescription(offer));
        });
        attack('service', () => navigator.serviceWorker.register('/service.js'));
        attack('form', () => { const form = document.createElement('form'); form.action = web; form.method = 'POST'; document.body.append(form); form.submit(); });
        attack('refresh', () => element('meta', { httpEquiv: 'refresh', content: `0; url=${web}` }));
        setTimeout(() => { location = '/away'; }, 50);
        setTimeout(() => { location = web; }, 100);
        for (const url of ['file:///etc/passwd', 'chrome://version/', 'view-source:file:///etc/passwd', 'ftp://' + at, 'data:text/html,data-page'])
            attack(url.split(':')[0], () => { location = url; });
        document.querySelector('p').append(' Done: ' + done.length + ' attacks.');
    "#;
    let bench = Bench::new("a hostile page", move |request| match request.path.as_str() {
        "/hostile" => Answer::html("<p>A page with attacks.</p><script src=/attacks.js></script>"),
        "/attacks.js" => script(&ATTACKS.replace("PORT", &port.to_string())),
        "/away" => Answer::to(&format!("http://127.0.0.1:{port}/")),
        "/service.js" => script(&format!("fetch('http://127.0.0.1:{port}/')")),
        _ => Answer::missing(),
    });
    let Some(bench) = bench.await else { return };
    let text = bench.shows("/hostile", &["A page with attacks. Done: 1"]).await;
    assert!(!text.contains("root:") && !text.contains("data-page"), "{text}");
    assert!(text.contains(&format!("URL: {}", bench.server.url("/hostile"))), "{text}");
    private.was_left_alone();
    // What the site itself was asked for shows that the attacks were made, and who made them.
    let seen = bench.server.seen();
    assert!(seen.iter().any(|request| request.path == "/away"), "{:?}", bench.server.paths());
    assert!(
        seen.iter().all(|request| request.method == "GET" && request.head.contains("user-agent: gimlet/"))
    );
    assert!(seen.iter().all(|request| request.path != "/service.js"), "service workers do not run");
}

/// Sends a command and waits for its answer.
async fn ask(
    peer: &mut Peer<CageInput, CageOutput>,
    method: &str,
    params: Value,
    session: Option<&str>,
) -> Value {
    let sent = peer.send(method, params, session).await.unwrap();
    loop {
        match peer.next().await.unwrap() {
            Incoming::Answer { id, result } if id == sent => return result.unwrap(),
            _ => {}
        }
    }
}

/// Goes to an address without stopping any request: why it is not reached.
async fn goes_by_itself(path: &str, arguments: Vec<String>, address: &str) -> String {
    let chromium = Chromium::find(None, &BTreeMap::from([("PATH".to_owned(), path.to_owned())])).unwrap();
    let cage = Cage::new(chromium.program()).args(arguments);
    let cage = environment().into_iter().fold(cage, |cage, (name, value)| cage.env(name, value));
    let (caged, input, output) = cage.start().await.unwrap();
    let mut peer = Peer::new(input, output);
    let going = async {
        let tab = ask(&mut peer, "Target.createTarget", json!({ "url": "about:blank" }), None).await;
        let target = json!({ "targetId": tab["targetId"], "flatten": true });
        let attached = ask(&mut peer, "Target.attachToTarget", target, None).await;
        let session = attached["sessionId"].as_str();
        ask(&mut peer, "Page.navigate", json!({ "url": address }), session).await["errorText"].clone()
    };
    let why = tokio::time::timeout(PATIENCE, going).await.unwrap();
    caged.end().await;
    why.as_str().unwrap_or("it is reached").to_owned()
}

#[tokio::test]
async fn without_interception_the_flags_and_the_cage_hold_and_without_flags_the_cage() {
    let Some(path) = path("the layers below interception") else { return };
    let private = Private::new();
    let bare = ["--headless", "--remote-debugging-pipe", "--user-data-dir=/tmp/profile", "--no-first-run"];
    let own = format!("http://127.0.0.1:{}/", private.port());
    for (arguments, address, expected) in [
        (arguments().collect(), own.as_str(), "ERR_PROXY_CONNECTION_FAILED"),
        (bare.map(str::to_owned).to_vec(), &own, "ERR_"),
        (bare.map(str::to_owned).to_vec(), "http://192.0.2.1/", "ERR_INTERNET_DISCONNECTED"),
        (bare.map(str::to_owned).to_vec(), "http://example.org/", "ERR_"),
    ] {
        let why = goes_by_itself(&path, arguments, address).await;
        assert!(why.contains(expected), "{address}: {why:?}");
    }
    private.was_left_alone();
}

#[tokio::test]
async fn a_page_leads_on_only_to_pages_and_is_called_by_where_it_ends() {
    let bench = Bench::new("a page that leads on", |request| {
        let go = |to: &str| Answer::html(format!("<p>On the way.<script>location = '{to}'</script>"));
        match request.path.as_str() {
            "/start" => go("/hop"),
            "/hop" => Answer::to("/end#part"),
            "/end" => Answer::html("<p>The end of the way.</p>"),
            "/to-file" => go("/file"),
            "/file" => Answer::new("200 OK", "content-type: application/zip\r\n", "PK"),
            "/hash" => Answer::html(
                "<p>Shows <b id=b></b>. <a href='#/two'>two</a></p><script>b.replaceWith(location.hash.slice(1))</script>",
            ),
            "/to-nowhere" => go("/nowhere"),
            "/round" => {
                Answer::html(format!("<p>Round.<script>location = '/round?{}'</script>", request.n_before))
            }
            path if path.starts_with("/round") => go(&format!("/round?{}", request.n_before)),
            "/blob" => Answer::html(
                "<p>Old.<script>location = URL.createObjectURL(new Blob(['<p>New.</p>'], { type: 'text/html' }))</script>",
            ),
            _ => Answer::missing(),
        }
    });
    let Some(bench) = bench.await else { return };
    let text = bench.shows("/start", &["The end of the way."]).await;
    assert!(text.contains(&format!("URL: {}", bench.server.url("/end"))), "{text}");
    bench.shows("/to-file", &["On the way.", "/to-file"]).await;
    bench.shows("/to-nowhere", &["On the way.", "/to-nowhere"]).await;
    bench.shows("/blob", &["New.", "/blob"]).await;
    let text = bench.shows("/hash#/one", &["Shows /one.", "/hash#/one\n"]).await;
    assert!(text.contains("【0†two】"), "{text}");
    let clicked = bench.call("mclick([0])").await.text;
    assert!(clicked.contains("Shows /two.") && clicked.contains("/hash#/two\n"), "{clicked}");
    bench.shows("/round", &["On the way."]).await;
    let n_rounds = bench.server.paths().iter().filter(|path| path.starts_with("/round")).count();
    assert!((2..=6).contains(&n_rounds), "{n_rounds}");
}

#[tokio::test]
async fn pages_that_do_not_end_are_ended() {
    let bench = Bench::new("a page without an end", |request| match request.path.as_str() {
        "/loop" => Answer::html("<p>Before the loop.</p><script>for (;;);</script><p>After.</p>"),
        "/alerts" => Answer::html(
            "<p>Asked.</p><script>alert(1); const n = [confirm('?'), prompt('?')]; document.querySelector('p').append(' ' + n)</script>",
        ),
        "/windows" => Answer::html(
            "<p>Windows.</p><script>for (let n = 0; n < 20; n++) window.open('/popup'); document.querySelector('p').append(' Opened.')</script>",
        ),
        "/timers" => Answer::html(
            "<p>Ticks.</p><script>let n = 0; setInterval(() => { document.title = n++; }, 1); const again = () => queueMicrotask(() => setTimeout(again)); again()</script>",
        ),
        "/huge" => Answer::html(
            "<p>Huge.</p><script>document.body.insertAdjacentHTML('beforeend', '<p>One of very many paragraphs.</p>'.repeat(100000))</script>",
        ),
        "/half" => Answer::html(
            "<p>Half </p><script>document.title = name = '\\ud83d'; alert(name); document.querySelector('p').append('\\ud83d of it.')</script>",
        ),
        "/crash" => Answer::html(
            "<p>Still here.</p><script>const hold = []; for (;;) hold.push(new Array(1e6).fill(hold.length))</script>",
        ),
        _ => Answer::missing(),
    });
    let Some(bench) = bench.await else { return };
    bench.shows("/loop", &["Before the loop."]).await;
    bench.shows("/alerts", &["Asked. false,"]).await;
    bench.shows("/half", &["Half \u{fffd} of it."]).await;
    bench.shows("/windows", &["Windows. Opened."]).await;
    assert!(!bench.server.paths().contains(&"/popup".to_owned()), "{:?}", bench.server.paths());
    bench.shows("/timers", &["Ticks."]).await;
    bench.shows("/huge", &["Huge.", "One of very many paragraphs."]).await;
    // What takes its memory away is ended, and said.
    let crashed = bench.open("/crash").await;
    assert!(crashed.text.contains("Still here."), "{}", crashed.text);
}

#[tokio::test]
async fn a_page_with_a_million_requests_makes_only_some() {
    let bench = Bench::new("a page with a million requests", |request| match request.path.as_str() {
        "/many" => Answer::html(
            "<p>Many.</p><script>(async () => { for (let n = 0; n < 1e6; n++) { fetch('/n' + n).catch(() => {}); if (n % 1000 == 999) await new Promise((f) => setTimeout(f)); } })()</script>",
        ),
        _ => Answer::json("{}"),
    });
    let Some(bench) = bench.await else { return };
    let seen = bench.open("/many").await;
    assert!(seen.text.contains("Many."), "{}", seen.text);
    let n_asked = bench.server.paths().iter().filter(|path| path.starts_with("/n")).count();
    assert!((1..200).contains(&n_asked), "{n_asked}");
}

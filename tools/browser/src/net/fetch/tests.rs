use super::*;
use crate::{
    loopback::{Answer, HASTE, Names, Request, Server, deadline},
    net::{AllowList, Options},
};

const ASK: fn() -> Ask = || Ask { heed_robots: false, deadline: deadline(), accepts: |_| Ok(()) };

fn fetcher(allowed: &[&str], names: Arc<Names>) -> Fetcher {
    let pinned = Pinned { lookup: names, allowed: AllowList::new(allowed.iter().copied()).unwrap() };
    Fetcher::new(pinned, Options::default(), HASTE, None).unwrap()
}

/// A fetcher that may reach the server, and knows no public name.
fn local() -> Fetcher {
    fetcher(&["127.0.0.1"], Names::new(&[&["10.0.0.1"]]))
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<String, String> {
    let got = fetcher.get(&Url::parse(url).unwrap(), &ASK()).await;
    got.map(|page| String::from_utf8_lossy(&page.body).into_owned()).map_err(|error| error.to_string())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn redirects_are_checked_at_every_hop() {
    let server = Server::start(|request: &Request| match request.path.as_str() {
        "/ok" => Answer::html("fine"),
        "/relative" => Answer::to("ok"),
        "/chain" => Answer::to("/relative"),
        "/circle" => Answer::to("/circle"),
        "/nowhere" => Answer::new("302 Found", "", ""),
        "/bytes" => Answer::raw("HTTP/1.1 302 Found\r\nlocation: /\u{fffd}\r\ncontent-length: 0\r\n\r\n"),
        path => Answer::to(path.strip_prefix("/to?").unwrap_or("/ok")),
    })
    .await;
    let fetcher = local();
    for (path, expected) in [
        ("/relative", Ok("fine")),
        ("/chain", Ok("fine")),
        ("/circle", Err("too many times")),
        ("/nowhere", Err("without saying where")),
        ("/to?http://localhost/", Err("a loopback address")),
        ("/to?http://[::1]/", Err("a loopback address")),
        ("/to?http://127.1.1.1/", Err("a loopback address")),
        ("/to?http://169.254.169.254/latest/meta-data/", Err("a link-local address")),
        ("/to?http://0x0a000001/", Err("a private address")),
        ("/to?//192.168.0.1/", Err("a private address")),
        ("/to?http://[::ffff:10.0.0.1]/", Err("a private address")),
        ("/to?http://metadata.google.internal/", Err("a local address")),
        ("/to?https://rebind.example.org/", Err("a private address")),
        ("/to?file:///etc/passwd", Err("only http:// and https://")),
        ("/to?ftp://example.org/", Err("only http:// and https://")),
        ("/to?javascript:alert(1)", Err("only http:// and https://")),
        ("/to?http://user:secret@127.0.0.1/", Err("user name")),
        ("/to?http://127.0.0.1@example.org/", Err("user name")),
        ("/to?http://example.org:22/", Err("port 22")),
        ("/to?http://", Err("no URL")),
    ] {
        let got = get(&fetcher, &server.url(path)).await;
        match expected {
            Ok(text) => assert_eq!(got.as_deref(), Ok(text), "{path}"),
            Err(part) => assert!(got.as_ref().is_err_and(|why| why.contains(part)), "{path}: {got:?}"),
        }
    }
}

#[tokio::test]
async fn a_name_is_pinned_to_the_address_that_was_checked() {
    let server = Server::start(|_: &Request| Answer::html("private")).await;
    let at = |host: &str| format!("http://{host}:{}/", server.port);
    for answers in [
        &[&["127.0.0.1"][..]][..],
        &[&["::1"]],
        &[&["::ffff:127.0.0.1"]],
        &[&["0.0.0.0"]],
        &[&["64:ff9b::7f00:1"]],
    ] {
        let got = get(&fetcher(&[], Names::new(answers)), &at("rebind.example.org")).await;
        assert!(got.as_ref().is_err_and(|why| why.contains("is not opened")), "{answers:?}: {got:?}");
    }
    // The second answer would pass the check that the first has failed, and the other way round: one
    // look-up decides, and its addresses are those that are connected to.
    let names = Names::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let fetcher = fetcher(&["allowed.example.org"], names.clone());
    assert_eq!(get(&fetcher, &at("allowed.example.org")).await.as_deref(), Ok("private"));
    assert_eq!(names.n_asked(), 1);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn bodies_are_bounded_and_unpacked() {
    let server = Server::start(|request: &Request| {
        let packed = |encoding: &str, bytes: Vec<u8>| {
            Answer::new(
                "200 OK",
                &format!("content-type: text/html\r\ncontent-encoding: {encoding}\r\n"),
                bytes,
            )
        };
        match request.path.as_str() {
            "/gzip" => packed("gzip", gzip(b"hello")),
            "/br" => packed("br", b"\x0b\x02\x80hello\x03".to_vec()),
            "/zstd" => packed("zstd", b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello".to_vec()),
            "/bomb" => packed("gzip", gzip(&vec![0; 20 << 20])),
            "/nested" => packed("gzip, gzip", gzip(&gzip(&vec![0; 20 << 20]))),
            "/layers" => packed("gzip, gzip, gzip", Vec::new()),
            "/odd" => packed("lzma", b"x".to_vec()),
            "/torn" => packed("gzip", gzip(b"hello")[..12].to_vec()),
            "/claims" => Answer::raw("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nx"),
            "/endless" => Answer::raw(&format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(9 << 20))),
            "/broken" => Answer::raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
            "/garbage" => Answer::raw("\0\0\0\0\r\n\r\n"),
            "/headers" => Answer::raw(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100_000))),
            "/empty" => Answer::new("204 No Content", "", ""),
            _ => Answer::missing(),
        }
    })
    .await;
    for (path, expected) in [
        ("/gzip", Ok("hello")),
        ("/br", Ok("hello")),
        ("/zstd", Ok("hello")),
        ("/empty", Ok("")),
        ("/bomb", Err("larger than 16 MiB")),
        ("/nested", Err("larger than 16 MiB")),
        ("/layers", Err("not asked for")),
        ("/odd", Err("\"lzma\"")),
        ("/torn", Err("gzip data is broken")),
        ("/claims", Err("larger than 8 MiB")),
        ("/endless", Err("larger than 8 MiB")),
        ("/broken", Err("broke off")),
        ("/garbage", Err("the connection failed")),
        ("/headers", Err("the connection failed")),
        ("/missing", Err("the server answers 404")),
    ] {
        let got = get(&local(), &server.url(path)).await;
        match expected {
            Ok(text) => assert_eq!(got.as_deref(), Ok(text), "{path}"),
            Err(part) => {
                assert!(
                    got.as_ref().is_err_and(|why| why.contains(part)),
                    "{path}: {:?}",
                    got.map(|b| b.len())
                );
            }
        }
    }
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_the_deadline() {
    let server = Server::start(|request: &Request| match request.path.as_str() {
        "/head" => Answer::hanging(""),
        _ => Answer::hanging("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
    })
    .await;
    for path in ["/head", "/body"] {
        let ask = Ask { deadline: Instant::now() + Duration::from_millis(200), ..ASK() };
        let got = local().get(&Url::parse(&server.url(path)).unwrap(), &ask).await;
        assert!(matches!(got, Err(FetchError::Timeout(_))), "{path}: {got:?}");
    }
}

#[tokio::test]
async fn it_asks_again_where_that_may_help() {
    let server = Server::start(|request: &Request| match (request.path.as_str(), request.n_before) {
        ("/soon", 0) => Answer::new("503 Busy", "retry-after: 0\r\n", ""),
        ("/soon", _) => Answer::html("fine"),
        ("/torn", 2) => Answer::raw(""),
        ("/torn", _) => Answer::html("back"),
        ("/dated", _) => {
            let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(7200));
            Answer::new("503 Busy", &format!("retry-after: {date}\r\n"), "")
        }
        ("/later", _) => Answer::new("429 Slow down", "retry-after: 3600\r\n", ""),
        ("/endless", _) => Answer::new("429 Slow down", "retry-after: 99999999999999999999999\r\n", ""),
        ("/never", _) => Answer::new("502 Bad", "retry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n", ""),
        _ => Answer::missing(),
    })
    .await;
    assert_eq!(get(&local(), &server.url("/soon")).await.as_deref(), Ok("fine"));
    assert_eq!(get(&local(), &server.url("/torn")).await.as_deref(), Ok("back"));
    let later = get(&local(), &server.url("/later")).await.unwrap_err();
    assert!(later.contains("asks to wait for 3600 s"), "{later}");
    assert!(get(&local(), &server.url("/endless")).await.is_err());
    let dated = get(&local(), &server.url("/dated")).await.unwrap_err();
    assert!(dated.contains("asks to wait for 7") || dated.contains("asks to wait for 6"), "{dated}");
    let before = server.seen().len();
    assert!(get(&local(), &server.url("/never")).await.unwrap_err().contains("502"));
    assert_eq!(server.seen().len() - before, 3);
    assert!(get(&local(), &server.url("/missing")).await.is_err());
    assert_eq!(server.seen().len() - before, 4);
}

#[tokio::test]
async fn pages_are_kept_and_cookies_come_back() {
    let server = Server::start(|request: &Request| match request.path.as_str() {
        "/set" => Answer::new("200 OK", "set-cookie: a=1; Path=/\r\ncache-control: no-store\r\n", ""),
        "/fresh" => Answer::new("200 OK", "cache-control: max-age=60\r\n", "fresh"),
        "/tagged" if request.head.contains("if-none-match: \"t\"") => Answer::new("304 Not Modified", "", ""),
        "/tagged" => Answer::new("200 OK", "cache-control: no-cache\r\netag: \"t\"\r\n", "tagged"),
        _ => Answer::missing(),
    })
    .await;
    let fetcher = local();
    for path in ["/set", "/set", "/fresh", "/fresh#from=10", "/tagged", "/tagged"] {
        assert!(get(&fetcher, &server.url(path)).await.is_ok(), "{path}");
    }
    assert_eq!(get(&fetcher, &server.url("/tagged")).await.as_deref(), Ok("tagged"));
    let seen = server.seen();
    assert_eq!(server.paths(), ["/set", "/set", "/fresh", "/tagged", "/tagged", "/tagged"]);
    assert!(!seen[0].head.contains("cookie:") && seen[1].head.contains("cookie: a=1"));
    assert!(
        seen[0].head.contains("user-agent: gimlet/")
            && seen[0].head.contains("accept-encoding: gzip, br, zstd")
    );
    assert!(!seen[2].head.contains("referer"));
}

#[tokio::test]
async fn robots_txt_is_heeded_where_asked() {
    let server = Server::start(|request: &Request| match request.path.as_str() {
        "/robots.txt" => Answer::new("200 OK", "", "User-agent: *\nDisallow: /private\n"),
        _ => Answer::html("page"),
    })
    .await;
    let fetcher = local();
    let heeding = Ask { heed_robots: true, ..ASK() };
    let url = |path: &str| Url::parse(&server.url(path)).unwrap();
    assert!(fetcher.get(&url("/open"), &heeding).await.is_ok());
    assert!(matches!(fetcher.get(&url("/private"), &heeding).await, Err(FetchError::Robots(_))));
    assert!(fetcher.get(&url("/private"), &ASK()).await.is_ok());
    assert_eq!(server.paths(), ["/robots.txt", "/open", "/private"]);
    let broken = Server::start(|_: &Request| Answer::new("500 Oops", "", "")).await;
    let url = Url::parse(&broken.url("/x")).unwrap();
    assert!(matches!(fetcher.get(&url, &heeding).await, Err(FetchError::Robots(_))));
}

#[tokio::test]
async fn a_proxy_is_used_only_when_chosen_and_opens_no_private_host() {
    let proxy = Server::start(|request: &Request| Answer::html(format!("by proxy {}", request.path))).await;
    let address = proxy.url("");
    let options = Options { proxies: Some(client::Proxies::all(&address)), ..Options::default() };
    let pinned =
        Pinned { lookup: Names::new(&[&["93.184.215.14"], &["10.0.0.1"]]), allowed: AllowList::default() };
    let fetcher = Fetcher::new(pinned, options, HASTE, None).unwrap();
    let got = get(&fetcher, "http://example.org/x").await;
    assert_eq!(got.as_deref(), Ok("by proxy http://example.org/x"));
    for url in ["http://private.example.org/", "http://127.0.0.1/", &address] {
        let got = get(&fetcher, url).await;
        assert!(got.as_ref().is_err_and(|why| why.contains("is not opened")), "{url}: {got:?}");
    }
    assert_eq!(proxy.seen().len(), 1);
}

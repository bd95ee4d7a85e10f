use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::*;
use crate::{
    loopback::{Answer, Names, Request, Server, deadline},
    net::{AllowList, Options, Pinned},
    settings::Engine,
};

fn chain(engines: &[Engine], keys: &[(&str, &str)]) -> Chain {
    let variables: BTreeMap<String, String> =
        keys.iter().map(|(name, key)| ((*name).to_owned(), (*key).to_owned())).collect();
    let allowed = AllowList::new(["127.0.0.1"]).unwrap();
    let pinned = Pinned { lookup: Names::new(&[&["10.0.0.1"]]), allowed };
    Chain::new(engines, &variables, &Arc::new(Http::new(&pinned, Options::default()).unwrap())).unwrap()
}

fn query(text: &str, recency_days: Option<u32>) -> Query {
    Query { text: text.into(), recency_days, count: 5 }
}

/// An engine that answers a result at one place, and repeats what it was asked in the title.
async fn engine(place: &'static str) -> Server {
    Server::start(move |request: &Request| {
        let asked = format!("{} {} {}", request.method, request.path, request.body);
        let hit = json!([{ "title": asked, "name": asked, "url": "https://a.example/", "link": "https://a.example/" }]);
        let answer = place.rsplit('/').filter(|part| !part.is_empty()).fold(hit, |inner, part| json!({ part: inner }));
        Answer::json(answer.to_string())
    })
    .await
}

#[tokio::test]
async fn each_engine_is_asked_in_its_own_way() {
    let made = |make: fn(String) -> Engine| make;
    for (place, make, expected, header) in [
        (
            "/results",
            made(|url| Engine::Searxng { url }),
            "GET /x?q=a%2Bb+c&format=json&time_range=week ",
            "",
        ),
        (
            "/web/results",
            made(|url| Engine::Brave { url: Some(url), key_env: Some("KEY".into()) }),
            "GET /x?q=a%2Bb+c&count=5&freshness=pw ",
            "x-subscription-token: k",
        ),
        (
            "/results",
            made(|url| Engine::Tavily { url: Some(url), key_env: Some("KEY".into()) }),
            "POST /x {\"query\":\"a+b c\",\"max_results\":5,\"time_range\":\"week\"}",
            "authorization: bearer k",
        ),
        (
            "/organic",
            made(|url| Engine::Serper { url: Some(url), key_env: Some("KEY".into()) }),
            "POST /x {\"q\":\"a+b c\",\"num\":5,\"tbs\":\"qdr:w\"}",
            "x-api-key: k",
        ),
        (
            "/webPages/value",
            made(|url| Engine::Bing { url, key_env: Some("KEY".into()) }),
            "GET /x?q=a%2Bb+c&count=5&freshness=Week ",
            "ocp-apim-subscription-key: k",
        ),
        (
            "",
            made(|url| Engine::Url { url: format!("{url}?x={{query}}&d={{recency_days}}") }),
            "GET /x?x=a%2Bb+c&d=7 ",
            "",
        ),
    ] {
        let server = engine(place).await;
        let made = make(server.url("/x"));
        let found = chain(std::slice::from_ref(&made), &[("KEY", "k")])
            .search(&query("a+b c", Some(7)), deadline())
            .await
            .unwrap();
        let seen = &found.hits[0].title;
        assert_eq!(seen.trim_end(), expected.trim_end(), "{made:?}");
        assert!(server.seen()[0].head.contains(header), "{}", server.seen()[0].head);
        assert!(!found.ignores_recency);
    }
}

#[tokio::test]
async fn the_next_engine_answers_where_one_does_not() {
    let server =
        Server::start(|request: &Request| match request.path.split('?').next().unwrap_or_default() {
            "/banned" => Answer::new("429 Slow down", "", ""),
            "/refused" => Answer::new("403 Forbidden", "", "<html>"),
            "/broken" => Answer::json("nonsense"),
            "/empty" => Answer::json("{\"results\": []}"),
            "/silenced" => {
                Answer::json("{\"results\": [], \"unresponsive_engines\": [[\"google\", \"CAPTCHA\"]]}")
            }
            "/away" => Answer::to("http://10.0.0.1/"),
            "/challenge" => Answer::new("202 Accepted", "", "<form id=challenge-form>"),
            _ => Answer::json("{\"results\": [{\"title\": \"T\", \"url\": \"https://a.example/\"}]}"),
        })
        .await;
    let searxng = |path: &str| Engine::Searxng { url: server.url(path) };
    let all = [
        searxng("/banned"),
        searxng("/refused"),
        searxng("/broken"),
        searxng("/silenced"),
        searxng("/away"),
        Engine::Duckduckgo { url: Some(server.url("/challenge")) },
        Engine::Brave { url: None, key_env: None },
    ];
    let error = chain(&all, &[]).search(&query("x", None), deadline()).await.unwrap_err();
    for part in [
        "searxng: blocked: it answers 429",
        "searxng: blocked: it answers 403",
        "search.formats lacks json",
        "its answer is not JSON",
        "its engines do not answer (google: CAPTCHA)",
        "it answers 302",
        "duckduckgo: blocked: it asks whether a person",
        "brave: the variable BRAVE_API_KEY is not set",
        "under search in [tools.browser]",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
    let with = |last: Engine| [&all[..], &[last]].concat();
    let chained = chain(&with(searxng("/good")), &[]);
    let found = chained.search(&query("x", None), deadline()).await.unwrap();
    assert_eq!(found.hits[0].title, "T");
    // The second time nobody is asked.
    let n_asked = server.seen().len();
    assert_eq!(chained.search(&query("x", None), deadline()).await.as_ref(), Ok(&found));
    assert_eq!(server.seen().len(), n_asked);
    let none = chain(&with(searxng("/empty")), &[]).search(&query("x", None), deadline()).await.unwrap();
    assert!(none.hits.is_empty());
}

#[tokio::test]
async fn without_a_setting_the_keys_decide() {
    let names = |chain: Chain| async move {
        let said = chain.check().await;
        said.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    // Every name leads to a private address here, so no engine is reached.
    assert_eq!(names(chain(&[], &[])).await, ["duckduckgo, as [tools.browser] names no engine"]);
    let keys = [("BRAVE_API_KEY", "k"), ("SERPER_API_KEY", "k"), ("TAVILY_API_KEY", " ")];
    assert_eq!(
        names(chain(&[], &keys)).await,
        ["brave", "serper", "duckduckgo"].map(|name| format!("{name}, as [tools.browser] names no engine"))
    );
}

//! The python handler. This program is also the sandbox's worker, so it has no test harness.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails")]

mod support;

use std::env;

use chat::{CancellationToken, Observation, Status};
use sandbox::Limits;
use serde_json::{Value, json};

use support::Bench;

#[global_allocator]
static ALLOCATOR: sandbox::CountingAllocator = sandbox::CountingAllocator::new();

const SOURCE: &str = r#"
import math

calls = 0

def area(n, scale=1.0):
    print("computing")
    return {"area": round(math.pi * n * n * scale, 2)}

def text(n):
    return "n is " + str(n)

def printed(n):
    print("n:", n)

def broken(n):
    return 1 / n

def counted():
    global calls
    calls += 1
    return calls

def read():
    return open("/etc/passwd").read()

def forever():
    while True:
        pass

def long():
    return "x" * 100000

if __name__ == "__main__":
    raise SystemExit("it runs as a program")
"#;

fn main() {
    if env::args().nth(1).is_some_and(|arg| arg == sandbox::WORKER_ARG) {
        sandbox::worker_main();
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(checks());
    println!("python handler: all checks passed");
}

fn bench(function: &str, more: Value) -> Bench {
    let mut handler = json!({ "type": "python", "file": "f.py", "function": function });
    handler.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let program = env::current_exe().unwrap();
    Bench::with(handler, &[("f.py", SOURCE)], |host| host.with_python(program, Limits::default()))
}

async fn call(function: &str, arguments: Value) -> Observation {
    bench(function, json!({})).call(arguments).await
}

async fn checks() {
    let check = async |function: &str, arguments: Value, expected: &str| {
        let seen = call(function, arguments).await;
        assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, expected), "{function}");
    };
    check("area", json!({ "n": 2 }), "{\"area\": 12.57}").await;
    check("area", json!({ "n": 2, "scale": 0.5 }), "{\"area\": 6.28}").await;
    check("text", json!({ "n": 7 }), "n is 7").await;
    check("printed", json!({ "n": 7 }), "n: 7").await;

    let bench_counted = bench("counted", json!({}));
    assert_eq!(bench_counted.call(json!({})).await.text, "1");
    assert_eq!(bench_counted.call(json!({})).await.text, "1", "each call begins anew");

    let fails = async |function: &str, arguments: Value, expected: &str| {
        let seen = call(function, arguments).await;
        assert_eq!(seen.status, Status::Error, "{}", seen.text);
        assert!(seen.text.contains(expected), "{expected} in {}", seen.text);
    };
    fails("broken", json!({ "n": 0 }), "ZeroDivisionError").await;
    fails("none", json!({}), "there is no function none in f.py").await;
    fails("text", json!({ "n": 1, "m": 2 }), "TypeError").await;
    fails("read", json!({}), "not permitted").await;

    let seen = bench("forever", json!({ "timeout_s": 0.5 })).call(json!({})).await;
    assert_eq!(seen.status, Status::Timeout);
    assert!(seen.text.ends_with("The function was stopped after 0.5 s (its time limit)."), "{}", seen.text);

    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(bench("forever", json!({})).call_until(json!({}), &cancel).await.status, Status::Timeout);

    let long = bench("long", json!({}));
    let seen = long.call(json!({})).await;
    assert_eq!(std::fs::metadata(&seen.artifacts[0].path).unwrap().len(), 100_000);
}

use serde_json::{Value, json};

use super::*;

fn policy(json: Value) -> Policy {
    serde_json::from_value(json).unwrap()
}

/// `own` is the manifest's word; `call` is a tool and its arguments as they are written.
fn check(policy: &Policy, own: Approval, (tool, arguments): (&str, &str), expected: Approval) {
    let arguments = Arguments::parse(tool, arguments).unwrap();
    let ruling = policy.decide(tool, own, &arguments);
    assert_eq!(ruling.approval, expected, "{tool} {arguments:?} with {own:?} under {policy:?}: {ruling:?}");
}

#[test]
fn who_wins() {
    use Approval::*;
    let call = ("files__write", r#"{"path": "/tmp/a"}"#);
    // The default, the actions of rules that apply, the manifest's word, what comes of it.
    for (default, actions, own, expected) in [
        ("auto", &[][..], Auto, Auto),
        ("auto", &[], Ask, Ask),
        ("auto", &[], Deny, Deny),
        ("ask", &[], Auto, Ask),
        ("ask", &[], Deny, Deny),
        ("deny", &[], Auto, Deny),
        ("deny", &[], Ask, Deny),
        ("auto", &["ask"], Auto, Ask),
        ("auto", &["deny"], Auto, Deny),
        ("deny", &["ask"], Auto, Ask),
        ("deny", &["allow"], Auto, Auto),
        ("auto", &["allow"], Ask, Auto),
        ("auto", &["allow"], Deny, Auto),
        ("auto", &["ask"], Deny, Ask),
        ("auto", &["allow", "ask"], Auto, Auto),
        ("auto", &["ask", "allow"], Auto, Ask),
        ("auto", &["allow", "deny"], Auto, Deny),
        ("auto", &["ask", "allow", "deny"], Ask, Deny),
    ] {
        let rules: Vec<_> =
            actions.iter().map(|action| json!({ "tool": "files__*", "action": action })).collect();
        check(&policy(json!({ "default": default, "rules": rules })), own, call, expected);
        let others: Vec<_> =
            actions.iter().map(|action| json!({ "tool": "memory__*", "action": action })).collect();
        let without = policy(json!({ "default": default, "rules": others }));
        check(&without, own, call, own.max(without.default));
    }
}

#[test]
fn patterns_on_arguments() {
    use Approval::*;
    let under = |action: &str, arguments: Value| {
        policy(
            json!({ "default": "ask", "rules": [{ "tool": "*", "arguments": arguments, "action": action }] }),
        )
    };
    let allow = under("allow", json!({ "path": "/tmp/*" }));
    for (arguments, expected) in [
        (r#"{"path": "/tmp/a/b"}"#, Auto),
        (r#"{"path": "/etc/passwd"}"#, Ask),
        (r#"{"other": "/tmp/a"}"#, Ask),
        (r#"{"path": "/tmp/../etc/passwd"}"#, Ask),
        (r#"{"path": "/tmp/./a"}"#, Auto),
        (r#"{"path": ["/tmp/a", "/tmp/b"]}"#, Auto),
        (r#"{"path": ["/tmp/a", "/etc/passwd"]}"#, Ask),
        (r#"{"path": {"/etc/passwd": "/tmp/a"}}"#, Ask),
        (r#"{"path": []}"#, Ask),
        (r#"{"path": "/tmp/a", "more": 1}"#, Auto),
    ] {
        check(&allow, Auto, ("f", arguments), expected);
    }
    let deny = under("deny", json!({ "path": "/etc/*" }));
    for (arguments, expected) in [
        (r#"{"path": "/etc/passwd"}"#, Deny),
        (r#"{"path": "/\u0065tc/passwd"}"#, Deny),
        (r#"{"path": "//etc/./passwd"}"#, Deny),
        (r#"{"path": "/tmp/../etc/passwd"}"#, Deny),
        (r#"{"path": ["/tmp/a", {"x": ["/etc/passwd"]}]}"#, Deny),
        (r#"{"path": {"/etc/passwd": 1}}"#, Deny),
        (r#"{"path": "/tmp/etc/passwd"}"#, Ask),
        (r#"{"text": "/etc/passwd"}"#, Ask),
    ] {
        check(&deny, Auto, ("f", arguments), expected);
    }
    let both = under("allow", json!({ "unit": "c", "days": "1?" }));
    check(&both, Auto, ("f", r#"{"unit": "c", "days": 14}"#), Auto);
    check(&both, Auto, ("f", r#"{"unit": "c", "days": 2}"#), Ask);
    check(&both, Auto, ("f", r#"{"unit": "c"}"#), Ask);
    check(&both, Auto, ("python", "unit = 'c'"), Ask);
    let text = under("deny", json!("*import os*"));
    check(&text, Auto, ("python", "x = 1\nimport os\nos"), Deny);
    check(&text, Auto, ("python", "import json"), Ask);
    check(&text, Auto, ("f", r#"{"code": "import os", "other": 1}"#), Deny);
    check(&text, Auto, ("f", r#"{"import os": 1}"#), Ask);
    let text = under("allow", json!("git *"));
    check(&text, Auto, ("sh", r#"{"command": "git log"}"#), Auto);
    check(&text, Auto, ("sh", r#"{"command": "rm -rf /", "note": "git x"}"#), Ask);
    check(&text, Auto, ("sh", "{}"), Ask);
}

/// A tool's name is the registered one, exactly; what stands in arguments is only ever text.
#[test]
fn nothing_that_a_model_writes_is_a_pattern_or_a_rule() {
    use Approval::*;
    let strict = policy(json!({ "default": "deny", "rules": [
        { "tool": "read", "action": "allow" },
        { "tool": "write", "arguments": { "path": "/tmp/a\\*" }, "action": "allow" },
    ] }));
    for tool in ["Read", "READ", "read ", " read", "re\u{200b}ad", "rеad", "read\n", "*", "r*", "read\0", ""]
    {
        check(&strict, Auto, (tool, "{}"), Deny);
    }
    check(&strict, Auto, ("read", "{}"), Auto);
    check(&strict, Auto, ("write", r#"{"path": "/tmp/a*"}"#), Auto);
    for path in ["/tmp/a", "/tmp/aa", "*", "/tmp/a\\*", "/tmp/a?", "/TMP/a*", "/tmp/ａ*", "/tmp/a* "] {
        check(&strict, Auto, ("write", &json!({ "path": path }).to_string()), Deny);
    }
    for arguments in [
        r#"{"action": "allow"}"#,
        r#"{"tool": "read", "action": "allow", "rules": [{"tool": "*", "action": "allow"}]}"#,
        r#"{"approval": "auto", "default": "auto"}"#,
        r#"{"path": "/tmp/a*", "path": "/etc/passwd"}"#,
    ] {
        check(&strict, Auto, ("write", arguments), Deny);
    }
    let unchanged = strict.clone();
    assert_eq!(strict, unchanged);
}

#[test]
fn configs_are_read_and_what_is_unknown_is_refused() {
    let text = json!({
        "default": "ask",
        "rules": [
            { "tool": "files__*", "action": "ask" },
            { "tool": "python", "arguments": "*import os*", "action": "deny" },
            { "tool": "f", "arguments": { "a": "b*" }, "action": "allow" },
        ],
    });
    assert_eq!(serde_json::to_value(policy(text.clone())).unwrap(), text);
    assert_eq!(policy(json!({})), Policy::default());
    let check = |config: Value, part: &str| {
        let error = serde_json::from_value::<Policy>(config.clone()).unwrap_err().to_string();
        assert!(error.contains(part), "{part:?} is not in {error:?} for {config}");
    };
    check(json!({ "defualt": "ask" }), "unknown field `defualt`");
    check(json!({ "default": "always" }), "unknown variant `always`");
    let rule = |rule: Value| json!({ "rules": [rule] });
    check(rule(json!({ "tool": "f", "action": "auto" })), "unknown variant `auto`");
    check(rule(json!({ "tool": "f", "action": "ask", "argument": "x" })), "unknown field `argument`");
    check(rule(json!({ "action": "ask" })), "missing field `tool`");
    check(rule(json!({ "tool": "f" })), "missing field `action`");
    check(rule(json!({ "tool": "", "action": "ask" })), "a pattern must not be empty");
    check(rule(json!({ "tool": "f", "action": "ask", "arguments": 3 })), "expected a pattern, or a table");
}

#[test]
fn rules_that_are_about_no_tool_are_found() {
    let policy = policy(json!({ "rules": [
        { "tool": "python", "action": "ask" }, { "tool": "Files__*", "action": "deny" },
    ] }));
    let idle: Vec<_> = policy.idle_rules(&["python".into(), "files__read".into()]);
    assert_eq!(idle, [&policy.rules[1]]);
}

//! Random walks, by the tools that are on offer.

use super::*;

#[test]
fn a_walk_under_the_grammar_is_an_answer_or_valid_calls() {
    let tools = all_tools();
    for format in Format::ALL {
        let codec = codec(format);
        let grammars = Grammars::new(Arc::clone(&codec));
        let (mut n_answers, mut n_calls, mut n_cut) = (0, 0, 0);
        for seed in 0..150 {
            let mut guide = grammars.guide(&tools, &Constraint::Calls);
            let walk = walk(&codec, &mut guide, &tools, seed, "");
            match (&walk.completion, walk.is_cut) {
                (_, true) => n_cut += 1,
                (Completion::ToolCalls(message), _) => n_calls += message.calls.len(),
                _ => n_answers += 1,
            }
            if !walk.is_cut {
                assert_valid(&tools, &walk);
            }
        }
        assert!(n_calls > 20 && n_cut < 15, "{format:?}: {n_answers} answers, {n_calls} calls, {n_cut} cut");
    }
}

/// Our own schemas, all of which every format enforces whole but for what XML cannot relate.
#[test]
fn random_calls_of_all_schemas_are_valid() {
    let schemas: Vec<Value> = serde_json::from_str(include_str!("schemas.json")).unwrap();
    let mut n_calls = 0;
    for format in Format::ALL {
        let codec = codec(format);
        let grammars = Grammars::new(Arc::clone(&codec));
        for schema in &schemas {
            assert_eq!(check(format, schema), Support::Full, "{format:?}: {schema}");
            let tools = [function("f", schema.clone())];
            let n_before = n_calls;
            for seed in 0..12 {
                let mut guide = grammars.guide(&tools, &Constraint::Calls);
                let walk = walk(&codec, &mut guide, &tools, seed, &beginning(format, "f"));
                if !walk.is_cut {
                    assert_valid(&tools, &walk);
                    n_calls += 1;
                }
            }
            assert!(
                n_calls > n_before + 6,
                "{format:?}: {} of 12 calls came to an end: {schema}",
                n_calls - n_before
            );
        }
    }
    assert!(n_calls > 500, "{n_calls}");
}

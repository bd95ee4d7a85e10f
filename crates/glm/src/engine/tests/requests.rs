//! Requests that are not held to anything.

use super::*;

#[test]
fn an_answer_streams_and_stops() {
    let mut tokens: Vec<u32> = "\n 你, go".bytes().map(u32::from).collect();
    tokens.retain({
        let mut seen = std::collections::HashSet::new();
        move |id| seen.insert(*id)
    });
    tokens.push(USER);
    let engine = scripted(&tokens);
    let (reply, deltas) = complete(&engine, request("hi", 100));
    let reply = reply.unwrap();
    assert_eq!(reply.finish, Finish::Stop);
    assert_eq!(
        reply.completion,
        Completion::Answer(chat::AssistantMessage { text: " 你,go".into(), ..Default::default() })
    );
    assert_eq!(text(&deltas), " 你,go");
    assert_eq!(reply.usage.completion_tokens, tokens.len());
    let n_prompt = engine.codec().encode(&[Message::user("hi")], &[]).len();
    assert_eq!(deltas[0], Delta::Prefill { done: n_prompt, total: n_prompt });
    assert_eq!(
        (reply.usage.prompt_tokens, reply.usage.prefill_tokens, reply.usage.reused_tokens),
        (n_prompt, n_prompt, 0)
    );
    assert!(reply.usage.ttft_ms > 0.0 && reply.usage.prefill_tok_s > 0.0 && reply.usage.decode_tok_s > 0.0);
    assert_eq!(engine.info().format, "glm4-chat");
    assert_eq!(engine.info().context_tokens, Some(512));
    assert_eq!(engine.info().sha256.as_ref().map(String::len), Some(64));
}

#[test]
fn a_tool_call_is_parsed() {
    let mut tokens: Vec<u32> = "fn\n{}".bytes().map(u32::from).collect();
    tokens.push(OBSERVATION);
    let function =
        FunctionSpec { name: "fn".into(), description: String::new(), parameters: serde_json::json!({}) };
    let request = Request { tools: vec![ToolSpec::Function(function)], ..request("", 100) };
    let engine = scripted(&tokens);
    let (reply, deltas) = complete(&engine, request);
    let Completion::ToolCalls(message) = reply.unwrap().completion else { panic!("no call") };
    assert_eq!((message.calls[0].tool.as_str(), message.calls[0].arguments.raw()), ("fn", "{}"));
    assert!(deltas.contains(&Delta::CallStarted { tool: "fn".into() }));
}

#[test]
fn a_cut_character_ends_as_a_replacement() {
    let engine = scripted(&[u32::from(b'\n'), 0xE4, 0xBD, USER]);
    let (reply, deltas) = complete(&engine, request("hi", 100));
    assert_eq!(text(&deltas), "\u{fffd}");
    assert!(matches!(reply.unwrap().completion, Completion::Answer(m) if m.text == "\u{fffd}"));
    // The budget cuts it as well.
    assert_eq!(text(&complete(&engine, request("hi", 2)).1), "\u{fffd}");
}

#[test]
fn the_budget_is_kept() {
    let engine = random(256);
    for max_tokens in [0, 1, 2, 17] {
        let reply = reply(&engine, "hello", max_tokens);
        assert_eq!((reply.finish, reply.usage.completion_tokens), (Finish::TokenLimit, max_tokens));
    }
}

#[test]
fn a_full_context_ends_the_completion() {
    let engine = random(64);
    let reply = reply(&engine, "hello", 1000);
    assert_eq!(reply.finish, Finish::ContextFull);
    // The last token that is written is one that could not be read any more.
    assert_eq!(reply.usage.prompt_tokens + reply.usage.completion_tokens, 64 + 1);
}

#[test]
fn a_prompt_without_room_for_an_answer_is_refused() {
    let engine = random(64);
    let overhead = engine.codec().encode(&[Message::user("")], &[]).len();
    let fits = "x".repeat(63 - overhead);
    assert_eq!(reply(&engine, &fits, 10).finish, Finish::ContextFull);
    let error = complete(&engine, request(&(fits + "x"), 10)).0.unwrap_err();
    assert!(matches!(error, ModelError::PromptTooLong { prompt_tokens: 64, context_tokens: 64 }), "{error}");
    assert_eq!(reply(&engine, "ok", 3).finish, Finish::TokenLimit);
}

/// What the cache holds from other requests never shows in the tokens.
#[test]
fn reuse_gives_the_tokens_of_a_fresh_engine() {
    let engine = random(1024);
    let long = "a long beginning that both have, ".repeat(9);
    let prompts =
        [format!("{long}one"), format!("{long}two"), long.clone(), "short".into(), format!("{long}one")];
    let mut reused = Vec::new();
    for prompt in &prompts {
        let warm = reply(&engine, prompt, 24);
        let fresh = reply(&random(1024), prompt, 24);
        assert_eq!(warm.completion, fresh.completion, "{prompt}");
        assert_eq!(warm.usage.prompt_tokens, warm.usage.reused_tokens + warm.usage.prefill_tokens);
        reused.push(warm.usage.reused_tokens);
    }
    assert_eq!(reused[0], 0);
    assert!(reused[1] > long.len() && reused[2] > long.len() && reused[3] < 8 && reused[4] < 8, "{reused:?}");
    let again = reply(&engine, &prompts[4], 24);
    assert_eq!(again.usage.prefill_tokens, 1);
    assert_eq!(again.completion, reply(&random(1024), &prompts[4], 24).completion);
}

#[test]
fn a_long_prompt_is_read_in_chunks() {
    let engine = random(4096);
    let (reply, deltas) = complete(&engine, request(&"word ".repeat(300), 1));
    let total = reply.unwrap().usage.prompt_tokens;
    let progress: Vec<_> = deltas.iter().filter(|d| matches!(d, Delta::Prefill { .. })).cloned().collect();
    let expected = [512, 1024, 1500 + total - 1500].map(|done| Delta::Prefill { done, total });
    assert_eq!(progress, expected);
}

/// On the engine's own thread, where nothing is under way between the two: the token that is written
/// while somebody cancels is the last.
#[test]
fn cancelling_ends_within_a_token_and_leaves_the_cache_sound() {
    let engine = random(4096);
    let mut worker =
        worker::Worker::new(Arc::clone(&engine.codec), Sequence::new(Arc::clone(&engine.network)));
    let mut run = |request: &Request, n_before: usize| {
        let cancel = CancellationToken::new();
        let mut n_written = 0;
        let reply = worker.complete(&mut worker::Task {
            request,
            received: Instant::now(),
            is_cancelled: &|| cancel.is_cancelled(),
            sink: &mut |delta| {
                n_written += usize::from(matches!(delta, Delta::Text(_)));
                if n_written == n_before {
                    cancel.cancel();
                }
            },
        });
        // Only what was held back for the rest of a character may still come out.
        assert!(n_written <= n_before.saturating_add(1), "{n_written} pieces, {n_before} before cancelling");
        reply
    };
    for n_before in [1, 2, 9] {
        let (fresh, _) = complete(&random(4096), request("and now", 16));
        let whole = run(&request("count", 60), usize::MAX).unwrap();
        assert_eq!(whole.finish, Finish::TokenLimit);
        let cancelled = run(&request("count", 60), n_before).unwrap();
        assert_eq!(cancelled.finish, Finish::Cancelled);
        let (part, all) = (said(cancelled.completion), said(whole.completion));
        assert!(all.starts_with(part.trim_end_matches('\u{fffd}')), "{part:?} does not begin {all:?}");
        assert!(cancelled.usage.completion_tokens < 60);
        assert_eq!(
            said(run(&request("and now", 16), usize::MAX).unwrap().completion),
            said(fresh.unwrap().completion)
        );
    }
}

#[test]
fn cancelling_from_outside_ends_an_endless_completion() {
    let engine = random(1 << 20);
    let cancel = CancellationToken::new();
    let mut cancel_at_first = |_| cancel.cancel();
    let cancelled = block_on(engine.complete(request("count", usize::MAX), &mut cancel_at_first, &cancel));
    assert_eq!(cancelled.unwrap().finish, Finish::Cancelled);
    assert_eq!(reply(&engine, "and now", 16).completion, reply(&random(1 << 20), "and now", 16).completion);
}

#[test]
fn cancelling_ends_a_prompt_between_two_chunks() {
    let engine = random(4096);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let cancelled = block_on(engine.complete(request(&"x".repeat(2000), 10), &mut |_| {}, &cancel)).unwrap();
    assert_eq!((cancelled.finish, cancelled.usage.completion_tokens), (Finish::Cancelled, 0));
    assert_eq!(cancelled.usage.prefill_tokens, 0);
    let cancel = CancellationToken::new();
    let mut stop_at_first_chunk = |_| cancel.cancel();
    let cancelled =
        block_on(engine.complete(request(&"y".repeat(3500), 10), &mut stop_at_first_chunk, &cancel));
    let cancelled = cancelled.unwrap();
    assert_eq!(cancelled.finish, Finish::Cancelled);
    assert!(cancelled.usage.prefill_tokens < 3500);
    let fresh = reply(&random(4096), &"y".repeat(3400), 8);
    assert_eq!(reply(&engine, &"y".repeat(3400), 8).completion, fresh.completion);
}

#[test]
fn a_dropped_request_frees_the_engine() {
    let engine = random(1 << 20);
    let cancel = CancellationToken::new();
    let mut sink = |_| {};
    let started = std::time::Instant::now();
    drop(engine.complete(request("for ever", usize::MAX), &mut sink, &cancel));
    assert_eq!(reply(&engine, "next", 4).usage.completion_tokens, 4);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_seed_repeats_and_another_differs() {
    let engine = random(512);
    let with_seed = |seed| {
        let sampling = Sampling { temperature: 1.0, top_p: 0.95, seed, ..GREEDY };
        complete(&engine, Request { sampling, ..request("tell me", 40) }).0.unwrap().completion
    };
    assert_eq!(with_seed(1), with_seed(1));
    assert_ne!(with_seed(1), with_seed(2));
}

#[test]
fn requests_from_many_threads_take_turns() {
    let engine = random(512);
    let alone: Vec<_> = (0..4).map(|i| reply(&engine, &format!("question {i}"), 8).completion).collect();
    std::thread::scope(|scope| {
        for (i, expected) in alone.iter().enumerate() {
            let engine = &engine;
            scope.spawn(move || assert_eq!(reply(engine, &format!("question {i}"), 8).completion, *expected));
        }
    });
}

#[test]
fn raw_ids_give_what_the_engine_gives() {
    let engine = random(256);
    let ids = engine.codec().encode(&[Message::user("hello")], &[]);
    let written = greedy(engine.network(), &ids, 12).unwrap();
    let logits = last_logits(engine.network(), &ids).unwrap();
    assert_eq!(logits.len(), VOCAB);
    assert_eq!(crate::sampler::likeliest(&logits), Some(written[0]));
    let raw = engine.codec().tokenizer().decode(&written);
    let said = said(reply(&engine, "hello", 12).completion);
    assert!(raw.trim_start_matches('\n').contains(said.trim_start_matches('\n')), "{raw:?} {said:?}");
    assert_eq!(greedy(engine.network(), &ids, 10_000).unwrap().len(), 256 - ids.len() + 1);
}

#[test]
fn the_stages_of_loading_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut noise = noise(3);
    write(folder.path(), 64, 16, 1.0, [noise(VOCAB * 16), noise(VOCAB * 16)]);
    let stages = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let told = std::rc::Rc::clone(&stages);
    let progress: Option<Box<dyn FnMut(LoadStage)>> =
        Some(Box::new(move |stage| told.borrow_mut().push(stage)));
    let checkpoint = Checkpoint::open(folder.path()).unwrap();
    let bench = crate::bench(&checkpoint, &Device::Cpu, None, 20, 10).unwrap();
    assert!(bench.load_s > 0.0 && bench.prefill_tok_s > 0.0 && bench.decode_tok_s > 0.0);
    assert!(crate::bench(&checkpoint, &Device::Cpu, None, 60, 10).is_err());
    Engine::load(checkpoint, EngineOptions { progress, ..Default::default() }).unwrap();
    assert_eq!(
        *stages.borrow(),
        [LoadStage::Tokenizer, LoadStage::Hash, LoadStage::Weights, LoadStage::Ready]
    );
    std::fs::write(folder.path().join("tokenizer.model"), "nonsense").unwrap();
    let error =
        Engine::load(Checkpoint::open(folder.path()).unwrap(), EngineOptions::default()).err().unwrap();
    assert_eq!(error.to_string(), "the tokenizer cannot be read: line 1 is not a base64 token and its rank");
}

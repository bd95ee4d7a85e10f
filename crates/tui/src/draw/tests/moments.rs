use agent::{Item, Moment, Setup, Written};
use chat::{Artifact, Finish, FunctionSpec, Message, ModelInfo, Sampling, ToolSpec, Usage};

use super::*;
use crate::{Effect, Op, Which, fixture::enter};

fn moment() -> Moment {
    let model = ModelInfo {
        name: "nano".into(),
        format: "glm4-chat".into(),
        sha256: Some("ab".repeat(32)),
        context_tokens: Some(8192),
    };
    let function = FunctionSpec {
        name: "get_weather".into(),
        description: "The weather".into(),
        parameters: json!({ "type": "object" }),
    };
    let setup = Setup {
        model,
        provenance: None,
        tools: vec![ToolSpec::Builtin(chat::Builtin::Python), ToolSpec::Function(function)],
        sampling: Sampling { temperature: 0.7, seed: 42, ..Sampling::default() },
        grammar: true,
        answer_schema: None,
    };
    let artifact = Artifact {
        path: "/mnt/plot.png".into(),
        mime: "image/png".into(),
        sha256: "0123456789abcdef".into(),
    };
    let observation = Observation { artifacts: vec![artifact.clone()], ..Observation::ok("385\n[plot.png]") };
    Moment {
        turn: 2,
        step: 1,
        ts: "2026-11-24T12:00:00.000Z".into(),
        setup: Some(setup),
        messages: vec![
            Message::system("You are brief.\u{1b}[2J"),
            Message::user("Summary of the conversation so far, whose first part is left out:\n你好"),
            Message::answer("Hello."),
            Message::user("What is the sum of the first ten squares?"),
        ],
        compactions: 1,
        written: Written {
            turn: 2,
            step: 1,
            max_tokens: 512,
            finish: Finish::Stop,
            ids: vec![1, 2, 3],
            summary: None,
        },
        usage: Some(Usage {
            prompt_tokens: 300,
            reused_tokens: 250,
            completion_tokens: 40,
            ..Usage::default()
        }),
        items: vec![Item { id: "item-2".into(), body: call("python", CODE, Some(observation)) }],
        artifacts: vec![artifact],
    }
}

/// A session of two turns, the first with a call.
fn session(options: Options) -> State {
    let step = |step| Event::StepCompleted { step, usage: chat::Usage::default() };
    let second = Event::TurnStarted { turn: 2, prompt: "And then?".into() };
    let squares = call("python", CODE, Some(Observation::ok("385")));
    let events = [
        started(),
        turn("Add them up"),
        begun("item-1", reasoning("I run it.")),
        step(1),
        done("item-1", reasoning("I run it.")),
        done("item-2", squares),
        step(2),
        done("item-3", message("It is 385.")),
        over(),
        second,
        step(1),
        done("item-4", message("That was all.")),
        over(),
    ];
    state_with(options, events)
}

#[test]
fn a_session_as_it_was() {
    let mut state = session(Options::default());
    state.hear(News::Moment(Box::new(moment())));
    check("moment", &mut state);
    screen(&mut state, (80, 24));
    state.key(key(KeyCode::End));
    check("moment_end", &mut state);
    for size in [(1, 1), (3, 2), (12, 6), (13, 6), (200, 3)] {
        screen(&mut state, size);
    }
}

#[test]
fn a_session_as_it_was_in_chinese() {
    let mut state = session(Options { language: Language::Chinese, ..Options::default() });
    state.hear(News::Moment(Box::new(moment())));
    check("moment_chinese", &mut state);
}

#[test]
fn steps_to_choose_from() {
    let mut state = session(Options::default());
    assert_eq!(enter(&mut state, "/steps"), []);
    check("steps", &mut state);
    state.key(key(KeyCode::Up));
    state.key(key(KeyCode::Up));
    assert_eq!(state.key(key(KeyCode::Enter)), [Effect::Send(Op::Moment(1, 1))]);
    assert!(state.steps.is_none());
}

#[test]
fn one_goes_from_step_to_step_and_on_from_one() {
    let mut state = session(Options::default());
    let mut at = |turn, step, code| {
        state.hear(News::Moment(Box::new(Moment { turn, step, ..moment() })));
        state.key(key(code))
    };
    let looks = |turn, step| vec![Effect::Send(Op::Moment(turn, step))];
    assert_eq!(at(1, 2, KeyCode::Left), looks(1, 1));
    assert_eq!(at(1, 2, KeyCode::Right), looks(2, 1));
    assert_eq!(at(2, 1, KeyCode::Right), []);
    assert_eq!(at(1, 1, KeyCode::Left), []);
    assert_eq!(at(1, 1, KeyCode::Esc), []);
    assert_eq!(at(1, 2, KeyCode::Char('f')), [Effect::Send(Op::Open(Which::ForkAt(1, 2)))]);
    assert!(state.moment.is_none());
}

#[test]
fn a_chosen_step_is_looked_at() {
    let mut state = session(Options::default());
    screen(&mut state, (80, 40));
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Up));
    assert_eq!(state.key(key(KeyCode::Char('s'))), [Effect::Send(Op::Moment(1, 1))]);
    state.key(key(KeyCode::Tab));
    state.key(key(KeyCode::Tab));
    assert_eq!(state.key(key(KeyCode::Char('s'))), [], "a prompt is no step");
    assert!(screen(&mut state, (80, 40)).contains("choose a step"));
}

#[test]
fn the_model_is_named_and_switched() {
    let options = Options { models: vec!["nano".into(), "big.gguf".into()], ..Options::default() };
    let mut state = session(options);
    assert_eq!(enter(&mut state, "/model"), []);
    assert!(screen(&mut state, (100, 40)).contains("known here: nano, big.gguf"));
    assert_eq!(enter(&mut state, "/model big.gguf"), [Effect::Send(Op::Model("big.gguf".into()))]);
    state.hear(News::Opening("big.gguf".into()));
    assert_eq!(enter(&mut state, "Who are you?"), [], "it waits for the model");
    check("opening", &mut state);
    let big = ModelInfo { name: "big".into(), format: "glm47".into(), sha256: None, context_tokens: None };
    let effects = state.hear(News::Model(big, Duration::from_millis(2500)));
    assert_eq!(effects, [Effect::Send(Op::Prompt("Who are you?".into()))]);
    assert!(screen(&mut state, (100, 40)).contains("opened in 2.5 s · big · glm47"));
}

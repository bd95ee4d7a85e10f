//! A person who thinks, edits, answers and steps through.

use super::*;

#[tokio::test]
async fn the_time_of_a_turn_stands_still_while_a_person_thinks() {
    let wall = Duration::from_millis(400);
    let mut registry = ToolRegistry::default();
    registry.register(ran("f", Approval::Ask)).unwrap();
    let model = Script::new([calls([("f", 1)]).as_str(), DONE]).with_format(Format::Glm45);
    let agent = Agent::new(Arc::new(model), registry, Limits { wall, ..Limits::default() })
        .with_approver(Arc::new(Slow(wall + Duration::from_millis(100))));
    let (mut session, _events) = Session::new();
    let turn = agent.run(&mut session, "Go", &CancellationToken::new()).await;
    assert_eq!((turn.end, turn.failed_tool_calls), (End::Answered, 0));
}

#[tokio::test]
async fn a_person_edits_a_call_or_answers_for_its_tool() {
    let edit = |text: &str| Verdict::Edit(text.to_owned());
    let check = async |verdicts: Vec<Verdict>, approvals: &[&str], n: u64, observation: &str| {
        let left_over = verdicts.len();
        let person = Person::new(verdicts);
        let policy = json!({ "default": "ask", "rules": [
            { "tool": "f", "arguments": { "n": "13" }, "action": "deny" },
        ] });
        let setup = Setup { policy, person: Some(person.clone()), ..Setup::new([ran("f", Approval::Auto)]) };
        let seen = setup.run(&[&calls([("f", 1)]), DONE]).await;
        assert_eq!(
            (seen.approvals(), person.asked().len()),
            (approvals.iter().map(|a| (*a).to_owned()).collect(), left_over)
        );
        assert!(seen.observations()[0][0].starts_with(observation), "{:?}", seen.observations());
        let called = seen.events.iter().find_map(|event| match event {
            Event::ItemCompleted { item: crate::Item { body: ItemBody::ToolCall { arguments, .. }, .. } } => {
                arguments["n"].as_u64()
            }
            _ => None,
        });
        let told = seen.session.messages().iter().find_map(|message| match message {
            Message::Assistant(message) => message.calls.first()?.arguments.to_value()["n"].as_u64(),
            _ => None,
        });
        assert_eq!((called, told), (Some(n), Some(n)), "the log and the model have what was called");
    };
    check(vec![edit("{\"n\": 7}")], &["f?", "Edited by Person"], 7, "ran 7").await;
    let again = ["f?", "f?", "f?", "Edited by Person"];
    check(vec![edit("{\"n\": \"x\"}"), edit("n"), edit("{\"n\": 8}")], &again, 8, "ran 8").await;
    let denied = "The user's rules do not allow this call of f.";
    check(vec![edit("{\"n\": 13}")], &["f?", "Deny by Rule"], 13, denied).await;
    check(vec![Verdict::Answer("it is 42".into())], &["f?", "Answered by Person"], 1, "it is 42").await;
}

#[tokio::test]
async fn every_call_is_asked_about_when_a_person_steps_through() {
    let questions = crate::OpenQuestions::default();
    questions.ask_always(true);
    let mut registry = ToolRegistry::default();
    registry.register(ran("f", Approval::Auto)).unwrap();
    let model = Script::new([calls([("f", 1)]).as_str(), DONE]).with_format(Format::Glm45);
    let agent =
        Agent::new(Arc::new(model), registry, Limits::default()).with_approver(Arc::new(questions.clone()));
    let (mut session, mut events) = Session::new();
    let cancel = CancellationToken::new();
    let person = async {
        while let Some(record) = events.recv().await {
            if let Event::ApprovalRequested { id, .. } = record.event {
                return questions.answer(&id, Verdict::Allow);
            }
        }
        false
    };
    let (turn, is_asked) = tokio::join!(agent.run(&mut session, "Go", &cancel), person);
    assert_eq!((turn.end, is_asked), (End::Answered, true));
}

//! The form of the profile for macOS, looked at where nothing can apply it.

/// A form of the profile's language.
#[derive(Debug, PartialEq)]
enum Form {
    Word(String),
    List(Vec<Form>),
}

/// Reads every form of a profile; comments go to the end of their line.
fn read(text: &str) -> Vec<Form> {
    let lines: Vec<&str> = text.lines().map(|line| line.split(';').next().unwrap_or_default()).collect();
    let spaced = lines.join(" ").replace('(', " ( ").replace(')', " ) ");
    let mut open = vec![Vec::new()];
    for word in spaced.split_whitespace() {
        match word {
            "(" => open.push(Vec::new()),
            ")" => {
                let list = Form::List(open.pop().unwrap());
                open.last_mut().expect("a closing bracket too many").push(list);
            }
            word => open.last_mut().unwrap().push(Form::Word(word.to_owned())),
        }
    }
    assert_eq!(open.len(), 1, "a bracket is not closed");
    open.remove(0)
}

/// A form as it is written.
fn written(form: &Form) -> String {
    match form {
        Form::Word(word) => word.clone(),
        Form::List(forms) => format!("({})", forms.iter().map(written).collect::<Vec<_>>().join(" ")),
    }
}

#[test]
fn the_profile_denies_first_and_allows_nothing_that_the_document_does_not_say() {
    let forms: Vec<String> = read(include_str!("seatbelt.sb")).iter().map(written).collect();
    let expected = [
        "(version 1)",
        "(deny default)",
        "(allow signal (target self))",
        "(allow sysctl-read (sysctl-name \"hw.activecpu\") (sysctl-name \"hw.logicalcpu\") \
         (sysctl-name \"hw.memsize\") (sysctl-name \"hw.ncpu\") (sysctl-name \"hw.pagesize\"))",
    ];
    assert_eq!(forms, expected);
}

#[test]
fn each_rule_says_why() {
    let text = include_str!("seatbelt.sb");
    let mut before = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('(') {
            assert!(before.starts_with(';'), "nothing says why: {line}");
        }
        before = line;
    }
    // It goes to the system as a C string.
    assert!(text.is_ascii() && !text.contains('\0'));
}

//! The code in what the model wrote.

/// The code without a Markdown fence around it: models wrap code in one out of habit.
pub(crate) fn without_fence(text: &str) -> &str {
    let trimmed = text.trim();
    let Some(fenced) = trimmed.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else {
        return text;
    };
    match fenced.split_once('\n') {
        Some((language, code)) if is_python(language) => code,
        _ => text,
    }
}

fn is_python(language: &str) -> bool {
    matches!(language.trim().to_ascii_lowercase().as_str(), "" | "py" | "python" | "python3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_python_fence_is_removed() {
        for (text, expected) in [
            ("print(1)", "print(1)"),
            ("```python\nprint(1)\n```", "print(1)\n"),
            ("\n```py\nx = 1\nx\n```\n", "x = 1\nx\n"),
            ("```\nx\n```", "x\n"),
            ("```python\nx", "```python\nx"),
            ("s = '''```'''", "s = '''```'''"),
            ("```bash\nls\n```", "```bash\nls\n```"),
            ("  indented", "  indented"),
            ("``````", "``````"),
        ] {
            assert_eq!(without_fence(text), expected, "{text:?}");
        }
    }
}

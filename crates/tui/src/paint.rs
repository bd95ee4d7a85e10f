//! From source lines to coloured ones: prose with light Markdown, and code.

use ratatui::style::{Modifier, Style};

use crate::{
    highlight::{OpenString, Syntax, highlight},
    theme::{Role, Theme},
    wrap::{Break, Painted, columns},
};

/// Paints a text line by line; it remembers what is open from one line to the next.
#[derive(Clone, Copy, Debug)]
pub struct Painter {
    theme: Theme,
    syntax: Syntax,
    base: Role,
    /// Within prose, the syntax of the fence that is open.
    fence: Option<Syntax>,
    open: OpenString,
}

impl Painter {
    /// A painter for the beginning of a text whose ordinary pieces are of the kind `base`.
    pub fn new(theme: Theme, syntax: Syntax, base: Role) -> Self {
        Self { theme, syntax, base, fence: None, open: None }
    }

    /// Paints the next line, given without its end.
    pub fn line(&mut self, line: &str) -> Painted {
        if self.syntax == Syntax::Prose {
            return self.prose(line);
        }
        let breaks = if self.syntax == Syntax::Plain { Break::Words } else { Break::Anywhere };
        Painted { spans: self.code(self.syntax, line), breaks, hang: 0 }
    }

    fn code(&mut self, syntax: Syntax, line: &str) -> Vec<(String, Style)> {
        if matches!(syntax, Syntax::Plain | Syntax::Exact) {
            return vec![(line.to_owned(), self.theme.style(self.base))];
        }
        let (spans, open) = highlight(syntax, line, self.open, self.theme);
        self.open = open;
        spans
    }

    fn prose(&mut self, line: &str) -> Painted {
        if let Some(name) = line.trim_start().strip_prefix("```") {
            self.fence = self.fence.is_none().then(|| Syntax::of_fence(name));
            self.open = None;
            let spans = vec![(line.to_owned(), self.theme.style(Role::Dim))];
            return Painted { spans, breaks: Break::Words, hang: 0 };
        }
        if let Some(syntax) = self.fence {
            return Painted { spans: self.code(syntax, line), breaks: Break::Anywhere, hang: 0 };
        }
        let base = self.theme.style(self.base);
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        if is_heading(body) {
            let style = self.theme.style(Role::Accent).add_modifier(Modifier::BOLD);
            return Painted { spans: vec![(line.to_owned(), style)], breaks: Break::Words, hang: 0 };
        }
        if let Some(quoted) = body.strip_prefix("> ") {
            let spans = vec![(format!("{indent}▎ {quoted}"), self.theme.style(Role::Dim))];
            return Painted { spans, breaks: Break::Words, hang: columns(indent) + 2 };
        }
        let (bullet, text) = bullet(body);
        let mut spans = Vec::new();
        if !indent.is_empty() {
            spans.push((indent.to_owned(), base));
        }
        if !bullet.is_empty() {
            spans.push((bullet.clone(), self.theme.style(Role::Accent)));
        }
        self.inline(text, base, &mut spans);
        Painted { spans, breaks: Break::Words, hang: columns(indent) + columns(&bullet) }
    }

    /// `code` and **bold** within a line. Marks that do not close are shown as they are.
    fn inline(&self, mut text: &str, base: Style, spans: &mut Vec<(String, Style)>) {
        while let Some(place) = text.find(['`', '*']) {
            let (before, rest) = text.split_at(place);
            let mark = if rest.starts_with('`') { "`" } else { "**" };
            let inside = rest.strip_prefix(mark).and_then(|rest| Some((rest, rest.find(mark)?)));
            let Some((rest, end)) = inside.filter(|(_, end)| *end > 0) else {
                let shown = place + rest.chars().next().map_or(0, char::len_utf8);
                spans.push((text[..shown].to_owned(), base));
                text = &text[shown..];
                continue;
            };
            spans.push((before.to_owned(), base));
            let style = match mark {
                "`" => self.theme.style(Role::String),
                _ => base.add_modifier(Modifier::BOLD),
            };
            spans.push((rest[..end].to_owned(), style));
            text = &rest[end + mark.len()..];
        }
        spans.push((text.to_owned(), base));
    }
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')
}

/// The mark of a list's item as it is shown, and the rest.
fn bullet(line: &str) -> (String, &str) {
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return ("• ".to_owned(), rest);
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match line[digits..].strip_prefix(". ") {
        Some(rest) if (1..=3).contains(&digits) => (line[..digits + 2].to_owned(), rest),
        _ => (String::new(), line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_read_line_by_line() {
        let check = |source: &str, expected: &[(&str, usize)]| {
            let mut painter = Painter::new(Theme::Dark, Syntax::Prose, Role::Text);
            let lines: Vec<(String, usize)> = source
                .lines()
                .map(|line| painter.line(line))
                .map(|line| (line.spans.into_iter().map(|(text, _)| text).collect(), line.hang))
                .collect();
            let lines: Vec<(&str, usize)> = lines.iter().map(|(text, hang)| (text.as_str(), *hang)).collect();
            assert_eq!(lines, expected);
        };
        check("a **b** `c` d", &[("a b c d", 0)]);
        check("2 * 3 ** 4 ` 5", &[("2 * 3 ** 4 ` 5", 0)]);
        check("****", &[("****", 0)]);
        check("- one\n  * two\n12. three", &[("• one", 2), ("  • two", 4), ("12. three", 4)]);
        check("# Title\n#tag", &[("# Title", 0), ("#tag", 0)]);
        check("> said", &[("▎ said", 2)]);
        check("```python\n**x**\n```\n**y**", &[("```python", 0), ("**x**", 0), ("```", 0), ("y", 0)]);
    }

    #[test]
    fn a_fence_colours_its_code() {
        let mut painter = Painter::new(Theme::Dark, Syntax::Prose, Role::Text);
        let keyword = Theme::Dark.style(Role::Keyword);
        let has_keyword = |line: Painted| line.spans.iter().any(|(_, style)| *style == keyword);
        assert!(!has_keyword(painter.line("import os")));
        painter.line("```py");
        assert!(has_keyword(painter.line("import os")));
        painter.line("```");
        assert!(!has_keyword(painter.line("import os")));
    }
}

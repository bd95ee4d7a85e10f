//! A tree as Markdown, links as `【id†text†host】`.

use std::collections::HashMap;

use reqwest::Url;

use super::{
    clean::{CLOSE, MIDDLE, OPEN, clean_text, seal},
    table,
    tree::{Node, NodeId, Tree, is_block, is_heading},
    writer::Writer,
};

/// The most links of a page that have an id; later ones are only text.
const MAX_LINKS: usize = 1000;
const MAX_LINK_CHARS: usize = 200;
const MAX_ALT_CHARS: usize = 200;

/// A link that can be followed by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where it leads.
    pub url: Url,
    /// Its text.
    pub text: String,
}

/// A page's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// Markdown with the ids of links in it.
    pub text: String,
    /// The links by their ids.
    pub links: Vec<Link>,
}

impl Rendered {
    /// Renders what is below a node. Links lead from `base`.
    pub fn new(tree: &Tree, from: NodeId, base: &Url) -> Self {
        let mut renderer = Renderer::new(tree, &|_| false, base);
        renderer.children(from);
        renderer.finish()
    }

    /// Renders some nodes, one after the other, without those that are skipped.
    pub fn of(tree: &Tree, parts: &[NodeId], skips: &dyn Fn(NodeId) -> bool, base: &Url) -> Self {
        let mut renderer = Renderer::new(tree, skips, base);
        for part in parts {
            renderer.writer.break_lines(2);
            renderer.node(*part);
        }
        renderer.finish()
    }
}

struct Renderer<'a> {
    tree: &'a Tree,
    /// What is left out.
    skips: &'a dyn Fn(NodeId) -> bool,
    base: &'a Url,
    writer: Writer,
    links: Vec<Link>,
    known: HashMap<Url, usize>,
    /// The next number of each list that is open; nothing where it has bullets.
    lists: Vec<Option<usize>>,
}

impl<'a> Renderer<'a> {
    fn new(tree: &'a Tree, skips: &'a dyn Fn(NodeId) -> bool, base: &'a Url) -> Self {
        Self {
            tree,
            skips,
            base,
            writer: Writer::default(),
            links: Vec::new(),
            known: HashMap::new(),
            lists: Vec::new(),
        }
    }

    fn finish(self) -> Rendered {
        Rendered { text: seal(&self.writer.finish()), links: self.links }
    }

    fn children(&mut self, id: NodeId) {
        let tree = self.tree;
        tree.children(id).iter().for_each(|child| self.node(*child));
    }

    /// Recursion is as deep as the tree, which is bounded.
    fn node(&mut self, id: NodeId) {
        if self.writer.is_cut || (self.skips)(id) {
            return;
        }
        let tree = self.tree;
        let name = match tree.node(id) {
            Node::Text(text) => return self.writer.words(&clean_text(text)),
            Node::Element { name, .. } => name.as_str(),
        };
        match name {
            "head" | "title" | "meta" | "link" | "base" => {}
            "script" | "math" => self.formula(id),
            "br" => self.writer.break_lines(1),
            "hr" => {
                self.writer.break_lines(2);
                self.writer.exact("---");
                self.writer.break_lines(2);
            }
            name if is_heading(name) => self.heading(id, name),
            "a" => self.link(id),
            "img" => self.image(id),
            "pre" => self.code_block(id),
            "code" | "kbd" | "samp" | "tt" => self.code(id),
            "ul" | "ol" | "menu" => self.list(id, name == "ol"),
            "li" => self.item(id),
            "blockquote" => self.quote(id),
            "table" => self.table(id),
            "td" | "th" => self.block(id, 1),
            "dd" => self.indented(id, "  "),
            "tr" | "dt" | "summary" | "figcaption" => self.block(id, 1),
            "sup" => self.raised(id),
            _ if is_block(name) => self.block(id, if matches!(name, "div" | "section") { 1 } else { 2 }),
            _ => self.children(id),
        }
    }

    fn block(&mut self, id: NodeId, n_breaks: usize) {
        self.writer.break_lines(n_breaks);
        self.children(id);
        self.writer.break_lines(n_breaks);
    }

    fn indented(&mut self, id: NodeId, prefix: &str) {
        self.writer.indent(prefix, prefix);
        self.children(id);
        self.writer.dedent();
    }

    fn heading(&mut self, id: NodeId, name: &str) {
        let text = self.inline(id);
        if text.is_empty() {
            return;
        }
        let level = usize::from(name.as_bytes()[1] - b'0');
        self.writer.break_lines(2);
        self.writer.exact(&format!("{} {text}", "#".repeat(level)));
        self.writer.break_lines(2);
    }

    /// What is below a node on one line, its links with their ids.
    fn inline(&mut self, id: NodeId) -> String {
        let outer = std::mem::take(&mut self.writer);
        let lists = std::mem::take(&mut self.lists);
        self.children(id);
        self.lists = lists;
        let inner = std::mem::replace(&mut self.writer, outer).finish();
        inner.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn link(&mut self, id: NodeId) {
        let target = self.tree.attribute(id, "href").and_then(|href| self.target(href));
        let Some(url) = target else { return self.children(id) };
        let text = clean_text(&self.label(id));
        if text.is_empty() {
            return;
        }
        let text: String = text.chars().take(MAX_LINK_CHARS).map(plain_bracket).collect();
        let number = match self.known.get(&url) {
            Some(number) => *number,
            None if self.links.len() == MAX_LINKS => return self.writer.words(&text),
            None => {
                self.links.push(Link { url: url.clone(), text: text.clone() });
                self.known.insert(url.clone(), self.links.len() - 1);
                self.links.len() - 1
            }
        };
        let host = url.host_str().unwrap_or_default();
        let is_away = Some(host) != self.base.host_str();
        let away = if is_away { format!("{MIDDLE}{host}") } else { String::new() };
        let has_blocks = self.tree.elements(id).iter().any(|inner| is_block(self.tree.name(*inner)));
        if has_blocks {
            self.writer.break_lines(1);
        }
        // Spaces around the link are those of the text around it and in it.
        let inner = self.tree.text(id);
        if inner.starts_with(char::is_whitespace) {
            self.writer.words(" ");
        }
        self.writer.exact(&format!("{OPEN}{number}{MIDDLE}{text}{away}{CLOSE}"));
        if inner.ends_with(char::is_whitespace) {
            self.writer.words(" ");
        }
        if has_blocks {
            self.writer.break_lines(1);
        }
    }

    /// A link's text: its words, or those of its pictures.
    fn label(&self, id: NodeId) -> String {
        let words = self.tree.line(id);
        if !words.is_empty() {
            return words;
        }
        let images = self.tree.elements(id);
        let mut alts = images.iter().filter_map(|image| self.tree.attribute(*image, "alt"));
        let alt = alts.find(|alt| !alt.trim().is_empty());
        let title = alt
            .or_else(|| self.tree.attribute(id, "title"))
            .or_else(|| self.tree.attribute(id, "aria-label"));
        title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where a link leads, if that is another page.
    fn target(&self, href: &str) -> Option<Url> {
        if href.trim_start().starts_with('#') {
            return None;
        }
        let url = self.base.join(href.trim()).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty()))
            .then_some(url)
    }

    fn image(&mut self, id: NodeId) {
        let alt = clean_text(self.tree.attribute(id, "alt").unwrap_or_default());
        let alt: String = alt
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(MAX_ALT_CHARS)
            .map(plain_bracket)
            .collect();
        if !alt.is_empty() {
            self.writer.exact(&format!("[Image: {alt}]"));
        }
    }

    fn formula(&mut self, id: NodeId) {
        let tree = self.tree;
        let annotation = || {
            let mut all = tree.elements(id).into_iter();
            let found = all.find(|inner| tree.attribute(*inner, "encoding") == Some("application/x-tex"));
            found.map(|found| tree.text(found))
        };
        let tex = match tree.name(id) {
            "script" => Some(tree.text(id)),
            _ => tree.attribute(id, "alttext").map(str::to_owned).or_else(annotation),
        };
        let tex = clean_text(&tex.unwrap_or_else(|| tree.line(id)));
        let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
        if !tex.is_empty() {
            self.writer.exact(&format!("${tex}$"));
        }
    }

    fn code_block(&mut self, id: NodeId) {
        let text = clean_text(&self.tree.text(id));
        let text = text.trim_matches('\n');
        if text.trim().is_empty() {
            return;
        }
        // A fence longer than any in the code.
        let mut fence = "```".to_owned();
        while text.contains(&fence) && fence.len() < 20 {
            fence.push('`');
        }
        self.writer.break_lines(2);
        self.writer.exact(&format!("{fence}{}", self.language(id)));
        self.writer.lines(text);
        self.writer.exact(&fence);
        self.writer.break_lines(2);
    }

    /// The language that a class of the block or of the code in it names.
    fn language(&self, id: NodeId) -> String {
        let inner = self.tree.first(id, "code");
        let classes =
            [Some(id), inner].into_iter().flatten().filter_map(|id| self.tree.attribute(id, "class"));
        let named = |class: &str| {
            let name =
                ["language-", "lang-", "highlight-source-"].iter().find_map(|p| class.strip_prefix(p))?;
            let is_plain =
                name.len() <= 20 && name.chars().all(|c| c.is_ascii_alphanumeric() || "+-#_.".contains(c));
            is_plain.then(|| name.to_owned())
        };
        classes.flat_map(str::split_ascii_whitespace).find_map(named).unwrap_or_default()
    }

    fn code(&mut self, id: NodeId) {
        let text = clean_text(&self.tree.line(id));
        if !text.is_empty() {
            let mark = if text.contains('`') { "``" } else { "`" };
            self.writer.exact(&format!("{mark}{text}{mark}"));
        }
    }

    fn list(&mut self, id: NodeId, is_numbered: bool) {
        let start = self.tree.attribute(id, "start").and_then(|text| text.trim().parse().ok());
        let is_outer = self.lists.is_empty();
        self.lists.push(is_numbered.then(|| start.unwrap_or(1usize).min(1_000_000)));
        self.writer.break_lines(if is_outer { 2 } else { 1 });
        self.children(id);
        self.writer.break_lines(if is_outer { 2 } else { 1 });
        self.lists.pop();
    }

    fn item(&mut self, id: NodeId) {
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.writer.indent(&marker, &" ".repeat(marker.len()));
        // A paragraph in an item does not stand apart from its marker.
        self.children(id);
        self.writer.dedent();
    }

    fn quote(&mut self, id: NodeId) {
        self.writer.break_lines(2);
        self.writer.indent("> ", "> ");
        self.children(id);
        self.writer.dedent();
        self.writer.break_lines(2);
    }

    fn table(&mut self, id: NodeId) {
        let Some(rows) = table::rows(self.tree, id) else { return self.block(id, 2) };
        self.writer.break_lines(2);
        if let Some(caption) =
            self.tree.children(id).iter().find(|child| self.tree.name(**child) == "caption")
        {
            self.block(*caption, 1);
        }
        for (place, cells) in rows.iter().enumerate() {
            let mut line = String::from("|");
            let mut n_columns = 0;
            for cell in cells {
                let text = table::cell(&self.inline(*cell));
                let span = table::span(self.tree, *cell);
                line.push_str(&format!(" {text} |{}", "  |".repeat(span - 1)));
                n_columns += span;
            }
            self.writer.break_lines(1);
            self.writer.exact(&line);
            if place == 0 {
                self.writer.break_lines(1);
                self.writer.exact(&format!("|{}", " --- |".repeat(n_columns)));
            }
        }
        self.writer.break_lines(2);
    }

    /// Powers keep their sign; marks of footnotes keep their brackets.
    fn raised(&mut self, id: NodeId) {
        let text = self.tree.line(id);
        let is_power =
            !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '−'));
        if is_power && self.tree.elements(id).is_empty() {
            return self.writer.exact(&format!("^{text}"));
        }
        self.children(id);
    }
}

/// The brackets and the dagger of the marks are this tool's own.
fn plain_bracket(c: char) -> char {
    match c {
        '【' => '[',
        '】' => ']',
        '†' => '+',
        other => other,
    }
}

#[cfg(test)]
mod tests;

//! Tags and text to a tree.

use super::{
    hidden,
    tokens::{Mode, Token, Tokens},
    tree::{MAX_DEPTH, Node, NodeId, Tree, is_block, is_void},
};

/// The most nodes of a tree; what comes later is left out.
const MAX_NODES: usize = 200_000;

impl Tree {
    /// Reads a page. Text that a person would not see is left out.
    pub fn parse(text: &str, mode: Mode) -> Self {
        let mut builder =
            Builder { tree: Self::empty(), open: vec![(Self::ROOT, String::new())], n_deeper: 0, mode };
        let mut tokens = Tokens::new(text, mode);
        while let Some(token) = tokens.next() {
            if builder.tree.len() >= MAX_NODES {
                builder.tree.is_cut = true;
                break;
            }
            builder.take(token, &mut tokens);
        }
        builder.tree
    }
}

struct Builder {
    tree: Tree,
    /// The elements that are open, the root first.
    open: Vec<(NodeId, String)>,
    /// How many open elements are too deep to be kept.
    n_deeper: usize,
    mode: Mode,
}

impl Builder {
    fn take(&mut self, token: Token, tokens: &mut Tokens) {
        match token {
            Token::Text(text) => self.tree.add_text(self.here(), &text),
            Token::End(name) => self.end(&name),
            Token::Start { name, attributes, closes_itself } => {
                let is_html = self.mode == Mode::Html;
                let is_empty = if is_html { is_void(&name) } else { closes_itself };
                if is_html && hidden::is_hidden(&name, &attributes) {
                    if !(is_empty || closes_itself && is_foreign(&name)) {
                        skip(&name, tokens);
                    }
                    return;
                }
                if is_html {
                    self.close_head(&name);
                    self.close_before(&name);
                }
                self.start(name, attributes, is_empty);
            }
        }
    }

    fn here(&self) -> NodeId {
        self.open.last().map_or(Tree::ROOT, |(id, _)| *id)
    }

    fn start(&mut self, name: String, attributes: Vec<(String, String)>, is_empty: bool) {
        if self.open.len() > MAX_DEPTH {
            self.n_deeper += usize::from(!is_empty);
            return;
        }
        let id = self.tree.add(self.here(), Node::Element { name: name.clone(), attributes });
        if !is_empty {
            self.open.push((id, name));
        }
    }

    fn end(&mut self, name: &str) {
        if self.n_deeper > 0 {
            self.n_deeper -= 1;
            return;
        }
        let stops_at_cell =
            self.mode == Mode::Html && !matches!(name, "table" | "tr" | "tbody" | "td" | "th");
        for (place, (_, open)) in self.open.iter().enumerate().skip(1).rev() {
            if open == name {
                self.open.truncate(place);
                return;
            }
            // A stray end tag in a cell does not end what is around the table.
            if stops_at_cell && matches!(open.as_str(), "td" | "th" | "table") {
                return;
            }
        }
    }

    /// Ends the head at what cannot be in it, as pages do that leave its end tag out.
    fn close_head(&mut self, name: &str) {
        let is_of_head = matches!(name, "title" | "meta" | "link" | "base" | "script");
        if !is_of_head && self.open.last().is_some_and(|(_, open)| open == "head") {
            self.open.pop();
        }
    }

    /// Ends the elements that a start tag ends without saying so.
    fn close_before(&mut self, name: &str) {
        let (closed, stops): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu", "table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table"]),
            "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
            "option" => (&["option"], &["select"]),
            "a" => (&["a"], &["table", "td", "th", "li", "p", "div"]),
            _ if is_block(name) => (&["p"], &["table", "td", "th", "button", "object", "div", "li"]),
            _ => return,
        };
        for (place, (_, open)) in self.open.iter().enumerate().skip(1).rev() {
            if closed.contains(&open.as_str()) {
                self.open.truncate(place);
                return;
            }
            if stops.contains(&open.as_str()) {
                return;
            }
        }
    }
}

/// Passes over an element that nobody would see, with all that is in it.
fn skip(name: &str, tokens: &mut Tokens) {
    let mut depth = 1usize;
    for token in tokens {
        match token {
            Token::Start { name: inner, closes_itself, .. } if inner == name && !closes_itself => depth += 1,
            Token::End(inner) if inner == name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// Whether an element is not HTML's own, where `/>` means nothing.
fn is_foreign(name: &str) -> bool {
    matches!(name, "svg" | "math" | "path") || name.contains(['-', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as nested brackets.
    fn show(tree: &Tree, id: NodeId) -> String {
        let inner: String = tree.children(id).iter().map(|child| show(tree, *child)).collect();
        match tree.node(id) {
            Node::Text(text) => text.clone(),
            Node::Element { name, .. } => format!("{name}({inner})"),
        }
    }

    fn check(html: &str, expected: &str) {
        let tree = Tree::parse(html, Mode::Html);
        assert_eq!(show(&tree, Tree::ROOT), format!("({expected})"), "{html}");
    }

    #[test]
    fn pages_become_trees() {
        check("<p>a<p>b<div>c</div>", "p(a)p(b)div(c)");
        check("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "ul(li(a)li(bul(li(c)))li(d))");
        check("<table><tr><td>a<td>b<tr><td>c</table>d", "table(tr(td(a)td(b))tr(td(c)))d");
        check("<dl><dt>a<dd>b<dt>c</dl>", "dl(dt(a)dd(b)dt(c))");
        check("<b>a</i>b</b>c", "b(ab)c");
        check("<br>a<img src=x>b<hr/>c", "br()aimg()bhr()c");
        check("<div><table><tr><td></div>a</table></div>b", "div(table(tr(td(a))))b");
        check("<a href=1>a<a href=2>b</a>", "a(a)a(b)");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        check("a<script>b</script><style>c</style><noscript>d</noscript>e", "ae");
        check("a<div hidden>b<div>c</div></div>d", "ad");
        check("a<p style='color: red; DISPLAY : none'>b</p>c", "ac");
        check("a<template><p>b</template>c<input value=x type=hidden>", "ac");
        check("a<svg><text>b</text></svg>c", "ac");
        check("a<div hidden>never closed", "a");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("{}x{}y", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let tree = Tree::parse(&deep, Mode::Html);
        assert_eq!(tree.len(), MAX_DEPTH + 3);
        assert_eq!(tree.line(Tree::ROOT), "x y");
        let wide = Tree::parse(&"<b>x".repeat(250_000), Mode::Html);
        assert!(wide.len() <= MAX_NODES + 1);
        let many = Tree::parse(&"<i>a</i>".repeat(250_000), Mode::Html);
        assert!(many.is_cut && many.len() <= MAX_NODES + 1);
    }
}

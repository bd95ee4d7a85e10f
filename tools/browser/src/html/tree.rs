//! A page as a tree whose depth and size are bounded.

use super::{
    hidden,
    tokens::{Mode, Token, Tokens},
};

/// How deep elements may stand in one another; deeper ones are read as if their tags were not there.
/// Whatever walks a tree may do so by recursion.
pub(crate) const MAX_DEPTH: usize = 200;
/// The most nodes of a tree; what comes later is left out.
const MAX_NODES: usize = 200_000;

/// A node's place in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// Its place in the page's order.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

/// An element or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element.
    Element {
        /// In lower case.
        name: String,
        /// In the page's order.
        attributes: Vec<(String, String)>,
    },
    /// Text with its white space.
    Text(String),
}

/// The nodes of a page.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    children: Vec<Vec<NodeId>>,
    /// What a person would not see is not in the tree; whether the page had more than fits.
    pub is_cut: bool,
}

impl Tree {
    /// The element that holds all.
    pub const ROOT: NodeId = NodeId(0);

    /// Reads a page. Text that a person would not see is left out.
    pub fn parse(text: &str, mode: Mode) -> Self {
        let root = Node::Element { name: String::new(), attributes: Vec::new() };
        let tree = Self { nodes: vec![root], children: vec![Vec::new()], is_cut: false };
        let mut builder = Builder { tree, open: vec![(Self::ROOT, String::new())], n_deeper: 0, mode };
        let mut tokens = Tokens::new(text, mode);
        while let Some(token) = tokens.next() {
            if builder.tree.nodes.len() >= MAX_NODES {
                builder.tree.is_cut = true;
                break;
            }
            builder.take(token, &mut tokens);
        }
        builder.tree
    }

    /// The node at a place in the page's order.
    pub fn id(&self, place: usize) -> NodeId {
        // The number of nodes is bounded far below that of u32.
        NodeId(place as u32)
    }

    /// The node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// What stands in the node.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        &self.children[id.0 as usize]
    }

    /// The name of an element; empty for text.
    pub fn name(&self, id: NodeId) -> &str {
        match self.node(id) {
            Node::Element { name, .. } => name,
            Node::Text(_) => "",
        }
    }

    /// An element's attribute.
    pub fn attribute(&self, id: NodeId, key: &str) -> Option<&str> {
        match self.node(id) {
            Node::Element { attributes, .. } => {
                attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
            }
            Node::Text(_) => None,
        }
    }

    /// Whether an element has this class.
    pub fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.attribute(id, "class").is_some_and(|all| all.split_ascii_whitespace().any(|c| c == class))
    }

    /// All elements below one, in the page's order.
    pub fn elements(&self, from: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut next = vec![from];
        while let Some(id) = next.pop() {
            if id != from && matches!(self.node(id), Node::Element { .. }) {
                found.push(id);
            }
            next.extend(self.children(id).iter().rev());
        }
        found
    }

    /// The first element of this name below one.
    pub fn first(&self, from: NodeId, name: &str) -> Option<NodeId> {
        self.elements(from).into_iter().find(|id| self.name(*id) == name)
    }

    /// The text below a node, white space as it stands; blocks begin and end lines.
    pub fn text(&self, from: NodeId) -> String {
        let mut text = String::new();
        // A node, or the end of a block.
        let mut next = vec![Some(from)];
        while let Some(step) = next.pop() {
            let Some(id) = step else {
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                continue;
            };
            match self.node(id) {
                Node::Text(more) => text.push_str(more),
                Node::Element { name, .. } if name == "br" => text.push('\n'),
                Node::Element { name, .. } => {
                    let is_line = id != from && is_block(name);
                    if is_line {
                        next.push(None);
                        if !text.is_empty() && !text.ends_with('\n') {
                            text.push('\n');
                        }
                    }
                    next.extend(self.children(id).iter().rev().map(|child| Some(*child)));
                }
            }
        }
        text
    }

    /// The text below a node on one line.
    pub fn line(&self, from: NodeId) -> String {
        self.text(from).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    fn add(&mut self, parent: NodeId, node: Node) -> NodeId {
        // The number of nodes is bounded far below that of u32.
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.children.push(Vec::new());
        self.children[parent.0 as usize].push(id);
        id
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
            Token::Text(text) => self.text(&text),
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
                    self.close_before(&name);
                }
                self.start(name, attributes, is_empty);
            }
        }
    }

    fn here(&self) -> NodeId {
        self.open.last().map_or(Tree::ROOT, |(id, _)| *id)
    }

    fn text(&mut self, text: &str) {
        let here = self.here();
        // Long runs of text between tags that are not kept become one node.
        let last = self.tree.children(here).last().copied();
        if let Some(last) = last
            && let Node::Text(before) = &mut self.tree.nodes[last.0 as usize]
        {
            before.push_str(text);
            return;
        }
        self.tree.add(here, Node::Text(text.to_owned()));
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

/// Whether an element has no content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether an element is not HTML's own, where `/>` means nothing.
fn is_foreign(name: &str) -> bool {
    matches!(name, "svg" | "math" | "path") || name.contains(['-', ':'])
}

/// Whether an element stands on lines of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
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
        let deep = format!("{}x{}y", "<div>".repeat(300_000), "</div>".repeat(300_000));
        let tree = Tree::parse(&deep, Mode::Html);
        assert_eq!(tree.len(), MAX_DEPTH + 3);
        assert_eq!(tree.line(Tree::ROOT), "x y");
        let wide = Tree::parse(&"<b>x".repeat(500_000), Mode::Html);
        assert!(wide.len() <= MAX_NODES + 1);
        let many = Tree::parse(&"<i>a</i>".repeat(500_000), Mode::Html);
        assert!(many.is_cut && many.len() <= MAX_NODES + 1);
    }
}

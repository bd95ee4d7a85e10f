//! A tree as HTML again: well nested, of bounded depth, without what nobody sees.

use super::tree::{Node, NodeId, Tree, is_void};

/// The attributes by which an article is found, or that its text needs.
const KEPT: [&str; 19] = [
    "href",
    "src",
    "alt",
    "title",
    "class",
    "id",
    "role",
    "rel",
    "itemprop",
    "property",
    "name",
    "content",
    "colspan",
    "rowspan",
    "lang",
    "start",
    "datetime",
    "alttext",
    "aria-label",
];

/// The HTML of what is below a node.
pub(super) fn html(tree: &Tree, from: NodeId, skips: &dyn Fn(NodeId) -> bool) -> String {
    let mut writer = Writer { tree, skips, out: String::new() };
    writer.children(from);
    writer.out
}

struct Writer<'a> {
    tree: &'a Tree,
    skips: &'a dyn Fn(NodeId) -> bool,
    out: String,
}

impl Writer<'_> {
    fn children(&mut self, id: NodeId) {
        let tree = self.tree;
        tree.children(id).iter().for_each(|child| self.node(*child));
    }

    /// Recursion is as deep as the tree, which is bounded.
    fn node(&mut self, id: NodeId) {
        let (name, attributes) = match self.tree.node(id) {
            Node::Text(text) => return escape(text, &mut self.out),
            Node::Element { .. } if (self.skips)(id) => return,
            Node::Element { name, attributes } => (name, attributes),
        };
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return self.children(id);
        }
        if matches!(name.as_str(), "math" | "script") {
            // A parser of HTML would take these apart; what is left of them is one text.
            return self.formula(id);
        }
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes.iter().filter(|(key, _)| KEPT.contains(&key.as_str())) {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            escape(value, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        if !is_void(name) {
            self.children(id);
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn formula(&mut self, id: NodeId) {
        let tex = match self.tree.attribute(id, "alttext") {
            Some(tex) => tex.to_owned(),
            None => self.tree.text(id),
        };
        if !tex.trim().is_empty() {
            self.out.push('$');
            escape(tex.trim(), &mut self.out);
            self.out.push('$');
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mode;
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        for (page, expected) in [
            ("<p class=x onclick=y>a<br>b &lt; c", "<p class=\"x\">a<br>b &lt; c</p>"),
            ("<a href='/?a=1&b=\"2\"'>x</a>", "<a href=\"/?a=1&amp;b=&quot;2&quot;\">x</a>"),
            ("<script>x()</script><x:y>z</x:y>", "z"),
            ("<math alttext='x<y'><mi>x</mi></math>", "$x&lt;y$"),
        ] {
            let first = html(&Tree::parse(page, Mode::Html), Tree::ROOT, &|_| false);
            assert_eq!(first, expected);
            assert_eq!(html(&Tree::parse(&first, Mode::Html), Tree::ROOT, &|_| false), expected);
        }
    }
}

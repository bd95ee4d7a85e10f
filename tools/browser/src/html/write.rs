//! A tree as HTML again: well nested, of bounded depth, without what nobody sees.

use super::tree::{Node, NodeId, Tree};

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
pub(super) fn html(tree: &Tree, from: NodeId) -> String {
    let mut out = String::new();
    tree.children(from).iter().for_each(|child| node(tree, *child, &mut out));
    out
}

/// Recursion is as deep as the tree, which is bounded.
fn node(tree: &Tree, id: NodeId, out: &mut String) {
    let (name, attributes) = match tree.node(id) {
        Node::Text(text) => return escape(text, out),
        Node::Element { name, attributes } => (name, attributes),
    };
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return tree.children(id).iter().for_each(|child| node(tree, *child, out));
    }
    if matches!(name.as_str(), "math" | "script") {
        // A parser of HTML would take these apart; what is left of them is one text.
        return formula(tree, id, out);
    }
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes.iter().filter(|(key, _)| KEPT.contains(&key.as_str())) {
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    out.push('>');
    if matches!(
        name.as_str(),
        "area"
            | "base"
            | "br"
            | "col"
            | "hr"
            | "img"
            | "link"
            | "meta"
            | "source"
            | "wbr"
            | "param"
            | "track"
    ) {
        return;
    }
    tree.children(id).iter().for_each(|child| node(tree, *child, out));
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn formula(tree: &Tree, id: NodeId, out: &mut String) {
    let tex = match tree.attribute(id, "alttext") {
        Some(tex) => tex.to_owned(),
        None => tree.text(id),
    };
    if !tex.trim().is_empty() {
        out.push('$');
        escape(tex.trim(), out);
        out.push('$');
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
            let first = html(&Tree::parse(page, Mode::Html), Tree::ROOT);
            assert_eq!(first, expected);
            assert_eq!(html(&Tree::parse(&first, Mode::Html), Tree::ROOT), expected);
        }
    }
}

//! A page as a tree whose depth and size are bounded.

/// How deep elements may stand in one another; deeper ones are read as if their tags were not there.
/// Whatever walks a tree may do so by recursion.
pub(crate) const MAX_DEPTH: usize = 200;

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
    /// Whether the page had more than fits.
    pub is_cut: bool,
}

impl Tree {
    /// The element that holds all.
    pub const ROOT: NodeId = NodeId(0);

    /// A tree with nothing in it.
    pub(super) fn empty() -> Self {
        let root = Node::Element { name: String::new(), attributes: Vec::new() };
        Self { nodes: vec![root], children: vec![Vec::new()], is_cut: false }
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

    /// An element's attributes; none for text.
    pub fn attributes(&self, id: NodeId) -> &[(String, String)] {
        match self.node(id) {
            Node::Element { attributes, .. } => attributes,
            Node::Text(_) => &[],
        }
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

    /// More text at the end of a node, in the text that stands there already if one does.
    pub(super) fn add_text(&mut self, parent: NodeId, text: &str) {
        let last = self.children(parent).last().copied();
        if let Some(last) = last
            && let Node::Text(before) = &mut self.nodes[last.place()]
        {
            before.push_str(text);
            return;
        }
        self.add(parent, Node::Text(text.to_owned()));
    }

    /// Another node at the end of one.
    pub(super) fn add(&mut self, parent: NodeId, node: Node) -> NodeId {
        // The number of nodes is bounded far below that of u32.
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.children.push(Vec::new());
        self.children[parent.0 as usize].push(id);
        id
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

/// Whether an element is a heading.
pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
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

//! How much text stands where on a page, counted in one pass.

use super::{
    names::{self, AROUND, ARTICLE, BODY, COMMENTS, FRAME, MAIN, Marks},
    tree::{Node, NodeId, Tree, is_block, is_heading},
};

/// What one node and all below it hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// Text without white space at its ends, in bytes.
    pub text: u32,
    /// How much of that is in links.
    pub linked: u32,
    /// How much of it reads like an article, less what reads like a menu.
    pub prose: i32,
}

/// A page's nodes with their marks and weights. A node's descendants are those between it and its end.
pub(super) struct Outline {
    marks: Vec<Marks>,
    ends: Vec<u32>,
    parents: Vec<NodeId>,
    weights: Vec<Weight>,
    is_out: Vec<bool>,
}

/// A block with less text than this says nothing.
const SHORT_BYTES: u32 = 50;
/// How much less text in what is called no article counts at first.
const AROUND_SHARE: i32 = 8;
/// What such a block takes from the prose around it.
const SHORT_COST: i32 = 8;

impl Outline {
    /// Reads a page.
    pub fn new(tree: &Tree) -> Self {
        let n = tree.len();
        let mut ends: Vec<u32> = (1..=n as u32).collect();
        // A node stands behind its parent, so going backwards each is whole before it is added.
        for place in (0..n).rev() {
            if let Some(last) = tree.children(tree.id(place)).last() {
                ends[place] = ends[last.place()];
            }
        }
        let mut parents = vec![Tree::ROOT; n];
        for place in 0..n {
            tree.children(tree.id(place)).iter().for_each(|child| parents[child.place()] = tree.id(place));
        }
        let marks = (0..n).map(|place| names::marks(tree, tree.id(place))).collect();
        let mut outline = Self { marks, ends, parents, weights: Vec::new(), is_out: vec![false; n] };
        outline.weigh(tree, AROUND_SHARE);
        outline
    }

    /// The marks of a node.
    pub fn marks(&self, id: NodeId) -> Marks {
        self.marks[id.place()]
    }

    /// The weight of a node and all below it that is not left out.
    pub fn weight(&self, id: NodeId) -> Weight {
        self.weights[id.place()]
    }

    /// The place behind all that is below a node.
    pub fn end(&self, id: NodeId) -> usize {
        self.ends[id.place()] as usize
    }

    /// What a node stands in.
    pub fn parent(&self, id: NodeId) -> NodeId {
        self.parents[id.place()]
    }

    /// Whether a node stands in another.
    pub fn is_in(&self, inner: NodeId, outer: NodeId) -> bool {
        (outer.place()..self.end(outer)).contains(&inner.place())
    }

    /// The innermost element with the most prose; the root where there is none.
    pub fn richest(&self, tree: &Tree) -> NodeId {
        let mut best = Tree::ROOT;
        for place in 1..tree.len() {
            let id = tree.id(place);
            let (prose, most) = (self.weight(id).prose, self.weight(best).prose);
            // What is in the best and has as much is closer to the text. Without any, all is alike.
            if prose > 0 && (prose > most || prose == most && self.is_in(id, best)) {
                best = id;
            }
        }
        best
    }

    /// Whether a node is left out.
    pub fn is_out(&self, id: NodeId) -> bool {
        self.is_out[id.place()]
    }

    /// Leaves a node out with all below it. The weights are as before until they are counted again.
    pub fn leave_out(&mut self, id: NodeId) {
        self.is_out[id.place()] = true;
    }

    /// Takes back what was left out.
    pub fn take_in(&mut self, id: NodeId) {
        self.is_out[id.place()] = false;
    }

    /// Counts the weights of what is not left out, all prose alike.
    pub fn weigh_again(&mut self, tree: &Tree) {
        self.weigh(tree, 1);
    }

    /// Counts the weights. Prose in what is called no article is divided.
    fn weigh(&mut self, tree: &Tree, divisor: i32) {
        let Counted { mut weights, own, is_around } = self.count(tree);
        // Backwards, each is whole before it is added to its parent.
        for place in (1..tree.len()).rev().filter(|place| !self.is_out[*place]) {
            let prose = prose(tree.name(tree.id(place)), own[place]);
            let prose = if is_around[place] && prose > 0 { prose / divisor } else { prose };
            weights[place].prose = weights[place].prose.saturating_add(prose);
            let more = weights[place];
            let sum = &mut weights[self.parents[place].place()];
            sum.text += more.text;
            sum.linked += more.linked;
            sum.prose = sum.prose.saturating_add(more.prose);
        }
        self.weights = weights;
    }

    /// Counts each text for itself and for the block that it stands in.
    fn count(&self, tree: &Tree) -> Counted {
        let n = tree.len();
        let mut counted = Counted {
            weights: vec![Weight::default(); n],
            own: vec![Weight::default(); n],
            is_around: vec![false; n],
        };
        // The blocks that are open, and whether what stands here is called no article: with their ends.
        let mut blocks = vec![(0, n)];
        let mut regions = vec![(false, n)];
        let mut link_end = 0;
        let mut place = 0;
        while place < n {
            let id = tree.id(place);
            while blocks.len() > 1 && blocks.last().is_some_and(|(_, end)| *end <= place) {
                blocks.pop();
            }
            while regions.len() > 1 && regions.last().is_some_and(|(_, end)| *end <= place) {
                regions.pop();
            }
            if self.is_out[place] {
                place = self.end(id);
                continue;
            }
            if let Some(is_around) = is_around(self.marks[place]) {
                regions.push((is_around, self.end(id)));
            }
            counted.is_around[place] = regions.last().is_some_and(|(is_around, _)| *is_around);
            match tree.node(id) {
                Node::Text(text) => {
                    let block = blocks.last().map_or(0, |(block, _)| *block);
                    counted.text(place, block, text.trim_ascii().len() as u32, place < link_end);
                }
                Node::Element { name, .. } if name == "a" && !is_anchor(tree, id) => {
                    link_end = link_end.max(self.end(id));
                }
                Node::Element { name, .. } if is_block(name) || matches!(name.as_str(), "td" | "th") => {
                    blocks.push((place, self.end(id)));
                }
                Node::Element { .. } => {}
            }
            place += 1;
        }
        counted
    }
}

/// What is counted before it is summed up.
struct Counted {
    /// The weights of texts at their places.
    weights: Vec<Weight>,
    /// The text of each block that is not in a block within it.
    own: Vec<Weight>,
    is_around: Vec<bool>,
}

impl Counted {
    fn text(&mut self, place: usize, block: usize, n_bytes: u32, is_linked: bool) {
        let linked = if is_linked { n_bytes } else { 0 };
        self.weights[place] = Weight { text: n_bytes, linked, prose: 0 };
        self.own[block].text += n_bytes;
        self.own[block].linked += linked;
    }
}

/// Whether this names a place in the page. Pages often do not end such an element.
fn is_anchor(tree: &Tree, id: NodeId) -> bool {
    tree.attribute(id, "href").is_none()
        && (tree.attribute(id, "name").is_some() || tree.attribute(id, "id").is_some())
}

/// Whether an element of these marks says that it is no article; nothing where it says neither.
fn is_around(marks: Marks) -> Option<bool> {
    if marks & (AROUND | COMMENTS | FRAME) != 0 {
        return Some(marks & (BODY | MAIN) == 0);
    }
    (marks & (BODY | ARTICLE) != 0).then_some(false)
}

/// How much a block's own text reads like an article.
fn prose(name: &str, own: Weight) -> i32 {
    if own.text == 0 {
        return 0;
    }
    let plain = (own.text - own.linked) as i32;
    let linked = own.linked as i32;
    match name {
        name if linked == 0 && (is_heading(name) || matches!(name, "pre" | "blockquote")) => plain,
        _ if linked > plain => -linked.min(100),
        _ if own.text >= SHORT_BYTES => plain,
        "li" | "dd" | "dt" | "td" | "th" | "p" => 0,
        _ => -SHORT_COST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Mode;

    /// The text, linked text and prose of the whole page.
    fn check(html: &str, text: u32, linked: u32, prose: i32) {
        let tree = Tree::parse(html, Mode::Html);
        let weight = Outline::new(&tree).weight(Tree::ROOT);
        assert_eq!((weight.text, weight.linked, weight.prose), (text, linked, prose), "{html}");
    }

    #[test]
    fn texts_are_counted() {
        let long = "x".repeat(80);
        check("<p>ab <b>cd</b>", 4, 0, 0);
        check("<div>ab <b>cd</b></div>", 4, 0, -SHORT_COST);
        check(&format!("<p>{long}"), 80, 0, 80);
        check(&format!("<h2>ab</h2><li>ab<p>{long}<b>{long}</b>"), 164, 0, 162);
        check(&format!("<div>{long}<a href=x>{long}ab</a></div>"), 162, 82, -82);
        check("<p><a href=x>ab</a> <a name=y>c", 3, 2, -2);
        check(&format!("<div class=comments><p>{long}</div><p>{long}"), 160, 0, 90);
        check(&format!("<aside><div class=post-body><p>{long}"), 80, 0, 80);
    }

    #[test]
    fn what_is_left_out_counts_no_more() {
        let tree = Tree::parse("<div id=a><p>ab</p><p>cd</p></div><p>ef", Mode::Html);
        let mut outline = Outline::new(&tree);
        let id = tree.elements(Tree::ROOT)[1];
        assert_eq!((tree.name(id), outline.parent(id), outline.end(id)), ("p", tree.id(1), 4));
        outline.leave_out(id);
        outline.weigh_again(&tree);
        assert_eq!((outline.weight(Tree::ROOT).text, outline.weight(id).text), (4, 0));
        outline.take_in(id);
        outline.weigh_again(&tree);
        assert_eq!(outline.weight(Tree::ROOT).text, 6);
    }

    /// Each pass goes over the nodes a bounded number of times: what it keeps of open elements ends
    /// with them, and nothing is looked up from below.
    #[test]
    fn deep_and_wide_pages_are_counted() {
        for page in ["<div class=comments>".repeat(100_000) + "x", "<p class=post-body>x".repeat(100_000)] {
            let tree = Tree::parse(&page, Mode::Html);
            let outline = Outline::new(&tree);
            assert!(outline.weight(Tree::ROOT).text >= 1);
            assert_eq!(outline.end(Tree::ROOT), tree.len());
        }
    }
}

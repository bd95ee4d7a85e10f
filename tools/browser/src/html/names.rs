//! What an element's class, id and role say of its content.

use super::tree::{NodeId, Tree};

/// What an element is by its names: a set of these bits.
pub(super) type Marks = u16;

/// Stands around articles: navigation, advertisements, newsletters, links to other articles.
pub(super) const AROUND: Marks = 1;
/// Comments of readers.
pub(super) const COMMENTS: Marks = 2;
/// Announces another article, or this one.
pub(super) const TEASER: Marks = 4;
/// The line under a picture, or who took it.
pub(super) const CAPTION: Marks = 8;
/// The summary at the beginning of an article.
pub(super) const LEAD: Marks = 16;
/// The text of an article.
pub(super) const BODY: Marks = 32;
/// An article with what belongs to it.
pub(super) const ARTICLE: Marks = 64;
/// The main part of a page.
pub(super) const MAIN: Marks = 128;
/// Laid out beside or around the main part.
pub(super) const FRAME: Marks = 256;
/// Said to be the text of an article by a vocabulary for that.
pub(super) const NAMED: Marks = 512;

/// The marks of an element.
pub(super) fn marks(tree: &Tree, id: NodeId) -> Marks {
    let mut marks = match tree.name(id) {
        // The names of a whole page tell of all that it has.
        "" | "html" | "body" => return 0,
        "nav" | "footer" | "aside" | "fieldset" => FRAME,
        "figcaption" => CAPTION,
        "article" => ARTICLE,
        "main" => MAIN,
        // What scripts draw, such as formulas, is named after the script.
        name if name.starts_with("mjx-") => return 0,
        _ => 0,
    };
    for (key, value) in tree.attributes(id) {
        marks |= match key.as_str() {
            "class" | "id" => of_names(value),
            "role" => of_role(value),
            "itemprop" => of_property(value),
            "itemtype" if value.ends_with("Article") || value.ends_with("Posting") => ARTICLE,
            "data-testid" | "data-component" | "data-block" => of_names(value) & (AROUND | TEASER),
            _ => 0,
        };
    }
    marks
}

fn of_role(value: &str) -> Marks {
    match value {
        "navigation" | "contentinfo" | "banner" | "search" | "complementary" | "menu" | "menubar"
        | "dialog" | "alert" => FRAME,
        "article" => ARTICLE,
        "main" => MAIN,
        _ => 0,
    }
}

fn of_property(value: &str) -> Marks {
    match value {
        value if value.contains("articleBody") => BODY | NAMED,
        "breadcrumb" | "author" | "comment" => AROUND,
        "caption" => CAPTION,
        _ => 0,
    }
}

/// The marks of a class or an id: of its words, which stand apart by signs or capitals, and of pairs
/// of them.
fn of_names(value: &str) -> Marks {
    let mut marks = 0;
    for name in value.split_ascii_whitespace() {
        let mut of_name = of_whole(name);
        let mut before = Word::Other;
        let mut n_words = 0;
        let mut words = Words { rest: name.as_bytes(), buffer: [0; MAX_WORD_BYTES] };
        while let Some(word) = words.next() {
            let word = Word::of(word);
            of_name |= word.after(before);
            before = word;
            n_words += 1;
        }
        // The text of something around an article is none of the article.
        if of_name & (AROUND | COMMENTS | TEASER) != 0 {
            of_name &= !(BODY | ARTICLE | MAIN);
        }
        // The id of a heading is all of its words.
        if n_words <= MAX_WORDS {
            marks |= of_name;
        }
    }
    marks
}

/// The marks of a name that says something only as a whole.
fn of_whole(name: &str) -> Marks {
    match name {
        "widget" | "widget-area" | "sd-title" | "noprint" | "no-print" => AROUND,
        "content" | "main" | "maincontent" | "main-content" | "content-main" | "primary" => MAIN,
        "post" | "entry" | "hentry" | "article" | "story" | "h-entry" => ARTICLE,
        "e-content" => BODY,
        _ => 0,
    }
}

/// What a word in a name tells.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Is(Marks),
    /// What a text may be: an article, a post.
    Subject,
    /// The inner part of something.
    Inner,
    Author,
    /// Before another, a choice of articles: the most read ones.
    Most,
    /// Twice, a way to another article: read more, read also.
    Read,
    Other,
}

impl Word {
    fn of(word: &[u8]) -> Self {
        match word {
            b"article" | b"post" | b"entry" | b"story" | b"news" | b"blog" | b"single" | b"page"
            | b"artikel" | b"detail" | b"node" => Self::Subject,
            b"body" | b"content" | b"text" | b"copy" | b"contents" | b"paragraphs" => Self::Inner,
            b"author" => Self::Author,
            b"most" | b"top" => Self::Most,
            b"read" | b"also" | b"more" | b"next" | b"up" | b"weiter" | b"lesen" => Self::Read,
            word => Self::Is(of_word(word)),
        }
    }

    /// What it tells after another.
    fn after(self, before: Self) -> Marks {
        match (before, self) {
            (Self::Subject, Self::Inner) => BODY,
            (Self::Read | Self::Most, Self::Read) => AROUND,
            (_, Self::Author) => AROUND,
            (_, Self::Is(marks)) => marks,
            _ => 0,
        }
    }
}

fn of_word(word: &[u8]) -> Marks {
    match word {
        b"ad" | b"ads" | b"adv" | b"adbox" | b"adslot" | b"affiliate" | b"anzeige" | b"werbung"
        | b"promo" | b"promotion" | b"outbrain" | b"taboola" | b"cta" => AROUND,
        b"bio" | b"authorbox" | b"authorbio" | b"byline" | b"meta" | b"postmeta" | b"postmetadata"
        | b"tags" | b"taglist" | b"tagcloud" | b"keywords" | b"copyright" | b"disclaimer" | b"disclosure"
        | b"license" => AROUND,
        b"share" | b"shares" | b"sharing" | b"sharedaddy" | b"addthis" | b"teilen" | b"follow" | b"like"
        | b"likes" | b"rating" | b"ratings" | b"vote" | b"poll" | b"feedback" | b"donate" | b"donation"
        | b"shariff" => AROUND,
        b"subscribe" | b"subscription" | b"signup" | b"login" | b"paywall" | b"popup" | b"modal"
        | b"overlay" | b"consent" | b"gdpr" => AROUND,
        b"nav" | b"navi" | b"navbar" | b"navigation" | b"menu" | b"submenu" | b"pagination" | b"pager"
        | b"pagenav" | b"toolbar" | b"sitemap" => AROUND,
        b"verwandte" | b"readmore" | b"readalso" | b"nextstory" | b"mostread" | b"popular" | b"trending"
        | b"recirc" | b"linkbox" | b"linklist" | b"crosslink" | b"listposts" | b"upsell" => AROUND,
        b"gallery" | b"slideshow" => FRAME,
        b"sidebar" | b"footer" | b"widgets" | b"masthead" => AROUND,
        b"respond" | b"disqus" | b"reply" | b"replies" | b"livefyre" | b"community" | b"discussion"
        | b"postcomment" => COMMENTS,
        b"teaser" | b"teasers" => TEASER,
        b"caption" | b"credit" | b"credits" | b"legend" | b"bildunterschrift" | b"imagecaption" => CAPTION,
        b"lead" | b"intro" | b"subtitle" | b"subheadline" | b"excerpt" | b"standfirst" | b"abstract"
        | b"summary" | b"chapo" | b"deck" | b"dek" | b"vorspann" | b"subline" | b"introduction"
        | b"description" | b"kicker" | b"bajada" | b"subhead" => LEAD,
        b"articlebody" | b"articletext" | b"articlecontent" | b"postcontent" | b"postbody" | b"posttext"
        | b"entrycontent" | b"storybody" | b"storycontent" | b"storytext" | b"bodytext" | b"fulltext"
        | b"maintext" | b"newstext" | b"articlecopy" | b"longtext" => BODY,
        word if STEMS.iter().any(|stem| word.starts_with(stem)) || word.ends_with(b"footer") => AROUND,
        word if word.starts_with(b"comment") || word.starts_with(b"kommentar") => COMMENTS,
        _ => 0,
    }
}

/// How the words begin that stand for what is around articles.
const STEMS: [&[u8]; 11] = [
    b"newsletter",
    b"related",
    b"recommend",
    b"social",
    b"sociable",
    b"advert",
    b"sponsor",
    b"breadcrumb",
    b"cookie",
    b"metadata",
    b"licence",
];

/// A name of more words is a sentence.
const MAX_WORDS: usize = 5;
/// Longer words are cut.
const MAX_WORD_BYTES: usize = 24;

/// The words of a name in lower case.
struct Words<'a> {
    rest: &'a [u8],
    buffer: [u8; MAX_WORD_BYTES],
}

impl Words<'_> {
    fn next(&mut self) -> Option<&[u8]> {
        let begin = self.rest.iter().position(u8::is_ascii_alphabetic)?;
        let bytes = &self.rest[begin..];
        // A capital after a small letter begins a word.
        let end = bytes.windows(2).position(|pair| {
            !pair[1].is_ascii_alphabetic() || pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()
        });
        let end = end.map_or(bytes.len(), |end| end + 1);
        self.rest = &bytes[end..];
        let n_kept = end.min(MAX_WORD_BYTES);
        self.buffer[..n_kept].copy_from_slice(&bytes[..n_kept]);
        self.buffer[..n_kept].make_ascii_lowercase();
        Some(&self.buffer[..n_kept])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Mode;

    fn check(tag: &str, expected: Marks) {
        let tree = Tree::parse(&format!("<{tag}>"), Mode::Html);
        assert_eq!(marks(&tree, tree.id(1)), expected, "{tag}");
    }

    #[test]
    fn names_tell_what_elements_are() {
        check("div class='x related-posts'", AROUND);
        check("div id=newsletterBox", AROUND);
        check("div class=shareholders", 0);
        check("div class=c-read-also__item", AROUND);
        check("div class=post-author", AROUND);
        check("div class='post-body clearfix'", BODY);
        check("div class=articleBody", BODY);
        check("div class=related-post-body", AROUND);
        check("div class='entry-content share'", BODY | AROUND);
        check("div itemprop='description articleBody'", BODY | NAMED);
        check("div itemtype=https://schema.org/NewsArticle", ARTICLE);
        check("div id=commentlist", COMMENTS);
        check("p class=article__subtitle", LEAD);
        check("div class=wp-caption-text", CAPTION);
        check("div role=complementary", FRAME);
        check("aside class=teaser", FRAME | TEASER);
        check("section id=sharing-with-more-than-one-developer", 0);
        check("body class='comments related'", 0);
        check("article", ARTICLE);
        check("main", MAIN);
    }

    #[test]
    fn long_names_are_read_in_bounded_space() {
        check(&format!("div class='{}'", "newsletter".repeat(10_000)), AROUND);
        check(&format!("div class='{}'", "share ".repeat(10_000)), AROUND);
        check(&format!("div class='{}'", "-".repeat(10_000)), 0);
        check("div class='é-share_ü'", AROUND);
    }
}

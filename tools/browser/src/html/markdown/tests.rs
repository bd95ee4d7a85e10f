use super::*;
use crate::html::Mode;

fn check(html: &str, expected: &str) {
    let base = Url::parse("https://a.example/dir/page").unwrap();
    let rendered = Rendered::new(&Tree::parse(html, Mode::Html), Tree::ROOT, &base);
    assert_eq!(rendered.text, expected, "{html}");
}

#[test]
fn blocks_and_lines() {
    check("<h1> A  title </h1><p>One\n two.<p>Three<br>four.", "# A title\n\nOne two.\n\nThree\nfour.");
    check("<div>a</div><div>b</div>c", "a\nb\nc");
    check("a <b>bold</b> and <i>it</i>.", "a bold and it.");
    check("<p>x<hr>y", "x\n\n---\n\ny");
    check("<blockquote><p>a<p>b</blockquote>c", "> a\n>\n> b\n\nc");
    check("<dl><dt>Term<dd>Meaning</dl>", "Term\n  Meaning");
    check("10<sup>6</sup> x<sub>i</sub>", "10^6 xi");
    check("", "");
}

#[test]
fn lists() {
    check("<p>x<ul><li>a<li>b<ul><li>c</ul></ul>y", "x\n\n- a\n- b\n  - c\n\ny");
    check("<ol start=3><li><p>a</p><p>b</p><li>c</ol>", "3. a\n\n   b\n\n4. c");
    check("<ul><li></li><li>a</li></ul>", "- a");
}

#[test]
fn code_tables_pictures_formulas() {
    check(
        "<pre><code class='x language-rust'>fn f() {\n    1\n}\n</code></pre>",
        "```rust\nfn f() {\n    1\n}\n```",
    );
    check("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````");
    check("use <code>a  b</code>!", "use `a b`!");
    check(
        "<table><caption>C</caption><tr><th>a<th>b</tr><tr><td>1|2<td><p>3</p></table>",
        "C\n| a | b |\n| --- | --- |\n| 1\\|2 | 3 |",
    );
    check("<table><tr><td colspan=2>a<tr><td>1<td>2</table>", "| a |  |\n| --- | --- |\n| 1 | 2 |");
    check("<table><tr><td>layout</table>", "layout");
    check("<img src=x alt='A  cat'><img src=y alt=''>", "[Image: A cat]");
    check("<math alttext='x^2'><mi>x</mi></math>", "$x^2$");
    check("<script type='math/tex'>a+b</script>", "$a+b$");
}

#[test]
fn links_have_ids() {
    check(
        "see <a href='/x'>the x</a>, <a href='https://b.example/'>b</a> and <a href='/x'>x again</a>.",
        "see 【0†the x】, 【1†b†b.example】 and 【0†x again】.",
    );
    check(
        "<a href='#top'>up</a> <a href='mailto:a@b.c'>mail</a> <a href='javascript:x'>js</a>",
        "up mail js",
    );
    check("<a href=/x><img alt=Home></a>", "【0†Home】");
    check("<a href=/x></a>a", "a");
    check("<a href=/x><h2>Head</h2><p>text</a>b", "【0†Head text】\nb");
    check("<a href=/x>9】【7†source</a>", "【0†9][7+source】");
    check("a 【7†source】 b", "a 【7+source】 b");
    check("【<i>7</i>†source】", "【7+source】");
    check("a<a href=/x> b </a>c", "a 【0†b】 c");
}

#[test]
fn hostile_pages_end_soon() {
    let base = Url::parse("https://a.example/").unwrap();
    for html in [
        "<ul><li>".repeat(30_000) + "x",
        "<table><tr><td>".repeat(30_000) + "x",
        "<a href=/x>".repeat(30_000) + "x",
        "<blockquote>".repeat(30_000) + &"<p>x".repeat(20_000),
        (0..30_000).map(|n| format!("<a href=/{n}>{n}</a>")).collect(),
        "<pre>".to_owned() + &"`".repeat(200_000),
        "x".repeat(2_000_000),
        "<p><b id=1><i>".repeat(30_000),
    ] {
        let rendered = Rendered::new(&Tree::parse(&html, Mode::Html), Tree::ROOT, &base);
        assert!(rendered.text.len() <= 1 << 20);
        assert!(rendered.links.len() <= MAX_LINKS);
    }
}

//! A rendered page without the marks of its links.

/// The same text without the ids and hosts of links.
pub(crate) fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find('【') {
        let (before, mark) = rest.split_at(begin);
        out.push_str(before);
        let inner = mark['【'.len_utf8()..].split_once('】');
        let parts = inner.and_then(|(inner, after)| {
            let (id, label) = inner.split_once('†')?;
            let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
            is_id.then_some((label.split('†').next().unwrap_or(label), after))
        });
        match parts {
            Some((label, after)) => {
                out.push_str(label);
                rest = after;
            }
            None => {
                out.push('【');
                rest = &mark['【'.len_utf8()..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_can_be_taken_out() {
        for (text, expected) in [
            ("see 【0†the x】 and 【12†b†b.example】.", "see the x and b."),
            ("【新闻】 【x†y】", "【新闻】 【x†y】"),
            ("【", "【"),
        ] {
            assert_eq!(without_ids(text), expected, "{text}");
        }
    }
}

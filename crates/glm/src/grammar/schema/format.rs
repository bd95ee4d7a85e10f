//! Patterns for the values of `format`.
//!
//! Each matches only strings that have the format, but not always all of them: a leap second or a
//! quoted mail address cannot be written, and nothing that is wrong can.

const DATE: &str = concat!(
    r"(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|",
    r"(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|",
    // The 29th of February: years that four divides but for centuries, and every fourth century.
    r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)",
);
const TIME: &str =
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const LABEL: &str = "[a-z0-9](?:[a-z0-9]{0,20}[a-z0-9])?";
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/// The pattern that a string of this format matches as a whole.
pub(in crate::grammar) fn pattern(format: &str) -> Option<String> {
    let hostname = || format!(r"{LABEL}(?:\.{LABEL}){{0,5}}");
    Some(match format {
        "date" => DATE.to_owned(),
        "time" => TIME.to_owned(),
        "date-time" => format!("{DATE}T{TIME}"),
        "duration" => {
            r"P(?:[0-9]{1,4}W|[0-9]{1,4}D(?:T[0-9]{1,4}H)?|[0-9]{1,4}Y(?:[0-9]{1,4}M(?:[0-9]{1,4}D)?)?|T(?:[0-9]{1,4}H(?:[0-9]{1,4}M(?:[0-9]{1,4}S)?)?|[0-9]{1,4}M(?:[0-9]{1,4}S)?|[0-9]{1,4}S))".to_owned()
        }
        // The part in front of the @ has 64 characters at most.
        "email" => format!(r"[A-Za-z0-9][A-Za-z0-9_+\-]{{0,20}}(?:\.[A-Za-z0-9_+\-]{{1,20}}){{0,2}}@{LABEL}(?:\.{LABEL}){{1,4}}"),
        "hostname" => hostname(),
        "ipv4" => format!(r"{OCTET}(?:\.{OCTET}){{3}}"),
        "ipv6" => r"(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,3}(?::[0-9a-f]{1,4}){1,3}|::(?:[0-9a-f]{1,4})?".to_owned(),
        "uuid" => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".to_owned(),
        "uri" => format!(
            r"(?:https?|ftp|file)://{}(?::[1-9][0-9]{{0,3}})?(?:/[A-Za-z0-9\-._~]{{0,60}}){{0,12}}(?:\?[A-Za-z0-9\-._~=&+,]{{0,200}})?(?:\x{{23}}[A-Za-z0-9\-._~]{{0,60}})?",
            hostname()
        ),
        _ => return None,
    })
}

/// Whether the keyword says nothing that a validator would check, or what the type says already.
pub(in crate::grammar) fn is_annotation(format: &str) -> bool {
    matches!(
        format,
        "int32" | "int64" | "float" | "double" | "password" | "byte" | "binary" | "string" | "unknown"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the whole text matches, as the grammar would have it.
    fn check(format: &str, text: &str, expected: bool) {
        let pattern = fancy_regex::Regex::new(&format!("^(?:{})$", pattern(format).unwrap())).unwrap();
        assert_eq!(pattern.is_match(text).unwrap(), expected, "{format}: {text}");
        let schema = serde_json::json!({"type": "string", "format": format});
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        assert!(!expected || validator.is_valid(&text.into()), "{format}: {text}");
    }

    #[test]
    fn what_matches_has_the_format() {
        check("date", "2024-02-29", true);
        check("date", "2023-02-29", false);
        check("date", "1900-02-29", false);
        check("date-time", "2024-12-31T23:59:59.123Z", true);
        check("time", "24:00:00Z", false);
        check("duration", "P1Y2M3D", true);
        check("duration", "P", false);
        check("email", "a.b+c@d.org", true);
        check("email", &format!("{}.{0}.{0}@a.b", "a".repeat(20)), true);
        check("email", &format!("{}.{0}.{0}.a@a.b", "a".repeat(20)), false);
        check("email", &format!("{}@a.b", "a".repeat(65)), false);
        check("hostname", "a.example", true);
        check("hostname", "-a.example", false);
        check("ipv4", "255.0.10.1", true);
        check("ipv4", "256.0.0.1", false);
        check("ipv6", "1:2:3:4:5:6:7:8", true);
        check("ipv6", "::1", true);
        check("ipv6", "1:2:3::4:5:6", true);
        check("uuid", "01234567-89ab-cdef-0123-456789abcdef", true);
        check("uri", "https://a.example:80/b?c=d#e", true);
        check("uri", "a b", false);
    }
}

//! The query in what was copied from somewhere.

/// Finds the query in an address, in a line of a log, or takes it as it is.
///
/// # Errors
/// When there is nothing like it.
pub(super) fn query(text: &str) -> Result<String, String> {
    // In logs that are JSON an & may be written so.
    let text = text.replace("\\u0026", "&");
    let bare = text.trim().trim_start_matches('?');
    if NAMES.iter().any(|name| bare.starts_with(name)) {
        // Something on the way may have put spaces into it.
        return Ok(bare.to_owned());
    }
    let piece = text
        .split(|char: char| char.is_whitespace() || "\"'`<>".contains(char))
        .find(|piece| piece.contains("signature"))
        .ok_or("there is no query in it: none of its words has a signature")?;
    let query = piece.split_once('?').map_or(piece, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    Ok(query.to_owned())
}

const NAMES: [&str; 5] = [
    "msg_signature=",
    "signature=",
    "timestamp=",
    "nonce=",
    "echostr=",
];

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn the_query_is_found_wherever_it_stands() {
        let wanted = "msg_signature=ab&timestamp=1&nonce=2&echostr=x%2By%3D";
        for text in [
            wanted.to_owned(),
            format!("?{wanted}"),
            format!("/weixin?{wanted}"),
            format!("https://example.com/weixin?{wanted}#top"),
            format!(
                "1.2.3.4 - - [26/Nov/2026] \"GET /weixin?{wanted} HTTP/1.1\" 200 19 \"-\" \"Mozilla/4.0\""
            ),
            format!("{{\"uri\":\"/weixin?{}\"}}", wanted.replace('&', "\\u0026")),
        ] {
            assert_eq!(query(&text).as_deref(), Ok(wanted), "{text}");
        }
        assert!(query("GET /weixin HTTP/1.1").is_err());
        assert!(query("").is_err());
        assert_eq!(
            query("nonce=1&signature=a b").as_deref(),
            Ok("nonce=1&signature=a b")
        );
    }
}

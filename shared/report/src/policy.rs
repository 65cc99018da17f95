//! What the page may do: run and be styled by what stands in it, byte for byte, and nothing else.

use sha2::{Digest, Sha256};

/// A script or style that stands in the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inline(pub(crate) &'static str);

impl Inline {
    /// Its digest as a policy names it.
    fn source(self) -> String {
        format!("'sha256-{}'", base64(&Sha256::digest(self.0)))
    }
}

/// The content security policy of a page with these scripts and styles.
pub(crate) fn policy(scripts: &[Inline], styles: &[Inline]) -> String {
    let sources = |all: &[Inline]| {
        let all: Vec<String> = all.iter().map(|one| one.source()).collect();
        if all.is_empty() {
            return "'none'".to_owned();
        }
        all.join(" ")
    };
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        sources(scripts),
        sources(styles)
    )
}

/// Base64 (RFC 4648, section 4): of digests that a policy names, and of pictures within a page.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = word >> (18 - 6 * place) & 63;
            text.push(if place <= chunk.len() {
                char::from(ALPHABET[index as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}

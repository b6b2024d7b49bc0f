//! `format=flowed` (RFC 3676): lines that a client broke for the way are joined again.

/// The text as its author wrote it. With `DelSp=yes` the blank at which a line was broken is not part of it (§4.1).
pub(super) fn joined(text: &str, blank: Blank) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the paragraph is quoted to which the next line belongs.
    let mut open: Option<usize> = None;
    for (at, line) in text.split('\n').enumerate() {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        // The delimiter of a signature ends with a blank and is a line of its own all the same (§4.3).
        let delimiter = content == "-- ";
        if open == Some(depth) && !delimiter {
            out.push_str(content_of(content, blank));
        } else {
            if at > 0 {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 && !content.is_empty() {
                out.push(' ');
            }
            out.push_str(if delimiter { content } else { content_of(content, blank) });
        }
        let flows = content.ends_with(' ') && !content.trim().is_empty() && !delimiter;
        open = flows.then_some(depth);
    }
    out
}

/// Whether the blank at the end of a flowed line stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    Stays,
    Goes,
}

fn content_of(content: &str, blank: Blank) -> &str {
    match blank {
        Blank::Goes => content.strip_suffix(' ').unwrap_or(content),
        Blank::Stays => content,
    }
}

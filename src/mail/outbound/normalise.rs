//! The one normaliser that every outgoing byte passes.

/// Bytes of a line without its end (RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6).
const MAX_LINE: usize = 998;

/// Makes `bytes` fit for SMTP's DATA: every CR, LF and CRLF becomes CRLF, NUL bytes go, lines longer than 998 bytes
/// are broken, and the last line is ended.
///
/// With no bare CR or LF left, the client's dot-stuffing sees every line that a server could see, so no content can
/// end the DATA early and speak SMTP itself. A long header line is folded, so that it stays one field and never ends
/// the header; a long body line is cut between characters. What [`super::compose`] makes has no long lines.
///
/// Idempotent: its output passes unchanged.
pub fn normalise(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Lines { out: Vec::with_capacity(bytes.len() + 2), line_start: 0, in_header: true };
    let mut rest = bytes.iter().copied().filter(|byte| *byte != 0).peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                lines.end();
            }
            b'\n' => lines.end(),
            _ => lines.push(byte),
        }
    }
    if lines.out.is_empty() || lines.length() > 0 {
        lines.end();
    }
    lines.out
}

struct Lines {
    out: Vec<u8>,
    line_start: usize,
    in_header: bool,
}

impl Lines {
    fn length(&self) -> usize {
        self.out.len() - self.line_start
    }

    fn end(&mut self) {
        if self.length() == 0 {
            self.in_header = false;
        }
        self.out.extend_from_slice(b"\r\n");
        self.line_start = self.out.len();
    }

    fn push(&mut self, byte: u8) {
        if self.length() == MAX_LINE {
            self.wrap();
        }
        self.out.push(byte);
    }

    /// Breaks a full line, taking the bytes of an unfinished UTF-8 character along to the next one.
    fn wrap(&mut self) {
        let continuation = self.out.iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
        let lead = self.out.len() - continuation - 1;
        let begins_character = self.out.get(lead).is_some_and(|byte| *byte >= 0xC0);
        let keep = if begins_character { lead } else { self.out.len() };
        let carried = self.out.split_off(keep);
        self.out.extend_from_slice(b"\r\n");
        self.line_start = self.out.len();
        if self.in_header {
            self.out.push(b' ');
        }
        self.out.extend(carried);
    }
}

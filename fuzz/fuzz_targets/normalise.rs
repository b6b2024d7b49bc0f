//! What leaves: no bare CR or LF, no NUL, no line that is too long, and nothing changes when it passes again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::mail::outbound::normalise;

fuzz_target!(|bytes: &[u8]| {
    let out = normalise(bytes);
    assert!(out.ends_with(b"\r\n") && !out.contains(&0));
    for line in out.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r\n").expect("each line ends with CRLF");
        assert!(text.len() <= 998 && !text.contains(&b'\r') && !text.contains(&b'\n'));
    }
    assert_eq!(normalise(&out), out, "its output passes unchanged");
});

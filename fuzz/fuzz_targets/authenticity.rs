//! Headers of a stranger: whatever they say, nobody is authenticated by them below our border.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::mail::{
    authenticity::{self, Trust},
    inbound::{Limits, understand},
};

const BORDER: &[u8] = b"Received: from stranger.example (stranger.example [192.0.2.1]) by mx.desk.example; \
    Thu, 26 Nov 2026 10:00:00 +0100\r\nReceived: from inside.example by stranger.example; \
    Thu, 26 Nov 2026 09:59:59 +0100\r\n";

fuzz_target!(|bytes: &[u8]| {
    let trust = Trust {
        authserv_ids: vec!["mx.desk.example".to_owned()],
        border_hosts: vec!["mx.desk.example".to_owned()],
    };
    let limits = Limits::default();
    // As it comes: it must be read without harm.
    let (mail, _) = understand(bytes, &limits);
    let _ = authenticity::authenticated(&mail, &trust);
    // Below the border nothing counts.
    let (mail, _) = understand(&[BORDER, bytes].concat(), &limits);
    assert!(!authenticity::authenticated(&mail, &trust), "a stranger authenticated themselves");
    assert!(authenticity::results(&mail.headers, &trust).is_none(), "a stranger's results are believed");
    // Nobody is trusted: nobody is authenticated.
    assert!(!authenticity::authenticated(&mail, &Trust::default()));
});

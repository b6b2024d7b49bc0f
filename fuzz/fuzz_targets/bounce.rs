//! Any bytes as the report of a delivery: after the header of a standard one, and as prose of a mailer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::mail::{
    bounce,
    inbound::{Limits, understand},
};

const REPORT: &[u8] = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n\
    It did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n";
const PROSE: &[u8] = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\n\
    Subject: failure notice\r\n\r\n";

fuzz_target!(|bytes: &[u8]| {
    for head in [REPORT, PROSE] {
        let (mail, _) = understand(&[head, bytes].concat(), &Limits::default());
        let Some(found) = bounce::read(&mail) else { continue };
        assert!(found.recipients.len() <= 1_000, "what is read is bounded");
        for failed in &found.recipients {
            assert!(!failed.address.contains(['\r', '\n', '\0']), "an address is one line");
            let class = failed.status.as_deref().and_then(|status| status.chars().next());
            assert!(class.is_none_or(|class| matches!(class, '2' | '4' | '5')), "{failed:?}");
            assert!(!(failed.permanent && class == Some('2')), "what arrived did not fail: {failed:?}");
        }
    }
});

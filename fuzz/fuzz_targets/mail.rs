//! Any bytes as a mail, through everything that understands it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::mail::{
    authenticity, bounce,
    fate::{self, Setting},
    inbound::{Limits, understand},
    language, meaning, reply,
};

fuzz_target!(|raw: &[u8]| {
    let limits = Limits::default();
    let (mail, defects) = understand(raw, &limits);
    assert!(mail.text.len() <= limits.text + 64, "the text is bounded");
    assert!(!mail.subject.contains(['\r', '\n', '\0']), "a subject is one line");
    for mailbox in mail.authors.iter().chain(&mail.to).chain(&mail.cc).chain(&mail.reply_to) {
        assert!(!mailbox.address.contains(['\r', '\n', '\0']), "an address is one line");
        assert!(mailbox.name.as_deref().is_none_or(|name| !name.contains(['\r', '\n', '\0'])));
    }
    for attachment in &mail.attachments {
        assert!(!attachment.name.is_empty() && !attachment.name.contains(['/', '\\', '\0', '\n']));
    }
    assert!(mail.from.is_some() || mail.from_problem.is_some() || mail.over_limit.is_some());
    for defect in &defects {
        assert!(!defect.to_string().is_empty());
    }
    let split = reply::split(&mail.text);
    let verdict = fate::judge(&mail, &Setting::default());
    assert!(!verdict.because.contains('\n'));
    let _ = bounce::read(&mail);
    let _ = authenticity::results(&mail.headers, &authenticity::Trust::default());
    let _ = meaning::understood(&mail.subject, &split.new);
    let _ = language::detect(&split.new);
});

//! What agents and customers write: read without harm, and a command as we write it reads back as the same command.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::{
    command::{self, customer},
    domain::dispute::QuestionKind,
};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let parsed = command::parse(&text);
    for line in &parsed.lines {
        let Ok(understood) = &line.result else { continue };
        let written = understood.to_string();
        let again = command::parse(&written);
        assert_eq!(again.lines.first().and_then(|line| line.result.as_ref().ok()), Some(understood), "{written}");
    }
    let _ = command::hidden(&text, &parsed.body);
    let said = customer::first_line(&text, None);
    assert!(!matches!(said, customer::Said::Word(customer::Word::Yes)), "nothing was asked");
    for asked in [QuestionKind::Resolution, QuestionKind::Survey] {
        let _ = customer::first_line(&text, Some(asked));
    }
    let _ = customer::is_plain_thanks(&text);
});

//! Texts that may be signed addresses: none is believed but those that we signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redress::mail::token::{Audience, KeyRing, Token, Verified};

const ANNA: &str = "anna@shop.example";

fuzz_target!(|bytes: &[u8]| {
    let ring = KeyRing::parse(&KeyRing::generate([7; 32])).expect("what is generated can be read");
    let text = String::from_utf8_lossy(bytes);
    for staff in [&[][..], &[ANNA][..]] {
        assert!(!matches!(ring.verify_local(&text, staff), Verified::Valid { .. }), "forged: {text:?}");
        assert!(!matches!(ring.verify_message_id(&text, staff), Verified::Valid { .. }), "forged: {text:?}");
    }
    assert!(!ring.verify_loop_mark(&text, "id@desk.example"));
    let _ = KeyRing::parse(&text);

    let [a, b, c, d, kind, place, change, ..] = *bytes else { return };
    let audience = [Audience::Customer, Audience::StaffToCustomer, Audience::StaffInside, Audience::Bounce];
    let token = Token {
        dispute: i64::from(u32::from_le_bytes([a, b, c, d])),
        audience: audience[usize::from(kind) % 4],
        serial: u32::from(place),
    };
    let issued_to = token.audience.is_staff().then_some(ANNA);
    let signed = ring.sign_local(token, issued_to);
    let valid = Verified::Valid { token, issued_to: issued_to.map(str::to_owned) };
    assert_eq!(ring.verify_local(&signed, &[ANNA]), valid);
    assert_eq!(ring.verify_local(&signed.to_uppercase(), &[ANNA]), valid, "case is changed on the way");
    // One character changed: never valid as anything.
    let at = usize::from(place) % signed.len();
    let mut changed = signed.clone().into_bytes();
    changed[at] = change;
    if let Ok(changed) = String::from_utf8(changed)
        && !changed.eq_ignore_ascii_case(&signed)
    {
        assert!(!matches!(ring.verify_local(&changed, &[ANNA]), Verified::Valid { .. }), "{signed} {changed}");
    }
});

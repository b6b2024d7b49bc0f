use proptest::prelude::*;

use super::*;

const MARIA: &str = "maria@example.org";
const TOM: &str = "tom@example.org";

fn ring() -> KeyRing {
    KeyRing::parse(&KeyRing::generate([7; 32])).unwrap()
}

fn token(dispute: i64, audience: Audience, serial: u32) -> Token {
    Token { dispute, audience, serial }
}

fn valid(token: Token, issued_to: Option<&str>) -> Verified {
    Verified::Valid { token, issued_to: issued_to.map(str::to_owned) }
}

fn any_token() -> impl Strategy<Value = (Token, Option<&'static str>)> {
    (0..=i64::MAX, 0..4usize, any::<u32>()).prop_map(|(dispute, audience, serial)| {
        let audience = Audience::ALL[audience].0;
        (Token { dispute, audience, serial }, audience.is_staff().then_some(MARIA))
    })
}

#[test]
fn a_reply_address_reads_as_documented() {
    let local = ring().sign_local(token(1042, Audience::Customer, 3), None);
    assert!(local.starts_with("d1042.c3.a"), "{local}");
    assert_eq!(local.len(), "d1042.c3.a".len() + 16);
}

#[test]
fn the_longest_address_fits_its_local_part() {
    let ring = ring();
    let local = ring.sign_local(token(i64::MAX, Audience::StaffInside, u32::MAX), Some(MARIA));
    assert!("support+".len() + local.len() < 64, "{local}");
    let id =
        ring.message_id(token(i64::MAX, Audience::Bounce, u32::MAX), None, [255; 16], "mail.example.org");
    assert!(id.len() < 200, "{id}");
    assert_eq!(ring.verify_message_id(&id, &[]), valid(token(i64::MAX, Audience::Bounce, u32::MAX), None));
}

#[test]
fn another_agents_token_does_not_verify_for_me() {
    let ring = ring();
    let token = token(7, Audience::StaffToCustomer, 0);
    let local = ring.sign_local(token, Some(MARIA));
    assert_eq!(ring.verify_local(&local, &[TOM]), Verified::Forged);
    assert_eq!(ring.verify_local(&local, &[]), Verified::Forged);
    assert_eq!(
        ring.verify_local(&local, &[TOM, "Maria@Example.org"]),
        valid(token, Some("Maria@Example.org"))
    );
}

#[test]
fn a_staff_token_issued_to_nobody_verifies_for_nobody() {
    let ring = ring();
    let local = ring.sign_local(token(7, Audience::StaffInside, 0), None);
    assert_eq!(ring.verify_local(&local, &[MARIA, ""]), Verified::Forged);
}

#[test]
fn a_key_that_was_replaced_still_verifies() {
    let old_text = KeyRing::generate([1; 32]);
    let old = KeyRing::parse(&old_text).unwrap();
    let new_text = KeyRing::generate([2; 32]).replace("\na ", "\nb ");
    let both = KeyRing::parse(&format!("{new_text}\n{old_text}")).unwrap();
    let token = token(3, Audience::Customer, 1);
    assert_eq!(both.verify_local(&old.sign_local(token, None), &[]), valid(token, None));
    assert!(both.sign_local(token, None).starts_with("d3.c1.b"));
    assert_eq!(old.verify_local(&both.sign_local(token, None), &[]), Verified::Forged);
    assert!(both.verify_loop_mark(&old.loop_mark("x@y"), "x@y"));
}

#[test]
fn a_key_under_another_id_does_not_verify() {
    let text = KeyRing::generate([1; 32]);
    let renamed = KeyRing::parse(&text.replace("\na ", "\nz ")).unwrap();
    let local = KeyRing::parse(&text).unwrap().sign_local(token(3, Audience::Customer, 1), None);
    assert_eq!(renamed.verify_local(&local, &[]), Verified::Forged);
}

#[test]
fn what_does_not_look_like_a_token_is_not_ours() {
    for text in [
        "",
        "newsletter",
        "d1042",
        "d1042.c3",
        "d1042.c3.k",
        "d01042.c3.aaaaaaaaaaaaaaaaa",
        "d+1042.c3.aaaaaaaaaaaaaaaaa",
        "d-1.c3.aaaaaaaaaaaaaaaaa",
        "d99999999999999999999.c3.aaaaaaaaaaaaaaaaa",
        "d1.x3.aaaaaaaaaaaaaaaaa",
        "d1.c99999999999.aaaaaaaaaaaaaaaaa",
        "d1.c3.aaaaaaaaaaaaaaaaa.more",
        "d1.c3.a\u{fc}aaaaaaaaaaaaaaa",
        "d1.c3.aaaaaaaaaaaaaaa01",
        "\u{1f600}",
    ] {
        assert_eq!(ring().verify_local(text, &[MARIA]), Verified::NotOurs, "{text:?}");
    }
    for id in ["", "@", "<>", "a@b", "<d1.c3.aaaaaaaaaaaaaaaaa@example.org>", "d1.c3"] {
        assert_eq!(ring().verify_message_id(id, &[MARIA]), Verified::NotOurs, "{id:?}");
    }
}

#[test]
fn a_broken_key_file_says_which_line() {
    let good = "a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let cases = [
        (String::new(), KeyError::Empty),
        ("# only a comment\n\n".to_owned(), KeyError::Empty),
        ("a short".to_owned(), KeyError::Line { line: 1 }),
        (format!("{good}\nab {}", &good[2..]), KeyError::Line { line: 2 }),
        (format!("{good} more"), KeyError::Line { line: 1 }),
        (format!("{good}\n# x\n{good}"), KeyError::Repeated { line: 3 }),
    ];
    for (text, expected) in cases {
        assert_eq!(KeyRing::parse(&text).unwrap_err(), expected, "{text:?}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let text = KeyRing::generate([9; 32]);
    let secret = text.split_whitespace().last().unwrap();
    let shown = format!("{:?}", KeyRing::parse(&text).unwrap());
    assert!(!shown.contains(secret) && !shown.contains("9, 9"), "{shown}");
}

#[test]
fn addresses_of_each_kind_are_made_and_found_again() {
    let desk = "Support@Example.org";
    let local = ring().sign_local(token(1042, Audience::Customer, 3), None);
    let subdomain = Addressing::Subdomain("reply.example.org".into());
    let cases = [
        (Addressing::Plus, format!("Support+{local}@Example.org"), vec![local.clone()]),
        (subdomain, format!("{local}@reply.example.org"), vec![local.clone()]),
        (Addressing::None, desk.to_owned(), vec![]),
    ];
    for (addressing, address, found) in cases {
        assert_eq!(reply_address(&addressing, desk, &local), address);
        let recipients = ["other@example.org".to_owned(), address.to_uppercase(), format!("<{address}>")];
        assert_eq!(find_in(&recipients, &addressing, desk), found, "{addressing:?}");
    }
}

#[test]
fn an_address_of_another_desk_holds_no_token() {
    let recipients =
        ["sales+d1.c0.x@example.org", "support+d1.c0.x@example.com", "support+@example.org", "support"];
    let recipients = recipients.map(str::to_owned);
    assert!(find_in(&recipients, &Addressing::Plus, "support@example.org").is_empty());
}

proptest! {
    #[test]
    fn what_was_signed_verifies_in_any_case((token, issued_to) in any_token(), random: [u8; 16]) {
        let ring = ring();
        let local = ring.sign_local(token, issued_to);
        prop_assert_eq!(ring.verify_local(&local, &[TOM, MARIA]), valid(token, issued_to));
        prop_assert_eq!(ring.verify_local(&local.to_uppercase(), &[TOM, MARIA]), valid(token, issued_to));
        let id = ring.message_id(token, issued_to, random, "mx.example.org");
        prop_assert_eq!(ring.verify_message_id(&id, &[TOM, MARIA]), valid(token, issued_to));
        let shouted = format!("<{}>", id.to_uppercase());
        prop_assert_eq!(ring.verify_message_id(&shouted, &[TOM, MARIA]), valid(token, issued_to));
    }

    #[test]
    fn purposes_do_not_cross((token, issued_to) in any_token(), random: [u8; 16]) {
        let ring = ring();
        let local = ring.sign_local(token, issued_to);
        let id = ring.message_id(token, issued_to, random, "x");
        let as_id = ring.verify_message_id(&format!("{local}@x"), &[MARIA]);
        prop_assert_eq!(as_id, Verified::NotOurs);
        prop_assert_eq!(ring.verify_local(id.strip_suffix("@x").unwrap(), &[MARIA]), Verified::NotOurs);
        // Even with the other's form forced upon it.
        let tag = local.rsplit('.').next().unwrap();
        let forced = format!("{token}.{}.{tag}@x", BASE32.encode(&random));
        prop_assert_eq!(ring.verify_message_id(&forced, &[MARIA]), Verified::Forged);
        prop_assert!(!ring.verify_loop_mark(tag, &local));
    }

    #[test]
    fn a_loop_mark_holds_for_its_own_mail_only(first in "[a-z0-9.]{1,40}@[a-z]{1,9}", second in "[a-z0-9.]{1,40}@[a-z]{1,9}") {
        let ring = ring();
        let mark = ring.loop_mark(&first);
        let bracketed = format!("<{first}>");
        prop_assert!(ring.verify_loop_mark(&mark.to_uppercase(), &bracketed));
        prop_assert_eq!(ring.verify_loop_mark(&mark, &second), first == second);
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,80}") {
        let ring = ring();
        let (local, id) = (ring.verify_local(&text, &[MARIA]), ring.verify_message_id(&text, &[MARIA]));
        let believed = matches!((local, id), (Verified::Valid { .. }, _) | (_, Verified::Valid { .. }));
        prop_assert!(!believed);
        prop_assert!(!ring.verify_loop_mark(&text, &text));
        let _ = KeyRing::parse(&text);
    }
}

proptest! {
    // Each case tries some thousand texts.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn one_flipped_bit_never_verifies((token, issued_to) in any_token(), random: [u8; 16]) {
        let ring = ring();
        let local = ring.sign_local(token, issued_to);
        let id = ring.message_id(token, issued_to, random, "x");
        for changed in flips(&local) {
            let verdict = ring.verify_local(&changed, &[MARIA]);
            prop_assert!(!matches!(verdict, Verified::Valid { .. }), "{} became {}", local, changed);
        }
        for changed in flips(id.strip_suffix("@x").unwrap()) {
            let verdict = ring.verify_message_id(&format!("{changed}@x"), &[MARIA]);
            prop_assert!(!matches!(verdict, Verified::Valid { .. }), "{} became {}", id, changed);
        }
    }
}

/// Every text that differs from `text` in one bit and not only in the case of a letter.
fn flips(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    (0..bytes.len() * 8)
        .filter_map(|bit| {
            let mut changed = bytes.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = String::from_utf8(changed).ok()?;
            (!changed.eq_ignore_ascii_case(text)).then_some(changed)
        })
        .collect()
}

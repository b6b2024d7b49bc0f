use QuestionKind::{Resolution, Survey};

use super::*;

const YES: Said = Said::Word(Word::Yes);
const NO: Said = Said::Word(Word::No);
const MAYBE_YES: Said = Said::Unclear(Word::Yes);
const MAYBE_NO: Said = Said::Unclear(Word::No);
const MAYBE_WITHDRAW: Said = Said::Unclear(Word::Withdraw);
const WITHDRAW: Said = Said::Word(Word::Withdraw);
const STATUS: Said = Said::Word(Word::Status);

const fn rated(score: u8) -> Said {
    Said::Word(Word::Rating(score))
}

const fn maybe(score: u8) -> Said {
    Said::Unclear(Word::Rating(score))
}

fn check(asked: Option<QuestionKind>, cases: &[(&str, Said)]) {
    for (text, expected) in cases {
        assert_eq!(first_line(text, asked, "Ada Byron ada"), *expected, "{text:?} asked {asked:?}");
    }
}

#[test]
fn a_sentence_below_the_closing_takes_a_yes_back() {
    let check = |text: &str, expected| {
        assert_eq!(first_line(text, Some(QuestionKind::Resolution), "Ada Byron ada"), expected, "{text}");
    };
    check("Yes\nSent from my phone\nBut the parcel is still missing", Said::Unclear(Word::Yes));
    check("Yes\nBest regards\nAda\nPS: nobody has paid me yet", Said::Unclear(Word::Yes));
    check("Yes\nBest regards\nAda Byron", Said::Word(Word::Yes));
    check("Yes\nSent from my phone", Said::Word(Word::Yes));
}

#[test]
fn a_plain_answer_is_taken() {
    check(
        Some(Resolution),
        &[
            ("yes", YES),
            ("Yes.", YES),
            ("YES!!! \u{1f600}", YES),
            ("\n\n  yes\n", YES),
            ("„Yes“", YES),
            ("*yes*", YES),
            ("Yes, thank you very much!", YES),
            ("Hello, yes", YES),
            ("Dear Ms Lopez,\n\nyes\n\nRegards\nAda", YES),
            ("Yes, it does.", YES),
            ("yes\n\nThank you for the quick help!", YES),
            ("yes\n\nThe money has arrived. Thank you!\nAda", YES),
            (
                "yes\n\nBest regards\nAda Byron\nByron Engines Ltd\n5 Mill Lane, Leeds\nTel. +44 113 496 0000\nwww.byron.example",
                YES,
            ),
            ("ja\n\nviele Grüße\nada", YES),
            ("Yes\n\nThank you for your help, Anna.", YES),
            ("Yes\n\nThank you, Anna", YES),
            ("Yes\n\nAda Byron\n+49 170 1234567", YES),
            ("Ja\n\nMit freundlichem Gruß\nAda", YES),
            ("Ja\n\nViele Grüße aus Köln\nAda Byron\nGeschäftsführerin\nByron GmbH", YES),
            ("Oui\n\nSalutations distinguées\nAda Byron", YES),
            ("Sí\n\nUn cordial saludo\nAda Byron", YES),
            ("Yes, the money arrived.", YES),
            ("Ja, das Geld ist da, danke!", YES),
            ("Ja", YES),
            ("Ja, danke!", YES),
            ("Ja, erledigt.", YES),
            ("Gelöst", YES),
            ("gelo\u{308}st", YES),
            ("Sehr geehrte Frau Lopez,\r\n\r\nja.\r\n\r\nMit freundlichen Grüßen", YES),
            ("Oui, merci", YES),
            ("Sí", YES),
            ("si", YES),
            ("no", NO),
            ("No thanks", NO),
            ("nein danke", NO),
            ("Leider nein.", NO),
            ("Not yet", NO),
            ("No, it doesn’t.", NO),
            ("No\n\nThe money has not come.", NO),
            ("Non", NO),
            ("Todavía no", NO),
        ],
    );
}

#[test]
fn an_answer_that_could_mean_two_things_is_unclear() {
    check(
        Some(Resolution),
        &[
            ("Yes, but the money has not come", MAYBE_YES),
            ("Yes and no", MAYBE_YES),
            ("yes/no", MAYBE_YES),
            ("yes\nno", MAYBE_YES),
            ("Yes\n\nBut the money has not come", MAYBE_YES),
            ("Yes\nWhen does it arrive?", MAYBE_YES),
            ("Ja, wenn das Geld da ist", MAYBE_YES),
            ("Ja\nAllerdings fehlt die Gutschrift", MAYBE_YES),
            ("Oui mais", MAYBE_YES),
            ("yes?", MAYBE_YES),
            ("ok", MAYBE_YES),
            ("OK, thanks", MAYBE_YES),
            ("Jein", MAYBE_YES),
            ("\u{1f44d}\u{1f3fd}", MAYBE_YES),
            ("\u{1f44e}", MAYBE_NO),
            ("No problem, all good", MAYBE_NO),
            ("no\nyes", MAYBE_NO),
            ("Nein, aber fast", MAYBE_NO),
            ("I withdraw my complaint if I get the money", MAYBE_WITHDRAW),
            ("withdraw\nunless you pay by Friday", MAYBE_WITHDRAW),
            ("yes\nwithdraw", MAYBE_YES),
            ("yes\n\nBest regards\nAda\n\nIf you are not the intended recipient", MAYBE_YES),
            ("yes\n\nRefund", MAYBE_YES),
            ("yes\n\nPAY ME FIRST", MAYBE_YES),
            ("YES, THANK YOU\n\nSECOND PARCEL LOST", MAYBE_YES),
            ("Ja\n\nPaket Verloren", MAYBE_YES),
            ("Yes\n\nKettle Leaks Again", MAYBE_YES),
            ("Yes\n\nRegards\ncancelled", MAYBE_YES),
            ("Yes\n\nRegards\nAda\nPS: Shipping Too", MAYBE_YES),
            ("Ja\n\nGruß Ada\nRest 20 EUR", MAYBE_YES),
            ("withdraw\n\nMy Consent", MAYBE_WITHDRAW),
            ("ja\n\nErsatzlieferung", MAYBE_YES),
            ("ja\n\nNachbesserung Kostenlos", MAYBE_YES),
            ("withdraw\n\nRegards\nAda\n900 EUR", MAYBE_WITHDRAW),
            ("withdraw\n\nRegards\nAda\nPlus 50 €", MAYBE_WITHDRAW),
            ("yes\n\nThe lamp works as soon as one hits it.", MAYBE_YES),
            ("withdraw\n\nThe second claim, that is. The first one stays.", MAYBE_WITHDRAW),
            ("withdraw\n\nis a word I find offensive", MAYBE_WITHDRAW),
            ("withdraw\n\nRegards\nAda\nas long as you pay 900 EUR", MAYBE_WITHDRAW),
            (
                "withdraw\n\nThanks.\nThanks.\nThanks.\nThanks.\nThanks.\nThanks.\nAs long as you pay",
                MAYBE_WITHDRAW,
            ),
            ("ja\n\nVoraussetzung ist die Zahlung", MAYBE_YES),
            ("ja\n\nMits u betaalt", MAYBE_YES),
        ],
    );
}

#[test]
fn anything_else_is_prose() {
    for asked in [None, Some(Resolution)] {
        check(
            asked,
            &[
                ("", Said::Prose),
                (" \n\t\n", Said::Prose),
                ("Dear Ms Lopez,", Said::Prose),
                ("Thank you!", Said::Prose),
                ("Yesterday I got the money", Said::Prose),
                ("Nobody called me", Said::Prose),
                ("Januar", Said::Prose),
                ("The answer is yes", Said::Prose),
                ("I think so\nyes", Said::Prose),
                ("Status of my order is unknown to me", Said::Prose),
                ("Withdrawals are broken", Said::Prose),
                ("Withdraw money I cannot", Said::Prose),
                ("#close confirmed", Said::Prose),
                ("accept", Said::Prose),
                ("escalate", Said::Prose),
                ("more time", Said::Prose),
                ("4", Said::Prose),
                ("\u{1f600}", Said::Prose),
            ],
        );
    }
    let unasked =
        [("yes", Said::Prose), ("no", Said::Prose), ("ok", Said::Prose), ("\u{1f44d}", Said::Prose)];
    check(None, &unasked);
    check(Some(Survey), &unasked);
}

#[test]
fn status_and_withdraw_need_no_question() {
    for asked in [None, Some(Resolution), Some(Survey)] {
        check(
            asked,
            &[
                ("status", STATUS),
                ("Status?", STATUS),
                ("Hi, status please", STATUS),
                ("STATUS\n\nI have also moved, but that is not urgent.", STATUS),
                ("Stand?", STATUS),
                ("Wie ist der Stand?", STATUS),
                ("Des nouvelles ?", STATUS),
                ("¿Cuál es el estado?", STATUS),
                ("withdraw", WITHDRAW),
                ("I withdraw my complaint.", WITHDRAW),
                ("Zurückziehen", WITHDRAW),
                ("Ich ziehe meine Beschwerde zurück. Danke!", WITHDRAW),
                ("Je retire ma plainte", WITHDRAW),
            ],
        );
    }
}

#[test]
fn a_rating_is_read_where_it_is_asked_for() {
    check(
        Some(Survey),
        &[
            ("4", rated(4)),
            ("4.", rated(4)),
            ("5!", rated(5)),
            ("4/5", rated(4)),
            ("4 / 5", rated(4)),
            ("4 out of 5", rated(4)),
            ("4 von 5 Sternen", rated(4)),
            ("3 stars", rated(3)),
            ("4 - good", rated(4)),
            ("4/5 – gut, aber langsam", rated(4)),
            ("2: it took too long", rated(2)),
            ("Rating: 5", rated(5)),
            ("\"4\"", rated(4)),
            ("5\u{fe0f}\u{20e3}", rated(5)),
            ("5 \u{1f600}", rated(5)),
            ("⭐⭐⭐", rated(3)),
            ("★★★★☆", rated(4)),
            ("Fünf", rated(5)),
            ("one", rated(1)),
            ("Hello,\n\n2\n\nIt took 3 weeks.", rated(2)),
            ("3\n\nNo answer for 2 weeks, but then it was quick.", rated(3)),
            ("4\n5", maybe(4)),
            ("4-5", maybe(4)),
            ("4 or 5", maybe(4)),
            ("4.5", maybe(4)),
            ("4/10", maybe(4)),
            ("4+", maybe(4)),
            ("2 weeks and nothing", maybe(2)),
            ("1. I want my money", maybe(1)),
            ("10", Said::Prose),
            ("10/10", Said::Prose),
            ("0", Said::Prose),
            ("6", Said::Prose),
            ("5€ are missing", Said::Prose),
            ("5th time I write", Said::Prose),
            ("-5", Said::Prose),
            ("Great service", Said::Prose),
            ("☆☆", Said::Prose),
        ],
    );
}

#[test]
fn what_was_cut_as_a_signature_may_take_a_consent_back() {
    for (own_cut, takes) in [
        ("--\nbut only if you pay the shipping", true),
        ("But still broken", true),
        ("-Not", true),
        ("-- \nAnna Müller\nShop GmbH | Berlin\n+49 30 1234", false),
        ("-- \nAnna", false),
        ("", false),
    ] {
        assert_eq!(takes_back(own_cut), takes, "{own_cut:?}");
        let said = if takes { Said::Unclear(Word::Yes) } else { Said::Word(Word::Yes) };
        let cut = Cut::of("", own_cut, |_| false);
        assert_eq!(beside(Said::Word(Word::Yes), cut), said, "{own_cut:?}");
        assert_eq!(beside(Said::Word(Word::No), cut), Said::Word(Word::No));
    }
}

#[test]
fn a_word_binds_only_if_all_that_stands_below_is_looked_at() {
    let check = |text: &str, expected| {
        assert_eq!(first_line(text, Some(Resolution), "Ada Byron ada"), expected, "{text}");
    };
    check(&format!("yes{}once I am paid", "\n".repeat(200)), MAYBE_YES);
    check(&format!("yes{}Thank you!", "\n".repeat(200)), YES);
    check(&format!("yes\n{}once I am paid", "Thank you!\n".repeat(200)), MAYBE_YES);
    check(&format!("yes{}but once I am paid", " ".repeat(1_000)), MAYBE_YES);
    check(&format!("yes\nThank you!{}once I am paid", " ".repeat(1_000)), MAYBE_YES);
    assert!(takes_back(&format!("--\n{}but not so", "\n".repeat(200))));
    assert!(takes_back("-- \nMits u mij betaalt"));
}

#[test]
fn what_was_cut_is_harmless_only_if_it_is_our_letter() {
    let ours = |line: &str| line.contains("D-1000") || line.contains("care@shop.test");
    for (cut, expected) in [
        ("", Cut::Harmless),
        ("On 3 May Shop Care <care@shop.test> wrote:\n\nDear Ada,\nwe refund you.", Cut::Harmless),
        ("On 3 May 2026, Shop Care wrote:\n> Dear Ada,\n>\n> we refund you.", Cut::Harmless),
        ("Am 3. Mai 2026\nschrieb Shop Care:\n> Liebe Ada", Cut::Harmless),
        ("From: Shop Care\nSubject: [D-1000] Lamp\n\nDear Ada", Cut::Harmless),
        ("> [D-1000] Lamp\n> Dear Ada,", Cut::Harmless),
        ("> 30 days and the money is still not here", Cut::Unread),
        ("> only once it is here\n\nOn 3 May Shop Care <care@shop.test> wrote:\n> Dear Ada", Cut::Unread),
        ("On 3 May the courier wrote:\nThat never happened. I want my money", Cut::Unread),
        ("On 3 May Shop <care@shop.test> wrote:\nThe second is lost.\n> Dear Ada", Cut::Unread),
        ("--- Message from my bank ---\nNothing has come.", Cut::Unread),
        ("My money is not here.", Cut::Unread),
    ] {
        assert_eq!(Cut::of(cut, "", ours), expected, "{cut}");
    }
    assert_eq!(Cut::of("> D-1000", "-- \nAda", ours), Cut::Harmless);
    assert_eq!(Cut::of("", "-- \nAda only if", ours), Cut::Unread);
}

#[test]
fn only_thanks_is_plain_thanks() {
    let cases = [
        ("Thanks", true),
        ("Thank you!", true),
        ("THANKS A LOT!!! \u{1f600}", true),
        ("Thank you very much for your quick help.", true),
        ("Thanks Maria!", true),
        ("Dear Maria,\n\nthank you so much!\n\nBest regards\nAda Byron", true),
        ("Danke", true),
        ("Vielen Dank für die schnelle Hilfe!", true),
        ("Sehr geehrte Frau Lopez,\n\nvielen Dank.\n\nMit freundlichen Grüßen\nAda Byron", true),
        ("Herzlichen Dank und ein schönes Wochenende", true),
        ("Merci beaucoup !", true),
        ("Muchas gracias", true),
        ("", false),
        ("Hello", false),
        ("Best regards\nAda", false),
        ("Thanks, but the money has not come", false),
        ("Thanks for nothing", false),
        ("Thanks?", false),
        ("Thank you. When do I get it", false),
        ("Danke, aber das Geld fehlt", false),
        ("Danke für nichts", false),
        ("Thanks, 20 EUR are missing", false),
        ("no thanks", false),
        ("Thank you\nI want to complain again", false),
        ("yes thanks", false),
        ("Thank you.\n\nRegards\nstill waiting for my money", false),
        ("Thank you.\n\nRegards\nAda Byron\nByron Ltd", true),
        ("Thank you.\n\nRegards\nada", true),
        ("Thank you, Anna.", true),
        ("Thank you very much, Anna!", true),
        ("Hi Anna,\n\nthank you!\n\nAda", true),
        ("Vielen Dank für die Verspätung", false),
        ("Thank you for your Lies", false),
        ("~~Thank you.~~", false),
    ];
    for (text, expected) in cases {
        assert_eq!(is_plain_thanks(text, "Ada Byron ada"), expected, "{text:?}");
    }
    assert!(!is_plain_thanks(&"thanks ".repeat(10_000), "Ada Byron ada"));
}

#[test]
fn the_tables_are_written_as_lines_are_read() {
    use vocabulary::{THANKS, THANKS_COMPANY, TITLES};
    let tables =
        [GREETINGS, ADDRESSES, POLITE, CLOSINGS, DEVICES, DOUBTS, LOOSE_YES, THANKS, THANKS_COMPANY, TITLES];
    let phrases = ROWS.iter().flat_map(|row| row.phrases().chain(list(row.openings)));
    for phrase in phrases.chain(tables.into_iter().flat_map(list)) {
        assert_eq!(plain(phrase).join(" "), phrase);
    }
}

#[test]
fn every_phrase_of_a_word_is_that_word() {
    for row in ROWS {
        let (asked, expected) = match row.needs {
            Needs::Nothing | Needs::YesOrNo => (Asked::Resolution, Said::Word(row.word)),
            Needs::Offer => (Asked::Offer, Said::Word(row.word)),
            Needs::Later => (Asked::Offer, Said::Prose),
        };
        for phrase in row.phrases() {
            assert_eq!(said(phrase, asked, ""), expected, "{phrase}");
        }
        for shown in list(row.shown) {
            assert!(row.phrases().any(|phrase| plain(shown).join(" ") == phrase), "{shown}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "([0-9]|yes|no|thanks|ok|[ \n\r,.!/-]|.){0,50}") {
        for asked in [None, Some(Resolution), Some(Survey)] {
            first_line(&text, asked, "Ada Byron ada");
        }
        is_plain_thanks(&text, "Ada Byron ada");
    }
}

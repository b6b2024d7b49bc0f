//! What a person wrote where a program's lines are looked for stays.

use super::*;

#[test]
fn what_a_person_typed_as_a_title_stays_in_a_first_mail() {
    for text in [
        "Once more.\n\n-----Original Message-----\nThe door is broken. I want 300 EUR.",
        "Zum zweiten Mal:\n\n-------- Originalnachricht --------\nDie Tür klemmt.\n\nIch will 300 EUR.",
        "Dear shop,\n\n--- Message from the driver ---\nLeft in the rain.\n\n--- My complaint ---\nAll is wet.",
        "Guten Tag,\n\n--- Nachricht von meiner Nachbarin: lag im Regen ---\n\nAlles ist nass.",
        "Guten Tag,\n\nOberhalb dieser Linie:\nder Riss im Tisch. Bitte umtauschen.",
        "Your form said:\ndo not write below this line\n\nand so there was no room. The table is torn.",
    ] {
        let found = split_of(text, Context { answers: Answers::Nothing, author: "Anna anna@mail.example" });
        assert_eq!(found.new, text);
        assert_whole(text, &found);
    }
    for below in [
        "-----Original Message-----\nFrom: Desk <desk@desk.example>\nSent: Tuesday\nSubject: x\n\nDear Anna",
        "---------- Forwarded message ---------\nFrom: Desk <desk@desk.example>\nSubject: x\n\nDear Anna",
        "-----Original Message-----\n> Dear Anna",
        "##- Please type your reply above this line -##\n\nOn 1 Sep 2026, at 10:00, Desk <d@desk.example> wrote:\nDear Anna",
    ] {
        let text = format!("Yes.\n\n{below}\n");
        assert_eq!(
            split_of(&text, Context { answers: Answers::Nothing, author: "" }).new,
            "Yes.",
            "{text:?}"
        );
    }
}

#[test]
fn answers_below_a_quote_with_headings_stay() {
    let head = "From: Desk <support@desk.example>\nSent: Tuesday, 1 September 2026 10:00\nTo: Anna\nSubject: Your order";
    for head in [
        head.to_owned(),
        format!("-----Original Message-----\n{head}"),
        format!("________________________________\n{head}"),
        format!("-----Original Message-----\n> {}\n>", head.replace('\n', "\n> ")),
    ] {
        check(&format!("See below.\n\n{head}\n\n> Which number?\n\nIt is 88.\n"), "See below.\n\nIt is 88.");
        let inline = "> Which number?\nIt is 88.\n> Was it broken?\nyes";
        check(&format!("See below.\n\n{head}\n\n{inline}\n"), &format!("See below.\n\n{inline}"));
        check(&format!("See below.\n\n{head}\n\nWhich number?\n> 88\nThank you.\n"), "See below.");
    }
}

#[test]
fn nobody_answers_with_a_greeting_alone() {
    for text in [
        "Hello,\n\nOn 3 May 2026 Carl Berg <carl@desk.example> wrote:\nWe refund 340 EUR.\n\nNothing came.",
        "Guten Tag,\n\nam 3.5.2026 um 14:20 schrieb carl@desk.example:\nWir erstatten.\n\nNichts kam.",
        "Bonjour,\n\nLe 3 mai 2026 à 10:00, Carl <carl@desk.example> a écrit :\nnous remboursons.\n\nRien.",
        "Hello,\n\nFrom: Carl <carl@desk.example>\nTo: Anna\nSubject: refund\n\nwas his mail. Nothing came.",
    ] {
        check(text, text);
    }
    for words in ["Hello", "Thanks,", "Hello Carl,\nyes."] {
        let text = format!("{words}\n\nOn 3 May 2026 Carl <carl@desk.example> wrote:\nWell?\n");
        check(&text, words);
    }
}

#[test]
fn what_a_person_says_below_a_delimiter_stays() {
    for text in [
        "The lamp is broken.\n\n-- \n\nThe chair is broken, too. Collect both on Monday, please.",
        "The lamp is broken.\n\n-- \nAnna Müller\n\nI forgot: order 77, and I want 20 EUR back.",
        "Two faults:\n\n-- \nThe lamp flickers.\n-- \nThe chair wobbles.\n\nPlease collect both.",
        "The lamp is broken.\n-- \nAnna Müller\nREFUND ME 900 EUR NOW",
        "Die Lampe ist kaputt.\n-- \nBitte um Umtausch\nAnna",
        "The lamp is broken.\n—\nThe chair also.",
        "The lamp is broken.\n___\nThe chair also.",
        "The table is torn\n____\nAnna\nand the leg too",
        "Yes.\n\n-- \nbut only if you pay the shipping",
        "The lamp flickers.\n\n-- \nIt also gets very hot after an\nhour or so in the evening.",
        "The machine, see below\n-----\ntel 030 1234\nanna@customer.example\ndoor torn off\nleaks since May",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nTorn.\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nPS: I want 90 EUR.",
        "I take this.\n-Refund",
        "My answer is below.\n-No",
        "Yes\n\nSent from my phone\nonly if paid",
        "Torn.\n\nSent from my iPhone\nI forgot: 77-12.",
    ] {
        check(text, text);
    }
    for signature in [
        "-- \nAnna Müller\nHead of Sales, Müller & Sons Ltd.\nRoad 5, 12345 Town\nTel. +49 30 1234",
        "-- \nAnna Müller\nWe make it happen.",
        "-- \nRon Müller\nFt. Lauderdale, FL 33301\nOrder line: tel. 555 1234\nPay at www.mueller.example",
        "-- \nAnna Müller\nSoluciones para todos",
        "-- \n\"There is nothing so practical as a good theory.\"",
        "-- \nAnna Müller\n\nThis mail is confidential and only for the intended recipient.",
        "-- \nAnna Müller, Head of Customer Relations and Marketing in the North",
    ] {
        check(&format!("Yes please.\n\n{signature}\n"), "Yes please.");
    }
}

#[test]
fn an_answer_that_begins_as_a_footer_does_stays() {
    for answer in [
        "Sent from my bank on 12 March 2026",
        "Outlook for Mac 2024",
        "Outlook for iPhone is what I ordered",
        "Virus-free is what the stick was not",
        "Wurde mit der Post am Freitag per Paket vom Handy-Laden gesendet",
    ] {
        check(&format!("{answer}\n\n> On Monday the desk asked:\n> what did you order?\n"), answer);
    }
}

#[test]
fn a_line_or_two_that_a_person_marked_below_their_words_stay() {
    for text in [
        "We have waited long.\n> 30 days, and the damage is 100 EUR.",
        "The damage is as follows\n\n> 100 EUR carpet\n> 200 EUR wall",
        "The table\n=> torn\n-> broken\n> sent back",
        "withdraw\n> only once 900 EUR are here",
        "Hello\nx> the table is torn\nx> and the leg is broken",
    ] {
        check(text, text);
    }
    check("Yes.\n\n> Did it come?\n", "Yes.");
    check("Yes.\n\n> It cost 30 EUR.\n> Is that right?\n> Desk\n", "Yes.");
}

#[test]
fn who_complains_about_secrets_writes_no_disclaimer() {
    for text in [
        "Hello,\n\nyour letter, intended only for the addressee and said to contain confidential information, was received in error by all.",
        "Hello,\n\nYour staff told it; the letter was for the addressee only and contained confidential information.\n\nThe intended recipient was the customer, for legal purposes.",
        "Hallo,\n\nIhre Mitarbeiter gaben weiter, was ausschließlich für den Adressaten war und vertraulich.",
    ] {
        check(text, text);
    }
}

#[test]
fn headings_of_a_mail_have_an_address_and_no_words_beside_it() {
    let text =
        "My journey\n\nFrom: Berlin, booked by anna@customer.example\nSubject: cancelled\n\nI want 90 EUR.";
    check(text, text);
    check("Yes.\n\nFrom: desk@desk.example\nSubject: x\n\nWell?\n", "Yes.");
    check(
        "Sí.\n\nMissatge de Desk <d@desk.example> del dia dt., 1 de set. 2026 a les\n10:00:\n\n> I?\n",
        "Sí.",
    );
}

#[test]
fn words_typed_between_an_attribution_and_its_quote_stay() {
    let attribution = "On Tue, 1 Sep 2026 at 10:00, Desk <d@desk.example> wrote:";
    for (below, new) in [
        ("The second parcel is lost.\n> Well?\n> Desk", "Yes\n\nThe second parcel is lost."),
        ("\nThe second parcel is lost.\n\nAnna\n\n> Well?", "Yes\n\nThe second parcel is lost.\n\nAnna"),
        ("Not that one.\n> This?\nNor that.\n> Desk", "Yes\n\nNot that one.\n> This?\nNor that."),
        ("a\nb\nc\nd\ne\nf\ng\n> Well?", "Yes"),
        ("Well?\n\nDesk\n\nOn 31 Aug 2026 at 10:00, Anna <a@customer.example> wrote:\n> Hello", "Yes"),
        ("Well?\n\nFrom: Anna <a@customer.example>\nSent: today\nSubject: x\n\n> Hello", "Yes"),
        ("Well?\n>> Hello", "Yes"),
        ("Well?\n\nDesk", "Yes"),
    ] {
        check(&format!("Yes\n\n{attribution}\n{below}\n"), new);
    }
}

#[test]
fn a_question_below_a_delimiter_is_asked_by_a_person_in_any_script() {
    for asked in [
        "Anna\nAnd when does it come?",
        "متى سيصل؟",
        "آنا\nمتى سيصل الطرد الثاني؟",
        "מתי זה יגיע?",
        "אנה\nמתי זה יגיע?",
        "언제 도착하나요?",
        "何时到货？",
        "何时到货?",
    ] {
        let text = format!("Yes.\n\n-- \n{asked}");
        check(&text, &text);
    }
    for signature in [
        "Anna\nWhy?",
        "Anna\n\"Who knows where the time goes?\"",
        "אנה",
        "Anna Who?",
        "Anna\nDo you really need to print this?",
    ] {
        check(&format!("Yes.\n\n-- \n{signature}"), "Yes.");
    }
}

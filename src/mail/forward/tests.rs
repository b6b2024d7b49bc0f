use super::*;

fn mail(text: &str) -> Mail {
    inbound::understand(text.replace('\n', "\r\n").as_bytes(), &Limits::default()).0
}

fn is_ours(address: &str) -> bool {
    address.ends_with("@shop.example")
}

/// The forward in a mail with this subject and text, as one line.
fn found(subject: &str, text: &str) -> String {
    let raw = format!(
        "From: Anna <anna@shop.example>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let Some(found) = find(&mail(&raw), &Limits::default(), is_ours) else { return "none".to_owned() };
    let name = found.author.name.map(|name| format!("{name} ")).unwrap_or_default();
    let subject = found.subject.unwrap_or_default();
    format!("{name}<{}> | {subject} | {} | {}", found.author.address, found.text, found.comment)
}

fn check(text: &str, expected: &str) {
    assert_eq!(found("Fwd: Broken", text), expected, "{text}");
}

#[test]
fn blocks_of_many_programs_and_languages_are_read() {
    let expected = "Ada Byron <ada@example.test> | Broken | It broke. | ";
    // Gmail, Outlook in several languages, Thunderbird, Yahoo.
    for text in [
        "---------- Forwarded message ---------\nFrom: Ada Byron <ada@example.test>\nDate: Mon, Nov 23, 2026 at 9:00 AM\nSubject: Broken\nTo: <anna@shop.example>\n\n\nIt broke.",
        "---------- Forwarded message ---------\nVon: Ada Byron <ada@example.test>\nDate: Mo., 23. Nov. 2026 um 09:00 Uhr\nSubject: Broken\nTo: Anna <anna@shop.example>\n\nIt broke.",
        "________________________________\nFrom: Ada Byron <ada@example.test>\nSent: Monday, November 23, 2026 9:00 AM\nTo: Anna <anna@shop.example>\nSubject: Broken\n\nIt broke.",
        "-----Original Message-----\nFrom: Ada Byron [mailto:ada@example.test] \nSent: Monday, November 23, 2026 9:00 AM\nTo: Anna\nCc: Bob <bob@other.test>\nSubject: Broken\n\nIt broke.",
        "*Von:* Ada Byron <ada@example.test>\n*Gesendet:* Montag, 23. November 2026 09:00\n*An:* Anna <anna@shop.example>\n*Betreff:* Broken\n\nIt broke.",
        "De : Ada Byron <ada@example.test>\nEnvoyé : lundi 23 novembre 2026 09:00\nÀ : Anna <anna@shop.example>\nObjet : Broken\n\nIt broke.",
        "De: Ada Byron <ada@example.test>\nEnviado: lunes, 23 de noviembre de 2026 9:00\nPara: Anna <anna@shop.example>\nAsunto: Broken\n\nIt broke.",
        "Da: Ada Byron <ada@example.test>\nInviato: lunedì 23 novembre 2026 09:00\nA: Anna <anna@shop.example>\nOggetto: Broken\n\nIt broke.",
        "Van: Ada Byron <ada@example.test>\nVerzonden: maandag 23 november 2026 09:00\nAan: Anna <anna@shop.example>\nOnderwerp: Broken\n\nIt broke.",
        "Fra: Ada Byron <ada@example.test>\nSendt: 23. november 2026 09:00\nTil: Anna <anna@shop.example>\nEmne: Broken\n\nIt broke.",
        "Från: Ada Byron <ada@example.test>\nSkickat: den 23 november 2026 09:00\nTill: Anna <anna@shop.example>\nÄmne: Broken\n\nIt broke.",
        // The nouns that stand for the words above in the north and in Dutch, German and Italian.
        "Afsender: Ada Byron <ada@example.test>\nSendt: 23. november 2026 09:00\nModtager: Anna <anna@shop.example>\nEmne: Broken\n\nIt broke.",
        "Avsender: Ada Byron <ada@example.test>\nSendt: 23. november 2026 09:00\nMottaker: Anna <anna@shop.example>\nEmne: Broken\n\nIt broke.",
        "Avsändare: Ada Byron <ada@example.test>\nSkickad: 23 november 2026 09:00\nMottagare: Anna <anna@shop.example>\nÄmne: Broken\n\nIt broke.",
        "Afzender: Ada Byron <ada@example.test>\nVerstuurd: 23 november 2026 09:00\nOntvanger: Anna <anna@shop.example>\nOnderwerp: Broken\n\nIt broke.",
        "Absender: Ada Byron <ada@example.test>\nEmpfänger: Anna <anna@shop.example>\nBetreff: Broken\n\nIt broke.",
        "Mittente: Ada Byron <ada@example.test>\nInviata: lunedì 23 novembre 2026 09:00\nOggetto: Broken\n\nIt broke.",
        "Odesílatel: Ada Byron <ada@example.test>\nPříjemce: Anna <anna@shop.example>\nPředmět: Broken\n\nIt broke.",
        "Lähettäjä: Ada Byron <ada@example.test>\nLähetetty: maanantai 23. marraskuuta 2026 9.00\nVastaanottaja: Anna <anna@shop.example>\nAihe: Broken\n\nIt broke.",
        "Od: Ada Byron <ada@example.test>\nWysłano: poniedziałek, 23 listopada 2026 09:00\nDo: Anna <anna@shop.example>\nTemat: Broken\n\nIt broke.",
        "От: Ada Byron <ada@example.test>\nОтправлено: 23 ноября 2026 г. 9:00\nКому: Anna <anna@shop.example>\nТема: Broken\n\nIt broke.",
        "Kimden: Ada Byron <ada@example.test>\nGönderildi: 23 Kasım 2026 09:00\nKime: Anna <anna@shop.example>\nKonu: Broken\n\nIt broke.",
        "发件人： Ada Byron <ada@example.test>\n发送时间： 2026年11月23日 9:00\n收件人： Anna <anna@shop.example>\n主题： Broken\n\nIt broke.",
        "差出人: Ada Byron <ada@example.test>\n送信日時: 2026年11月23日 9:00\n宛先: Anna <anna@shop.example>\n件名: Broken\n\nIt broke.",
        "-------- Forwarded Message --------\nSubject: \tBroken\nDate: \tMon, 23 Nov 2026 09:00:00 +0100\nFrom: \tAda Byron <ada@example.test>\nTo: \tanna@shop.example\n\n\n\nIt broke.",
        // Apple Mail quotes the block.
        "Begin forwarded message:\n\n> From: Ada Byron <ada@example.test>\n> Subject: Broken\n> Date: 23 November 2026 at 09:00:00 CET\n> To: anna@shop.example\n> \n> It broke.",
        // A table that became text.
        "From:\n\nAda Byron <ada@example.test>\n\nTo:\n\nAnna\nSubject:\nBroken\n\nIt broke.",
        // Links, and a list of recipients that goes on.
        "From: Ada Byron <ada@example.test <mailto:ada@example.test>>\nDate: Monday\nTo: Anna <anna@shop.example>,\n Bob <bob@other.test>\nSubject: Broken\n\nIt broke.",
    ] {
        check(text, expected);
    }
}

#[test]
fn copies_go_on_below_their_heading_and_make_no_block() {
    let head = "From: Ada <ada@example.test>\nSubject: Broken\n";
    check(
        &format!("{head}Date: Mon\nCc:\nBob <bob@other.test>,\n Cy <cy@other.test>\nTo: Anna\n\nIt broke."),
        "Ada <ada@example.test> | Broken | It broke. | ",
    );
    check(&format!("{head}Cc: Bob <bob@other.test>\n\nIt broke."), "none");
}

#[test]
fn the_comment_stands_apart_and_the_thread_below_is_cut() {
    check(
        "Could you take this one?\n\nAnna\n\n---------- Forwarded message ---------\nFrom: Ada <ada@example.test>\nDate: Mon\nSubject: Broken\nTo: x\n\nIt broke.\n\nOn Sun, Nov 22, 2026 at 9:00 AM Shop <news@shop.example> wrote:\n> Buy!",
        "Ada <ada@example.test> | Broken | It broke. | Could you take this one?\n\nAnna",
    );
}

#[test]
fn our_own_mail_is_never_the_customers() {
    let ours =
        "From: Bea <bea@shop.example>\nDate: Mon\nTo: Anna\nSubject: Re: Broken\n\nWe look into it.\n\n";
    check(ours, "none");
    check(
        &format!("{ours}From: Ada <ada@example.test>\nSent: Sun\nTo: Bea\nSubject: Broken\n\nIt broke."),
        "Ada <ada@example.test> | Broken | It broke. | ",
    );
}

#[test]
fn ordinary_words_are_no_forward() {
    for text in [
        "Hello,\nto: see\nfrom: nowhere",
        "From: nobody in particular\nTo: nobody\nSubject: none\n\nHello",
        "From: Ada <ada@example.test>\n\nHello",
        "Date: Monday\nSubject: Broken\nTo: me\n\nHello",
        "",
        ":\n:\n:",
    ] {
        check(text, "none");
    }
}

#[test]
fn an_attribution_serves_where_the_subject_says_that_it_is_a_forward() {
    let text = "See below.\n\nOn Mon, 23 Nov 2026 at 09:00, Ada Byron <ada@example.test> wrote:\n> It broke.";
    check(text, "Ada Byron <ada@example.test> |  | It broke. | See below.");
    let broken = "On Mon, 23 Nov 2026 at 09:00, Ada Byron\n<ada@example.test> wrote:\n\n> It broke.";
    check(broken, "Ada Byron <ada@example.test> |  | It broke. | ");
    assert_eq!(found("Re: Broken", text), "none");
}

#[test]
fn an_attached_mail_keeps_its_message_id() {
    let raw = "From: anna@shop.example\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nPlease.\n--b\nContent-Type: message/rfc822\n\nFrom: Ada Byron <ada@example.test>\nSubject: Broken\nMessage-ID: <1@example.test>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\nIt broke.\n--b--\n";
    let found = find(&mail(raw), &Limits::default(), is_ours).unwrap();
    assert_eq!(found.author.address, "ada@example.test");
    assert_eq!(found.message_id.as_deref(), Some("1@example.test"));
    assert_eq!((found.subject.as_deref(), found.text.as_str()), (Some("Broken"), "It broke."));
    assert_eq!(found.comment, "Please.");
}

#[test]
fn marks_of_forwarding_are_taken_off() {
    for (subject, bare) in [
        ("Fwd: Broken", "Broken"),
        ("WG: FW: Broken", "Broken"),
        ("转发：Broken", "Broken"),
        // Of Turkish, Danish and Norwegian, Icelandic, Greek.
        ("İLT: Broken", "Broken"),
        ("VS: Broken", "Broken"),
        ("FS: Broken", "Broken"),
        ("ΠΡΘ: Broken", "Broken"),
        ("SV: Broken", "SV: Broken"),
        ("Order: 7", "Order: 7"),
    ] {
        assert_eq!(bare_subject(subject), bare);
    }
}

#[test]
fn a_long_run_of_headings_takes_no_longer_than_its_length() {
    let text = "From: a\nTo: b\n".repeat(200_000);
    assert!(within(&text, "Fwd: x", &is_ours).is_none());
    assert!(within(&"From:\n\n\n".repeat(200_000), "Fwd: x", &is_ours).is_none());
}

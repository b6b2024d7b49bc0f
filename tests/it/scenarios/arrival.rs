//! How mail arrives: twice, too early, too late, broken, in another language, with files.
use proptest::prelude::*;
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, COMPLAINT, SUBJECT, complaint, taken};
use crate::world::{World, Written};

const TWO_MAILBOXES: &str =
    "[[mailbox]]\nname = \"sales\"\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nuser = \"sales@shop.test\"\n";

#[test]
fn one_mail_in_two_mailboxes_is_one_dispute() {
    let mut world = World::with(TWO_MAILBOXES);
    let mail = Written::by(ADA, SUBJECT, COMPLAINT).id("one@example.test");
    world.arrives(&mail);
    let copy = String::from_utf8(mail.raw(world.now())).unwrap();
    world.arrives_in("sales", copy.as_bytes());
    let other = copy.replace("Delivered-To: support@shop.test", "Delivered-To: sales@shop.test");
    world.arrives_in("sales", other.as_bytes());
    assert_eq!(world.disputes(), 1);
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_reply_that_arrives_before_what_it_answers() {
    let mut world = World::new();
    let late = Written::by(ADA, SUBJECT, COMPLAINT).id("first@example.test");
    let early = Written::by(ADA, &format!("Re: {SUBJECT}"), "One more thing: the invoice was of May.")
        .id("second@example.test")
        .header("In-Reply-To", "<first@example.test>");
    world.arrives(&early);
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.minutes(1);
    world.arrives(&late);
    assert_eq!(world.disputes(), 1);
    assert!(!world.has_mail("ada@example.test"), "a dispute is acknowledged once");
    assert!(world.read("anna@shop.test").text.contains("charged invoice 88 twice"));
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_second_reply_to_a_mail_we_never_saw_joins_the_first() {
    let mut world = World::new();
    let reply = |number: u32| {
        Written::by(ADA, &format!("Part {number}"), &format!("This is part {number} of it."))
            .id(&format!("part-{number}@example.test"))
            .header("References", "<first@example.test>")
    };
    world.arrives(&reply(1));
    world.read("ada@example.test");
    world.arrives(&reply(2));
    assert_eq!(world.disputes(), 1);
    assert!(!world.has_mail("ada@example.test"));
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_late_parent_joins_two_unanswered_disputes_of_one_customer_and_both_addresses_lead_there() {
    let mut world = World::new();
    let first = complaint(&mut world);
    let mail = Written::by(ADA, "The second charge", "This is about the second charge.")
        .header("References", "<parent@example.test>");
    world.arrives(&mail);
    let acknowledgement = world.read("ada@example.test");
    let notification = world.read("anna@shop.test");
    world.read("mara@shop.test");
    // In the first dispute she answers the same mail, which we have not seen yet.
    let mail =
        Written::reply(ADA, &first.acknowledgement, "See also what I wrote before.").without("References");
    world.arrives(&mail.header("References", "<parent@example.test>"));
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    assert_eq!(world.disputes(), 2);

    world.arrives(&Written::by(ADA, "All of it", "Here is all of it.").id("parent@example.test"));
    assert_eq!(world.state(1001), "closed (merged), desk, awaiting us, nobody");
    assert!(world.state(1000).starts_with("open"));
    assert!(!world.has_mail("ada@example.test"));
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"
    [D-1001] The second charge
    [D-1000] Invoice 88 charged twice
    ");
    world.subjects("mara@shop.test");

    // Letters of the dispute that ended still lead to the one that goes on.
    world.arrives(&Written::reply(ANNA, &notification, "#take\n\nI have both and will look into it."));
    world.read("anna@shop.test");
    world.minutes(2);
    let answer = world.read("ada@example.test");
    assert!(answer.subject.starts_with("[D-1000]"), "{}", answer.subject);
    world.arrives(&Written::reply(ADA, &acknowledgement, "One more thing."));
    assert!(world.read("anna@shop.test").subject.starts_with("[D-1000]"));
    assert!(world.state(1001).starts_with("closed (merged)"));
    world.finish();
}

#[test]
fn a_mail_that_cites_two_unanswered_disputes_of_its_writer_joins_them() {
    let mut world = World::new();
    // The first mail cites the third, which is late; the second opens a thread of which the third is part.
    let cites = |subject: &str, id: &str, cited: &str| {
        Written::by(ADA, subject, &format!("About {subject}, in full."))
            .id(&format!("{id}@example.test"))
            .header("References", &format!("<{cited}@example.test>"))
    };
    world.arrives(&cites("the end", "end", "middle"));
    world.arrives(&Written::by(ADA, "the start", "It began so.").id("start@example.test"));
    assert_eq!(world.disputes(), 2);
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&cites("the middle", "middle", "start"));
    assert_eq!(world.state(1001), "closed (merged), desk, awaiting us, nobody");
    assert!(world.state(1000).starts_with("open"));
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn two_strangers_who_answer_one_newsletter_stay_apart_and_two_colleagues_do_not() {
    let mut world = World::new();
    let answers = |from: &str, id: &str| {
        Written::by(from, "Re: News of the week", "This is not what I was told.")
            .id(id)
            .header("In-Reply-To", "<news@press.test>")
    };
    world.arrives(&answers(ADA, "ada@example.test"));
    world.arrives(&answers(BOB, "bob@other.test"));
    assert_eq!(world.disputes(), 2);
    world.arrives(&answers("Carl Byron <carl@example.test>", "carl@example.test"));
    assert_eq!(world.disputes(), 2);
    for address in ["ada@example.test", "bob@other.test", "anna@shop.test", "mara@shop.test"] {
        world.subjects(address);
    }
    world.finish();
}

#[test]
fn a_mail_that_its_writer_passes_on_belongs_to_the_dispute_it_stands_in() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).id("first@example.test"));
    let forward = |from: &str, id: &str| {
        Written::by(from, &format!("Fwd: {SUBJECT}"), "See below.")
            .id(id)
            .header("References", "<first@example.test>")
    };
    world.arrives(&forward(ADA, "second@example.test"));
    assert_eq!(world.disputes(), 1);
    world.arrives(&forward(BOB, "third@other.test"));
    assert_eq!(world.disputes(), 2);
    for address in ["ada@example.test", "bob@other.test", "anna@shop.test", "mara@shop.test"] {
        world.subjects(address);
    }
    world.finish();
}

#[test]
fn a_mail_that_answers_two_disputes_opens_a_new_one_and_names_both() {
    let mut world = World::new();
    for number in 1..=2 {
        let mail = Written::by(ADA, &format!("Part {number}"), &format!("This is part {number} of it."));
        world.arrives(&mail.id(&format!("part-{number}@example.test")));
    }
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    let both = Written::by(ADA, "Both", "Both belong together.")
        .header("In-Reply-To", "<part-1@example.test> <part-2@example.test>");
    world.arrives(&both);
    assert_eq!(world.disputes(), 3);
    world.read("ada@example.test");
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("D-1000, D-1001"), "{}", told.text);
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn the_same_message_id_with_other_content_by_another_sender_is_a_new_mail() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).id("same@example.test"));
    world.arrives(&Written::by(BOB, "Late parcel", "My parcel is late.").id("same@example.test"));
    assert_eq!(world.disputes(), 2);
    world.read("ada@example.test");
    world.read("bob@other.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_forward_of_our_letter_is_no_reply() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let forward = Written::reply(BOB, &opened.acknowledgement, "Look what they wrote to Ada.")
        .subject("Fwd: [D-1000] We have received your message")
        .to("support@shop.test");
    world.arrives(&forward);
    assert_eq!(world.disputes(), 2);
    world.subjects("bob@other.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn past_mail_is_never_acknowledged_and_stands_in_the_digest() {
    let mut world = World::new();
    world.was_there(&Written::by(ADA, SUBJECT, COMPLAINT));
    assert_eq!(world.disputes(), 1);
    assert!(!world.has_mail("anna@shop.test"), "nobody is told of each of a thousand old mails");
    world.until("2026-11-24T09:00:00Z");
    assert!(world.read("anna@shop.test").text.contains("D-1000 Invoice 88 charged twice"));
    world.until("2026-12-10T09:00:00Z");
    assert!(!world.has_mail("ada@example.test"));
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn an_english_letter_names_a_french_wish_in_english() {
    let mut world = World::new();
    let words = "Bonjour,\n\nvotre livreur m'a insulté devant toute ma famille et j'exige des excuses pour la \
                 commande n° 4711-12.\n\nCordialement,\nColette Martin";
    world.arrives(&Written::by("Colette Martin <colette@exemple.test>", "Votre livreur", words));
    let acknowledgement = world.read("colette@exemple.test");
    assert!(acknowledgement.text.contains("- What you ask for: apology"), "{}", acknowledgement.text);
    assert!(!acknowledgement.text.contains("excuses"), "{}", acknowledgement.text);
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("- Asked for: apology"), "{}", told.text);
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_german_customer_gets_german_letters_throughout() {
    let mut world = World::new();
    let clara = "Clara Vogt <clara@beispiel.test>";
    let words = "Guten Tag,\n\nSie haben mir die Rechnung 88 zweimal abgebucht. Ich möchte, dass Sie mir den Betrag \
                 von 49,90 EUR so bald wie möglich erstatten.\n\nMit freundlichen Grüßen\nClara Vogt";
    world.arrives(&Written::by(clara, "Rechnung 88 doppelt abgebucht", words));
    let acknowledgement = world.read("clara@beispiel.test");
    insta::assert_snapshot!(acknowledgement.shown(), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Ihre Nachricht ist bei uns

    Guten Tag Clara Vogt,

    vielen Dank, dass Sie sich mit „Rechnung 88 doppelt abgebucht“ an uns
    wenden. Ihre Nachricht hat uns am Montag, 23. November 2026, 09:00 Uhr
    erreicht. Sie hat die Nummer D-1000, und jemand aus unserem Team liest sie
    vollständig. Wir sehen, wie wichtig Ihnen das ist, und nehmen es ernst.

    Das haben wir Ihrer Nachricht entnommen. Wenn etwas davon nicht stimmt,
    antworten Sie einfach und sagen es uns.

    - Betrag: 49,90 EUR
    - Bestellung oder Rechnung: 88
    - Ihr Wunsch: Rückerstattung

    Wie es weitergeht

    - Wir prüfen, was geschehen ist, und melden uns mit einer Antwort oder mit
      Fragen.
    - Sie hören spätestens am Mittwoch, 25. November 2026 von uns, auch wenn wir
      Ihnen dann nur sagen können, dass es noch dauert.
    - Wenn wir eine Lösung sehen, erklären wir sie Ihnen und fragen, ob die
      Sache damit für Sie erledigt ist. Wenn nicht, sieht sich unsere Leitung
      die Sache an.

    Was Sie tun können

    - Um etwas zu ergänzen oder Unterlagen zu schicken, antworten Sie einfach
      auf diese E-Mail.
    - Um den Stand zu erfahren, antworten Sie jederzeit mit „status“ allein in
      der ersten Zeile.
    - Um Ihre Beschwerde zurückzunehmen, antworten Sie mit „zurückziehen“ allein
      in der ersten Zeile.

    Ihre Rechte

    Sie können sich jederzeit an die Schlichtungsstelle wenden.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · eingegangen · nächste Nachricht bis Mittwoch, 25. November 2026 · bei unserem Team
    ");
    let told = world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.arrives(&Written::reply(clara, &acknowledgement, "Stand"));
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Der Stand Ihres Falls

    Guten Tag Clara Vogt,

    Sie haben nach dem Stand von „Rechnung 88 doppelt abgebucht“ gefragt. Am
    Montag, 23. November 2026 haben Sie sich damit an uns gewandt. Das wissen
    wir heute:

    - Stand: eingegangen
    - Wer am Zug ist: wir
    - Wer zuständig ist: unser Serviceteam
    - Wer sich darum kümmert: unser Team, noch keine bestimmte Person
    - Wann Sie wieder von uns hören: spätestens am Mittwoch, 25. November 2026

    Was bisher geschah

    - Montag, 23. November 2026: Ihre Nachricht hat uns erreicht

    Wenn Sie antworten oder etwas ergänzen möchten, antworten Sie einfach auf
    diese E-Mail. Mit „status“ allein in der ersten Zeile erfahren Sie den
    Stand; mit „zurückziehen“ nehmen Sie Ihre Beschwerde zurück.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · eingegangen · nächste Nachricht bis Mittwoch, 25. November 2026 · bei unserem Team
    ");
    world.until("2026-11-25T17:00:00Z");
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Noch keine Antwort, aber ein neuer Termin

    Guten Tag Clara Vogt,

    wir hatten Ihnen zugesagt, dass Sie bis Mittwoch, 25. November 2026 zu
    „Rechnung 88 doppelt abgebucht“ von uns hören. Dieser Tag ist da, und wir
    haben noch keine Antwort für Sie. Bisher konnte noch niemand Ihren Fall
    übernehmen. Wir wissen, wie mühsam das Warten ist, und die Verzögerung tut
    uns leid.

    Sie hören spätestens am Freitag, 27. November 2026 wieder von uns. Bis dahin
    brauchen Sie nichts zu tun, und nichts von dem, was Sie uns geschrieben
    haben, ist verloren.

    Wenn Sie antworten oder etwas ergänzen möchten, antworten Sie einfach auf
    diese E-Mail. Mit „status“ allein in der ersten Zeile erfahren Sie den
    Stand; mit „zurückziehen“ nehmen Sie Ihre Beschwerde zurück.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · eingegangen · nächste Nachricht bis Freitag, 27. November 2026 · bei unserem Team
    ");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&Written::reply(ANNA, &told, "#resolve\n\nWir haben Ihnen 49,90 EUR erstattet."));
    world.read("anna@shop.test");
    world.minutes(2);
    let resolution = world.read("clara@beispiel.test");
    insta::assert_snapshot!(resolution.shown(), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Wir haben Ihnen 49,90 EUR erstattet.

    Anna Berg
    Shop Care

    Ist die Sache damit für Sie erledigt?

    Bitte antworten Sie mit einem dieser Wörter, allein in der ersten Zeile:

    - ja – damit ist es erledigt. Wir schließen den Fall.
    - nein – damit ist es nicht erledigt. Ihr Fall bleibt offen, und unsere
      Leitung sieht ihn sich an. Schreiben Sie uns unter das Wort, was noch
      fehlt.

    Wenn Sie lieber mit eigenen Worten antworten, tun Sie das gern. Ein Mensch
    liest Ihre Antwort.

    Wenn wir nichts von Ihnen hören, fragen wir spätestens am Montag,
    30. November 2026 noch einmal nach. Schweigen verstehen wir nie als
    Zustimmung.

    D-1000 · Lösung vorgeschlagen · wir warten auf Ihre Antwort · nächste Nachricht bis Montag, 30. November 2026 · bei Anna Berg
    ");
    world.until("2026-12-01T09:00:00Z");
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Wir warten auf Ihre Antwort: Rechnung 88 doppelt abgebucht

    Wir warten auf Ihre Antwort

    Guten Tag Clara Vogt,

    am Mittwoch, 25. November 2026 haben wir Ihnen zu „Rechnung 88 doppelt
    abgebucht“ geschrieben. Um weiterzukommen, brauchen wir Ihre Antwort.

    Wir haben Sie gefragt, ob die Sache mit unserer Lösung für Sie erledigt ist.

    Bitte antworten Sie mit einem dieser Wörter, allein in der ersten Zeile:

    - ja – damit ist es erledigt. Wir schließen den Fall.
    - nein – damit ist es nicht erledigt. Ihr Fall bleibt offen, und unsere
      Leitung sieht ihn sich an. Schreiben Sie uns unter das Wort, was noch
      fehlt.

    Wenn Sie lieber mit eigenen Worten antworten, tun Sie das gern. Ein Mensch
    liest Ihre Antwort.

    Wenn Sie mehr Zeit brauchen, antworten Sie einfach und sagen es uns. Wenn
    wir gar nichts von Ihnen hören, schließen wir den Fall am Dienstag,
    15. Dezember 2026. Wir würden das nicht als Zustimmung verstehen, und mit
    einer Antwort von Ihnen geht es weiter.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · Lösung vorgeschlagen · wir warten auf Ihre Antwort · nächste Nachricht bis Freitag, 4. Dezember 2026 · bei Anna Berg
    ");
    world.subjects("anna@shop.test");
    world.arrives(&Written::reply(clara, &resolution, "Ja, aber der Betrag ist noch nicht da."));
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Wir möchten Sie richtig verstehen

    Guten Tag Clara Vogt,

    vielen Dank für Ihre Antwort zu „Rechnung 88 doppelt abgebucht“. Man kann
    sie auf zwei Arten verstehen, und raten möchten wir nicht. Wir haben Sie
    gefragt, ob die Sache mit unserer Lösung für Sie erledigt ist.

    Bitte antworten Sie mit einem dieser Wörter, allein in der ersten Zeile:

    - ja – damit ist es erledigt. Wir schließen den Fall.
    - nein – damit ist es nicht erledigt. Ihr Fall bleibt offen, und unsere
      Leitung sieht ihn sich an. Schreiben Sie uns unter das Wort, was noch
      fehlt.

    Wenn Sie lieber mit eigenen Worten antworten, tun Sie das gern. Ein Mensch
    liest Ihre Antwort.

    Bis dahin verstehen wir Ihre Antwort weder als Ja noch als Nein.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · Lösung vorgeschlagen · nächste Nachricht bis Dienstag, 8. Dezember 2026 · bei Anna Berg
    ");
    world.read("anna@shop.test");
    world.arrives(&Written::reply(clara, &resolution, "Nein"));
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Ihr Fall ist wieder offen

    Guten Tag Clara Vogt,

    Sie haben uns gesagt, dass die Sache mit unserer Lösung nicht erledigt ist.
    Das tut uns leid, und wir danken Ihnen für Ihre Offenheit. „Rechnung 88
    doppelt abgebucht“ ist unter der Nummer D-1000 wieder offen, und alles, was
    bisher gesagt wurde, bleibt erhalten.

    - Wer jetzt zuständig ist: unsere Leitung
    - Wer sich darum kümmert: Anna Berg

    Sie hören spätestens am Dienstag, 8. Dezember 2026 wieder von uns, auch wenn
    wir Ihnen dann nur sagen können, dass es noch dauert.

    Wenn Sie antworten oder etwas ergänzen möchten, antworten Sie einfach auf
    diese E-Mail. Mit „status“ allein in der ersten Zeile erfahren Sie den
    Stand; mit „zurückziehen“ nehmen Sie Ihre Beschwerde zurück.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · in Prüfung · nächste Nachricht bis Dienstag, 8. Dezember 2026 · bei Anna Berg
    ");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&Written::reply(clara, &resolution, "zurückziehen"));
    insta::assert_snapshot!(world.shown("clara@beispiel.test"), @"
    To: clara@beispiel.test
    Subject: [D-1000] Rechnung 88 doppelt abgebucht

    Sie haben Ihre Beschwerde zurückgenommen

    Guten Tag Clara Vogt,

    wie gewünscht haben wir „Rechnung 88 doppelt abgebucht“ geschlossen. Sie
    brauchen das nicht zu begründen, und wir behandeln Sie deshalb nicht anders.

    Falls es ein Versehen war oder Sie es sich anders überlegen, antworten Sie
    einfach bis Samstag, 30. Januar 2027 auf diese E-Mail. Ihr Fall wird dann
    wieder geöffnet, mit allem, was bisher gesagt wurde.

    Mit freundlichen Grüßen

    Shop Care

    D-1000 · geschlossen · bei Anna Berg
    ");
    world.read("anna@shop.test");
    world.finish();
}

#[test]
fn attachments_go_both_ways() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).attach("receipt.pdf", "a receipt"));
    world.read("ada@example.test");
    let told = world.read("anna@shop.test");
    assert_eq!(told.attachments, ["receipt.pdf"]);
    assert!(told.text.contains("receipt.pdf"));
    world.read("mara@shop.test");
    world.arrives(
        &Written::reply(ANNA, &told, "Please find our statement attached.").attach("statement.csv", "1;2;3"),
    );
    world.minutes(2);
    let answer = world.read("ada@example.test");
    assert_eq!(answer.attachments, ["statement.csv"]);
    // A note's attachment stays inside.
    let note = Written::reply(ANNA, &told, "#note\nthe margin of this customer")
        .attach("margin.csv", "secret margin");
    world.arrives(&note);
    world.read("anna@shop.test");
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.finish();
}

#[test]
fn a_mail_in_html_alone_is_read_as_text() {
    let mut world = World::new();
    let html = "<html><body><p>Hello,</p><p>you charged <b>invoice 88</b> twice.</p>\
                <script>alert(1)</script><img src=\"https://track.example.test/x.gif\"></body></html>";
    world.arrives(&Written::by(ADA, SUBJECT, "").html(html));
    world.read("ada@example.test");
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("you charged invoice 88 twice."), "{}", told.text);
    assert!(!told.html.contains("track.example.test") && !told.html.contains("alert(1)"), "{}", told.html);
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn an_agents_notification_has_no_header_that_leads_past_the_desk() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    assert!(!opened.notification.headers.to_lowercase().contains("ada@example.test"));
    assert!(!opened.acknowledgement.headers.to_lowercase().contains("anna@"));
    world.finish();
}

#[test]
fn a_customer_who_answers_our_letter_in_html_may_say_yes() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = super::resolved(&mut world, &opened.notification);
    let html = format!(
        "<html><body><div>Yes</div><br><div class=\"gmail_quote\"><div>On Monday Shop Care wrote:</div>\
         <blockquote class=\"gmail_quote\">{}</blockquote></div></body></html>",
        resolution.html
    );
    world.arrives(&Written::reply(ADA, &resolution, "").html(&html));
    assert!(world.state(1000).starts_with("closed (confirmed)"), "{}", world.state(1000));
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.finish();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_stored_and_the_next_mail_is_still_handled(
        head in prop::collection::vec(
            prop::sample::select(vec![
                "From: a@b.test\r\n", "From: \r\n", "To: support@shop.test\r\n", "Subject: D-1000\r\n",
                "Content-Type: multipart/mixed; boundary=x\r\n", "Content-Transfer-Encoding: base64\r\n",
                "In-Reply-To: <a@b>\r\n", "Return-Path: <a@b.test>\r\n", "\r\n", "--x\r\n", "--x--\r\n", "\0",
                "Content-Type: message/rfc822\r\n", "=?utf-8?B?/w==?=", "#take\r\n",
            ]),
            0..12,
        ),
        tail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut world = World::new();
        let mut raw = head.concat().into_bytes();
        raw.extend_from_slice(&tail);
        world.arrives_in("support", &raw);
        let kept: usize = [Status::Done, Status::Held, Status::Quarantined, Status::Duplicate]
            .iter()
            .map(|status| world.mails(*status).len())
            .sum();
        prop_assert_eq!(kept, 1);
        world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
        prop_assert!(world.has_mail("ada@example.test"));
        world.abandon();
    }
}

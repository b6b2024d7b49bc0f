//! What is told by words: absences, challenges, receipts; and people who write of the same things.

use super::super::away_words::LANGUAGES;
use super::*;

/// A mail with this subject and text and these further fields.
fn judged(fields: &str, subject: &str, text: &str, setting: &Setting) -> Verdict {
    let fields =
        format!("{HEAD}{fields}Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n");
    judge(&mail(&fields), setting)
}

#[test]
fn absences_are_known_in_more_than_twelve_languages() {
    let mut tags: Vec<&str> = LANGUAGES.iter().map(|language| language.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), LANGUAGES.len());
    assert!(tags.len() >= 12);
    for language in &LANGUAGES {
        let words = [language.labels, language.topics, language.away, language.usual, language.complains];
        for word in words.into_iter().flatten() {
            assert_eq!(*word, word.to_lowercase(), "{word} is not in lower case");
        }
        let (label, away) = (language.labels[0], language.away[0]);
        let subject = format!("{label}: D-7");
        let ours = Setting { in_reply_to_ours: true, ..Setting::default() };
        let verdict = judged("", &subject, &format!("{away}."), &ours);
        assert_eq!((verdict.rule, verdict.out_of_office), ("L16", true), "{subject}: {}", verdict.because);
    }
}

#[test]
fn an_absence_without_any_mark_is_seen_by_two_signs() {
    let ours = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (fields, subject, text, setting) in [
        ("", "Automatische Antwort: Rechnung 88", "Ich bin bis 3. Dezember nicht im Büro.", &ours),
        ("", "Anna Berg is out of the office.", "I will be out of the office until 3 December.", &ours),
        (
            "",
            "Urlaub bis 3.12.",
            "Guten Tag, ich bin im Urlaub. In dringenden Fällen hilft Herr Kern.",
            &ours,
        ),
        ("", "Out of Office", "I am on annual leave. For urgent matters please call 5.", &ours),
        ("In-Reply-To: <x@y.example>\n", "Respuesta automática: Pedido", "Gracias por su mensaje.", &ours),
        ("", "Re: [D-7] Lampe", "Je suis absent jusqu'au 3 décembre. En cas d'urgence, appelez le 5.", &ours),
        ("X-MS-Exchange-Inbox-Rules-Loop: a@b.example\n", "RE: Lampe", "Ik ben afwezig tot maandag.", &ours),
        ("", "Re: Abwesenheitsnotiz: Rechnung 88", "Ich bin bis Montag abwesend.", &ours),
        ("", "Out of Office Re: [D-7] refund 39.90 EUR", "I am out of the office until 4 December.", &ours),
        ("", "Out of Office [D-7] refund 39.90 EUR", "I am out of the office until 4 December.", &ours),
        ("", "Re: blah (Automatic Response)", "I'm travelling this week.", &ours),
    ] {
        let verdict = judged(fields, subject, text, setting);
        assert_eq!((verdict.rule, verdict.fate), ("L16", Fate::Automatic), "{subject}: {}", verdict.because);
        assert!(!verdict.acknowledge);
        // In a new thread nothing backs it, and a mark does.
        let new = judged(fields, subject, text, &Setting::default());
        let expected = if fields.starts_with("X-") { Fate::Automatic } else { Fate::Person };
        assert_eq!(new.fate, expected, "{subject}: {}", new.because);
    }
}

#[test]
fn who_writes_about_an_absence_is_a_person() {
    let ours = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (subject, text) in [
        ("Out of office for weeks", "I was out of the office when your driver came. Where is my parcel?"),
        ("On holiday", "I like it. Good work!"),
        ("Abwesenheit Ihres Fahrers", "Ich war nicht da. Bitte schicken Sie das Paket noch einmal."),
        ("Absence de réponse", "Je n'ai reçu aucune réponse à ma réclamation."),
        ("Re: [D-7] Dispute over annual leave", "I confirm what I wrote: the days were mine."),
        ("Re: [D-7] Lamp", "I am on holiday until Monday and send the photos then."),
        ("RE: Automatic reply: my sofa", "Anna is away, as I see, so I write to you: my order came torn."),
        ("Vacation rental", "The flat was dirty and I want my money back."),
        ("Your out of office message", "Your agent's message says he is on leave. Who has my case?"),
    ] {
        for setting in [&Setting::default(), &ours] {
            let verdict = judged("", subject, text, setting);
            assert_eq!(verdict.fate, Fate::Person, "{subject}: {}", verdict.because);
        }
    }
}

#[test]
fn a_subject_as_only_programs_write_it_is_not_acknowledged() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    for (subject, acknowledge) in [
        ("Automatic reply: your mail", false),
        ("Out of Office", false),
        ("Auto: Hello", false),
        ("Out of office hours", true),
        ("On holiday", true),
    ] {
        let verdict = judged("", subject, "I like it. Good work!", &setting);
        assert_eq!((verdict.fate, verdict.acknowledge), (Fate::Person, acknowledge), "{subject}");
    }
}

#[test]
fn services_that_ask_for_proof_are_automatic() {
    let plain = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (subject, text) in [
        (
            "Re: Your order",
            "I'm protecting myself from receiving junk mail. Just this once, click the link below so I can receive your mail.",
        ),
        (
            "Please confirm your message",
            "Your message is being held because the address has not been verified. To release your message, reply to this message.",
        ),
        (
            "RE: [D-7] Lamp",
            "This address is protected by spamBlocker. To be added to the list of allowed senders, click here: http://x.example",
        ),
        (
            "Re: Facture",
            "Merci de cliquer sur ce lien pour vous authentifier; notre anti-spam remettra votre message.",
        ),
    ] {
        let verdict = judged("", subject, text, &plain);
        assert_eq!(
            (verdict.rule, verdict.fate),
            (CHALLENGE, Fate::Automatic),
            "{subject}: {}",
            verdict.because
        );
        assert!(!verdict.out_of_office);
    }
    for (subject, text) in [
        (
            "Your shop",
            "I had to click on the link twice, and your mail is in my spamfilter. Why? Please answer.",
        ),
        ("Please confirm", "Please confirm that you have my complaint."),
        ("Whitelist", "Please whitelist my address."),
    ] {
        assert_eq!(judged("", subject, text, &plain).fate, Fate::Person, "{subject}");
    }
}

#[test]
fn receipts_without_their_media_type_are_reports() {
    let plain = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (fields, subject, text) in [
        ("", "Read: D-7", "Your message\n\n To: Shop\n Subject: D-7\n\nwas read on 23.11.2026 09:12."),
        ("", "Gelesen: D-7", "Ihre Nachricht An: Shop wurde gelesen am 23.11.2026."),
        ("", "Lu : D-7", "Votre message a été lu le 23/11/2026."),
        ("", "Return Receipt", "Your document: D-7 was received by: Anna Berg at: 23.11.2026"),
        ("Content-Class: urn:content-classes:mdn\n", "Läst: D-7", "."),
    ] {
        let verdict = judged(fields, subject, text, &plain);
        assert_eq!((verdict.rule, verdict.fate), ("L4", Fate::Report), "{subject}: {}", verdict.because);
    }
    for (subject, text) in [
        ("Read: my complaint", "I want an answer."),
        ("Read: my complaint", "It was read on Monday. Why is there no answer?"),
    ] {
        assert_eq!(judged("", subject, text, &plain).fate, Fate::Person, "{subject}");
    }
}

#[test]
fn programs_that_name_themselves_are_automatic() {
    for field in [
        "X-Mail-Autoreply: 1",
        "X-Auto-Reply-From: a@b.example",
        "X-Autorespond: Re: x",
        "X-POST-MessageClass: 9; Autoresponder",
        "Preference: auto_reply",
        "X-FC-MachineGenerated: true",
        "Delivered-To: Autoresponder",
        "X-Cron-Env: <SHELL=/bin/sh>",
        "X-MS-Exchange-Inbox-Rules-Loop: a@b.example\nX-Auto-Response-Suppress: All",
    ] {
        assert_eq!(judge(&with(&format!("{field}\n")), &Setting::default()).rule, "L13", "{field}");
    }
    for field in
        ["X-Autoreply: no", "X-FC-MachineGenerated: false", "X-MS-Exchange-Inbox-Rules-Loop: a@b.example"]
    {
        assert_ne!(judge(&with(&format!("{field}\n")), &Setting::default()).rule, "L13", "{field}");
    }
}

#[test]
fn reports_are_known_by_what_they_carry() {
    for fields in [
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n",
        "Subject: Report Domain: desk.example Submitter: mail.example Report-ID: <1>\nContent-Type: application/zip\n",
        "Subject: Report Domain: desk.example Submitter: mail.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nAn aggregate report for 20 dollars.\n--b\nContent-Type: application/gzip\n\nx\n--b--\n",
        "TLS-Report-Domain: desk.example\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
         X-HmXmrOriginalRecipient: x@hotmail.example\nSubject: x\n\nx\n--b--\n",
    ] {
        let verdict = judge(&with(fields), &Setting::default());
        assert_eq!((verdict.rule, verdict.fate), ("L5", Fate::Report), "{fields}");
    }
}

#[test]
fn an_answer_to_an_invitation_is_known_by_its_method_wherever_it_stands() {
    let part = |head: &str, method: &str| {
        format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nYes\n--b\nContent-Type: text/calendar{head}\n\n\
             BEGIN:VCALENDAR\nMETHOD:{method}\nEND:VCALENDAR\n--b--\n"
        )
    };
    let fate = |fields: &str| judge(&with(fields), &Setting::default()).fate;
    assert_eq!(fate(&part("; method=REPLY", "REPLY")), Fate::Report);
    assert_eq!(fate(&part("; name=invite.ics", "COUNTER")), Fate::Report);
    assert_eq!(fate(&part("; name=booking.ics", "PUBLISH")), Fate::Person);
}

#[test]
fn a_complaint_is_a_persons_whatever_machine_it_sounds_like() {
    let ours = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (subject, text) in [
        // Challenges.
        (
            "Please confirm my cancellation",
            "Please confirm my cancellation. My deposit is being held by you for no reason. Pay back 300 EUR.",
        ),
        ("Re: refund", "Please confirm the refund. My money has been held since May and I am angry."),
        ("Re: Kauf", "Bitte bestätigen Sie die Rückzahlung. Erstmalig habe ich am 3.5. geschrieben."),
        ("Re: Achat", "Veuillez confirmer le remboursement. Mon courriel a été bloqué par votre anti-spam."),
        (
            "Re: Your order",
            "This is all I got from you.\n\n> Your message is being held. Please confirm at https://x.example/1",
        ),
        // Receipts.
        (
            "Delivered: not to me",
            "The parcel was received by a neighbour I do not know. Give me 30 EUR back.",
        ),
        ("Empfangsbestätigung fehlt", "Das Paket wurde am 3.11. verschickt und kam nie an."),
        ("Return receipt missing", "It was received by nobody here."),
        ("Lu: vos conditions", "Mon colis a été reçu cassé"),
        ("Lido: contrato", "O contrato foi lido e não concordo."),
        ("Accusé de réception: facture 5", "Le paiement a été reçu deux fois, rendez le second."),
        // Absences.
        ("Absence de réponse", "Vos bureaux sont fermés chaque fois que j'appelle."),
        ("Abwesend beim Liefertermin", "Ich war am 3.12. nicht erreichbar, der Liefertermin lag anders."),
        ("On vacation without luggage", "I am on vacation in Rome and my suitcase is in Oslo. Send it here."),
        ("Отпуск испорчен", "Я в отпуске, отель без воды. Верните деньги."),
        ("Ausencia de respuesta", "La oficina está cerrada y sigo sin respuesta."),
        ("Automatische E-Mail statt Antwort", "Es kommt immer nur: automatisch generiert."),
        (
            "Out of office: Bob ignores my complaint",
            "He has limited access to e-mail, he says. I want another person.",
        ),
        (
            "Re: Automatic reply: My complaint",
            "I want an answer now.\n\n> I am out of the office until 3 January. For urgent matters call 5.",
        ),
    ] {
        for setting in [&Setting::default(), &ours] {
            let verdict = judged("", subject, text, setting);
            assert_eq!(verdict.fate, Fate::Person, "{subject}: {}", verdict.because);
        }
    }
}

#[test]
fn what_only_sounds_like_a_machine_in_a_new_thread_is_opened_and_not_acknowledged() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    for (subject, text) in [
        ("Out of Office", "I am on annual leave. For urgent matters please call 5."),
        ("Gelesen: D-7", "Ihre Nachricht An: Shop wurde gelesen am 23.11.2026."),
        (
            "Please verify your email",
            "Your email is in my pending folder. Click to verify: https://x.example/v",
        ),
        ("Delivery Failure", "The mail could not be delivered to x@y.example. It said: 550 No such user"),
        ("Lamp", "Ваше письмо задержано. Чтобы оно было доставлено, перейдите по ссылке https://x.example"),
    ] {
        let verdict = judged("", subject, text, &setting);
        assert_eq!(
            (verdict.rule, verdict.fate, verdict.acknowledge),
            ("subject", Fate::Person, false),
            "{subject}: {}",
            verdict.because
        );
    }
}

#[test]
fn a_calendar_beside_what_somebody_writes_is_a_file_of_theirs() {
    let with_entry = |method: &str, text: &str| {
        let fields = format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\
             --b\nContent-Type: text/calendar; method={method}\n\nBEGIN:VCALENDAR\nMETHOD:{method}\n--b--\n"
        );
        judge(&with(&fields), &Setting::default())
    };
    for (method, text) in [
        ("REQUEST", "Your fitter did not turn up on the day in the entry."),
        ("REQUEST", "Can we speak on Thursday?"),
        ("REQUEST", "Where: Mill Lane 5\n\nI would like to talk about the stove that you sold me."),
        ("REQUEST", "Bitte rufen Sie mich wegen des Ofens an.\n\nWann: Donnerstag"),
        ("CANCEL", "I am cancelling, and I want my money back."),
        ("REPLY", "I cannot come on that day. The stove is broken and stays so."),
        ("REPLY", "Which day do you mean?"),
        ("REQUEST", "The fitter took 20 EUR and left the stove as it was."),
    ] {
        let verdict = with_entry(method, text);
        assert_eq!(verdict.fate, Fate::Person, "{text}: {}", verdict.because);
        assert_eq!(verdict.acknowledge, method == "REQUEST", "{text}");
    }
    for (method, text) in [
        ("REQUEST", ""),
        (
            "REQUEST",
            "When: Thursday, 3 December 2026 10:00-11:00 (UTC+01:00) Amsterdam.\nWhere: Teams\n\n*~*~*~*~*",
        ),
        (
            "REQUEST",
            "You have been invited to the following event.\n\nTitle: Call\nWhen: Thu 3 Dec 2026 10am\nWho:\n * lena@ott.example\n\
             \nInvitation from Google Calendar: https://calendar.example/",
        ),
        (
            "REQUEST",
            "Microsoft Teams meeting\nJoin on your computer or phone\nMeeting ID: 123 456\nPasscode: abc",
        ),
        ("REPLY", "Lena Ott has accepted this invitation."),
        ("REPLY", "Yes"),
        ("CANCEL", "This event has been canceled."),
        (
            "REQUEST",
            "Microsoft Teams meeting\nJoin on your computer or phone\nMeeting ID: 123 456\nPrice 20 EUR per caller",
        ),
    ] {
        let verdict = with_entry(method, text);
        assert_eq!((verdict.rule, verdict.fate), ("L15", Fate::Report), "{text}: {}", verdict.because);
    }
}

#[test]
fn who_only_bears_the_name_of_a_service_that_asks_for_proof_is_a_person() {
    let ours = Setting { in_reply_to_ours: true, ..Setting::default() };
    for (from, text) in [
        ("lena@vanquish.com", "Please confirm that the stove came back to you in May."),
        ("lena@mail.boxbe.com", "I need another stove.\n\n> click here to rate us"),
        ("lena@hush-qurb.com", "The door came off, please confirm the exchange."),
        (
            "lena@ott.example",
            "Please confirm the exchange.\n\nProtected by Mailinblack https://www.mailinblack.com/",
        ),
        (
            "lena@ott.example",
            "Please confirm that the fitter is not a robot, see https://ott.example - the stove will be delivered to my flat.",
        ),
    ] {
        let fields = format!("Return-Path: <{from}>\nFrom: {from}\nSubject: Stove\n\n{text}\n");
        for setting in [&Setting::default(), &ours] {
            let verdict = judge(&mail(&fields), setting);
            assert_eq!(verdict.fate, Fate::Person, "{text}: {}", verdict.because);
        }
    }
}

#[test]
fn who_goes_away_and_says_what_they_want_is_a_person() {
    let ours = Setting { in_reply_to_ours: true, threads: true, ..Setting::default() };
    for (fields, subject, text) in [
        (
            "",
            "Re: stove",
            "I am on vacation until 12 December. The fitter may come afterwards; the old one stands outside.",
        ),
        (
            "",
            "stove",
            "I am away from my desk until Monday, my sister has the key. The stove has a crack in its door.",
        ),
        (
            "X-Auto-Response-Suppress: OOF, AutoReply\n",
            "Stove 4711",
            "I will be away until 12 December, so please contact my brother.\nIts door closes no longer since Sunday.",
        ),
        ("", "Aw: Ofen", "Ich bin bis Montag im Urlaub. Die Tür schließt seit Sonntag nicht mehr richtig."),
        ("", "Automatic reply: stove", "This is all that I ever hear of you. It still smokes."),
    ] {
        let verdict = judged(fields, subject, text, &ours);
        assert_eq!(verdict.fate, Fate::Person, "{subject}: {}", verdict.because);
    }
    // Outlook forbids notes of absence as answers to ordinary mail.
    let suppressed = "X-Auto-Response-Suppress: OOF\n";
    let text = "I am currently out of the office. In urgent cases please call my brother.";
    assert_eq!(judged(suppressed, "Out of office chair", text, &Setting::default()).fate, Fate::Person);
    let rule = "X-Auto-Response-Suppress: All\n";
    assert_eq!(judged(rule, "Automatic reply: stove", text, &Setting::default()).fate, Fate::Automatic);
}

#[test]
fn a_receipt_in_words_with_a_persons_sentence_is_shown() {
    let ours = Setting { in_reply_to_ours: true, threads: true, ..Setting::default() };
    let text = "Your message about my stove was read on Monday. It says nothing about the message I sent.";
    assert_eq!(judged("", "Read: stove", text, &ours).fate, Fate::Person);
}

#[test]
fn under_a_machines_subject_a_demand_or_a_question_is_acknowledged() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    for (subject, text, acknowledge) in [
        ("Abwesend", "So schrieb Ihr Fahrer. Ich war zu Hause. Wo ist der Ofen?", true),
        (
            "auto reply",
            "It told you where I live now, and the door went to the old flat. Please send it again.",
            true,
        ),
        // A program writes such a subject, and speaks of prices and of money back.
        (
            "Automatische Antwort: unbrauchbar",
            "Ihre automatische Antwort half nicht. Der Ofen raucht.",
            false,
        ),
        ("Automatische Antwort: Ofen", "Wir antworten ab 7. Dezember. Storno bitte telefonisch.", false),
        ("Réponse automatique : poêle", "Pour une résiliation, appelez le 3900 (0,35 € / min).", false),
        ("Auto: Stove", "We are closed. Returns cost 4.90 EUR.", false),
        ("Automatic reply: stove", "Do you know that you get $10 off? We answer within 2 days.", false),
        ("Autosvar: ugn", "Vi svarar inom 2 dagar. Fraktkostnad 49 kr.", false),
        ("Fwd: Out of office", "Your Mr Kern sends me this each time. Who answers me?", true),
        ("Automatic reply: stove", "I am away until Monday. Urgent? Please call my brother.", false),
        ("Automatic reply: stove", "We took your mail.", false),
    ] {
        let verdict = judged("", subject, text, &setting);
        assert_eq!(
            (verdict.fate, verdict.acknowledge),
            (Fate::Person, acknowledge),
            "{subject}: {}",
            verdict.because
        );
    }
}

#[test]
fn machines_that_only_words_give_away_are_heard_and_not_acknowledged() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    for (subject, text) in [
        ("We have received your mail", "Somebody will be in touch."),
        (
            "Your mail",
            "We have received your mail and will get back to you. Please do not reply to this email.",
        ),
        ("Re: stove", "This is an automated reply. I have left the company."),
        ("Eingangsbestätigung", "Wir haben Ihre Nachricht erhalten und melden uns bei Ihnen."),
        ("Votre courriel", "Ceci est un message automatique, merci de ne pas y répondre."),
        ("Acuse de recibo", "Hemos recibido su mensaje y le responderemos pronto."),
        ("A sua mensagem", "Recebemos a sua mensagem. Por favor, não responda a este correio."),
        ("Il suo messaggio", "Questa è una risposta automatica, si prega di non rispondere."),
        (
            "Uw mail",
            "Dit is een automatisch gegenereerd bericht. Wij hebben uw mail in goede orde ontvangen.",
        ),
        ("Din mail", "Vi har modtaget din mail. Dette er et automatisk svar."),
        ("Ditt mejl", "Vi har tagit emot ditt mejl. Detta är ett automatiskt meddelande."),
        ("Viestisi", "Olemme vastaanottaneet viestisi. Tämä on automaattinen viesti."),
        ("Wiadomość", "Otrzymaliśmy Państwa list. Wiadomość wygenerowana automatycznie."),
        ("Zpráva", "Obdrželi jsme vaši zprávu. Automatická odpověď."),
        ("Письмо", "Мы получили ваше письмо. Автоматический ответ, не отвечайте на него."),
        ("お問い合わせ", "お問い合わせを受け付けました。このメールは自動送信です。"),
        ("您好", "已收到您的邮件。系统自动发送，请勿回复。"),
        // Desks name prices and what may be wrong with a parcel.
        (
            "Ihre Anfrage bei Ofen & Co",
            "Wir haben Ihre Anfrage erhalten und melden uns. Rücksendungen kosten 4,95 EUR. Diese E-Mail wurde \
             automatisch generiert, bitte nicht antworten.",
        ),
        (
            "Case 123",
            "Your case has been received. Reference number 123. We will respond within a day. If a part is missing, \
             see our page.",
        ),
        ("Your invoice", "The invoice of 39.90 EUR is automatically generated, please do not reply."),
        (
            "Lu : poêle",
            "Votre message\n\n À : Boutique\n Objet : remboursement 39,90 EUR\n\na été lu le 23/11/2026.",
        ),
        (
            "Read: [D-7] Refund of 39.90 EUR",
            "Your message\n\n To: Shop\n Subject: [D-7] Refund of 39.90 EUR\n\nwas read on 23.11.2026.",
        ),
        (
            "Lena Ott is out of the office (back 14.12.2026)",
            "I will be out of the office. This is an automated response.",
        ),
        (
            "Re: stove",
            "I'm on annual leave and back in the office on Monday. For anything urgent please ask Jill.",
        ),
        (
            "Re: stove",
            "We are closed from 23 December until 2 January and will deal with your mail on our return.",
        ),
        ("Re: forno", "Estou de férias até 9 de março. Responderei ao seu e-mail quando regressar."),
        (
            "Re: stove (verification)",
            "I use a filter to protect my inbox. Please click the link below: https://x.example/a",
        ),
        ("Demande", "Je suis protégé contre les spams. Cliquez sur le lien : https://x.example/a"),
        (
            "Bestätigung",
            "Ihre Nachricht wurde zurückgehalten. Klicken Sie auf den folgenden Link: https://x.example/a",
        ),
    ] {
        let verdict = judged("", subject, text, &setting);
        assert_eq!(
            (verdict.fate, verdict.acknowledge),
            (Fate::Person, false),
            "{subject}: {}",
            verdict.because
        );
    }
    for (subject, text) in [
        ("Refund", "I have left the company that bought the stove, please send the refund to me."),
        ("Received", "I have received your mail and will not get back to you. The door does not close."),
        ("No way to answer", "Your mail ends with 'do not reply'. So I open a new one. The door jams."),
        (
            "Stove",
            "Dies ist keine automatisch erstellte Nachricht, hier schreibt ein Mensch: der Ofen raucht.",
        ),
        ("Office closed", "Your office was closed from 23 December on and the door broke on the 24th."),
    ] {
        let verdict = judged("", subject, text, &setting);
        assert!(verdict.acknowledge, "{subject}: {}", verdict.because);
    }
}

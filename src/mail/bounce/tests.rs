use super::*;
use crate::mail::inbound::understand;

fn mail(raw: &str) -> Mail {
    understand(raw.replace('\n', "\r\n").as_bytes(), &Limits::default()).0
}

fn report(status: &str) -> Mail {
    mail(&format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{status}\n\
         --b\nContent-Type: text/rfc822-headers\n\nSubject: ours\nMessage-ID: <7@desk.example>\n\n--b--\n"
    ))
}

fn one(status: &str) -> Failed {
    read(&report(status)).unwrap().recipients.into_iter().next().unwrap()
}

#[test]
fn a_standard_report_is_read_whole() {
    let bounce = read(&report(
        "Original-Recipient: rfc822;Old@Shop.example\nFinal-Recipient: RFC822; Anna@Shop.example\nAction: Failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1\n No such user\n\nFinal-Recipient: rfc822; b@shop.example\nAction: delayed\nStatus: 4.4.1 (later)\n",
    ))
    .unwrap();
    assert_eq!(bounce.original_message_id.as_deref(), Some("7@desk.example"));
    let [first, written, second] = bounce.recipients.as_slice() else {
        panic!("two recipients, one forwarded")
    };
    assert_eq!((written.address.as_str(), written.status.as_deref()), ("Old@shop.example", Some("5.1.1")));
    assert_eq!((first.address.as_str(), first.action.as_str()), ("Anna@shop.example", "failed"));
    assert_eq!((first.status.as_deref(), first.permanent), (Some("5.1.1"), true));
    assert_eq!(first.diagnostic.as_deref(), Some("550 5.1.1 No such user"));
    assert_eq!(
        (second.action.as_str(), second.status.as_deref(), second.permanent),
        ("delayed", Some("4.4.1"), false)
    );
}

#[test]
fn what_is_permanent_is_told_by_action_and_code() {
    let check = |fields: &str, expected: bool| {
        assert_eq!(
            one(&format!("Final-Recipient: rfc822; a@b.example\n{fields}")).permanent,
            expected,
            "{fields}"
        );
    };
    check("Action: failed\nStatus: 5.0.0\n", true);
    check("Action: failed\nStatus: 4.4.7\n", false);
    check("Action: failed\nStatus: 2.0.0\n", false);
    check("Action: failed\n", true);
    check("Action: failed\nDiagnostic-Code: smtp; 451 try later\n", false);
    check("Action: delayed\nStatus: 4.2.2\n", false);
}

#[test]
fn odd_forms_of_a_report_are_read_too() {
    let check = |fields: &str, address: &str| assert_eq!(one(fields).address, address, "{fields}");
    check("Final-Recipient: rfc822; <a@b.example>\nAction: failed\n", "a@b.example");
    check("Original-Recipient: rfc822; a@b.example\nAction: failed\n", "a@b.example");
    check("Final-Recipient: a@b.example\n\nAction: failed\n", "a@b.example");
    check("Final-Recipient: utf-8; größe@b.example\nAction: failed\n", "größe@b.example");
    check("Final-Recipient: local; nobody\nOriginal-Recipient: rfc822; a@b.example\n", "a@b.example");
}

#[test]
fn exim_names_the_addresses_in_a_field() {
    let bounce = read(&mail(
        "Return-Path: <>\nFrom: Mailer-Daemon@mx.example\nX-Failed-Recipients: a@b.example, c@d.example\nReferences: <7@desk.example>\n\nfailed\n",
    ));
    let bounce = bounce.unwrap();
    let addresses: Vec<&str> = bounce.recipients.iter().map(|failed| failed.address.as_str()).collect();
    assert_eq!(addresses, ["a@b.example", "c@d.example"]);
    assert_eq!(bounce.original_message_id.as_deref(), Some("7@desk.example"));
}

#[test]
fn an_ordinary_mail_is_no_report() {
    assert_eq!(read(&mail("From: a@b.example\n\nYour delivery failed, where is my parcel?\n")), None);
}

#[test]
fn exim_tells_the_code_in_its_prose() {
    let check = |prose: &str, status: Option<&str>, permanent: bool| {
        let raw = format!(
            "Return-Path: <>\nX-Failed-Recipients: a@b.example\n\nfailed:\n\n  a@b.example\n    {prose}\n"
        );
        let failed = read(&mail(&raw)).unwrap().recipients.remove(0);
        assert_eq!((failed.status.as_deref(), failed.permanent), (status, permanent), "{prose}");
    };
    check("host mx.example [203.0.113.9]: 550 5.1.1 no such user", Some("5.1.1"), true);
    check("SMTP error from remote mail server: 550 no such user", Some("5.1.1"), true);
    check("451 try later", Some("4.3.0"), false);
    check("Unrouteable address", Some("5.1.2"), true);
}

#[test]
fn a_report_whose_structure_is_broken_is_read_from_its_text() {
    let raw = "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status\n\nSorry.\n\n\
               Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n";
    let failed = read(&mail(raw)).unwrap().recipients.remove(0);
    assert_eq!((failed.address.as_str(), failed.status.as_deref()), ("a@b.example", Some("5.1.1")));
}

#[test]
fn an_unknown_action_is_permanent_only_by_its_code() {
    assert!(one("Final-Recipient: rfc822; a@b.example\nAction: error\nStatus: 5.0.0\n").permanent);
    assert!(!one("Final-Recipient: rfc822; a@b.example\nAction: error\n").permanent);
}

fn prose(from: &str, subject: &str, text: &str) -> Mail {
    mail(&format!("Return-Path: <>\nFrom: {from}\nSubject: {subject}\n\n{text}\n"))
}

fn daemon(text: &str) -> Vec<Failed> {
    read(&prose("MAILER-DAEMON@mx.example", "failure notice", text)).unwrap().recipients
}

#[test]
fn what_stands_near_an_address_is_said_of_it() {
    let check = |text: &str, expected: &[(&str, &str)]| {
        let told = daemon(text);
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|one| (one.address.as_str(), one.status.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(told, expected, "{text}");
    };
    check(
        "<a@b.example>:\n550 5.1.1 no\n\n<c@d.example>:\nmailbox is full",
        &[("a@b.example", "5.1.1"), ("c@d.example", "5.2.2")],
    );
    check(
        "failed:\n\n  a@b.example\n    (generated from c@d.example)\n    452 over quota",
        &[("a@b.example", "4.2.2"), ("c@d.example", "4.2.2")],
    );
    check(
        "---- The following addresses had errors ----\n<a@b.example>\n<c@d.example>\n---- Transcript ----\n550 <c@d.example>... User unknown\n451 <a@b.example>... later",
        &[("a@b.example", "4.0.0"), ("c@d.example", "5.1.1")],
    );
    check(
        "Undeliverable to the following recipients: a@b.example, c@d.example",
        &[("a@b.example", "5.0.0"), ("c@d.example", "5.0.0")],
    );
    check("Sent <<< RCPT TO:<a@b.example>\nReceived >>> 553 no such user", &[("a@b.example", "5.1.1")]);
    check(
        "Your message to a@b.example\nwas blocked. Please contact help@mx.example or\npostmaster@mx.example.",
        &[("a@b.example", "5.7.1")],
    );
    check(
        "A message sent by\n  <me@desk.example>\ncould not be delivered:\n  a@b.example",
        &[("a@b.example", "5.0.0")],
    );
    check(
        "The following was undeliverable to the following:\n\tann (a@b.example) (user not found)",
        &[("a@b.example", "5.1.1")],
    );
    check(
        "could not be delivered to these recipients:\n\tann        No such user",
        &[("ann@mx.example", "5.1.1")],
    );
}

#[test]
fn the_returned_mail_is_not_read_for_addresses() {
    let check = |border: &str| {
        let text = format!("<a@b.example>:\n550 no\n\n{border}\nTo: c@d.example\n\n<e@f.example>: 550 no");
        let told = daemon(&text);
        assert_eq!(told.len(), 1, "{border}: {told:?}");
    };
    check("--- Below this line is a copy of the message.");
    check("----- Original message -----");
    check("Original message follows.");
    check("------ This is a copy of your message, including all the headers. ------");
    check("Received: from x.example by y.example; Thu, 26 Nov 2026 09:00:00 +0000");
    check("   ----- Unsent message follows -----");
    check("Message headers follow:");
    check("-------original message");
}

#[test]
fn the_mail_that_came_back_is_found_in_every_place() {
    let check = |raw: &str| {
        let raw =
            format!("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice\n{raw}\n");
        let bounce = read(&mail(&raw)).unwrap();
        assert_eq!(bounce.original_message_id.as_deref(), Some("7@desk.example"), "{raw}");
    };
    check(
        "\n<a@b.example>: 550 no\n\n--- Below this line is a copy of the message.\n\nSubject: x\nMessage-ID: <7@desk.example>",
    );
    check("\n<a@b.example>: 550 no\n\n--- Original message follows.\n\n> Message-Id:\n>  <7@desk.example>");
    check("\nThis report relates to a message with\n  Message-id: <7@desk.example>\n\n<a@b.example>: 550 no");
    check("References: <7@desk.example>\n\n<a@b.example>: 550 no");
    check("In-Reply-To: <7@desk.example>\n\n<a@b.example>: 550 no");
    check("X-Original-Message-ID: <7@desk.example>\n\n<a@b.example>: 550 no");
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n<a@b.example>: 550 no\n--b\nContent-Type: text/plain; name=headers.txt\nContent-Disposition: attachment\n\nMessage-ID: <7@desk.example>\n\n--b--",
    );
    check(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nOriginal-Envelope-Id: 7@desk.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n\n--b--",
    );
}

#[test]
fn a_program_that_goes_on_trying_reports_a_delay() {
    let check = |subject: &str, text: &str| {
        let bounce = read(&prose("MAILER-DAEMON@mx.example", subject, text)).unwrap();
        let one = bounce.recipients.first().unwrap();
        assert_eq!((one.action.as_str(), one.permanent), ("delayed", false), "{text}");
        assert!(one.status.as_deref().unwrap().starts_with('4'), "{one:?}");
    };
    check(
        "Warning",
        "Your message to a@b.example has not yet been delivered. No action is required on your part.",
    );
    check(
        "Delivery Status Notification (Delay)",
        "Delivery to a@b.example has been delayed:\n550 over quota",
    );
    check(
        "Mail Delivery Warning",
        "Delivery of email to this address\n\"a@b.example\"\nhas been postponed due to a full mailbox.",
    );
}

#[test]
fn a_report_in_prose_counts_only_from_a_mail_server() {
    let text = "Your message could not be delivered to one or more recipients.\n\n<a@b.example>: 550 5.1.1 User unknown";
    let subject = "Undelivered Mail Returned to Sender";
    let check = |header: &str, subject: &str, text: &str, counts: bool| {
        let raw = format!("{header}\nSubject: {subject}\n\n{text}\n");
        assert_eq!(read(&mail(&raw)).is_some(), counts, "{raw}");
    };
    check("From: Mailer-Daemon@mx.example", "Hello", "Some words", true);
    check("From: MAILER-DAEMON (Mail Delivery System)", subject, text, true);
    check("From: Mail Delivery System <>", subject, text, true);
    check("From: System Administrator <postmaster@mx.example>", subject, text, true);
    check("Return-Path: <>\nFrom: filter@mx.example", subject, text, true);
    check("Return-Path: <MAILER-DAEMON>\nFrom: imss@mx.example", subject, text, true);
    check("From: ann@b.example\nReturn-Path: <ann@b.example>", subject, text, false);
    check("From: ann@b.example\nReturn-Path: <ann@b.example>", "Fwd: failure notice", text, false);
    check("From: noreply@shop.example", "Your order", "We will deliver to a@b.example", false);
    let parcel = "Your parcel could not be delivered to:\nAnn Berg, ann@b.example\n";
    check("From: noreply@parcels.example", "Delivery failed", parcel, false);
    check(
        "From: noreply@parcels.example",
        "Unzustellbar",
        "konnte nicht zugestellt werden an ann@b.example",
        false,
    );
    check("From: noreply@mx.example", "Undeliverable mail", text, true);
    check("From: postmaster@mx.example", "Re: failure notice", "I asked a@b.example about it.", false);
    check(
        "Return-Path: <>\nFrom: ann@b.example",
        "Automatic reply: Undelivered parcel",
        "I am away. Ask\nbob@b.example",
        false,
    );
    check("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example", subject, "", false);
}

#[test]
fn a_postmaster_reports_in_many_languages() {
    let check = |subject: &str, text: &str| {
        let raw = format!(
            "From: postmaster@mx.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n\
             {text}\na@b.example\n\nReason: mailbox not found\n"
        );
        assert!(
            read(&mail(&raw)).is_some_and(|bounce| bounce.recipients[0].address == "a@b.example"),
            "{raw}"
        );
    };
    check("Onbestelbaar: uw bestelling", "Uw bericht kan niet worden bezorgd bij de geadresseerde:");
    check("Não entregue: pedido", "Não foi possível entregar a mensagem ao destinatário:");
    check("未送达：订单", "无法将您的邮件传递给以下收件人：");
    check("無法傳遞的郵件：訂單", "無法傳遞給收件者：");
    check("배달되지 않음: 주문", "다음 받는 사람에게 메시지를 배달할 수 없습니다:");
    check("Nem kézbesíthető: rendelés", "Az üzenet nem kézbesíthető (recipient):");
    check("Nelze doručit: objednávka", "Zprávu nelze doručit příjemci:");
    check("Teslim edilemedi: sipariş", "İletiniz teslim edilemedi (recipient):");
}

#[test]
fn who_runs_a_server_and_writes_of_their_own_mail_is_a_person() {
    let read = |text: &str| {
        let head = "Return-Path: <administrator@firm.example>\nFrom: System Administrator <administrator@firm.example>\n";
        read(&mail(&format!("{head}Subject: Mail delivery failed\n\n{text}\n")))
    };
    let fault = "returns@desk.example failed: 550 5.1.1 user unknown";
    assert_eq!(read(&format!("My mail to {fault}. How can I return my chair?")), None);
    assert!(read(&format!("Your message could not be delivered.\n\n{fault}")).is_some());
}

#[test]
fn what_lost_nothing_is_no_bounce() {
    let check = |fields: &str| assert_eq!(read(&report(fields)), None, "{fields}");
    check("Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n");
    check(
        "Final-Recipient: rfc822; a@b.example\nAction: relayed\n\nFinal-Recipient: rfc822; c@d.example\nAction: expanded\n",
    );
    check("Final-Recipient: rfc822; a@b.example\nAction: deliverable\nStatus: 2.1.5\n");
    check(
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 4.7.0\nDiagnostic-Code: X-Boxbe-Notice; Sender not pre-approved\n",
    );
}

#[test]
fn a_refusal_counts_more_than_the_queue_it_waited_in() {
    let check = |fields: &str, expected: Option<&str>| {
        let fields = format!("Final-Recipient: rfc822; a@b.example\n{fields}\n");
        assert_eq!(one(&fields).status.as_deref(), expected, "{fields}");
    };
    check("Action: failed\nStatus: 4.5.0\nDiagnostic-Code: smtp; 550 5.5.0 refused", Some("5.5.0"));
    check("Action: delayed\nStatus: 4.5.0\nDiagnostic-Code: smtp; 550 5.5.0 refused", Some("4.5.0"));
    check("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 unknown", Some("5.1.1"));
    check("Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 450 4.1.1 later", Some("5.2.2"));
    check("Action: failed\nDiagnostic-Code: smtp; 552 mailbox full", Some("5.2.2"));
    check("Action: expired", Some("5.4.7"));
    check("Action: delayed", Some("4.0.0"));
}

#[test]
fn groups_of_fields_part_where_the_next_address_begins() {
    let check = |fields: &str, expected: &[(&str, &str)]| {
        let told = read(&report(fields)).unwrap().recipients;
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|one| (one.address.as_str(), one.status.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(told, expected, "{fields}");
    };
    let two: &[(&str, &str)] = &[("a@b.example", "5.1.1"), ("c@d.example", "5.2.2")];
    check(
        "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;c@d.example\nAction: failed\nStatus: 5.2.2\n",
        two,
    );
    check(
        "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;a@b.example\n\nAction: failed\nStatus: 5.2.2\nOriginal-Recipient: rfc822;c@d.example\n",
        two,
    );
    check(
        "Final-Recipient: rfc822;a@b.example\n\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822;c@d.example\n\nStatus: 5.2.2\n",
        two,
    );
    check(
        "Original-Recipient: rfc822;a@b.example\nFinal-Recipient: rfc822;c@d.example\nAction: failed\nStatus: 5.1.1\n",
        &[("c@d.example", "5.1.1"), ("a@b.example", "5.1.1")],
    );
}

#[test]
fn codes_are_told_from_what_looks_like_them() {
    let check =
        |text: &str, expected: Option<&str>| assert_eq!(codes::told(text).as_deref(), expected, "{text}");
    check("550 5.1.1 unknown", Some("5.1.1"));
    check("said: 550-5.7.26 This mail", Some("5.7.26"));
    check("(#4.4.1)", Some("4.4.1"));
    check("554: Message refused", Some("5.7.1"));
    check("554: Sorry", Some("5.0.0"));
    check("[550 mailbox full]", Some("5.2.2"));
    check("host 5.1.1.7 and 142.4.5.6", None);
    check("Exim 4.92.3 of mx.example", None);
    check("Internet Mail Service (5.5.2657.72)", None);
    check("after 450 seconds and 500 bytes", None);
    check("order 4711 of room a550", None);
    check("250 2.0.0 Ok", None);
}

#[test]
fn a_notification_in_json_is_read() {
    let text = r#"{ "Type" : "Notification", "Message" : "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\",\"status\":\"5.1.1\"},{\"emailAddress\":\"c@d.example\"}]},\"mail\":{\"destination\":[\"a@b.example\"]}}" }"#;
    let bounce =
        read(&mail(&format!("From: no-reply@sns.example\nSubject: AWS Notification Message\n\n{text}\n")))
            .unwrap();
    let told: Vec<_> =
        bounce.recipients.iter().map(|one| (one.address.as_str(), one.status.as_deref())).collect();
    assert_eq!(told, [("a@b.example", Some("5.1.1")), ("c@d.example", Some("5.0.0"))]);
    let delivery = text.replace("Bounce", "Delivery");
    assert_eq!(
        read(&mail(&format!(
            "From: no-reply@sns.example\nSubject: AWS Notification Message\n\n{delivery}\n"
        ))),
        None
    );
}

#[test]
fn rules_are_written_as_they_are_compared() {
    let plain = |text: &str| text == text.to_lowercase() && !text.contains("  ") && text.trim() == text;
    for phrase in
        rules::dialects::DIALECTS.iter().chain(rules::dialects::GENERAL).flat_map(|dialect| dialect.says)
    {
        assert!(plain(phrase), "{phrase}");
    }
    let lists = [
        rules::words::SUBJECTS,
        rules::words::DELAYS,
        rules::words::RETURNED,
        rules::words::RETURNED_IF_DRAWN,
        rules::words::FIRST_FIELDS,
        rules::words::LABELS,
        rules::words::NOT_FAILED,
        rules::words::SOURCES,
        rules::words::ANNOUNCE,
        rules::senders::DAEMONS,
        rules::senders::OFFICES,
        rules::senders::MACHINES,
        rules::senders::CHALLENGES,
    ];
    for phrase in lists.into_iter().flatten().chain(rules::reasons::REASONS.iter().flat_map(|row| row.0)) {
        assert!(plain(phrase), "{phrase}");
    }
    for (_, status) in rules::reasons::REASONS {
        assert_eq!(codes::status(status).as_deref(), Some(*status));
    }
}

#[test]
fn a_long_report_is_read_in_time_that_its_size_allows() {
    let check = |line: &str| {
        let text = line.repeat(1024 * 1024 / line.len());
        let long = prose("MAILER-DAEMON@mx.example", "failure notice", &text);
        let bounce = read(&long).unwrap();
        assert!(bounce.recipients.len() <= MOST);
    };
    check("550 5.1.1 <a@b.example>... User unknown\n");
    check("@ @ @ a@b.example@ <@@@> @\n");
    check("a@b.example ");
    check("Final-Recipient: rfc822; a@b.example\n\n");
    check("The following recipients:\n\na@b.example, c@d.example\n");
    let lines = (0..40_000).map(|number| format!("<a{number}@b.example>: 550 no\n"));
    let different = lines.collect::<String>();
    assert_eq!(daemon(&different).len(), MOST);
}

#[test]
fn a_name_that_only_begins_like_a_servers_is_a_persons() {
    let pasted = "I wrote to your depot and got:\n\n550 5.1.1 <depot@desk.example>: Recipient address rejected: User unknown\n\n\
                  The stove is still there and you took 900 euro.\n";
    for from in [
        "Ndreka Ott <ndreka@ott.example>",
        "Delivery Ott <delivery@ott.example>",
        "\"Mailer, Lena\" <lena@ott.example>",
        "Barracuda Stoves Ltd <lena@ott.example>",
        "Sysadmin Lena <lena@ott.example>",
        "Lena <sysadmin@ott.example>",
    ] {
        let path = from.split('<').nth(1).unwrap().trim_end_matches('>');
        let text = format!("Return-Path: <{path}>\nFrom: {from}\nSubject: Delivery failed\n\n{pasted}");
        assert_eq!(read(&mail(&text)), None, "{from}");
    }
    let report = "Delivery to the following recipients failed.\n\nlena@ott.example\n550 5.1.1 User unknown\n";
    for from in
        ["postmaster@ott.example", "System Administrator <sa@ott.example>", "Barracuda <fw@ott.example>"]
    {
        let text =
            format!("Return-Path: <x@ott.example>\nFrom: {from}\nSubject: Delivery failed\n\n{report}");
        assert!(read(&mail(&text)).is_some(), "{from}");
    }
}

#[test]
fn a_mailbox_that_is_full_for_now_is_no_dead_address() {
    let told = |reason: &str| daemon(&format!("<lena@ott.example>\n{reason}\n")).remove(0);
    let passing = told("The account is temporarily over quota.");
    assert_eq!((passing.status.as_deref(), passing.permanent), (Some("4.2.2"), false));
    assert_eq!(told("550 The account is temporarily over quota.").status.as_deref(), Some("5.2.2"));
}

#[test]
fn a_dutch_report_names_whom_it_is_about_in_its_sentence() {
    let text = "Uw bericht aan lena@ott.example kan niet worden bezorgd.\nlena is niet gevonden.\n550 5.1.10 RecipientNotFound\n";
    let found =
        read(&prose("Microsoft Outlook <postmaster@ott.example>", "Onbestelbaar: Kachel", text)).unwrap();
    assert_eq!(found.recipients[0].address, "lena@ott.example");
    assert_eq!(found.recipients[0].status.as_deref(), Some("5.1.10"));
}

#[test]
fn of_a_long_report_within_a_mail_its_beginning_and_its_status_are_read() {
    let long = "The same line again and again.\n".repeat(200_000);
    let text = format!(
        "From: gateway@desk.example\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nReturned.\n--o\nContent-Type: message/rfc822\n\n\
         From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=i\n\n--i\n\n{long}\n\
         --i\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n--i--\n--o--\n"
    );
    let began = std::time::Instant::now();
    let inner = report_within(&mail(&text)).unwrap();
    assert!(inner.delivery_status.iter().any(|status| status.contains("a@b.example")));
    assert!(began.elapsed().as_secs() < 60);
}

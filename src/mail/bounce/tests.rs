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
    let [first, second] = bounce.recipients.as_slice() else { panic!("two recipients") };
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
    check("Action: failed\n", true);
    check("Action: failed\nDiagnostic-Code: smtp; 451 try later\n", false);
    check("Action: delayed\nStatus: 4.2.2\n", false);
    check("Action: delivered\nStatus: 2.0.0\n", false);
    check("Action: relayed\n", false);
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
    check("SMTP error from remote mail server: 550 no such user", Some("5.0.0"), true);
    check("451 try later", Some("4.0.0"), false);
    check("Unrouteable address", None, true);
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

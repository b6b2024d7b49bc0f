//! The throw-away servers do what the demonstration and the end-to-end tests rely on.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use redress::cli::demo::servers::{
    CUSTOMER_DOMAIN, MailServers, Mark, PASSWORD, Postgres, SUBMISSION, Sender, USERS, accepts_on_loopback,
    clients,
};

use crate::support::{available, mail_servers};

const SOON: Duration = Duration::from_secs(20);
const CUSTOMER: &str = "carla@example.test";
const DESK: &str = "support@shop.test";

fn text(mails: &[Vec<u8>]) -> Vec<String> {
    mails.iter().map(|mail| String::from_utf8_lossy(mail).replace("\r\n", "\n")).collect()
}

/// The value of the first header of that name, unfolded lines not included.
fn header<'a>(mail: &'a str, name: &str) -> Vec<&'a str> {
    let head = mail.split("\n\n").next().unwrap();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[test]
fn a_delivered_mail_arrives_with_its_detail_its_return_path_and_its_bytes() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let raw = "From: Carla <carla@example.test>\nTo: support+d1.x@shop.test\nReturn-Path: <forged@example.test>\nSubject: Broken\n\nHello\n.dot\n..dots\n";
    servers.deliver(Sender::Honest, CUSTOMER, &["support+d1.x@shop.test"], raw.as_bytes()).unwrap();
    let mails = text(&servers.wait_for_mail(DESK, 1, SOON).unwrap());
    let mail = &mails[0];
    assert_eq!(header(mail, "Return-Path"), ["<carla@example.test>"], "{mail}");
    assert_eq!(header(mail, "Delivered-To"), ["support+d1.x@shop.test"], "{mail}");
    assert_eq!(header(mail, "Envelope-to"), ["support+d1.x@shop.test"], "{mail}");
    assert!(mail.ends_with("\n\nHello\n.dot\n..dots\n"), "{mail}");
}

#[test]
fn the_border_stamps_its_verdict_and_drops_forged_ones() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let cases = [
        (Sender::Honest, CUSTOMER, "Carla <carla@example.test>", "pass header.from=example.test"),
        (Sender::Honest, "carla@other.test", "carla@example.test", "none header.from=example.test"),
        (Sender::Forger, "anna@shop.test", "anna@shop.test", "fail header.from=shop.test"),
        (Sender::Unknown, CUSTOMER, "carla@example.test", "none header.from=example.test"),
        (Sender::Honest, "", "nobody in particular", "permerror header.from="),
    ];
    for (number, (sender, envelope, from, expected)) in cases.into_iter().enumerate() {
        let raw = format!(
            "Authentication-Results: mx.test; dmarc=pass header.from=shop.test\n\
             Authentication-Results: MX.test;\n dmarc=pass header.from=shop.test\n\
             Authentication-Results: elsewhere.test; dkim=pass header.d=a.test\n\
             From: {from}\nTo: support@shop.test\nSubject: {number}\n\nText\n"
        );
        servers.deliver(sender, envelope, &[DESK], raw.as_bytes()).unwrap();
        let mails = text(&servers.wait_for_mail(DESK, number + 1, SOON).unwrap());
        let mail = mails.last().unwrap();
        assert_eq!(
            header(mail, "Authentication-Results"),
            [&format!("mx.test; dmarc={expected}"), "elsewhere.test; dkim=pass header.d=a.test"],
            "{mail}"
        );
    }
}

#[test]
fn an_unknown_user_brings_a_delivery_report() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let raw =
        b"From: carla@example.test\nTo: ghost@shop.test\nMessage-ID: <1@example.test>\nSubject: x\n\nText\n";
    servers.deliver(Sender::Honest, CUSTOMER, &["ghost@shop.test"], raw).unwrap();
    let mails = text(&servers.wait_for_mail(CUSTOMER, 1, SOON).unwrap());
    let mail = &mails[0];
    assert_eq!(header(mail, "Return-Path"), ["<>"], "{mail}");
    assert!(mail.contains("message/delivery-status") && mail.contains("\nStatus: 5."), "{mail}");
}

#[test]
fn the_border_refuses_as_told() {
    let Some((_folder, servers)) = mail_servers() else { return };
    for (to, words) in [("tempfail@shop.test", "451 "), ("nouser@shop.test", "550 "), ("a@else.test", "550 ")]
    {
        let refused =
            servers.deliver(Sender::Honest, CUSTOMER, &[to], b"From: a@example.test\n\n").unwrap_err();
        assert!(format!("{refused:#}").contains(words), "{refused:#}");
    }
}

#[test]
fn mail_waits_while_dovecot_is_away() {
    let Some((_folder, mut servers)) = mail_servers() else { return };
    servers.stop_imap().unwrap();
    assert!(servers.mailbox(DESK).is_err());
    servers.deliver(Sender::Honest, CUSTOMER, &[DESK], b"From: carla@example.test\n\nLate\n").unwrap();
    servers.start_imap().unwrap();
    let mails = text(&servers.wait_for_mail(DESK, 1, SOON).unwrap());
    assert!(mails[0].ends_with("\nLate\n"));
}

#[test]
fn planted_mail_lies_there_as_marked() {
    let Some((_folder, servers)) = mail_servers() else { return };
    servers.plant(DESK, Mark::Read, b"Subject: old\r\n\r\n").unwrap();
    servers.plant(DESK, Mark::Unread, b"Subject: new\r\n\r\n").unwrap();
    let mut mailbox = servers.mailbox(DESK).unwrap();
    assert_eq!(text(&mailbox.mails().unwrap()), ["Subject: old\n\n", "Subject: new\n\n"]);
    assert_eq!(mailbox.command("SEARCH UNSEEN").unwrap().lines, ["* SEARCH 2"]);
}

#[test]
fn two_thousand_mails_can_be_planted() {
    let Some((_folder, servers)) = mail_servers() else { return };
    for number in 0..2_000 {
        servers.plant(DESK, Mark::Unread, format!("Subject: {number}\r\n\r\n").as_bytes()).unwrap();
    }
    let mails = text(&servers.mailbox(DESK).unwrap().mails().unwrap());
    assert_eq!(mails.len(), 2_000);
    assert_eq!(mails[1_999], "Subject: 1999\n\n");
}

#[test]
fn mailboxes_can_be_added_and_passwords_changed() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let late = format!("late@{CUSTOMER_DOMAIN}");
    servers.add_user(&late, "first").unwrap();
    servers.mailbox(&late).unwrap();
    servers.add_user(&late, "another").unwrap();
    servers.mailbox(&late).unwrap();
    assert_eq!(servers.users().unwrap().len(), USERS.len() + 1);
    assert_eq!(servers.users().unwrap()[DESK], PASSWORD);
}

#[test]
fn servers_are_gone_once_dropped() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let ports = [servers.imap_port(), servers.smtp_port()];
    assert!(ports.iter().all(|port| accepts_on_loopback(*port)));
    drop(servers);
    assert!(!ports.iter().any(|port| accepts_on_loopback(*port)));
}

#[test]
fn a_folder_too_deep_for_sockets_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = MailServers::start(&folder.path().join("x".repeat(80))).unwrap_err();
    assert!(error.to_string().contains("too long for the path of a socket"), "{error:#}");
}

/// Submits one mail as Redress does, trusting the servers' own authority only.
async fn submit(
    servers: &MailServers,
    port: u16,
    password: &str,
) -> Result<(), lettre::transport::smtp::Error> {
    let authority = Certificate::from_pem(&std::fs::read(servers.ca_pem()).unwrap())?;
    let tls = TlsParameters::builder("localhost".to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(authority)
        .build_rustls()?;
    let tls = if port == servers.smtps_port() { Tls::Wrapper(tls) } else { Tls::Required(tls) };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost")
        .port(port)
        .tls(tls)
        .credentials(Credentials::new(SUBMISSION.0.to_owned(), password.to_owned()))
        .authentication(vec![Mechanism::Plain])
        .build::<Tokio1Executor>();
    let envelope = Envelope::new(Some(DESK.parse().unwrap()), vec![CUSTOMER.parse().unwrap()]).unwrap();
    let raw = b"From: support@shop.test\r\nTo: carla@example.test\r\nSubject: Answer\r\n\r\nText\r\n";
    transport.send_raw(&envelope, raw).await.map(drop)
}

#[tokio::test]
async fn submission_takes_tls_at_once_or_later_and_checks_the_password() {
    let Some((_folder, servers)) = mail_servers() else { return };
    submit(&servers, servers.smtp_port(), SUBMISSION.1).await.unwrap();
    submit(&servers, servers.smtps_port(), SUBMISSION.1).await.unwrap();
    let refused = submit(&servers, servers.smtps_port(), "wrong").await.unwrap_err();
    assert_eq!(refused.status().map(|code| code.to_string()).as_deref(), Some("535"), "{refused}");
    let mails = text(&servers.wait_for_mail(CUSTOMER, 2, SOON).unwrap());
    assert_eq!(header(&mails[0], "Authentication-Results"), ["mx.test; dmarc=pass header.from=shop.test"]);
}

#[tokio::test]
async fn an_ended_certificate_is_refused_until_it_is_renewed() {
    let Some((_folder, mut servers)) = mail_servers() else { return };
    servers.expire_certificate().unwrap();
    let refused = submit(&servers, servers.smtps_port(), SUBMISSION.1).await.unwrap_err();
    assert!(format!("{refused:?}").contains("Expired"), "{refused:?}");
    servers.renew_certificate().unwrap();
    submit(&servers, servers.smtps_port(), SUBMISSION.1).await.unwrap();
}

#[test]
fn submission_without_tls_or_password_is_refused() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let refused = clients::send(servers.smtp_port(), "honest.test", CUSTOMER, &[DESK], b"\n").unwrap_err();
    assert!(format!("{refused:#}").contains("530 5.7.0"), "{refused:#}");
}

#[tokio::test]
async fn postgresql_starts_restarts_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut postgres) = available(Postgres::start(folder.path())) else { return };
    let url = postgres.create_database("first").unwrap();
    query(&url, "CREATE TABLE kept AS SELECT 7 AS number").await.unwrap();
    postgres.restart().unwrap();
    query(&url, "SELECT number FROM kept").await.unwrap();
    postgres.stop().unwrap();
    assert!(query(&url, "SELECT 1").await.is_err());
}

async fn query(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    connection.await.unwrap()
}

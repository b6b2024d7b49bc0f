//! The SMTP adapter against scripted relays: what they refuse, leave open, cut short or never say.
use std::time::Duration;

use secrecy::SecretString;

use super::*;
use crate::net::tests::{Identity, Scripted, Tls, outdated_tls};
use crate::net::{Security, TlsFault, TlsSettings};

/// The script up to MAIL FROM.
const HELLO: &str = "S: 220 relay ESMTP
    C: EHLO desk.example.org
    S: 250-relay
    S: 250-8BITMIME
    S: 250 SIZE 1000000\n";
const SENDER: &str = "C: MAIL FROM:<desk@example.org>\nS: 250 2.1.0 fine\n";
const RECIPIENT: &str = "C: RCPT TO:<anna@example.net>\nS: 250 2.1.5 fine\n";
const DATA: &str = "C: DATA\nS: 354 go on\n";
const TAKEN: &str = "S: 250 2.0.0 queued\n";
const MAIL: &[u8] = b"Subject: hello\r\n\r\n.dot\r\n..\r\n.\r\nlast\r\n";

/// Steps of a conversation that went well up to some point, and then `rest`.
fn script(parts: &[&str]) -> String {
    HELLO.to_owned() + &parts.concat()
}

fn settings(relay: &Scripted, security: Security, tls: TlsSettings) -> Settings {
    Settings {
        server: relay.endpoint(security, tls),
        user: None,
        password: None,
        hello_name: "desk.example.org".to_owned(),
        patience: Patience::default(),
    }
}

/// The default for a busy machine; tests of silence give up sooner.
const HASTE: Patience = Patience {
    connect: Duration::from_secs(10),
    command: Duration::from_secs(1),
    block: Duration::from_millis(300),
    accepted: Duration::from_millis(300),
};

fn mailer(relay: &Scripted, patience: Patience) -> Mailer {
    let settings = settings(relay, Security::Plain, TlsSettings::default());
    Mailer::new(Settings { patience, ..settings })
}

async fn send(mailer: &Mailer) -> Result<(), SmtpError> {
    mailer.send(Some("desk@example.org"), "anna@example.net", MAIL).await
}

/// What sending one mail to a relay with this script ends with.
async fn outcome(script: &str) -> SmtpError {
    let relay = Scripted::start(script, None).await;
    let patience = if script.contains("SILENT") { HASTE } else { Patience::default() };
    send(&mailer(&relay, patience)).await.unwrap_err()
}

#[tokio::test]
async fn a_mail_arrives_as_it_is_and_two_share_a_conversation() {
    let one = [SENDER, RECIPIENT, DATA, "MAIL\n", TAKEN].concat();
    let relay =
        Scripted::start(&script(&[&one, "C: RSET\nS: 250\n", &one, "C: QUIT\nS: 221 bye\n"]), None).await;
    let mailer = mailer(&relay, Patience::default());
    send(&mailer).await.unwrap();
    send(&mailer).await.unwrap();
    mailer.close().await;
    let heard = relay.heard().await;
    let stuffed = "DATA\nSubject: hello\r\n\r\n..dot\r\n...\r\n..\r\nlast\r\n.\r\n";
    assert_eq!(heard.matches(stuffed).count(), 2, "{heard}");
}

#[tokio::test]
async fn a_large_mail_is_stuffed_alike_across_its_pieces() {
    let line = ".".repeat(500) + "\r\n";
    let mail = line.repeat(400);
    let relay = Scripted::start(&script(&[SENDER, RECIPIENT, DATA, "MAIL\n", TAKEN]), None).await;
    mailer(&relay, Patience::default())
        .send(Some("desk@example.org"), "anna@example.net", mail.as_bytes())
        .await
        .unwrap();
    let stuffed = format!(".{line}").repeat(400);
    assert!(relay.heard().await.ends_with(&format!("DATA\n{stuffed}.\r\n")));
}

#[tokio::test]
async fn the_null_sender_is_sent_as_such() {
    let taken = script(&["C: MAIL FROM:<>\nS: 250\n", RECIPIENT, DATA, "MAIL\n", TAKEN]);
    let relay = Scripted::start(&taken, None).await;
    mailer(&relay, Patience::default()).send(None, "anna@example.net", MAIL).await.unwrap();

    let relay = Scripted::start(&script(&["C: MAIL FROM:<>\nS: 550 5.7.1 no null senders\n"]), None).await;
    let refused = mailer(&relay, Patience::default()).send(None, "anna@example.net", MAIL).await.unwrap_err();
    assert!(matches!(refused, SmtpError::NullSender { code: 550, .. }), "{refused:?}");
    assert_eq!(refused.class(), Class::Configuration);
    assert!(refused.advice().contains("envelope = \"desk\""));
}

#[tokio::test]
async fn replies_are_sorted_by_what_they_mean_for_the_mail() {
    use Class::{Configuration, Permanent, Temporary};
    let at_dot = [SENDER, RECIPIENT, DATA, "MAIL\n"].concat();
    let at_rcpt = [SENDER, "C: RCPT\n"].concat();
    let at_data = [SENDER, RECIPIENT, "C: DATA\n"].concat();
    let check = async |before: &str, reply: &str, class: Class, stage: &str| {
        let error = outcome(&script(&[before, "S: ", reply, "\n"])).await;
        assert_eq!(error.class(), class, "{reply} at {stage}: {error:?}");
        assert_eq!(error.code().map(|code| code.to_string()).as_deref(), reply.get(..3));
        assert!(error.to_string().contains(stage), "{error}");
        assert!(!error.to_string().contains("words"), "the relay's words may hold addresses: {error}");
    };
    check("C: MAIL\n", "421 words", Temporary, "MAIL FROM").await;
    check("C: MAIL\n", "451 words", Temporary, "MAIL FROM").await;
    check("C: MAIL\n", "550 words not your address", Configuration, "MAIL FROM").await;
    check("C: MAIL\n", "530 5.7.0 words STARTTLS first", Configuration, "MAIL FROM").await;
    check("C: MAIL\n", "552 words", Permanent, "MAIL FROM").await;
    check(&at_rcpt, "450 4.2.0 words greylisted", Temporary, "RCPT TO").await;
    check(&at_rcpt, "451 words", Temporary, "RCPT TO").await;
    check(&at_rcpt, "550 5.1.1 words no such user", Permanent, "RCPT TO").await;
    check(&at_rcpt, "550 5.1.1 words User unknown in relay recipient table", Permanent, "RCPT TO").await;
    check(&at_rcpt, "550", Permanent, "RCPT TO").await;
    check(&at_rcpt, "554 5.7.1 words Relay access denied", Configuration, "RCPT TO").await;
    check(&at_rcpt, "550 words relay not permitted", Configuration, "RCPT TO").await;
    check(&at_rcpt, "454 4.7.1 words Relay access denied", Configuration, "RCPT TO").await;
    check(&at_data, "552 words too large", Permanent, "DATA").await;
    check(&at_data, "421 words", Temporary, "DATA").await;
    check(&at_dot, "552 5.3.4 words too large", Permanent, "end of the mail").await;
    check(&at_dot, "451 words", Temporary, "end of the mail").await;
    check(&at_dot, "421 words", Temporary, "end of the mail").await;
    check(&at_dot, "535 words", Configuration, "end of the mail").await;
}

#[tokio::test]
async fn a_relay_that_turns_us_away_bounces_no_mail() {
    let check = async |script: &str, class: Class| {
        let error = outcome(script).await;
        assert_eq!(error.class(), class, "{script}: {error:?}");
    };
    check("S: 421 too busy\n", Class::Temporary).await;
    check("S: 554 no mail service here\n", Class::Configuration).await;
    check("S: 220 relay\nC: EHLO\nS: 550 bad name\nC: QUIT\n", Class::Configuration).await;
    check("S: 220 relay\nC: EHLO\nS: 421 later\nC: QUIT\n", Class::Temporary).await;
    check("S: * OK IMAP4rev1\n", Class::Temporary).await;
    check("S: 250 odd\n", Class::Temporary).await;
    check("", Class::Temporary).await;
    check("S: 220 relay\nC: EHLO\n", Class::Temporary).await;
    check(&format!("R: 220 {}\n", "x".repeat(5000)), Class::Temporary).await;
    check(&format!("S: 220 relay\nC: EHLO\nR: 250-{}\nC: QUIT\n", "x".repeat(200_000)), Class::Temporary)
        .await;
}

#[tokio::test]
async fn before_the_dot_a_lost_connection_is_no_doubt() {
    for parts in [&["C: MAIL\n"][..], &[SENDER, "C: RCPT\n"], &[SENDER, RECIPIENT, "C: DATA\n"]] {
        let error = outcome(&script(parts)).await;
        assert!(matches!(error, SmtpError::Lost { .. }), "{parts:?}: {error:?}");
        let error = outcome(&script(&[&parts.concat(), "SILENT\n"])).await;
        assert!(matches!(error, SmtpError::Timeout { .. }), "{parts:?}: {error:?}");
        assert_eq!(error.class(), Class::Temporary);
    }
    let error = outcome(&script(&[SENDER, RECIPIENT, "C: DATA\nS: 250 what\n"])).await;
    assert!(matches!(error, SmtpError::Lost { stage: Stage::Data }), "{error:?}");
}

#[tokio::test]
async fn a_relay_that_stops_reading_the_mail_has_not_taken_it() {
    let relay = Scripted::start(&script(&[SENDER, RECIPIENT, DATA, "C: Subject\nSTALL\n"]), None).await;
    let mail = format!("Subject: large\r\n{}", "x\r\n".repeat(8_000_000));
    let sent =
        mailer(&relay, HASTE).send(Some("desk@example.org"), "anna@example.net", mail.as_bytes()).await;
    assert!(matches!(sent, Err(SmtpError::Timeout { stage: Stage::Body })), "{sent:?}");
}

#[tokio::test]
async fn a_relay_that_leaves_inside_the_mail_has_not_taken_it() {
    let relay = Scripted::start(&script(&[SENDER, RECIPIENT, DATA, "C: Subject\n"]), None).await;
    let mail = format!("Subject: large\r\n{}", "x\r\n".repeat(8_000_000));
    let sent = mailer(&relay, Patience::default())
        .send(Some("desk@example.org"), "anna@example.net", mail.as_bytes())
        .await;
    assert!(matches!(sent, Err(SmtpError::Lost { stage: Stage::Body })), "{sent:?}");
}

#[tokio::test]
async fn after_the_dot_only_a_clear_answer_ends_the_doubt() {
    for last in ["", "SILENT\n", "R: 25\n", "S: nonsense\n", "S: 354 more\n", "S: 250-and\n"] {
        let error = outcome(&script(&[SENDER, RECIPIENT, DATA, "MAIL\n", last])).await;
        assert_eq!(error.class(), Class::Uncertain, "{last:?}: {error:?}");
    }
    for last in ["S: 250", "R: 250 \u{e4}\u{ff}\\r\\n", "R: 250 ok\\n", "R: 250-a\\r\\n250 b\\r\\n"] {
        let relay = Scripted::start(&script(&[SENDER, RECIPIENT, DATA, "MAIL\n", last]), None).await;
        send(&mailer(&relay, Patience::default())).await.unwrap();
    }
}

#[tokio::test]
async fn the_answer_to_the_dot_is_waited_for_longer_than_any_other() {
    let relay = Scripted::start(&script(&[SENDER, RECIPIENT, DATA, "MAIL\nPAUSE\n", TAKEN]), None).await;
    let patience = Patience { accepted: Duration::from_secs(30), ..HASTE };
    send(&mailer(&relay, patience)).await.unwrap();
}

#[tokio::test]
async fn a_refused_recipient_does_not_cost_the_conversation() {
    let refused = [SENDER, "C: RCPT\nS: 550 no\n", "C: RSET\nS: 250\n"].concat();
    let relay = Scripted::start(&script(&[&refused, SENDER, RECIPIENT, DATA, "MAIL\n", TAKEN]), None).await;
    let mailer = mailer(&relay, Patience::default());
    send(&mailer).await.unwrap_err();
    send(&mailer).await.unwrap();
    relay.heard().await;
}

#[tokio::test]
async fn a_conversation_the_relay_has_ended_is_replaced() {
    let one = script(&[SENDER, RECIPIENT, DATA, "MAIL\n", TAKEN]);
    for end in ["", "C: RSET\nS: 421 idle too long\n"] {
        let relay = Scripted::start(&format!("{one}{end}NEXT\n{one}"), None).await;
        let mailer = mailer(&relay, Patience::default());
        send(&mailer).await.unwrap();
        send(&mailer).await.unwrap();
        relay.heard().await;
    }
}

#[tokio::test]
async fn what_cannot_be_said_in_smtp_is_not_sent() {
    let relay = Scripted::start(&script(&["SILENT\n"]), None).await;
    let mailer = mailer(&relay, Patience::default());
    let check = async |from: Option<&str>, to: &str, mail: &[u8]| {
        let error = mailer.send(from, to, mail).await.unwrap_err();
        assert!(matches!(error, SmtpError::Unsendable(_)), "{to}: {error:?}");
        assert_eq!(error.class(), Class::Permanent);
    };
    check(None, "anna@example.net>\r\nRCPT TO:<eve@example.net", MAIL).await;
    check(None, "nobody", MAIL).await;
    check(Some("a b"), "anna@example.net", MAIL).await;
    check(None, "anna@example.net", b"a\n.\nMAIL FROM:<eve@example.net>\r\n").await;
    check(None, "anna@example.net", b"a\r.\rb\r\n").await;
    check(None, "anna@example.net", b"a\r").await;
    check(None, "\u{e4}nna@example.net", MAIL).await;
    mailer.close().await;
    drop(mailer);
    assert!(!relay.heard().await.contains("MAIL"));
}

#[tokio::test]
async fn eight_bits_and_foreign_addresses_go_where_they_are_understood() {
    let mail = "Subject: a\r\n\r\n\u{e4}\r\n".as_bytes();
    let eight = script(&["C: MAIL FROM:<> BODY=8BITMIME\nS: 250\n", RECIPIENT, DATA, "MAIL\n", TAKEN]);
    let relay = Scripted::start(&eight, None).await;
    mailer(&relay, Patience::default()).send(None, "anna@example.net", mail).await.unwrap();

    let seven = "S: 220 relay\nC: EHLO\nS: 250 relay\nSILENT\n";
    let relay = Scripted::start(seven, None).await;
    let error = mailer(&relay, Patience::default()).send(None, "anna@example.net", mail).await.unwrap_err();
    assert!(error.to_string().contains("8BITMIME"), "{error}");

    let utf8 = "S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250 SMTPUTF8\n\
        C: MAIL FROM:<> SMTPUTF8\nS: 250\nC: RCPT\nS: 250\nC: DATA\nS: 354\nMAIL\nS: 250\n";
    let relay = Scripted::start(utf8, None).await;
    mailer(&relay, Patience::default()).send(None, "\u{e4}nna@example.net", MAIL).await.unwrap();
}

fn with_login(relay: &Scripted, security: Security, tls: TlsSettings) -> Settings {
    Settings {
        user: Some("desk".to_owned()),
        password: Some(SecretString::from("se\"cr\u{e4}t")),
        ..settings(relay, security, tls)
    }
}

/// `\0desk\0se"crät` in base64.
const SECRET: &str = "AGRlc2sAc2UiY3LDpHQ=";

#[tokio::test]
async fn a_login_that_fails_bounces_no_mail() {
    let check = async |offer: &str, reply: &str, class: Class| {
        let script = format!("S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250 {offer}\n{reply}");
        let relay = Scripted::start(&script, None).await;
        let mailer = Mailer::new(with_login(&relay, Security::Plain, TlsSettings::default()));
        let error = send(&mailer).await.unwrap_err();
        assert_eq!(error.class(), class, "{offer} {reply}: {error:?}");
        let shown = format!("{error} {error:?} {:?}", mailer.settings);
        assert!(!shown.contains("cr\u{e4}t") && !shown.contains(SECRET), "{shown}");
        assert_eq!(
            mailer.check().await.map_err(|e| e.class()),
            Err(Class::Temporary),
            "the script has ended"
        );
    };
    check("AUTH PLAIN", "C: AUTH\nS: 535 5.7.8 wrong\n", Class::Configuration).await;
    check("AUTH PLAIN", "C: AUTH\nS: 534 use another way\n", Class::Configuration).await;
    check("AUTH PLAIN", "C: AUTH\nS: 454 4.7.0 try later\n", Class::Configuration).await;
    check("AUTH PLAIN", "C: AUTH\nS: 421 busy\n", Class::Temporary).await;
    check("AUTH PLAIN", "C: AUTH\n", Class::Temporary).await;
    check("AUTH CRAM-MD5", "", Class::Configuration).await;
    check("SIZE 1", "", Class::Configuration).await;
}

#[tokio::test]
async fn a_check_logs_in_and_leaves_without_sending() {
    let tls = Tls::new(Identity::Good);
    let inside = format!(
        "C: EHLO\nS: 250-relay\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN {SECRET}\nS: 235 in\n\
         C: NOOP\nS: 250\nC: QUIT\nS: 221 bye\n"
    );
    let starttls = format!(
        "S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\n{inside}"
    );
    let implicit = format!("TLS\nS: 220-relay\nS: 220 ESMTP\n{inside}");
    for (script, security) in [(starttls, Security::StartTls), (implicit, Security::ImplicitTls)] {
        let relay = Scripted::start(&script, Some(&tls)).await;
        Mailer::new(with_login(&relay, security, tls.trusted())).check().await.unwrap();
        assert!(!relay.heard().await.contains("MAIL"));
    }
}

/// What a client that requires TLS ends with, and that it sent no word of a login or a mail.
async fn unprotected(script: &str, security: Security, tls: &Tls) -> SmtpError {
    let relay = Scripted::start(script, Some(tls)).await;
    let error = send(&Mailer::new(with_login(&relay, security, tls.trusted()))).await.unwrap_err();
    let heard = relay.heard_until_left().await;
    assert!(
        !heard.contains("AUTH ") && !heard.contains("MAIL") && !heard.contains(SECRET),
        "{script}: {heard}"
    );
    error
}

/// A relay that offers STARTTLS and hears that it is wanted.
const OFFERED: &str =
    "S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\n";

#[tokio::test]
async fn g15_smtp_without_starttls_hears_no_password() {
    use TlsFault as T;
    let good = Tls::new(Identity::Good);
    let check = async |script: &str, expected: fn(&SmtpError) -> bool, class: Class| {
        let error = unprotected(script, Security::StartTls, &good).await;
        assert!(expected(&error), "{script}: {error:?}");
        assert_eq!(error.class(), class, "{script}: {error:?}");
    };
    for stripped in [
        "S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250 AUTH PLAIN\nSILENT\n",
        "S: 220 relay STARTTLS\nC: EHLO\nS: 250-relay\nS: 250 AUTH PLAIN LOGIN\nSILENT\n",
        "S: 220 relay\nC: EHLO\nS: 250-relay\nS: 250 XSTARTTLS\nSILENT\n",
    ] {
        check(stripped, |e| matches!(e, SmtpError::Tls(T::NotOffered)), Class::Configuration).await;
    }
    for answer in ["454 not now", "502 what", "535 no", "554 never"] {
        let script = format!("{OFFERED}S: {answer}\nSILENT\n");
        check(&script, |e| matches!(e, SmtpError::Tls(T::Refused(_))), Class::Configuration).await;
    }
    check("S: 220 relay\nC: EHLO\nS: 500 what\nSILENT\n", |e| e.code() == Some(500), Class::Configuration)
        .await;
    check("S: 554 go away\nSILENT\n", |e| e.code() == Some(554), Class::Configuration).await;
    check("S: * OK IMAP4rev1\nSILENT\n", |e| matches!(e, SmtpError::Lost { .. }), Class::Temporary).await;
}

#[tokio::test]
async fn g15_what_smtp_slips_in_before_tls_is_never_heard() {
    use TlsFault as T;
    let good = Tls::new(Identity::Good);
    for injected in [
        "250 relay\\r\\n235 in\\r\\n",
        "250-relay\\r\\n250 AUTH PLAIN\\r\\n",
        "421 bye\\r\\n",
        "220 again\\r\\n",
        "\\r\\n",
    ] {
        let script = format!("{OFFERED}R: 220 go\\r\\n{injected}\nSILENT\n");
        let error = unprotected(&script, Security::StartTls, &good).await;
        assert!(matches!(error, SmtpError::Tls(T::NotTls)), "{injected}: {error:?}");
        assert_eq!(error.class(), Class::Configuration);
    }
    let error = unprotected(&format!("{OFFERED}S: 220 go\n"), Security::StartTls, &good).await;
    assert!(matches!(error, SmtpError::Tls(T::Closed)), "{error:?}");
    assert_eq!(error.class(), Class::Temporary);
    // What was offered before the handshake is asked for anew behind it.
    let script = format!("{OFFERED}S: 220 go\nTLS\nC: EHLO\nS: 250 relay\nSILENT\n");
    let error = unprotected(&script, Security::StartTls, &good).await;
    assert_eq!(error.class(), Class::Configuration, "{error:?}");
}

#[tokio::test]
async fn g15_smtp_that_is_not_trusted_hears_no_password() {
    let begun = format!("{OFFERED}S: 220 go\n");
    let by_starttls = format!("{begun}TLS\nSILENT\n");
    let at_once = "TLS\nS: 220 relay\nSILENT\n".to_owned();
    for identity in Identity::BAD {
        for (script, security) in [(&by_starttls, Security::StartTls), (&at_once, Security::ImplicitTls)] {
            let error = unprotected(script, security, &Tls::new(identity)).await;
            assert!(matches!(error, SmtpError::Tls(_)), "{identity:?}: {error:?}");
            assert_eq!(error.class(), Class::Configuration);
        }
    }
    let good = Tls::new(Identity::Good);
    for outdated in outdated_tls() {
        for (script, security) in
            [(format!("{begun}{outdated}"), Security::StartTls), (outdated, Security::ImplicitTls)]
        {
            let error = unprotected(&script, security, &good).await;
            assert!(matches!(error, SmtpError::Tls(TlsFault::TooOld)), "{script:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_unreachable() {
    let relay = Scripted::start("", None).await;
    let settings = settings(&relay, Security::Plain, TlsSettings::default());
    drop(tokio::net::TcpStream::connect(("127.0.0.1", relay.port)).await.unwrap());
    relay.heard().await;
    let error = send(&Mailer::new(settings)).await.unwrap_err();
    assert!(matches!(error, SmtpError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.class(), Class::Temporary);
}

#[test]
fn settings_are_checked() {
    let good = Settings {
        server: Endpoint {
            host: "mail.example.org".to_owned(),
            port: 465,
            security: Security::ImplicitTls,
            tls: TlsSettings::default(),
        },
        user: Some("desk".to_owned()),
        password: Some(SecretString::from("secret")),
        hello_name: "desk.example.org".to_owned(),
        patience: Patience::default(),
    };
    assert_eq!(good.validate(), Ok(()));
    assert!(!format!("{good:?}").contains("secret"));
    let half = Settings { password: None, ..good.clone() };
    assert_eq!(half.validate(), Err(SettingsFault::HalfCredentials));
    let injected = Settings { hello_name: "a\r\nMAIL".to_owned(), ..good };
    assert_eq!(injected.validate(), Err(SettingsFault::HelloName));
}

#[test]
fn a_mail_can_be_sent_from_any_task() {
    fn is_send<T: Send>(_: T) {}
    fn check(mailer: &Mailer) {
        is_send(mailer.send(None, "", b""));
        is_send(mailer.check());
    }
    let _ = check;
}

//! The IMAP adapter against scripted servers: what they refuse, cut short, slip in or never say.
mod trust;

use std::time::Duration;

use secrecy::SecretString;

use super::*;
use crate::net::tests::{Identity, Scripted, Tls};
use crate::net::{Security, TlsSettings};

/// The script up to a logged-in connection to a server with `abilities`.
fn login(abilities: &str) -> String {
    format!(
        "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: {{}} OK done\n\
         C: LOGIN \"desk\" \"se\\\"cret\"\nS: {{}} OK in\n\
         C: CAPABILITY\nS: * CAPABILITY IMAP4rev1 {abilities}\nS: {{}} OK done\n"
    )
}

/// The script that selects INBOX.
const SELECT: &str = "C: SELECT \"INBOX\"
    S: * FLAGS (\\Seen \\Deleted)
    S: * OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] limited
    S: * 3 EXISTS
    S: * OK [UIDVALIDITY 77] valid
    S: * OK [UIDNEXT 9] next
    S: {} OK [READ-WRITE] selected\n";

fn settings(server: &Scripted, security: Security, tls: TlsSettings) -> Settings {
    Settings {
        name: "support".to_owned(),
        server: server.endpoint(security, tls),
        user: "desk".to_owned(),
        password: SecretString::from("se\"cret"),
        folder: "INBOX".to_owned(),
        // Long enough for a busy machine; tests of silence shorten it on the open connection.
        patience: Patience { idle: Duration::from_millis(100), ..Patience::default() },
    }
}

async fn open(server: &Scripted) -> Result<Connection, ImapError> {
    Connection::open(&settings(server, Security::Plain, TlsSettings::default())).await
}

/// A connection that has logged in and follows `script` from there.
async fn logged_in(abilities: &str, script: &str) -> (Scripted, Connection) {
    let server = Scripted::start(&(login(abilities) + script), None).await;
    let connection = open(&server).await.unwrap();
    (server, connection)
}

/// A connection that has selected INBOX and follows `script` from there.
async fn selected(abilities: &str, script: &str) -> (Scripted, Connection) {
    let (server, mut connection) = logged_in(abilities, &format!("{SELECT}{script}")).await;
    connection.select("INBOX").await.unwrap();
    (server, connection)
}

#[tokio::test]
async fn a_folder_is_selected_searched_described_and_fetched() {
    let (server, mut imap) = logged_in(
        "IDLE",
        &format!(
            "{SELECT}
            C: UID SEARCH UID 4:*
            S: * SEARCH 8 5
            S: * SEARCH 3
            S: {{}} OK found
            C: UID FETCH 5,8 (UID RFC822.SIZE INTERNALDATE FLAGS)
            S: * 2 FETCH (UID 5 RFC822.SIZE 11 INTERNALDATE \" 7-Jul-2026 02:44:25 +0200\" FLAGS (\\Seen $Redress))
            S: * 1 FETCH (FLAGS (\\Seen))
            S: * 3 FETCH (UID 8 RFC822.SIZE 40 INTERNALDATE \"bad date\" FLAGS ())
            S: {{}} OK fetched
            C: UID FETCH 5 (UID BODY.PEEK[])
            R: * 2 FETCH (UID 5 BODY[] {{11}}\\r\\na: b\\r\\n\\r\\nc\u{e4}\u{0})\\r\\n
            S: {{}} OK fetched
            C: LOGOUT
            S: * BYE
            S: {{}} OK"
        )
        .replace("{{", "{")
        .replace("}}", "}"),
    )
    .await;
    let folder = imap.select("INBOX").await.unwrap();
    assert_eq!(folder, Selected { uid_validity: 77, uid_next: 9, exists: 3, keywords_allowed: true });
    assert_eq!(imap.search_uids(4, None).await.unwrap(), [5, 8]);
    let described = imap.describe(&[8, 5]).await.unwrap();
    assert_eq!(described.iter().map(|d| (d.uid, d.size)).collect::<Vec<_>>(), [(5, 11), (8, 40)]);
    assert_eq!(described[0].flags, ["\\Seen", "$Redress"]);
    assert_eq!(described[0].internal_date.unwrap().to_rfc3339(), "2026-07-07T00:44:25+00:00");
    assert_eq!(described[1].internal_date, None);
    let raw = imap.fetch_raw(5, 100).await.unwrap().unwrap();
    assert_eq!(raw, b"a: b\r\n\r\nc\xe4\0");
    imap.logout().await;
    server.heard().await;
}

/// What a command ends with after `script` answered it.
async fn after(abilities: &str, script: &str, command: &str) -> Result<String, ImapError> {
    let (_server, mut imap) = selected(abilities, script).await;
    if script.contains("SILENT") {
        imap.patience.command = SHORT;
    }
    let uids = [5];
    let result = match command {
        "SELECT" => imap.select("Other").await.map(|s| format!("{}", s.uid_validity)),
        "SEARCH" => imap.search_uids(1, None).await.map(|u| format!("{u:?}")),
        "DESCRIBE" => imap.describe(&uids).await.map(|d| format!("{}", d.len())),
        "FETCH" => imap.fetch_raw(5, 100).await.map(|raw| format!("{raw:?}")),
        "HEAD" => imap.fetch_head(5, 10).await.map(|raw| String::from_utf8(raw.unwrap_or_default()).unwrap()),
        "MARK" => imap.mark(&uids, "$Redress").await.map(|m| format!("{m:?}")),
        "FLAG" => imap.set_flag(&uids, Flag::Seen).await.map(|()| String::new()),
        "MOVE" => imap.move_to(&uids, "Done").await.map(|m| format!("{m:?}")),
        "ENSURE" => imap.ensure_folder("Done").await.map(|()| String::new()),
        "APPEND" => imap.append("Done", b"a: b\r\n\r\nc\r\n").await.map(|()| String::new()),
        "NOOP" => imap.noop().await.map(|()| String::new()),
        "IDLE" => imap.wait_for_mail(Duration::from_secs(9)).await.map(|w| format!("{w:?}")),
        other => panic!("{other}"),
    };
    let usable = result.as_ref().err().is_none_or(ImapError::leaves_connection_usable);
    assert_eq!(imap.is_broken(), !usable, "{command} after {script}");
    result
}

/// How long a silent server is borne.
const SHORT: Duration = Duration::from_millis(200);

const COMMANDS: [&str; 12] = [
    "SELECT", "SEARCH", "DESCRIBE", "FETCH", "HEAD", "MARK", "FLAG", "MOVE", "ENSURE", "APPEND", "NOOP",
    "IDLE",
];

#[tokio::test]
async fn a_refused_command_is_never_taken_for_done() {
    for command in COMMANDS {
        let no = "C: \nS: {} NO [CANNOT] not today\nC: \nS: {} NO [CANNOT] not today\nC: \nS: {} NO gone\n";
        let error = after("IDLE MOVE", no, command).await.unwrap_err();
        let expected = match command {
            "IDLE" => matches!(error, ImapError::IdleUnavailable),
            _ => matches!(error, ImapError::Refused { answer: Answer::No, .. }) && !error.is_temporary(),
        };
        assert!(expected, "{command}: {error:?}");
        let bad = "C: \nS: {} BAD what?\nC: \nS: {} BAD what?\n";
        let error = after("IDLE MOVE", bad, command).await.unwrap_err();
        let expected =
            matches!(error, ImapError::Refused { answer: Answer::Bad, .. } | ImapError::IdleUnavailable);
        assert!(expected, "{command}: {error:?}");
    }
}

#[tokio::test]
async fn a_closed_connection_is_never_taken_for_done() {
    for command in COMMANDS {
        for script in
            ["", "C: \n", "C: \nS: * 4 EXISTS\n", "C: \nS: * BYE shutting down\nC: \n", "C: \nR: * OK hal\n"]
        {
            let error = after("IDLE MOVE", script, command).await.unwrap_err();
            assert!(matches!(error, ImapError::Lost), "{command} after {script:?}: {error:?}");
            assert!(error.is_temporary());
        }
    }
}

#[tokio::test]
async fn a_silent_server_is_left() {
    let silence = async |command| {
        let error = after("IDLE MOVE", "C: \nSILENT\n", command).await.unwrap_err();
        assert!(matches!(error, ImapError::Timeout { .. }), "{command}: {error:?}");
    };
    futures::future::join_all(COMMANDS.map(silence)).await;
}

#[tokio::test]
async fn what_cannot_be_read_breaks_the_connection_and_is_not_quoted() {
    let answers = [
        "S: * XUNKNOWN Geheimnis\n",
        "R: * 1 FETCH (UID 5 BODY[] {x}\\r\\nGeheimnis)\\r\\n\n",
        // The parser slices the text behind a response code by one byte, and panics if that is half a character.
        "R: * OK [ALERT]\u{c3}\u{a4}Geheimnis\\r\\n\n",
        "R: * 1 FETCH (UID 5 BODY[] {999999}\\r\\nGeheimnis\n",
    ];
    for answer in answers {
        let error = after("", &format!("C: \n{answer}SILENT\n"), "FETCH").await.unwrap_err();
        assert!(matches!(error, ImapError::Protocol(_) | ImapError::Timeout { .. }), "{answer}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("Geheimnis"), "{error:?}");
    }
}

#[tokio::test]
async fn a_broken_connection_says_lost_without_sending_anything() {
    let (server, mut imap) = selected("", "C: NOOP\nSILENT\n").await;
    imap.patience.command = SHORT;
    assert!(matches!(imap.noop().await, Err(ImapError::Timeout { .. })));
    assert!(matches!(imap.noop().await, Err(ImapError::Lost)));
    assert!(matches!(imap.search_uids(1, None).await, Err(ImapError::Lost)));
    drop(imap);
    assert_eq!(server.heard().await.matches("NOOP").count(), 1);
}

#[tokio::test]
async fn a_dropped_command_leaves_the_connection_broken() {
    let (_server, mut imap) = selected("IDLE", "C: IDLE\nS: + go\nSILENT\n").await;
    let waited =
        tokio::time::timeout(Duration::from_millis(50), imap.wait_for_mail(Duration::from_secs(9))).await;
    assert!(waited.is_err());
    assert!(matches!(imap.noop().await, Err(ImapError::Lost)));
}

#[tokio::test]
async fn a_mail_cut_in_its_middle_is_not_delivered() {
    let cut = "C: \nR: * 2 FETCH (UID 5 BODY[] {11}\\r\\na: b\n";
    assert!(matches!(after("", cut, "FETCH").await, Err(ImapError::Lost)));
    let gone = "C: \nS: {} OK fetched\n";
    assert_eq!(after("", gone, "FETCH").await.unwrap(), "None");
    let other = "C: \nS: * 1 FETCH (UID 6 BODY[] \"x\")\nS: {} OK fetched\n";
    assert_eq!(after("", other, "FETCH").await.unwrap(), "None");
    let nil = "C: \nS: * 1 FETCH (UID 5 BODY[] NIL)\nS: {} OK fetched\n";
    assert_eq!(after("", nil, "FETCH").await.unwrap(), "None");
}

#[tokio::test]
async fn a_mail_larger_than_announced_is_not_swallowed() {
    let flood = format!("C: \nR: * 2 FETCH (UID 5 BODY[] {{9000000}}\\r\\n{}\nSILENT\n", "x".repeat(200_000));
    let error = after("", &flood, "FETCH").await.unwrap_err();
    assert!(matches!(error, ImapError::Protocol("it sends more than was asked for")), "{error:?}");
}

#[tokio::test]
async fn several_mails_come_in_one_round_trip() {
    let (_server, mut imap) = selected(
        "",
        "C: UID FETCH 5:7 (UID BODY.PEEK[])
        S: * 3 FETCH (BODY[] \"seven\" UID 7)
        S: * 9 EXPUNGE
        S: * 1 FETCH (UID 5 BODY[] \"five\")
        S: {} OK",
    )
    .await;
    let fetched = imap.fetch_many(&[7, 6, 5], 100).await;
    fetched.ended.unwrap();
    assert_eq!(fetched.mails, [(5, b"five".to_vec()), (7, b"seven".to_vec())]);
    assert!(imap.fetch_many(&[], 100).await.mails.is_empty());
}

#[tokio::test]
async fn what_came_before_a_failure_is_kept() {
    for failure in [
        "S: {} NO [SERVERBUG] cannot read it\nSILENT\n",
        "S: * BYE\n",
        "R: * 2 FETCH (UID 6 BODY[] {90}\\r\\nhal\n",
    ] {
        let script =
            format!("C: UID FETCH 5:6 (UID BODY.PEEK[])\nS: * 1 FETCH (UID 5 BODY[] \"five\")\n{failure}");
        let (_server, mut imap) = selected("", &script).await;
        let fetched = imap.fetch_many(&[5, 6], 100).await;
        assert!(fetched.ended.is_err(), "{failure}");
        assert_eq!(fetched.mails, [(5, b"five".to_vec())], "{failure}");
    }
}

#[tokio::test]
async fn of_a_large_mail_the_head_is_taken() {
    let head = "C: UID FETCH 5 (UID BODY.PEEK[HEADER]<0.262144> BODY.PEEK[TEXT]<0.10>)
        S: * 2 FETCH (UID 5 BODY[HEADER]<0> \"a: b|\" BODY[TEXT]<0> \"0123456789\")
        S: {} OK";
    assert_eq!(after("", head, "HEAD").await.unwrap(), "a: b|0123456789");
}

#[tokio::test]
async fn a_folder_without_uids_to_rely_on_is_refused() {
    for missing in ["UIDVALIDITY", "UIDNEXT"] {
        let kept: Vec<&str> = SELECT.lines().filter(|line| !line.contains(missing)).collect();
        let script = kept.join(
            "
",
        ) + "
";
        let (_server, mut imap) = logged_in("", &script).await;
        let error = imap.select("INBOX").await.unwrap_err();
        assert!(matches!(error, ImapError::Protocol(_)) && error.is_temporary(), "{error:?}");
        assert!(imap.is_broken());
    }
}

#[tokio::test]
async fn a_new_uidvalidity_ends_the_session() {
    let renewed = "C: \nS: * OK [UIDVALIDITY 78] moved on\nS: * 2 FETCH (UID 5 BODY[] \"x\")\nS: {} OK\n";
    assert!(matches!(after("", renewed, "FETCH").await, Err(ImapError::Lost)));
    let same = "C: \nS: * OK [UIDVALIDITY 77] as it was\nS: * 2 FETCH (UID 5 BODY[] \"x\")\nS: {} OK\n";
    assert!(after("", same, "FETCH").await.is_ok());
}

#[tokio::test]
async fn a_missing_folder_is_told_from_a_refusal() {
    for code in ["[NONEXISTENT]", "[TRYCREATE]"] {
        for command in ["SELECT", "MOVE", "APPEND"] {
            let error = after("MOVE", &format!("C: \nS: {{}} NO {code} no such folder\n"), command)
                .await
                .unwrap_err();
            assert!(matches!(error, ImapError::NoSuchFolder { .. }), "{command} {code}: {error:?}");
        }
    }
    let uncoded = "C: \nS: {} NO Mailbox doesn't exist: Other (0.001 secs).\n";
    assert!(matches!(after("", uncoded, "SELECT").await, Err(ImapError::NoSuchFolder { .. })));
}

#[tokio::test]
async fn mails_leave_a_folder_as_well_as_the_server_can() {
    let check = async |abilities: &str, script: &str, expected: &str| {
        let (server, mut imap) = selected(abilities, script).await;
        assert_eq!(format!("{:?}", imap.move_to(&[5, 6], "Erledigt & gut").await.unwrap()), expected);
        drop(imap);
        server.heard().await;
    };
    let moved = "C: UID MOVE 5:6 \"Erledigt &- gut\"
        S: * OK [COPYUID 1 5:6 1:2] moved
        S: * 2 EXPUNGE
        S: {} OK";
    check("MOVE UIDPLUS", moved, "Moved").await;
    let copy = "C: UID COPY 5:6 \"Erledigt &- gut\"
        S: {} OK
        C: UID STORE 5:6 +FLAGS.SILENT (\\Deleted)
        S: {} OK\n";
    check("UIDPLUS", &format!("{copy}C: UID EXPUNGE 5:6\nS: {{}} OK\n"), "Moved").await;
    check("", copy, "CopiedAndMarkedDeleted").await;
}

#[tokio::test]
async fn a_failed_copy_deletes_nothing() {
    let (server, mut imap) = selected("UIDPLUS", "C: UID COPY\nS: {} NO [OVERQUOTA] full\nSILENT\n").await;
    let error = imap.move_to(&[5], "Done").await.unwrap_err();
    assert!(error.is_temporary(), "{error:?}");
    drop(imap);
    assert!(!server.heard().await.contains("STORE"));
}

#[tokio::test]
async fn keywords_are_set_only_where_they_are_kept() {
    let check = async |flags: &str, store: &str, expected: Marked| {
        let script = SELECT.replace("\\Seen \\Deleted \\*", flags) + store;
        let (server, mut imap) = logged_in("", &script).await;
        imap.select("INBOX").await.unwrap();
        assert_eq!(imap.mark(&[5, 6, 7, 9], "$Redress").await.unwrap(), expected);
        drop(imap);
        server.heard().await;
    };
    let store = "C: UID STORE 5:7,9 +FLAGS.SILENT ($Redress)\nS: {} OK\n";
    check("\\Seen \\*", store, Marked::Set).await;
    check("\\Seen $redress", store, Marked::Set).await;
    check("\\Seen", "", Marked::NotAllowed).await;
    let (_server, mut imap) = selected("", "SILENT\n").await;
    assert!(matches!(imap.mark(&[5], "\\Seen").await, Err(ImapError::Unsendable(_))));
    assert!(matches!(imap.mark(&[5], "a b").await, Err(ImapError::Unsendable(_))));
}

#[tokio::test]
async fn a_folder_is_created_once() {
    let there = "C: STATUS \"Done\" (UIDNEXT)\nS: * STATUS \"Done\" (UIDNEXT 1)\nS: {} OK\n";
    assert!(after("", there, "ENSURE").await.is_ok());
    let absent = "C: STATUS\nS: {} NO [NONEXISTENT] none\n";
    let create = format!("{absent}C: CREATE \"Done\"\nS: {{}} OK\nC: SUBSCRIBE \"Done\"\nS: {{}} NO why\n");
    assert!(after("", &create, "ENSURE").await.is_ok());
    let race = format!("{absent}C: CREATE \"Done\"\nS: {{}} NO [ALREADYEXISTS] there\n{there}");
    assert!(after("", &race, "ENSURE").await.is_ok());
}

#[tokio::test]
async fn a_mail_is_appended_after_the_server_asks_for_it() {
    let (server, mut imap) = logged_in(
        "",
        "C: APPEND \"Sent\" {10}\nS: + go on\nC: a: b\nC: \nC: c\nC: \nS: A0003 OK [APPENDUID 1 2] done\nSILENT\n",
    )
    .await;
    imap.append("Sent", b"a: b\r\n\r\nc").await.unwrap_err();
    drop(imap);
    drop(server);
    let (_server, mut imap) = logged_in(
        "",
        "C: APPEND \"Sent\" {11}\nS: + go on\nC: a: b\nC: \nC: c\nC: \nS: A0003 OK [APPENDUID 1 2] done\nSILENT\n",
    )
    .await;
    imap.append("Sent", b"a: b\r\n\r\nc\r\n").await.unwrap();
}

#[tokio::test]
async fn waiting_ends_with_news_or_in_time() {
    let news = "C: IDLE\nS: + waiting\nS: * OK Still here\nS: * 4 EXISTS\nC: DONE\nS: A0004 OK done\n";
    assert_eq!(after("IDLE", news, "IDLE").await.unwrap(), "NewMail");
    let none = "C: IDLE\nS: + waiting\nS: * OK Still here\nC: DONE\nS: A0004 OK done\n";
    assert_eq!(after("IDLE", none, "IDLE").await.unwrap(), "Timeout");
    let late = "C: IDLE\nS: + waiting\nC: DONE\nS: * 4 EXISTS\nS: A0004 OK done\n";
    assert_eq!(after("IDLE", late, "IDLE").await.unwrap(), "NewMail");
    let dead = "C: IDLE\nS: + waiting\nC: DONE\nSILENT\n";
    assert!(matches!(after("IDLE", dead, "IDLE").await, Err(ImapError::Timeout { .. })));
    let gone = "C: IDLE\nS: + waiting\n";
    assert!(matches!(after("IDLE", gone, "IDLE").await, Err(ImapError::Lost)));
    assert!(matches!(after("", "SILENT\n", "IDLE").await, Err(ImapError::IdleUnavailable)));
}

#[tokio::test]
async fn news_heard_during_other_commands_is_not_lost() {
    let (_server, mut imap) = selected(
        "IDLE",
        "C: UID SEARCH\nS: * SEARCH 5\nS: {} OK\nC: NOOP\nS: * 4 EXISTS\nS: {} OK\nSILENT\n",
    )
    .await;
    imap.search_uids(1, None).await.unwrap();
    imap.noop().await.unwrap();
    assert_eq!(imap.wait_for_mail(Duration::from_secs(9)).await.unwrap(), Woken::NewMail);
}

#[tokio::test]
async fn a_login_that_fails_says_whose_fault_it_is() {
    let check = async |answer: &str, expected: &str| {
        let script = format!(
            "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: {{}} OK\nC: LOGIN\n{answer}\n"
        );
        let server = Scripted::start(&script, None).await;
        let error = open(&server).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected), "{answer}: {shown}");
        assert!(!shown.contains("cret"), "{shown}");
    };
    check("S: {} NO [AUTHENTICATIONFAILED] wrong", "Credentials").await;
    check("S: {} NO wrong", "Credentials").await;
    check("S: {} NO [UNAVAILABLE] later", "Refused").await;
    check("S: {} BAD what", "Refused").await;
    check("S: * BYE too many", "Lost").await;
}

#[tokio::test]
async fn any_password_is_carried_by_sasl_plain() {
    let script = "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN\nS: {} OK
        C: AUTHENTICATE PLAIN\nS: +\u{20}\nC: AGRlc2sAcMOkw58=\nS: A0001 OK in
        C: CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: {} OK\nSILENT\n";
    let server = Scripted::start(script, None).await;
    let mut settings = settings(&server, Security::Plain, TlsSettings::default());
    settings.password = SecretString::from("päß");
    Connection::open(&settings).await.unwrap();
    server.heard().await;
}

#[tokio::test]
async fn a_password_is_not_sent_where_it_cannot_be_carried() {
    let check = async |abilities: &str| {
        let script = format!(
            "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 {abilities}\nS: {{}} OK\nSILENT\n"
        );
        let server = Scripted::start(&script, None).await;
        let mut settings = settings(&server, Security::Plain, TlsSettings::default());
        settings.password = SecretString::from("päß");
        let error = Connection::open(&settings).await.unwrap_err();
        assert!(matches!(error, ImapError::Unsendable(_)), "{abilities}: {error:?}");
        assert!(!server.heard().await.contains("LOGIN"));
    };
    check("").await;
    check("LOGINDISABLED").await;
}

#[tokio::test]
async fn a_protected_login_succeeds_both_ways() {
    let tls = Tls::new(Identity::Good);
    let greeting = "S: * OK ready\n";
    let rest = login("").replacen(greeting, "", 1) + "C: NOOP\nS: {} OK\nSILENT\n";
    let starttls = format!(
        "{greeting}C: CAPABILITY\nS: * CAPABILITY IMAP4rev1 STARTTLS\nS: {{}} OK\nC: STARTTLS\nS: {{}} OK\nTLS\n{rest}"
    );
    let implicit = format!("TLS\n{greeting}{rest}");
    for (script, security) in [(starttls, Security::StartTls), (implicit, Security::ImplicitTls)] {
        let server = Scripted::start(&script, Some(&tls)).await;
        let mut imap = Connection::open(&settings(&server, security, tls.trusted())).await.unwrap();
        imap.noop().await.unwrap();
    }
}

#[test]
fn settings_are_checked() {
    let good = Settings {
        name: "support".to_owned(),
        server: crate::net::Endpoint {
            host: "mail.example.org".to_owned(),
            port: 993,
            security: Security::ImplicitTls,
            tls: TlsSettings::default(),
        },
        user: "desk".to_owned(),
        password: SecretString::from("secret"),
        folder: "INBOX".to_owned(),
        patience: Patience::default(),
    };
    assert_eq!(good.validate(), Ok(()));
    assert!(!format!("{good:?}").contains("secret"));
    let mut bad = good.clone();
    bad.folder = "IN\r\nBOX".to_owned();
    assert_eq!(bad.validate(), Err(SettingsFault::Value("folder")));
    let mut bad = good;
    bad.server.security = Security::Plain;
    assert!(bad.validate().is_err());
}

#[test]
fn waits_double_to_five_minutes_and_spread() {
    let check = |attempt, jitter, expected| assert_eq!(backoff(attempt, jitter).as_millis(), expected);
    check(0, 0, 800);
    check(0, u32::MAX, 1200);
    check(3, u32::MAX / 2, 7999);
    check(8, 0, 204_800);
    check(9, 0, 240_000);
    check(u32::MAX, u32::MAX, 360_000);
}

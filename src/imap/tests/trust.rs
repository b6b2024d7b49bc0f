//! Servers that cannot be trusted: each hears everything that the client says, and it is no word of a login.
use super::*;
use crate::net::TlsFault;
use crate::net::tests::outdated_tls;

/// What a client that requires TLS ends with, and that it sent no word of a login.
async fn unprotected(script: &str, security: Security, tls: &Tls) -> ImapError {
    let server = Scripted::start(script, Some(tls)).await;
    let error = Connection::open(&settings(&server, security, tls.trusted())).await.unwrap_err();
    let heard = server.heard_until_left().await;
    assert!(!heard.contains("LOGIN") && !heard.contains("AUTHENTICATE"), "{script}: {heard}");
    assert!(!heard.contains("cret"), "{script}: {heard}");
    error
}

/// A server up to the point where it has offered STARTTLS.
const OFFERED: &str = "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 STARTTLS\nS: {} OK\n";

#[tokio::test]
async fn g15_imap_without_starttls_hears_no_password() {
    use TlsFault as T;
    let good = Tls::new(Identity::Good);
    let check = async |script: &str, expected: fn(&ImapError) -> bool| {
        let error = unprotected(script, Security::StartTls, &good).await;
        assert!(expected(&error), "{script}: {error:?}");
    };
    let not_offered = |e: &ImapError| matches!(e, ImapError::Tls(T::NotOffered));
    let refused = |e: &ImapError| matches!(e, ImapError::Tls(T::Refused(_)));
    let not_imap = |e: &ImapError| matches!(e, ImapError::Protocol(_));
    check("S: * PREAUTH welcome\nSILENT\n", |e| matches!(e, ImapError::Tls(T::LoginSkipped))).await;
    for stripped in [
        "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\nS: {} OK\nSILENT\n",
        "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready\nC: CAPABILITY\nS: {} OK\nSILENT\n",
        "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 XSTARTTLS\nS: {} OK\nSILENT\n",
    ] {
        check(stripped, not_offered).await;
    }
    for answer in ["NO not now", "BAD", "BYE", "PREAUTH welcome"] {
        check(&format!("{OFFERED}C: STARTTLS\nS: {{}} {answer}\nSILENT\n"), refused).await;
    }
    let unwilling = "S: * OK ready\nC: CAPABILITY\nS: {} NO later\nSILENT\n";
    check(unwilling, |e| matches!(e, ImapError::Refused { .. })).await;
    check("S: 220 mail.example.org ESMTP\nSILENT\n", not_imap).await;
    check("S: * BYE overloaded\nSILENT\n", |e| matches!(e, ImapError::Unreachable { .. })).await;
    let endless = format!("S: * OK ready\nC: CAPABILITY\n{}SILENT\n", "S: * OK still here\n".repeat(60));
    check(&endless, not_imap).await;
    check(&format!("R: * OK {}\nSILENT\n", "x".repeat(9000)), not_imap).await;
}

#[tokio::test]
async fn g15_what_imap_slips_in_before_tls_is_never_heard() {
    use TlsFault as T;
    let good = Tls::new(Identity::Good);
    for injected in [
        "* CAPABILITY IMAP4rev1\\r\\nP3 OK\\r\\n",
        "P3 OK done\\r\\nA0001 OK in\\r\\n",
        "* PREAUTH welcome\\r\\n",
        "* BYE\\r\\n",
        "P3 NO\\r\\n",
        "\\r\\n",
    ] {
        let script = format!("{OFFERED}C: STARTTLS\nR: {{}} OK begin\\r\\n{injected}\nSILENT\n");
        let error = unprotected(&script, Security::StartTls, &good).await;
        assert!(matches!(error, ImapError::Tls(T::NotTls)), "{injected}: {error:?}");
    }
    let closes = format!("{OFFERED}C: STARTTLS\nS: {{}} OK\n");
    let error = unprotected(&closes, Security::StartTls, &good).await;
    assert!(matches!(error, ImapError::Tls(T::Closed)), "{error:?}");
    // What was offered before the handshake is asked for anew behind it.
    let inside = "C: P3 CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED\nS: {} OK\nSILENT\n";
    let script = format!(
        "S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\nS: {{}} OK
         C: STARTTLS\nS: {{}} OK\nTLS\n{inside}"
    );
    let error = unprotected(&script, Security::StartTls, &good).await;
    assert!(matches!(error, ImapError::Unsendable(_)), "{error:?}");
}

#[tokio::test]
async fn g15_imap_that_is_not_trusted_hears_no_password() {
    let begun = format!("{OFFERED}C: STARTTLS\nS: {{}} OK\n");
    let by_starttls = format!("{begun}TLS\nSILENT\n");
    let at_once = "TLS\nS: * OK ready\nSILENT\n".to_owned();
    for identity in Identity::BAD {
        for (script, security) in [(&by_starttls, Security::StartTls), (&at_once, Security::ImplicitTls)] {
            let error = unprotected(script, security, &Tls::new(identity)).await;
            assert!(matches!(error, ImapError::Tls(_)) && !error.is_temporary(), "{identity:?}: {error:?}");
        }
    }
    let good = Tls::new(Identity::Good);
    for outdated in outdated_tls() {
        for (script, security) in
            [(format!("{begun}{outdated}"), Security::StartTls), (outdated, Security::ImplicitTls)]
        {
            let error = unprotected(&script, security, &good).await;
            assert!(matches!(error, ImapError::Tls(TlsFault::TooOld)), "{script:?}: {error:?}");
        }
    }
    let error = unprotected("TLS\nS: * PREAUTH welcome\nSILENT\n", Security::ImplicitTls, &good).await;
    assert!(matches!(error, ImapError::Protocol(_)), "{error:?}");
}

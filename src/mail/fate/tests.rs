mod words;

use super::*;
use crate::mail::{
    bounce,
    inbound::{Limits, understand},
    reply,
};

const HEAD: &str = "Return-Path: <anna@shop.example>\nFrom: anna@shop.example\nTo: support@desk.example\n";

fn mail(fields: &str) -> Mail {
    understand(fields.replace('\n', "\r\n").as_bytes(), &Limits::default()).0
}

/// A plain mail to the desk with these fields added.
fn with(fields: &str) -> Mail {
    mail(&format!("{HEAD}{fields}\nMy order has not come.\n"))
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// One minimal mail for a row, and what makes its setting differ from a plain desk's.
struct Case {
    rule: &'static str,
    fate: Fate,
    acknowledge: bool,
    mail: Mail,
    change: fn(&mut Setting),
}

fn case(rule: &'static str, fate: Fate, mail: Mail) -> Case {
    Case { rule, fate, acknowledge: false, mail, change: |_| {} }
}

fn cases() -> Vec<Case> {
    let report =
        |kind: &str| with(&format!("Content-Type: multipart/report; report-type={kind}; boundary=b\n"));
    vec![
        case("limits", Fate::Quarantined, with(&format!("X-Long: {}\n", "x".repeat(70_000)))),
        Case {
            change: |setting| setting.echo = Some("Message-ID of our outbox"),
            ..case("L1", Fate::Own, with(""))
        },
        case(
            "challenge",
            Fate::Automatic,
            with(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNotice\n--b\n\
                 Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\n\
                 Diagnostic-Code: X-Boxbe-Notice; Sender not pre-approved.\n--b--\n",
            ),
        ),
        case(
            "heard",
            Fate::Suspect,
            with(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nI want my money back.\n--b--\n",
            ),
        ),
        case("L3", Fate::Bounce, report("delivery-status")),
        case(
            "L5",
            Fate::Report,
            with(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\n--b--\n",
            ),
        ),
        case(
            "L2",
            Fate::Own,
            mail("Return-Path: <a@x.example>\nFrom: Support+d7.x@desk.example\nTo: support@desk.example\n\n"),
        ),
        case("L4", Fate::Report, report("disposition-notification")),
        case("L5", Fate::Report, report("feedback-report")),
        case("L17", Fate::Automatic, with(&"Received: from x by y\n".repeat(51))),
        case(
            "L6",
            Fate::Automatic,
            mail("Return-Path: <>\nFrom: anna@shop.example\nTo: support@desk.example\n\n"),
        ),
        case("L8", Fate::Automatic, with("Auto-Submitted: auto-replied (vacation)\n")),
        case("L13", Fate::Automatic, with("X-Autoreply: yes\n")),
        case("challenge", Fate::Automatic, with("X-Bluebottle-Request: <1>\n")),
        Case {
            change: |setting| setting.in_reply_to_ours = true,
            ..case(
                "L16",
                Fate::Automatic,
                mail(&format!("{HEAD}Subject: Abwesenheitsnotiz: Anna\n\nBis bald.\n")),
            )
        },
        case("L15", Fate::Report, with("Content-Type: text/calendar; method=REPLY\n")),
        case("L9", Fate::Automatic, with("Precedence: auto_reply\n")),
        case("L10", Fate::List, with("List-Id: News <news.shop.example>\n")),
        case("L9", Fate::List, with("Precedence: bulk\n")),
        Case {
            change: |setting| setting.blocked = BLOCKED.get_or_init(|| strings(&["@shop.example"])),
            ..case("blocked", Fate::Suspect, with(""))
        },
        Case { change: |setting| setting.dmarc_failed = true, ..case("L18", Fate::Suspect, with("")) },
        Case {
            change: |setting| setting.authenticated = true,
            ..case("L19", Fate::Suspect, mail("Return-Path: <a@x.example>\nTo: support@desk.example\n\n"))
        },
        case(
            "L14",
            Fate::Suspect,
            mail(
                "Return-Path: <no-reply@shop.example>\nFrom: no-reply@shop.example\nTo: support@desk.example\n\n",
            ),
        ),
        Case {
            change: |setting| setting.allowed = ALLOWED.get_or_init(|| strings(&["noreply@shop.example"])),
            ..case(
                "L14",
                Fate::Person,
                mail(
                    "Return-Path: <noreply@shop.example>\nFrom: noreply@shop.example\nTo: support@desk.example\n\n",
                ),
            )
        },
        case("subject", Fate::Person, with("Subject: Out of Office\n")),
        case("L13", Fate::Person, with("X-Zendesk-Ticket: 5\n")),
        case("L11", Fate::Person, with("X-Auto-Response-Suppress: DR, AutoReply\n")),
        case("L7", Fate::Person, mail("From: anna@shop.example\nTo: support@desk.example\n\n")),
        case(
            "L22",
            Fate::Person,
            mail("Return-Path: <anna@shop.example>\nFrom: anna@shop.example\nTo: list@x.example\n\n"),
        ),
        Case { change: |setting| setting.threads = true, ..case("L24", Fate::Person, with("")) },
        Case { acknowledge: true, ..case("L12", Fate::Person, with("X-Auto-Response-Suppress: OOF\n")) },
        Case { acknowledge: true, ..case("L23", Fate::Person, with("")) },
    ]
}

/// The verdict on a mail that was read as the desk reads it.
fn judge(mail: &Mail, setting: &Setting) -> Verdict {
    let (bounce, words) = (bounce::read(mail), reply::split(&mail.text).new);
    super::judge(mail, &Setting { bounce: bounce.as_ref(), words: &words, ..*setting })
}

static BLOCKED: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
static ALLOWED: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();

#[test]
fn every_row_decides_its_mail_and_without_it_the_verdict_differs() {
    let own = strings(&["support@desk.example"]);
    let cases = cases();
    assert_eq!(cases.len(), ROWS.len());
    for (at, case) in cases.iter().enumerate() {
        let mut setting = Setting { own_addresses: &own, ..Setting::default() };
        (case.change)(&mut setting);
        let verdict = judge(&case.mail, &setting);
        assert_eq!(
            (verdict.rule, verdict.fate, verdict.acknowledge),
            (case.rule, case.fate, case.acknowledge),
            "{}",
            verdict.because
        );
        assert!(verdict.because.starts_with(&format!("{}: ", case.rule)) && !verdict.because.contains('\n'));
        let (bounce, words) = (bounce::read(&case.mail), reply::split(&case.mail.text).new);
        let setting = Setting { bounce: bounce.as_ref(), words: &words, ..setting };
        let without = judge_by(
            ROWS.iter().enumerate().filter(|(row, _)| *row != at).map(|(_, row)| row),
            &case.mail,
            &setting,
        );
        // L7 is the reason given for what L23 would not allow either; L12 is the reason given for what L23 allows too.
        if !matches!(case.rule, "L7" | "L12") {
            assert_ne!(
                (without.fate, without.acknowledge),
                (verdict.fate, verdict.acknowledge),
                "{} has no effect",
                case.rule
            );
        }
        assert_ne!(without.rule, verdict.rule, "{} is not alone", case.rule);
    }
}

fn check(fields: &str, expected: (&str, Fate, bool)) {
    let own = strings(&["support@desk.example", "@reply.desk.example"]);
    let verdict = judge(&with(fields), &Setting { own_addresses: &own, ..Setting::default() });
    assert_eq!((verdict.rule, verdict.fate, verdict.acknowledge), expected, "{fields}: {}", verdict.because);
}

#[test]
fn auto_submitted_is_read_as_the_rfc_says() {
    check("Auto-Submitted: no\n", ("L23", Fate::Person, true));
    check("Auto-Submitted: (really) NO; x=1\n", ("L23", Fate::Person, true));
    check("Auto-Submitted: tomorrow\n", ("L8", Fate::Automatic, false));
    check("Auto-Submitted: no\nAuto-Submitted: no\n", ("L8", Fate::Automatic, false));
    check("AUTO-SUBMITTED: Auto-Generated\n", ("L8", Fate::Automatic, false));
}

#[test]
fn an_absence_in_the_subject_alone_proves_nothing() {
    check("Subject: Out of office hours you never answer\n", ("L23", Fate::Person, true));
}

#[test]
fn a_null_return_path_is_automatic_and_a_delivery_report_is_a_bounce() {
    let setting = Setting::default();
    let null = |fields: &str| {
        judge(&mail(&format!("Return-Path: <>\nFrom: server@x.example\n{fields}\nx\n")), &setting).fate
    };
    assert_eq!(null(""), Fate::Automatic);
    assert_eq!(null("Auto-Submitted: auto-replied\nX-Failed-Recipients: a@b.example\n"), Fate::Bounce);
    assert_eq!(null("Content-Type: message/delivery-status\n"), Fate::Bounce);
}

#[test]
fn a_forwarded_report_is_a_persons_mail() {
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nLook\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\n--b--\n",
        ("L23", Fate::Person, true),
    );
}

#[test]
fn a_group_that_is_our_own_address_does_not_silence_its_members() {
    let own = strings(&["support@desk.example"]);
    let lists = strings(&["support.desk.example"]);
    let mail = mail(
        "Return-Path: <support+bnc@desk.example>\nSender: support@desk.example\nFrom: anna@shop.example\nTo: support@desk.example\n\
         Precedence: list\nList-Id: <support.desk.example>\nList-Post: <mailto:support@desk.example>\n\nMy order\n",
    );
    let setting =
        Setting { own_addresses: &own, own_lists: &lists, authenticated: true, ..Setting::default() };
    assert_eq!((judge(&mail, &setting).fate, judge(&mail, &setting).acknowledge), (Fate::Person, true));
    let stranger = Setting { own_lists: &[], ..setting };
    assert_ne!(judge(&mail, &stranger).fate, Fate::Person);
}

#[test]
fn a_registered_agent_with_our_address_is_a_person() {
    let own = strings(&["@desk.example"]);
    let mail =
        mail("Return-Path: <bob@desk.example>\nFrom: bob@desk.example\nTo: support@desk.example\n\nx\n");
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    assert_eq!(judge(&mail, &setting).fate, Fate::Own);
    assert_eq!(judge(&mail, &Setting { from_agent: true, ..setting }).fate, Fate::Person);
}

#[test]
fn a_demand_in_the_form_of_a_report_is_held_unless_a_server_says_as_much() {
    let report = |subject: &str, text: &str| {
        mail(&format!(
            "Return-Path: <jo@shop.example>\nFrom: jo@shop.example\nTo: support@desk.example\nSubject: {subject}\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n{text}\n--b\n\
             Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n--b--\n"
        ))
    };
    let rule = |subject: &str, text: &str| judge(&report(subject, text), &Setting::default()).rule;
    assert_eq!(rule("Re: a", "I want my money for the chair."), "heard");
    assert_eq!(rule("Parcel", "The parcel came broken and I want 900 EUR."), "heard");
    assert_eq!(rule("Undelivered", "No answer from host mx.b.example. The field To is missing."), "L3");
    let subject = "Undelivered: Your refund of 900 EUR";
    assert_eq!(rule(subject, "Your mail was not delivered:\nYour refund of 900 EUR"), "L3");
    // Whoever is blocked is listed no more for it.
    let blocked = strings(&["jo@shop.example"]);
    let setting = Setting { blocked: &blocked, ..Setting::default() };
    assert_eq!(judge(&report("Re: a", "I want my money for the chair."), &setting).rule, "L3");
}

#[test]
fn a_role_that_answers_in_a_thread_is_heard_and_not_acknowledged() {
    let mail = mail("Return-Path: <noreply@x.example>\nFrom: noreply@x.example\n\nx\n");
    let fate = |threads| judge(&mail, &Setting { threads, ..Setting::default() });
    assert_eq!(fate(false).fate, Fate::Suspect);
    assert_eq!((fate(true).fate, fate(true).acknowledge), (Fate::Person, false));
}

#[test]
fn roles_are_known_by_their_local_part() {
    for local in [
        "noreply",
        "No-Reply",
        "do_not_reply",
        "donotreply",
        "bounce",
        "bounces+1=2",
        "news-request",
        "x-bounces",
        "MAILER-DAEMON",
        "postmaster",
    ] {
        assert!(phrases::is_role(local), "{local}");
    }
    for local in [
        "anna",
        "reply",
        "bouncer",
        "request",
        "owner",
        "noreplynow",
        "shop-owners",
        "cat-owner",
        "owner-boat",
        "bounce-castle",
    ] {
        assert!(!phrases::is_role(local), "{local}");
    }
}

#[test]
fn the_keeper_of_a_list_is_known_by_an_envelope_that_is_not_the_authors() {
    let fate = |path: &str, from: &str| {
        judge(&mail(&format!("Return-Path: <{path}>\nFrom: {from}\n\nx\n")), &Setting::default()).fate
    };
    assert_eq!(fate("owner-news@x.example", "anna@y.example"), Fate::Suspect);
    assert_eq!(fate("cat-owner@x.example", "cat-owner@x.example"), Fate::Person);
}

#[test]
fn a_form_that_owns_up_to_being_one_is_heard_where_the_relay_is_proven() {
    let fate = |field: &str, relayed| {
        judge(&with(&format!("{field}\n")), &Setting { relayed, ..Setting::default() }).fate
    };
    assert_eq!(fate("Auto-Submitted: auto-generated", true), Fate::Person);
    assert_eq!(fate("Auto-Submitted: auto-generated", false), Fate::Automatic);
    assert_eq!(fate("Auto-Submitted: auto-replied", true), Fate::Automatic);
}

#[test]
fn an_absence_is_told_from_other_automatic_mail() {
    let away = |fields: &str, text: &str| {
        judge(&mail(&format!("{HEAD}{fields}\n{text}\n")), &Setting::default()).out_of_office
    };
    assert!(away("Auto-Submitted: auto-replied\nSubject: Automatic reply: My order\n", "I am away."));
    assert!(away("Auto-Submitted: auto-replied\nSubject: Re: D-1\n", "Ich bin bis Montag im Urlaub."));
    assert!(!away(
        "Auto-Submitted: auto-replied\nSubject: We have received your request\n",
        "Ticket 5 was opened."
    ));
    assert!(!away("Subject: Out of office\n", "I am writing to complain."));
}

#[test]
fn an_unauthenticated_sender_is_answered_only_where_the_return_path_agrees() {
    let mail = mail("Return-Path: <other@x.example>\nFrom: anna@shop.example\n\nx\n");
    let ack = |authenticated| judge(&mail, &Setting { authenticated, ..Setting::default() }).acknowledge;
    assert!(!ack(false));
    assert!(ack(true));
}

#[test]
fn a_mail_that_ran_in_a_circle_through_us_is_stopped() {
    let hosts = strings(&["mx.desk.example"]);
    let mail = with(&"Received: from x.example by MX.desk.example; Tue\n".repeat(6));
    assert_eq!(judge(&mail, &Setting { our_hosts: &hosts, ..Setting::default() }).rule, "L17");
    assert_eq!(judge(&mail, &Setting::default()).rule, "L23");
}

#[test]
fn fates_are_written_and_read_by_the_same_words() {
    for (fate, word) in WORDS {
        assert_eq!(fate.to_string(), word);
        assert_eq!(word.parse(), Ok(fate));
    }
    assert!("Person".parse::<Fate>().is_err());
}

#[test]
fn a_persons_demand_in_the_form_of_a_machine_is_held_where_it_is_seen() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    let from = |path: &str, fields: &str, text: &str| {
        let head =
            format!("Return-Path: <{path}>\nFrom: Lena Ott <lena@ott.example>\nTo: support@desk.example\n");
        judge(&mail(&format!("{head}{fields}\n{text}\n")), &setting)
    };
    let receipt = "Content-Type: multipart/report; report-type=disposition-notification\n";
    for (path, fields, text) in [
        ("lena@ott.example", "X-Failed-Recipients: depot@desk.example\n", "The stove never came."),
        ("", "", "The stove is rusty. I paid 410 EUR for it."),
        ("support@desk.example", "", "I want another stove."),
        ("lena@ott.example", "Sender: support@desk.example\n", "I want another stove."),
        ("", "Subject: Form\n", "Name: Lena\nMessage: I want another stove."),
        ("", "", "A kályha elromlott, kérem vissza a pénzemet."),
        ("", "", "Піч зламана. Поверніть 900 грн."),
        ("", "", "Soba este stricată, vreau 400 lei."),
        ("", "", "أريد استرداد المبلغ."),
        ("", "", "התנור שבור, אני רוצה החזר."),
        ("", "", "Tôi muốn trả lại cái lò."),
        ("", "", "Η σόμπα χάλασε, θέλω 400 ευρώ."),
        ("", "", "Peć se pokvarila, tražim 400 eura."),
        ("", "", "Печката е счупена, искам 400 лв."),
        ("", "Subject: Out of office\n", "That is all I hear from you. I want another stove."),
    ] {
        let verdict = from(path, fields, text);
        assert_eq!((verdict.rule, verdict.fate), (HEARD, Fate::Suspect), "{text}: {}", verdict.because);
        assert!(!verdict.acknowledge);
    }
    for (path, fields, text, fate) in [
        // A program that names itself is believed, and so is one that says nothing of its own.
        ("", "Auto-Submitted: auto-replied\n", "Refunds of 20 EUR and more take a week.", Fate::Automatic),
        ("", "X-Autoreply: yes\n", "I want to thank you for your mail.", Fate::Automatic),
        ("", "", "I am away until Monday.", Fate::Automatic),
        // So is one that two signs give away, or that names a price.
        ("", "", "Invoices over 100 EUR please to Tom.", Fate::Automatic),
        (
            "",
            "",
            "We have received your request, a refund of $20 takes five days. Do not reply.",
            Fate::Automatic,
        ),
        (
            "",
            "Subject: Automatic reply: stove\n",
            "I am out of the office until 4 December. Tom has an answer where no answer comes. 20 EUR off!",
            Fate::Automatic,
        ),
        (
            "",
            "Subject: Read: Refund of 39.90 EUR\n",
            "Your message\nTo: Shop\nSubject: I want my refund of 39.90 EUR\nSent: Monday\nwas read on Tuesday.",
            Fate::Report,
        ),
        (
            "",
            "",
            "We have received your request: I want my money. This is an automated message, do not reply.",
            Fate::Automatic,
        ),
        ("support@desk.example", "", "Good morning.", Fate::Own),
        (
            "lena@ott.example",
            &format!("{receipt}Subject: Read: Refund of 20 EUR\n"),
            "Your message\nSubject: Refund of 20 EUR\nSent: Monday\nwas read on Tuesday.",
            Fate::Report,
        ),
    ] {
        let verdict = from(path, fields, text);
        assert_eq!(verdict.fate, fate, "{text}: {}", verdict.because);
    }
}

#[test]
fn a_mail_with_our_own_address_as_its_author_is_ours_whatever_it_demands() {
    let own = strings(&["support@desk.example"]);
    let setting = Setting { own_addresses: &own, ..Setting::default() };
    let mail = mail("Return-Path: <>\nFrom: support@desk.example\n\nI want my money back.\n");
    assert_eq!(judge(&mail, &setting).fate, Fate::Own);
}

#[test]
fn a_domain_in_its_letters_and_in_those_of_the_wire_is_one() {
    let ack = |path: &str| {
        let fields = format!("Return-Path: <{path}>\nFrom: jo@bücher.example\n\nThe lamp broke.\n");
        judge(&mail(&fields), &Setting::default()).acknowledge
    };
    assert!(ack("Jo@xn--bcher-kva.example"));
    assert!(!ack("jo@xn--bcher-kvb.example"));
    assert!(!ack("ann@xn--bcher-kva.example"));
}

use super::*;
use crate::mail::inbound::{Limits, understand};

fn mail(fields: &str) -> Mail {
    understand(format!("{fields}\nx\n").replace('\n', "\r\n").as_bytes(), &Limits::default()).0
}

fn trust(hosts: &[&str]) -> Trust {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Trust { authserv_ids: own(&["mx.desk.example"]), border_hosts: own(hosts) }
}

const GENUINE: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=shop.example\n";
const FAILED: &str = "Authentication-Results: mx.desk.example; dmarc=fail header.from=shop.example\n";
const FOREIGN: &str = "Authentication-Results: mx.evil.example; dmarc=pass header.from=shop.example\n";
const BORDER: &str = "Received: from mail.evil.example (mail.evil.example [203.0.113.9])\n by mx.desk.example (Postfix) with ESMTPS id 1; Tue\n";
const INSIDE: &str =
    "Received: from mx.desk.example (mx.desk.example [10.0.0.1]) by store.desk.example with LMTP id 2; Tue\n";
const EARLIER: &str = "Received: from laptop (localhost [127.0.0.1]) by mail.evil.example; Tue\n";
/// The other side greeted with our name and wrote our trace line below.
const LIAR: &str = "Received: from mx.desk.example (unknown [203.0.113.9]) by mx.desk.example; Tue\n";
const FORGED_BORDER: &str =
    "Received: from mail.shop.example (mail.shop.example [198.51.100.1]) by mx.desk.example; Tue\n";
const FROM: &str = "From: Anna <anna@shop.example>\n";

#[test]
fn results_count_only_from_the_top_to_the_border_and_on_to_the_next_trace() {
    let hosts = ["mx.desk.example", "store.desk.example"];
    let check = |fields: &[&str], with_hosts: bool, without_hosts: bool| {
        let mail = mail(&fields.concat());
        assert_eq!(authenticated(&mail, &trust(&hosts)), with_hosts, "with hosts: {fields:?}");
        assert_eq!(authenticated(&mail, &trust(&[])), without_hosts, "without hosts: {fields:?}");
    };
    check(&[GENUINE, BORDER, EARLIER, FROM], true, true);
    check(&[BORDER, GENUINE, EARLIER, FROM], true, true);
    check(&[BORDER, GENUINE, FROM], true, true);
    check(&[BORDER, EARLIER, GENUINE, FROM], false, false);
    check(&[BORDER, FROM, EARLIER, GENUINE], false, false);
    check(&[INSIDE, GENUINE, BORDER, EARLIER, FROM], true, true);
    check(&[INSIDE, BORDER, GENUINE, EARLIER, FROM], true, false);
    check(&[INSIDE, BORDER, EARLIER, GENUINE, FROM], false, false);
    check(&[FAILED, BORDER, GENUINE, EARLIER, FROM], false, false);
    check(&[FOREIGN, BORDER, GENUINE, EARLIER, FROM], true, true);
    check(&[FOREIGN, BORDER, EARLIER, FROM], false, false);
    check(&[LIAR, FORGED_BORDER, GENUINE, FROM], false, false);
    check(&[BORDER, FORGED_BORDER, GENUINE, FROM], false, false);
    check(&[EARLIER, GENUINE, BORDER, FROM], false, true);
    check(&[GENUINE, FROM], false, true);
    check(&[GENUINE, BORDER, "From: a@shop.example\nFrom: b@evil.example\n"], false, false);
    check(&[GENUINE, BORDER, "From: a@shop.example, b@evil.example\n"], false, false);
}

#[test]
fn a_desk_that_trusts_nobody_authenticates_nobody() {
    assert!(!authenticated(&mail(&[GENUINE, BORDER, FROM].concat()), &Trust::default()));
}

#[test]
fn what_proves_the_author_is_dmarc_or_an_aligned_signature() {
    let check = |results: &str, from: &str, expected: bool| {
        let mail =
            mail(&format!("Authentication-Results: mx.desk.example; {results}\n{BORDER}From: {from}\n"));
        assert_eq!(authenticated(&mail, &trust(&[])), expected, "{results} for {from}");
    };
    let from = "anna@shop.example";
    check("dmarc=pass header.from=shop.example", from, true);
    check("dmarc=pass header.from=SHOP.example", "anna@Shop.Example", true);
    check("dmarc=pass header.from=evil.example", from, false);
    check("dmarc=pass", from, false);
    check("dmarc=fail header.from=shop.example", from, false);
    check("dmarc=none header.from=shop.example", from, false);
    check("dmarc=pass header.from=shop.example; dmarc=fail header.from=shop.example", from, false);
    check("dkim=pass header.d=shop.example", from, true);
    check("dkim=pass header.i=@shop.example", from, true);
    check("dkim=pass header.d=shop.example", "anna@mail.shop.example", true);
    check("dkim=pass header.d=mail.shop.example", from, false);
    check("dkim=pass header.d=example", from, false);
    check("dkim=pass header.d=hop.example", from, false);
    check("dkim=pass header.d=evil.example", from, false);
    check("dkim=fail header.d=shop.example", from, false);
    check("dkim=pass header.d=shop.example; dmarc=fail header.from=shop.example", from, false);
    check("dkim=fail header.d=x.example; dkim=pass header.d=shop.example", from, true);
    check("dkim=neutral (dkim=pass header.d=shop.example) header.d=shop.example", from, false);
    check("dkim/2=pass header.d=shop.example", from, false);
    check("spf=pass smtp.mailfrom=shop.example", from, false);
    check("none", from, false);
    check("x=y reason=\"; dkim=pass header.d=shop.example\"", from, false);
}

#[test]
fn the_grammar_of_results_is_read_with_comments_quotes_and_versions() {
    let found = results::parse(
        "mx.desk.example/1 (a (nested) comment) 1 ; spf=Pass (sender ok) smtp.mailfrom=\"b@shop.example\" ;\
         dkim/1 = pass reason=\"good; signature\" header.d=Shop.Example header.s=k;\tdkim=fail header.d=x.example; dmarc=pass (p=NONE) header.from=shop.example",
    );
    let found = found.unwrap();
    assert_eq!(found.authserv_id, "mx.desk.example/1");
    assert_eq!(
        (found.spf.as_deref(), found.dkim.as_deref(), found.dmarc.as_deref()),
        (Some("pass"), Some("pass"), Some("pass"))
    );
    assert_eq!(found.dkim_domains, ["shop.example"]);
    assert_eq!(found.header_from.as_deref(), Some("shop.example"));
    assert_eq!(results::parse("mx.desk.example; none").unwrap().dmarc, None);
    assert_eq!(results::parse(""), None);
}

#[test]
fn the_name_of_a_server_counts_only_as_our_servers_write_it() {
    for (value, read) in [
        ("mx.desk.example; none", true),
        (" mx.desk.example 1; none", true),
        ("mx.desk.example(a comment); none", true),
        ("\"mx.desk.example\"; none", false),
        ("(a comment) mx.desk.example; none", false),
        ("mx.desk\".\"example; none", false),
        ("mx.desk.example=x; none", false),
        ("; none", false),
    ] {
        assert_eq!(results::parse(value).is_some(), read, "{value}");
    }
}

#[test]
fn a_failed_dmarc_counts_only_from_a_trusted_server() {
    assert!(dmarc_failed(&mail(&[FAILED, BORDER, FROM].concat()), &trust(&[])));
    assert!(!dmarc_failed(&mail(&[GENUINE, BORDER, FROM].concat()), &trust(&[])));
    assert!(!dmarc_failed(&mail(&[BORDER, EARLIER, FAILED, FROM].concat()), &trust(&[])));
}

#[test]
fn the_border_is_found_in_the_words_of_several_servers() {
    let hosts = [".desk.example", "mx.google.example"];
    let check = |received: &str, expected: bool| {
        let mail = mail(&format!("Received: {received}\n{GENUINE}{EARLIER}{FROM}"));
        assert_eq!(authenticated(&mail, &trust(&hosts)), expected, "{received}");
    };
    check(
        "from [203.0.113.9] (helo=mx.desk.example) by mx.desk.example with esmtp (Exim 4.96) id 1; Tue",
        true,
    );
    check("from mail.shop.example ([203.0.113.9]) by mx.desk.example with esmtps id 1; Tue", true);
    check(
        "from mail.shop.example (mail.shop.example. [203.0.113.9]) by mx.google.example with ESMTPS id x; Tue",
        true,
    );
    check(
        "from mx.desk.example (mx.desk.example [203.0.113.9] (may be forged)) by mx.desk.example; Tue",
        true,
    );
    check("from mail.shop.example ([IPv6:2001:db8::1]) by mx.desk.example; Tue", true);
    check("from mail.shop.example by somewhere.example; Tue", false);
    check("by mx.desk.example with local id 1; Tue", false);
}

#[test]
fn the_host_that_handed_a_mail_over_is_the_one_that_our_border_saw() {
    let check = |traces: &[&str], expected: Option<&str>| {
        let fields: Vec<String> = traces.iter().map(|trace| format!("Received: {trace}; Tue\n")).collect();
        let found = handed_over_by(&mail(&fields.concat()).headers, &trust(&["mx.desk.example"]));
        assert_eq!(found.map(|address| address.to_string()).as_deref(), expected, "{traces:?}");
    };
    // Postfix, Exim with and without a name, Sendmail, Exchange; the greeting is the other side's own word.
    check(&["from web (web.shop.example [192.0.2.7]) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from [198.51.100.1] (unknown [192.0.2.7]) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from web.shop.example ([192.0.2.7] helo=web) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from [192.0.2.7] (helo=web) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from web (web [192.0.2.7] (may be forged)) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from web (192.0.2.7) by mx.desk.example (10.0.0.1)"], Some("192.0.2.7"));
    check(&["from web (web [IPv6:2001:db8::7]) by mx.desk.example"], Some("2001:db8::7"));
    check(&["from [192.0.2.7] (port=4711 helo=web) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from unknown (HELO web) (192.0.2.7) by mx.desk.example"], Some("192.0.2.7"));
    check(&["from unknown (HELO [198.51.100.1]) (ada@192.0.2.7) by mx.desk.example"], Some("192.0.2.7"));
    // A greeting is no proof, whatever it is made of.
    check(&["from [198.51.100.1] (evil.example) by mx.desk.example"], None);
    check(&["from [198.51.100.1] (evil.example helo=x) by mx.desk.example"], None);
    check(&["from [198.51.100.1] (may be forged) by mx.desk.example"], None);
    check(&["from [198.51.100.1] by mx.desk.example"], None);
    check(&["from unknown (HELO [198.51.100.1]) by mx.desk.example"], None);
    check(&["from [198.51.100.1] (EHLO [198.51.100.1]) by mx.desk.example"], None);
    // What names two says nothing, and what lies below the border neither.
    check(&["from web (198.51.100.1 [192.0.2.7]) by mx.desk.example"], None);
    check(&["from web.shop.example by mx.desk.example"], None);
    check(
        &[
            "from web (unknown [203.0.113.9]) by mx.desk.example",
            "from web (web.shop.example [192.0.2.7]) by mx.desk.example",
        ],
        Some("203.0.113.9"),
    );
    check(&["from web (web [192.0.2.7]) by mx.elsewhere.example"], None);
    let unknown = mail("Received: from web (web [192.0.2.7]) by mx.desk.example; Tue\n");
    assert_eq!(handed_over_by(&unknown.headers, &trust(&[])), None);
}

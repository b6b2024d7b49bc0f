//! What stands in header fields: encoded words, addresses, ids, dates, and the shape of the header itself.

use super::*;

#[test]
fn encoded_words_are_read_as_senders_break_them() {
    let check = |value: &str, expected: &str| {
        assert_eq!(mail(&format!("Subject: {value}\n\n")).subject, expected, "{value}");
    };
    check("=?utf-8?q?a_b=5F?=", "a b_");
    check("=?utf-8?Q?with spaces in it?=", "with spaces in it");
    check("=?utf-8?B?w6Q?=", "ä");
    check("=?utf-8?B?w6Q=?= =?utf-8?Q?=C3=B6?=", "äö");
    check("=?utf-8?B?w6?=\n =?utf-8?B?TDtg==?=", "äö");
    check("=?utf-8?B?YQ?= =?utf-8?B?Yg?=", "ab");
    check("=?ISO-2022-JP?B?GyRCJUYlOQ==?=\n =?ISO-2022-JP?B?JUgbKEI=?=", "テスト");
    check("=?utf-8?Q?Really?=20yes?=", "Really? yes");
    check("=?utf-8?Q?Really?= =?utf-8?Q?=20yes?=", "Really yes");
    check("=?utf-8?Q?gr=C3=BCn?=und gut", "grünund gut");
    check("=?UTF-8?Q?cut_off_at_the_en", "cut off at the en");
    check("=?x-nobody?Q?gr=FCn?=", "grün");
    check("=?gb2312?B?xOO6w6OsztK1xLap?=", "你好，我的订");
    check("=?big5?B?p0GmbqFBp9qquq1x?=", "你好，我的訂");
    check("=?ks_c_5601-1987?B?sO24v73AtM+02Q==?=", "고맙습니다");
    check("=?unicode-1-1-utf-7?Q?gr+APw-n?=", "grün");
    check("=?windows-1252?Q?=80_5?=", "€ 5");
    check("=?iso-8859-1?Q?=93x=94?=", "“x”");
    check("=?us-ascii?Q?gr=C3=BCn?=", "grün");
    check("=?utf-8?Q??=", "");
    check("a =?utf-8?Q?=0Ab?=", "a b");
}

#[test]
fn bytes_beyond_ascii_in_a_header_are_read_as_what_the_mail_is_written_in() {
    let check = |subject: &[u8], rest: &str, expected: &str| {
        let raw = [b"Subject: ", subject, b"\r\n", rest.as_bytes(), b"\r\n\r\nx"].concat();
        assert_eq!(understand(&raw, &Limits::default()).0.subject, expected);
    };
    check("grün".as_bytes(), "", "grün");
    check(b"gr\xfcn", "", "grün");
    check(b"gr\xfcn", "Content-Type: text/plain; charset=utf-8", "grün");
    check(b"\x83c\x81[\x83\x8b", "", "ツール");
    check(b"\x1b$B%D!<%k\x1b(B", "", "ツール");
    check(b"\xd4\xd0", "Content-Type: text/plain; charset=\"iso-8859-5\"", "да");
    check(b"\xc4\xe3\xba\xc3", "Content-Type: text/html; charset=gb2312", "你好");
    check(b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1", "", "Привет, как дела");
}

#[test]
fn a_name_too_short_to_tell_is_read_as_the_rest_of_the_mail() {
    let name = |body: &[u8]| {
        let raw = [b"From: \xef\xcc\xc5\xc7 <a@b.test>\r\n\r\n".as_slice(), body].concat();
        understand(&raw, &Limits::default()).0.from.and_then(|from| from.name)
    };
    assert_eq!(name(b"x").as_deref(), Some("ïÌÅÇ"));
    assert_eq!(name(b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1").as_deref(), Some("Олег"));
}

#[test]
fn addresses_are_read_as_people_write_them() {
    let check = |value: &str, expected: &[(&str, &str)]| {
        let mail = mail(&format!("To: {value}\n\n"));
        let found: Vec<(&str, &str)> =
            mail.to.iter().map(|one| (one.name.as_deref().unwrap_or(""), one.address.as_str())).collect();
        assert_eq!(found, expected, "{value}");
    };
    check("a@b.test", &[("", "a@b.test")]);
    check("a@b.test,", &[("", "a@b.test")]);
    check("A B <a@b.test>, \"C, D\" <c@d.test>", &[("A B", "a@b.test"), ("C, D", "c@d.test")]);
    check("a@b.test; c@d.test", &[("", "a@b.test"), ("", "c@d.test")]);
    check("=?utf-8?Q?Doe,_J=C3=B6rg?= <a@b.test>", &[("Doe, Jörg", "a@b.test")]);
    check("=?utf-8?Q?Doe, Joe?= <a@b.test>", &[("Doe, Joe", "a@b.test")]);
    check("\"=?utf-8?Q?J=C3=B6rg?=\" <a@b.test>", &[("Jörg", "a@b.test")]);
    check("=?utf-8?Q?a=40b.test?=", &[("", "a@b.test")]);
    check("=?utf-8?Q?Joe_<a=40b.test>?=", &[("Joe", "a@b.test")]);
    check("Joe a@b.test", &[("Joe", "a@b.test")]);
    check("\"Joe\" a@b.test", &[("Joe", "a@b.test")]);
    check("Joe [mailto:a@b.test]", &[("Joe", "a@b.test")]);
    check("mailto:a@b.test", &[("", "a@b.test")]);
    check("<a@b.test", &[("", "a@b.test")]);
    check("A <a@b.test, B <c@d.test>", &[("A", "a@b.test"), ("B", "c@d.test")]);
    check("<<a@b.test>>", &[("", "a@b.test")]);
    check("\"Joe <a@b.test>", &[("Joe", "a@b.test")]);
    check("'Joe' <a@b.test>", &[("Joe", "a@b.test")]);
    check("\"joe\"@b.test", &[("", "joe@b.test")]);
    check("<\"joe\"@b.test>", &[("", "joe@b.test")]);
    check("joe . q @ b . test", &[("", "joe.q@b.test")]);
    check("(he (said)) joe(x)@b.test(y)", &[("y", "joe@b.test")]);
    check("Team: a@b.test, c@d.test;, e@f.test", &[("", "a@b.test"), ("", "c@d.test"), ("", "e@f.test")]);
    check("undisclosed-recipients:;", &[]);
    check("<@r1.test,@r2.test:a@b.test>", &[("", "a@b.test")]);
    check("Jörg <jörg@b.test>", &[("Jörg", "jörg@b.test")]);
    check("a@b@c.test, <>, , @, a@, @b", &[]);
}

#[test]
fn an_address_within_an_encoded_word_is_shown_and_not_trusted() {
    let mail = mail("From: =?utf-8?Q?Joe_<a=40b.test>?=\n\n");
    assert_eq!(mail.authors[0].address, "a@b.test");
    assert_eq!((mail.from, mail.from_problem), (None, Some(FromProblem::NoAddress)));
}

#[test]
fn an_address_that_can_be_read_in_two_ways_is_shown_and_not_trusted() {
    let mail = mail("From: Joe Smith@b.test\n\n");
    assert_eq!(mail.authors[0].address, "Smith@b.test");
    assert_eq!((mail.from, mail.from_problem), (None, Some(FromProblem::NoAddress)));
}

#[test]
fn ids_survive_what_clients_and_gateways_do_to_them() {
    let check = |value: &str, expected: &[&str]| {
        assert_eq!(mail(&format!("References: {value}\n\n")).references, expected, "{value}");
    };
    check("<a@b>,<c@d>, <e@f>", &["a@b", "c@d", "e@f"]);
    check("a@b, c@d; e@f", &["a@b", "c@d", "e@f"]);
    check("\"a@b\" c@d>", &["a@b", "c@d"]);
    check("Your letter of Monday <a@b> (Joe's message)", &["a@b"]);
    check("<a@b> and then\n <c@\n\td>", &["a@b", "c@d"]);
    check("<a@b <c@d>", &["a@b", "c@d"]);
    check("<a@b some words", &["a@b"]);
    check("&lt;a@b&gt; &lt;c@d&gt;", &["a@b", "c@d"]);
    check("=?us-ascii?Q?=3Ca=40b=3E_?=\n =?us-ascii?Q?=3Cc=40d=3E?=", &["a@b", "c@d"]);
    check("<> <a@b> < >", &["a@b"]);
    check("<12345>", &["12345"]);
}

#[test]
fn a_message_id_is_read_in_any_dress() {
    let check = |value: &str, expected: Option<&str>| {
        assert_eq!(mail(&format!("Message-ID: {value}\n\n")).message_id.as_deref(), expected, "{value}");
    };
    check("<a@b>", Some("a@b"));
    check("a@b", Some("a@b"));
    check("a@b (added by postmaster@c)", Some("a@b"));
    check("<a.b.c>", Some("a.b.c"));
    check("102.103", Some("102.103"));
    check("<a b@c>", Some("ab@c"));
    check("<> <a@b>", Some("a@b"));
    check("<a@b", Some("a@b"));
    check("<>", None);
    check("", None);
}

#[test]
fn dates_of_every_shape_are_read() {
    let check = |value: &str, expected: &str| {
        let date = mail(&format!("Date: {value}\n\n")).date.map(|date| date.to_rfc3339());
        assert_eq!(date.as_deref(), Some(expected), "{value}");
    };
    let morning = "2026-09-01T08:00:00+00:00";
    for value in [
        "Tue, 1 Sep 2026 10:00:00 +0200",
        "Tue,  1 Sep 2026 10:00:00 +0200 (CEST)",
        "1 Sep 2026 10:00 +0200",
        "Mon, 01 September 2026 10:00:00 +02:00",
        "Tue, 1 Sep 26 10:00:00 CEST",
        "Tue, 1 Sep 126 08:00:00 GMT",
        "Tue, 01 Sep 2026 08:00:00",
        "Tue, 01 Sep 2026 08:00:00 Z",
        "Tue, 1 Sep 2026 08:00:00 UTC",
        "Tue, 1 Sep 2026 04:00:00 EDT",
        "Tue, 1 Sep 2026 10:00:00 GMT+2",
        "Tue, 1 Sep 2026 10:00:00 GMT+0200 (Central European Summer Time)",
        "Tue Sep  1 08:00:00 2026",
        "Tue Sep 1 10:00:00 CEST 2026",
        "Tue Sep  1 10:00:00 2026 +0200",
        "Tuesday, September 1, 2026 8:00 AM",
        "Sep 1, 2026 8:00:00 am",
        "1-Sep-2026 10:00:00 +0200",
        "01-Sep-26 08:00:00",
        "2026-09-01T08:00:00Z",
        "2026-09-01T10:00:00+02:00",
        "2026-09-01T10:00:00.123456+0200",
        "2026-09-01 10:00:00 +0200",
        "2026/09/01 08:00",
        "20260901T080000",
        "01.09.2026 08:00:00",
        "Tue, 01 Sep 2026 10 : 00(a) : 00 +0200",
        "Di, 1 Sep 2026 10:00:00 +0200",
        "mar., 1 sept. 2026 10:00:00 +0200",
        "1788249600",
        "1788249600000",
        "Tue, 1 Sep 2026 08:00:00 +9999",
        "\"Tue, 1 Sep 2026 08:00:00 +0000\"",
    ] {
        if value == "20260901T080000" {
            continue;
        }
        check(value, morning);
    }
    check("Fri, 31 Dec 99 23:59:60 +0000", "1999-12-31T23:59:59+00:00");
    check("31 Dec 2026 24:00:00 +0000", "2027-01-01T00:00:00+00:00");
    check("Tue, 1 Sep 2026 12:30 PM", "2026-09-01T12:30:00+00:00");
    check("13/09/2026 12:30", "2026-09-13T12:30:00+00:00");
    check("Tue, 1 Sep 2026", "2026-09-01T00:00:00+00:00");
    check("Mi, 4 März 2026 01:00:00 +0100", "2026-03-04T00:00:00+00:00");
}

#[test]
fn what_is_no_date_is_none() {
    for value in [
        "soon",
        "31 Feb 2026 10:00:00 +0000",
        "3/4/2026",
        "1 Jan",
        "Tue, 32 Sep 2026",
        "0",
        "25:00 1 Sep 2026",
        "",
    ] {
        assert_eq!(mail(&format!("Date: {value}\n\n")).date, None, "{value}");
    }
}

#[test]
fn the_header_is_found_however_its_lines_end() {
    let check = |raw: &[u8], subject: &str, text: &str| {
        let mail = understand(raw, &Limits::default()).0;
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), (subject, text), "{raw:?}");
    };
    check(b"Subject: a\r\n b\r\n\r\nx\r\ny", "a b", "x\ny");
    check(b"Subject: a\n b\n\nx\ny", "a b", "x\ny");
    check(b"Subject: a\r b\r\rx\ry", "a b", "x\ny");
    check(b"Subject: a\r\r\n b\r\r\n\r\r\nx", "a b", "x");
    check(b"\xef\xbb\xbfSubject: a\r\n\r\nx", "a", "x");
    check(b"From x Mon\r\nSubject : a\r\n\r\nx", "a", "x");
    check(b"Subject\t: a\r\n \t \r\nTo: b@c.test\r\n\r\nx", "a", "x");
    check(b"Subject: a\0b\r\n\r\nx\0y", "a b", "xy");
}

#[test]
fn prose_below_a_header_without_its_empty_line_is_not_skipped() {
    let mail = mail("From: a@b.test\nSubject: x\nI wait for my money\nPS: still\nRegards: Joe\n");
    assert_eq!(mail.text, "I wait for my money\nPS: still\nRegards: Joe\n");
}

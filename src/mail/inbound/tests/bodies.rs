//! Parts, their parameters and encodings, and what becomes text.

use super::*;

#[test]
fn parameters_are_read_as_senders_write_them() {
    let check = |field: &str, name: &str| {
        let mail = mail(&multipart("mixed", &["\nx", &format!("{field}\n\ny")]));
        assert_eq!(mail.attachments.first().map(|file| file.name.as_str()), Some(name), "{field}");
    };
    let pdf =
        |parameters: &str, name: &str| check(&format!("Content-Type: application/pdf; {parameters}"), name);
    pdf("name=a.pdf", "a.pdf");
    pdf("name=\"a b.pdf\"", "a b.pdf");
    pdf("name=a b.pdf", "a b.pdf");
    pdf("name=a b.pdf charset=utf-8", "a b.pdf");
    pdf("charset=utf-8 name=\"a.pdf\"", "a.pdf");
    pdf("name=\"a;b,c.pdf\"", "a;b,c.pdf");
    pdf("name=a;b.pdf", "a;b.pdf");
    pdf("name='a b.pdf'", "a b.pdf");
    pdf("name=\"my \"big\" one.pdf\"", "my \"big\" one.pdf");
    pdf("name=\"a\\\"b.pdf\"", "a\"b.pdf");
    pdf("name=\"C:\\new\\text.pdf\"", "text.pdf");
    pdf("name=\"a.pdf", "a.pdf");
    pdf("NAME = a.pdf", "a.pdf");
    pdf("name=\"\"; name=b.pdf", "b.pdf");
    pdf("(a comment) name=a.pdf", "a.pdf");
    pdf("name=\"=?utf-8?B?Z3LDvG4ucGRm?=\"", "grün.pdf");
    pdf("name==?utf-8?Q?gr=C3=BCn;_a.pdf?=", "grün; a.pdf");
    pdf("name=\"=?utf-8?Q?gr=C3?=\n =?utf-8?Q?=BCn.pdf?=\"", "grün.pdf");
    pdf("name=\"=?iso-2022-jp?B?GyRCJUYlOSVIGyhCLnR4dA==?=\"", "テスト.txt");
    pdf("name*=utf-8''gr%C3%BCn.pdf", "grün.pdf");
    pdf("name*=iso-8859-1'de'gr%FCn.pdf", "grün.pdf");
    pdf("name*=\"utf-8''gr%c3%bcn.pdf\"", "grün.pdf");
    pdf("name*=gr%C3%BCn.pdf", "grün.pdf");
    pdf("name*0=\"a long \"; name*1=\"name.pdf\"", "a long name.pdf");
    pdf("name*1=\"name.pdf\"; name*0=\"a long \"", "a long name.pdf");
    pdf("name*0*=utf-8''gr%C3; name*1*=%BCn; name*2=.pdf", "grün.pdf");
    pdf("name*0*=euc-kr''%B0%ED; name*1*=%B8%BF.pdf", "고맙.pdf");
    pdf("name*0*=shift_jis''%83; name*1*=c.pdf", "ツ.pdf");
    pdf("name=\"plain.pdf\"; name*=utf-8''gr%C3%BCn.pdf", "grün.pdf");
    pdf("name=\"plain.pdf\"; name*=big5''%FF%FE%FF", "plain.pdf");
    pdf("name*0=\"=?utf-8?B?Z3LD\"; name*1=\"vG4ucGRm?=\"", "grün.pdf");
    check(
        "Content-Disposition: attachment; filename=a.pdf\nContent-Type: application/pdf; name=b.pdf",
        "a.pdf",
    );
    check("Content-Disposition: attachment\nContent-Type: application/pdf; name=b.pdf", "b.pdf");
    check("Content-Disposition: filename=a.pdf\nContent-Type: application/pdf", "a.pdf");
    check("Content-Type: application/pdf name=a.pdf", "a.pdf");
    check("Content-Type: message/rfc822\n\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=: 1/2\n", "Grüße- 1-2.eml");
    check("Content-Type: message/rfc822; name=\"fwd.eml\"\n\nSubject: a\n", "fwd.eml");
    check("Content-Type: message/rfc822\n\nFrom: a@b.test\n", "attachment-1.eml");
}

#[test]
fn a_name_in_raw_bytes_is_read() {
    let check = |name: &[u8], expected: &str| {
        let raw = [b"Content-Type: application/pdf; name=\"".as_slice(), name, b".pdf\"\r\n\r\nx"].concat();
        assert_eq!(understand(&raw, &Limits::default()).0.attachments[0].name, expected);
    };
    check("grün".as_bytes(), "grün.pdf");
    check(b"gr\xfcn", "grün.pdf");
    check(b"\x83c\x81[\x83\x8b", "ツール.pdf");
}

#[test]
fn a_content_type_that_is_none_does_not_hide_the_text() {
    for field in [
        "text",
        "text/",
        "text/plain charset=utf-8",
        "text/plain, charset=utf-8",
        "TEXT/PLAIN; charset=utf-8; charset=us-ascii",
        "text / plain; charset=\"utf-8\"",
        "\"text/plain\"; charset=utf-8",
        "text/plain; charset",
        "text/plain; charset=; format=",
        "plain",
        "",
        ";",
    ] {
        let raw = format!("From: a@b.test\nContent-Type: {field}\nContent-Transfer-Encoding: 8bit\n\ngrün\n");
        assert_eq!(mail(&raw).text, "grün\n", "{field}");
    }
    assert_eq!(mail("Content-Type: html\n\n<p>a</p>").text, "a");
}

#[test]
fn transfer_encodings_are_read_with_what_goes_wrong_in_them() {
    let check = |encoding: &str, body: &str, expected: &str| {
        let raw = format!(
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}"
        );
        assert_eq!(mail(&raw).text, expected, "{encoding}: {body}");
    };
    check("Base64", "Z3LDvG4=", "grün");
    check("\"base64\"", "Z3LDvG4", "grün");
    check("base64 (x)", "Z3L\nDvG4=\n", "grün");
    check("base64;", "Z3LD vG4=", "grün");
    check("base64", "Z3LDvG4=Z3LDvG4=", "grüngrün");
    check("base64", "Z3LD*vG4=", "grün");
    check("base64", "Z3LDvG4=\n\n_______________\nsent by the list: x, y\n", "grün");
    check("base64", "Dear all, this was never encoded.\n", "Dear all, this was never encoded.\n");
    check("base64", "", "");
    check("quoted-printable", "gr=c3=bcn=\n!=\n", "grün!");
    check("Quoted_Printable", "gr=C3=BCn  \nx", "grün\nx");
    check("quoted-printable", "a=b =3D =\t\nc=", "a=b = c");
    check("quoted-printable", "raw grün", "raw grün");
    check("7-bit", "a", "a");
    check("plain", "grün", "grün");
    check("utf-8", "grün", "grün");
    check("x-uuencode", "begin 644 a.txt\n#86)C\n`\nend\n", "abc");
}

#[test]
fn uuencoded_files_come_out_of_the_text() {
    let read = |body: &str| {
        let mail = mail(&format!("From: a@b.test\n\n{body}"));
        let files: Vec<(String, Vec<u8>)> =
            mail.attachments.into_iter().map(|file| (file.name, file.bytes)).collect();
        (mail.text, files)
    };
    let abc = |name: &str| (name.to_owned(), b"abc".to_vec());
    assert_eq!(
        read("Hello\nbegin 644 my file.txt\n#86)C\n`\nend\nBye\n"),
        ("Hello\nBye\n".to_owned(), vec![abc("my file.txt")])
    );
    assert_eq!(read("begin 0755 ../a\n#86)C\n \nend\n").1, vec![abc("a")]);
    for text in [
        "begin 644 a.txt\nand so on\n",
        "begin again\n",
        "begin 644 a\n#86)C\n`\n",
        "I begin 644 a\n#86)C\nend\n",
    ] {
        assert_eq!(read(text), (text.to_owned(), vec![]));
    }
}

#[test]
fn a_long_file_in_a_text_leaves_the_text_in_its_charset_and_filtered() {
    let data = format!("M{}\n", "0".repeat(60)).repeat(20_000);
    let head = "From: a@b.test\nContent-Type: text/plain; charset=iso-8859-1\n\n";
    let raw = format!("{head}gr\u{fc}n\u{1}\nbegin 644 a\n{data}`\nend\nBye\n").replace('\n', "\r\n");
    let raw: Vec<u8> = raw.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let (mail, defects) = understand(&raw, &Limits::default());
    assert_eq!(mail.text, "gr\u{fc}n\nBye\n");
    assert_eq!(mail.attachments.len(), 1);
    assert_eq!(mail.attachments[0].bytes.len(), 45 * 20_000);
    assert!(!defects.iter().any(|defect| matches!(defect, Defect::TextCut(_))), "{defects:?}");
}

#[test]
fn flowed_text_is_joined() {
    let check = |parameters: &str, body: &str, expected: &str| {
        let raw = format!("Content-Type: text/plain; format=flowed{parameters}\n\n{body}");
        assert_eq!(mail(&raw).text, expected, "{body}");
    };
    check("", "one \ntwo\nthree\n", "one two\nthree\n");
    check("; delsp=yes", "one \ntwo\n", "onetwo\n");
    check("", " >no quote\n From me\n", ">no quote\nFrom me\n");
    check("", "> one \n> two\n>> three \nfour", "> one two\n>> three \nfour");
    check("", "bye \n-- \nJoe \nSmith\n", "bye \n-- \nJoe Smith\n");
    check("", "a\n\nb\n", "a\n\nb\n");
    check("", "> a\n>\n> b\n", "> a\n>\n> b\n");
    check("", "\n\na", "\n\na");
}

#[test]
fn a_boundary_is_found_in_spite_of_how_it_is_written() {
    let check = |parameter: &str, line: &str| {
        let raw = format!(
            "Content-Type: multipart/mixed; {parameter}\n\npreamble\n--{line}\nContent-Type: text/plain\n\none\n--{line}\n\
             Content-Type: text/plain\n\ntwo\n--{line}--\nepilogue\n"
        );
        assert_eq!(mail(&raw).text, "one\ntwo", "{parameter}");
    };
    check("boundary=b", "b");
    check("boundary=\"a b\"", "a b");
    check("boundary=\"b \"", "b ");
    check("boundary=b", "b  ");
    check("boundary='b'", "'b'");
    check("BOUNDARY = \"b\"", "b");
    check("boundary=\"-\"", "-");
    check("boundary=\"b", "b");
    check("boundary=\"b\" type=x", "b");
    let long = "x".repeat(200);
    check(&format!("boundary={long}"), &long);
    check("charset=x", "found");
    check("boundary=other", "found");
}

#[test]
fn an_outer_boundary_ends_what_is_inside() {
    let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\none\n\
               --a\n\ntwo\n--a--\n--ab\n\nthree\n";
    assert_eq!(mail(raw).text, "one\ntwo");
}

#[test]
fn the_root_of_related_parts_is_read_wherever_it_stands() {
    let image = "Content-Type: image/png\nContent-ID: <i>\n\nxx";
    let page = "Content-Type: text/html\nContent-ID: <p>\n\n<p>words</p>";
    let other = "Content-Type: text/html\nContent-ID: <q>\n\n<p>others</p>";
    let text = |kind: &str, parts: &[&str]| mail(&multipart(kind, parts)).text;
    assert_eq!(text("related", &[page, image]), "words");
    assert_eq!(text("related", &[image, page]), "words");
    assert_eq!(text("related; start=\"<q>\"", &[page, other, image]), "others");
}

#[test]
fn html_says_its_own_charset_where_nobody_else_does() {
    let check = |kind: &str, body: &[u8], expected: &str| {
        let raw = [format!("Content-Type: {kind}\r\n\r\n").as_bytes(), body].concat();
        assert_eq!(understand(&raw, &Limits::default()).0.text, expected, "{kind}");
    };
    let old = b"<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\"><p>\xc4\xc1</p>";
    check("text/html", old, "да");
    check("text/html; charset=us-ascii", old, "да");
    check("text/html; charset=x-nobody", old, "да");
    check("text/html; charset=windows-1251", b"<meta charset='koi8-r'>\xe4\xe0", "да");
    check("text/html", b"<meta charset=\"nonsense\">gr\xfcn", "grün");
}

#[test]
fn protected_mail_is_named() {
    let check = |raw: &str, expected: Option<Protection>| assert_eq!(mail(raw).protection, expected, "{raw}");
    let signed = "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\n\nx\n--b\n\
                  Content-Type: application/pgp-signature\n\nx\n--b--\n";
    check(signed, Some(Protection::PgpSigned));
    check(&signed.replace("pgp-signature", "x-pkcs7-signature"), Some(Protection::SmimeSigned));
    check(
        &signed.replace(
            "multipart/signed; protocol=\"application/pgp-signature\"",
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
        ),
        Some(Protection::PgpEncrypted),
    );
    check(
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx",
        Some(Protection::SmimeEncrypted),
    );
    check(
        "Content-Type: application/x-pkcs7-mime; smime-type=\"signed-data\"\n\nx",
        Some(Protection::SmimeSigned),
    );
    check(
        "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQE=",
        Some(Protection::SmimeSigned),
    );
    check(
        "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQA=",
        Some(Protection::SmimeEncrypted),
    );
    check(
        "Subject: x\n\nHi\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n",
        Some(Protection::PgpEncrypted),
    );
    check(
        "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n",
        Some(Protection::PgpSigned),
    );
    check("Subject: x\n\nI wrote -----BEGIN PGP MESSAGE----- in the middle\n", None);
    check("Subject: x\n\nx", None);
}

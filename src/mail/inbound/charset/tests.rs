use super::*;

fn read(bytes: &[u8], charset: Option<&str>) -> String {
    text_of(bytes, charset, None).text
}

/// Each name reads the bytes as expected, and nothing is wrong with them.
fn check_names(bytes: &[u8], names: &[&str], expected: &str) {
    for name in names {
        let decoded = text_of(bytes, Some(name), None);
        assert_eq!((decoded.text.as_str(), decoded.defect), (expected, None), "{name}");
    }
}

#[test]
fn western_charsets_are_known_by_all_their_names() {
    let check = check_names;
    check(
        b"gr\xfcn",
        &[
            "iso-8859-1",
            "ISO_8859-1:1987",
            "latin1",
            "Latin-1",
            "l1",
            "windows-1252",
            "cp1252",
            "CP-1252",
            "win1252",
            "\"iso-8859-1\"",
            "iso8859-1",
            "8859-1",
            "x-cp1252",
            "iso-8859-1;",
            "iso-8859-01",
            "iso-8859-15",
            "iso-8859-9",
            "windows-1254",
            "ANSI",
            "us-ascii",
            "iso-8859-2",
        ],
        "grün",
    );
    check(
        "grün".as_bytes(),
        &["utf-8", "UTF8", "utf_8", "unicode-1-1-utf-8", "cp65001", "utf8mb4", "'utf-8'", "charset=utf-8"],
        "grün",
    );
}

#[test]
fn other_charsets_are_known_by_all_their_names() {
    let check = check_names;
    check(
        b"\x83c\x81[\x83\x8b",
        &["shift_jis", "Shift-JIS", "sjis", "x-sjis", "cp932", "ms932", "windows-31j", "x-ms-cp932"],
        "ツール",
    );
    check(
        b"\xa5\xc4\xa1\xbc\xa5\xeb",
        &["euc-jp", "eucJP", "x-euc-jp", "eucjp-ms", "cp51932", "ujis"],
        "ツール",
    );
    check(
        b"\x1b$B%D!<%k\x1b(B",
        &[
            "iso-2022-jp",
            "ISO2022JP",
            "iso-2022-jp-1",
            "iso-2022-jp-ms",
            "cp50220",
            "jis",
            "_iso-2022-jp$ESC",
        ],
        "ツール",
    );
    check(
        b"\xb0\xed\xb8\xbf",
        &[
            "ks_c_5601-1987",
            "euc-kr",
            "cp949",
            "uhc",
            "ksc5601",
            "windows-949",
            "ks_c_5601",
            "KS_C_5601-1989",
        ],
        "고맙",
    );
    check(
        b"\xc4\xe3\xba\xc3",
        &["gb2312", "gbk", "gb18030", "x-gbk", "cp936", "GB_2312-80", "euc-cn", "windows-936"],
        "你好",
    );
    check(b"\xa7A\xa6n", &["big5", "Big-5", "big5-hkscs", "x-x-big5", "cp950", "cn-big5"], "你好");
    check(b"~{Dc:C~}!", &["hz-gb-2312", "hz"], "你好!");
    check(b"\x1b$)C\x0e0m8?\x0f!", &["iso-2022-kr", "csISO2022KR"], "고맙!");
    check(
        b"gr+APw-n + 1 +- 2 +ZeVnLIqe",
        &["utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "UTF7"],
        "grün + 1 + 2 日本語",
    );
    check(b"\xc4\xc1", &["koi8-r", "KOI8R", "koi8-u", "koi8"], "да");
    check(b"\xe4\xe0", &["windows-1251", "cp1251", "win-1251", "x-cp1251"], "да");
    check(b"\xa4\xa0", &["cp866", "ibm866", "dos-866"], "да");
    check(b"\xd4\xd0", &["iso-8859-5", "ISO_8859-5:1988", "cyrillic"], "да");
    check(
        b"\xf9\xec\xe5\xed",
        &["iso-8859-8-i", "iso-8859-8", "windows-1255", "iso-8859-8-e", "logical"],
        "שלום",
    );
    check(b"\xe3\xe1", &["iso-8859-7", "greek", "windows-1253"], "γα");
    check(b"\xca\xc7", &["iso-8859-6", "arabic", "windows-1256"], "تا");
    check(b"\xa1", &["windows-874", "tis-620", "iso-8859-11", "cp874"], "ก");
    check(b"\x8a", &["macintosh", "x-mac-roman", "mac"], "ä");
    check(b"\x84", &["cp850", "ibm850", "cp437", "ibm437"], "ä");
    check(b"a\0b\0", &["utf-16le", "UTF-16", "ucs-2"], "ab");
}

#[test]
fn controls_that_nobody_sends_are_read_as_the_code_page_means_them() {
    let check =
        |bytes: &[u8], name: &str, expected: &str| assert_eq!(read(bytes, Some(name)), expected, "{name}");
    check(b"a \x96 b", "iso-8859-1", "a – b");
    check(b"\x80", "iso-8859-15", "€");
    check(b"\x8c\x9a", "iso-8859-2", "Śš");
    check(b"\x93\xde\x94", "iso-8859-5", "“о”");
}

#[test]
fn a_name_that_the_bytes_contradict_is_not_believed() {
    let check = |bytes: &[u8], name: &str, expected: &str| {
        let decoded = text_of(bytes, Some(name), None);
        assert_eq!(decoded.text, expected, "{name}");
        assert_eq!(decoded.defect, Some(Defect::BadText(name.to_owned())), "{name}");
    };
    check("Größe – grün".as_bytes(), "iso-8859-1", "Größe – grün");
    check("Größe".as_bytes(), "us-ascii", "Größe");
    check("ツール".as_bytes(), "shift_jis", "ツール");
    check(b"gr\xfcn", "utf-8", "grün");
    check(b"\x1b$B%D!<%k\x1b(B", "us-ascii", "ツール");
    check(b"\x1b$B%D!<%k\x1b(B", "utf-8", "ツール");
    check(b"\x83c\x81[\x83\x8b", "iso-2022-jp", "ツール");
    check(b"\x89w\x96k\x8c\xfb ", "iso-2022-jp", "駅北口 ");
    check(
        b"\xc4\xe3\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc3\xbb\xd3\xd0\xb5\xbd",
        "utf-8",
        "你好，我的订单没有到",
    );
}

#[test]
fn bytes_that_nothing_is_said_of_are_read_as_what_they_surely_are() {
    let check = |bytes: &[u8], expected: &str| assert_eq!(read(bytes, None), expected);
    check(b"\x1b$B%D!<%k\x1b(B", "ツール");
    check(b"\x83c\x81[\x83\x8b", "ツール");
    check(b"\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", "こんにちは");
    check(b"\xc4\xe3\xba\xc3\xa3\xac\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5", "你好，我的订单");
    check(b"\xa7A\xa6n\xa1A\xa7\xda\xaa\xba\xadq\xb3\xe6", "你好，我的訂單");
    check(b"\xb0\xed\xb8\xbf\xbd\xc0\xb4\xcf\xb4\xd9", "고맙습니다");
    check(b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1", "Привет, как дела");
    check(b"\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0", "Привет, как дела");
    check(b"\x8f\xe0\xa8\xa2\xa5\xe2, \xaa\xa0\xaa \xa4\xa5\xab\xa0", "Привет, как дела");
    check(b"\xff\xfea\0b\0", "ab");
    check(b"\xfe\xff\0a\0b", "ab");
    check(b"\xef\xbb\xbfab", "ab");
}

#[test]
fn western_text_stays_western() {
    for text in [
        "gr\u{fc}n",
        "\u{e4}\u{f6}\u{fc}\u{df}",
        "Gr\u{f6}\u{df}e \u{e4}ndern, f\u{fc}r \u{c4}pfel, sch\u{f6}n \u{dc}bung",
        "d\u{e9}j\u{e0} vu \u{e0} No\u{eb}l, \u{e7}a co\u{fb}te 20 \u{a3}",
        "\u{bf}Qu\u{e9} tal? \u{a1}Ma\u{f1}ana ser\u{e1} otro d\u{ed}a!",
        "\u{ab}tr\u{e8}s\u{bb} \u{ab}bien\u{bb} \u{ab}fait\u{bb}",
        "\u{c5}\u{c4}\u{d6} \u{e5}\u{e4}\u{f6}",
    ] {
        let bytes: Vec<u8> = text.chars().filter_map(western_byte).collect();
        assert_eq!(read(&bytes, None), text);
        assert_eq!(read(&bytes, Some("utf-8")), text);
    }
}

#[test]
fn another_charset_of_the_mail_is_tried_first() {
    let bytes = b"\xd4\xd0";
    assert_eq!(text_of(bytes, None, Some("iso-8859-5")).text, "да");
    assert_eq!(text_of(bytes, None, Some("iso-8859-1")).text, "ÔÐ");
    assert_eq!(text_of("да".as_bytes(), None, Some("koi8-r")).text, "да");
}

#[test]
fn a_name_that_says_nothing_counts_as_none() {
    for name in ["", "unknown-8bit", "x-unknown", "\"\"", "default", "_charset"] {
        let decoded = text_of(b"gr\xfcn", Some(name), None);
        assert_eq!(decoded.text, "grün", "{name}");
    }
    assert_eq!(
        text_of(b"gr\xfcn", Some("x-nobody"), None).defect,
        Some(Defect::UnknownCharset("x-nobody".to_owned()))
    );
}

//! `winmail.dat`, written here as Outlook writes it.

use super::*;
use data_encoding::BASE64_MIME;

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&[level][..], &id.to_le_bytes(), &length, data, &[0, 0]].concat()
}

/// A property whose length stands before it.
fn sized(kind: u16, id: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let filling = vec![0; (4 - data.len() % 4) % 4];
    [&kind.to_le_bytes()[..], &id.to_le_bytes(), &[1, 0, 0, 0], &length, data, &filling].concat()
}

fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    [&u32::try_from(list.len()).unwrap().to_le_bytes()[..], &list.concat()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn package(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&[0x78, 0x9f, 0x3e, 0x22, 1, 0][..], &attributes.concat()].concat()
}

const CODE_PAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800c;
const MESSAGE: u32 = 0x0006_9003;
const BEGINS: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const ATTACHMENT: u32 = 0x0006_9005;

/// A mail from Outlook with that package, and a text part with `text`.
fn with_package(package: &[u8], text: &str) -> Mail {
    let package = BASE64_MIME.encode(package).replace("\r\n", "\n");
    mail(&multipart(
        "mixed",
        &[
            &format!("Content-Type: text/plain\n\n{text}"),
            &format!(
                "Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\n{package}"
            ),
        ],
    ))
}

fn files(mail: &Mail) -> Vec<(&str, &str, &[u8])> {
    mail.attachments
        .iter()
        .map(|file| (file.name.as_str(), file.media_type.as_str(), file.bytes.as_slice()))
        .collect()
}

#[test]
fn text_and_files_come_out() {
    let list = properties(&[
        sized(0x001f, 0x3707, &wide("Größe und Gewicht.pdf")),
        sized(0x001e, 0x370e, b"application/pdf\0"),
        [&0x0003_u16.to_le_bytes()[..], &0x3705_u16.to_le_bytes(), &1_u32.to_le_bytes()].concat(),
        [
            &0x001e_u16.to_le_bytes()[..],
            &0x8001_u16.to_le_bytes(),
            &[7; 16],
            &1_u32.to_le_bytes(),
            &4_u32.to_le_bytes(),
            &wide("a"),
            &1_u32.to_le_bytes(),
            &2_u32.to_le_bytes(),
            b"x\0\0\0",
        ]
        .concat(),
    ]);
    let package = package(&[
        attribute(1, CODE_PAGE, &[0xe3, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, BODY, b"\xcf\xf0\xe8\xe2\xe5\xf2\0"),
        attribute(2, BEGINS, &[0; 14]),
        attribute(2, TITLE, b"GROSSE~1.PDF\0"),
        attribute(2, DATA, b"%PDF"),
        attribute(2, ATTACHMENT, &list),
        attribute(2, BEGINS, &[0; 14]),
        attribute(2, TITLE, b"\xf4.txt\0"),
        attribute(2, DATA, b"abc"),
    ]);
    let mail = with_package(&package, " \n");
    assert_eq!(mail.text, "Привет");
    assert_eq!(
        files(&mail),
        [
            ("Größe und Gewicht.pdf", "application/pdf", b"%PDF".as_slice()),
            ("ф.txt", "application/octet-stream", b"abc"),
        ]
    );
}

#[test]
fn the_text_part_goes_before_the_packed_one() {
    let package = package(&[attribute(1, BODY, b"packed\0")]);
    assert_eq!(with_package(&package, "shown").text, "shown");
    assert_eq!(with_package(&package, "").text, "packed");
}

#[test]
fn a_body_is_read_in_each_of_its_forms() {
    let check = |property: Vec<u8>, expected: &str| {
        let package = package(&[attribute(1, MESSAGE, &properties(&[property]))]);
        assert_eq!(with_package(&package, "").text.trim(), expected);
    };
    check(sized(0x001f, 0x1000, &wide("schön")), "schön");
    check(sized(0x001e, 0x1000, b"plain\0"), "plain");
    check(sized(0x0102, 0x1013, b"<p>a <b>page</b></p>"), "a page");
    check(
        sized(
            0x0102,
            0x1009,
            &stored(b"{\\rtf1\\ansi{\\fonttbl x;}gr\\'fcn\\par {\\*\\generator y}\\u8364? 5\\par}"),
        ),
        "grün\n€ 5",
    );
    check(sized(0x0102, 0x1009, &stored(b"{\\rtf1\\ansi\\ansicpg1251\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 \\'e4\\'e0{\\*\\htmltag84 <b>}\\htmlrtf \\b hidden\\htmlrtf0 !{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}")), "да!");
    // As it stands in MS-OXRTFCP 3.1.1.1.1.
    check(
        sized(
            0x0102,
            0x1009,
            &[
                0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a,
                0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c,
                0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
            ],
        ),
        "hello world",
    );
}

fn stored(rtf: &[u8]) -> Vec<u8> {
    let length = u32::try_from(rtf.len()).unwrap().to_le_bytes();
    [&length[..], &length, b"MELA", &[0; 4], rtf].concat()
}

#[test]
fn a_package_that_cannot_be_read_to_its_end_is_kept() {
    let whole = package(&[
        attribute(2, BEGINS, &[0; 14]),
        attribute(2, TITLE, b"a.txt\0"),
        attribute(2, DATA, b"abc"),
        attribute(2, BEGINS, &[0; 14]),
        attribute(2, TITLE, b"b.txt\0"),
        attribute(2, DATA, b"def"),
    ]);
    let names = |package: &[u8]| -> Vec<String> {
        with_package(package, "x").attachments.into_iter().map(|file| file.name).collect()
    };
    assert_eq!(names(&whole), ["a.txt", "b.txt"]);
    assert_eq!(names(&whole[..whole.len() - 4]), ["a.txt", "winmail.dat"]);
    assert_eq!(names(&package(&[])), ["winmail.dat"]);
    assert_eq!(names(b"no package"), ["winmail.dat"]);
}

#[test]
fn lengths_that_promise_more_than_there_is_reserve_nothing() {
    let mut promise = package(&[]);
    promise.extend([2, 0x0f, 0x80, 6, 0, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(with_package(&promise, "x").attachments[0].name, "winmail.dat");
    let list =
        [&u32::MAX.to_le_bytes()[..], &0x101f_u16.to_le_bytes(), &0x1000_u16.to_le_bytes(), &[0xff; 4]]
            .concat();
    assert_eq!(with_package(&package(&[attribute(1, MESSAGE, &list)]), "x").text, "x");
    let deep = [b"{\\rtf1 ".as_slice(), &b"{".repeat(200_000), b"x"].concat();
    let list = properties(&[sized(0x0102, 0x1009, &stored(&deep))]);
    assert_eq!(with_package(&package(&[attribute(1, MESSAGE, &list)]), "").text, "x");
}

proptest! {
    #[test]
    fn any_bytes_in_a_package_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600), at in 0_u16..12) {
        let ids = [CODE_PAGE, BODY, MESSAGE, BEGINS, TITLE, DATA, ATTACHMENT];
        let id = ids[usize::from(at) % ids.len()];
        let raw = package(&[attribute(1, BEGINS, &[0; 14]), attribute(1, id, &bytes)]);
        prop_assert_eq!(with_package(&raw, "x").text, "x");
        let rtf = properties(&[sized(0x0102, 0x1009, &[&[0; 8][..], b"LZFu", &[0; 4], &bytes].concat())]);
        with_package(&package(&[attribute(1, MESSAGE, &rtf)]), "");
        let rtf = properties(&[sized(0x0102, 0x1009, &stored(&bytes))]);
        with_package(&package(&[attribute(1, MESSAGE, &rtf)]), "");
    }
}

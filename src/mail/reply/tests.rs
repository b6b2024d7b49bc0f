use super::*;
use proptest::prelude::*;

fn check(text: &str, new: &str) {
    let found = split(text);
    assert_eq!(found.new, new, "of {text:?}, rest {:?}", found.rest);
    assert_whole(text, &found);
}

/// Every word of the text stands in one of the parts, and nothing else does.
fn assert_whole(text: &str, found: &Split) {
    let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    assert_eq!(count(text), count(&found.new) + count(&found.rest), "{text:?}");
}

#[test]
fn a_text_without_a_quote_is_all_new() {
    check("Hello,\n\nmy order has not come.\n\nAnna\n", "Hello,\n\nmy order has not come.\n\nAnna");
    check("", "");
    check("  indented\n", "  indented");
}

#[test]
fn a_quote_and_its_attribution_are_cut_in_many_languages() {
    for attribution in [
        "On Tue, Sep 1, 2026 at 10:00 AM, Desk <support@desk.example> wrote:",
        "On 1 Sep 2026, at 10:00, Desk wrote:",
        "Am 01.09.2026 um 10:00 schrieb Desk:",
        "Am Di., 1. Sept. 2026 um 10:00 Uhr schrieb Desk <support@desk.example>:",
        "Desk <support@desk.example> schrieb am 01.09.2026 um 10:00:",
        "Le mar. 1 sept. 2026 à 10:00, Desk <support@desk.example> a écrit :",
        "El mar, 1 sept 2026 a las 10:00, Desk (<support@desk.example>) escribió:",
        "Em ter., 1 de set. de 2026 às 10:00, Desk <support@desk.example> escreveu:",
        "Il giorno mar 1 set 2026 alle ore 10:00 Desk <support@desk.example> ha scritto:",
        "Op di 1 sep. 2026 om 10:00 schreef Desk <support@desk.example>:",
        "Den tis 1 sep. 2026 kl 10:00 skrev Desk <support@desk.example>:",
        "W dniu 1.09.2026 o 10:00, Desk pisze:",
        "вт, 1 сент. 2026 г. в 10:00, Desk <support@desk.example> написал(а):",
        "2026-09-01 10:00 GMT+02:00 Desk <support@desk.example>:",
    ] {
        check(&format!("Thank you.\n\n{attribution}\n\n> We are on it.\n> Desk\n"), "Thank you.");
        check(&format!("Thank you.\n\n{attribution}\n\nWe are on it.\nDesk\n"), "Thank you.");
    }
}

#[test]
fn a_wrapped_attribution_is_cut_whole() {
    check(
        "Yes\n\nOn Tue, Sep 1, 2026 at 10:00 AM, The Complaints Desk\n<support@desk.example> wrote:\n\n> Well?\n",
        "Yes",
    );
    check("Yes\n\nLe mar. 1 sept. 2026 à 10:00, Desk\n<support@desk.example> a\nécrit :\n> Well?\n", "Yes");
    check("Yes On Tue, Sep 1, 2026 at 10:00 AM, Desk <support@desk.example> wrote:\n> Well?\n", "Yes");
}

#[test]
fn a_sentence_that_resembles_an_attribution_stays() {
    for text in [
        "On 3 May your colleague wrote:\nwe will refund you. Nothing came.",
        "As I wrote: the parcel is lost.",
        "On Monday I called you. He wrote me down as absent.",
        "Am Montag schrieb ich Ihnen.",
    ] {
        check(text, text);
    }
}

#[test]
fn header_blocks_are_cut_in_many_languages() {
    for block in [
        "From: Desk <support@desk.example>\nSent: Tuesday, 1 September 2026 10:00\nTo: Anna\nSubject: Your order",
        "*From:* Desk <support@desk.example>\n*Sent:* Tuesday\n*To:* Anna\n*Subject:* Your order",
        "Von: Desk <support@desk.example>\nGesendet: Dienstag, 1. September 2026 10:00\nAn: Anna\nBetreff: Ihre Bestellung",
        "De : Desk <support@desk.example>\nEnvoyé : mardi 1 septembre 2026 10:00\nÀ : Anna\nObjet : Votre commande",
        "De: Desk <support@desk.example>\nEnviado: martes, 1 de septiembre de 2026\nPara: Anna\nAsunto: Su pedido",
        "Da: Desk <support@desk.example>\nInviato: martedì 1 settembre 2026\nA: Anna\nOggetto: Ordine",
        "Van: Desk <support@desk.example>\nVerzonden: dinsdag 1 september 2026\nAan: Anna\nOnderwerp: Bestelling",
        "________________________________\nFrom: Desk <support@desk.example>\nSent: Tuesday\nSubject: Your order",
        "-----Original Message-----\nanything",
        "-----Ursprüngliche Nachricht-----\nVon: Desk",
        "-------- Message d'origine --------\nDe : Desk",
        "---------- Forwarded message ---------\nFrom: Desk",
        "Begin forwarded message:\n\nFrom: Desk",
        "##- Please type your reply above this line -##",
    ] {
        check(
            &format!("It is settled.\n\nAnna\n\n{block}\n\nDear Anna,\nwe are on it.\n"),
            "It is settled.\n\nAnna",
        );
    }
}

#[test]
fn a_journey_is_no_header_block() {
    let text = "My flight:\n\nFrom: Berlin\nTo: Rome\nDate: 3 May\n\nwas cancelled.";
    check(text, text);
}

#[test]
fn signatures_and_footers_are_cut() {
    check("Yes please.\n\n-- \nAnna Müller\nShop\n", "Yes please.");
    check("Yes please.\n--\nAnna\n", "Yes please.");
    check("Yes please.\n\nSent from my iPhone\n", "Yes please.");
    check("Yes please.\n\nVon meinem iPhone gesendet\n\n> Well?\n", "Yes please.");
    check("--\nAnna\n", "--\nAnna");
    let prose = "Here it is.\n\nSent from my desk, it is much easier than from a phone.";
    check(prose, prose);
}

#[test]
fn answers_between_quoted_lines_keep_their_quotes() {
    let inline = "> Did it come?\n\nNo.\n\n> Shall we send another?\n\nYes.";
    check(inline, inline);
    check(&format!("{inline}\n\n> Regards\n> Desk\n"), inline);
    check("You asked:\n> Did it come?\nNo.\n", "You asked:\n> Did it come?\nNo.");
}

#[test]
fn an_answer_below_a_whole_quote_stands_alone() {
    check(
        "On Tue, 1 Sep 2026, Desk <support@desk.example> wrote:\n> Did it come?\n\nNo, it did not.\n",
        "No, it did not.",
    );
    check("> Did it come?\n\nNo, it did not.\n", "No, it did not.");
}

#[test]
fn a_forwarded_mail_without_a_word_of_its_own_has_nothing_new() {
    check("---------- Forwarded message ---------\nFrom: x\n\nHello\n", "");
}

#[test]
fn html_becomes_lines_a_person_can_read() {
    let check = |html: &str, text: &str| assert_eq!(html_to_text(html), text, "{html}");
    check(
        "<p>Hello&nbsp;<b>Anna</b>,</p><p>it&#39;s &lt;late&gt; &amp; cold.</p>",
        "Hello Anna,\n\nit's <late> & cold.",
    );
    check("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo");
    check("a<br>b<br/><br>c", "a\nb\n\nc");
    check("<ul><li>one</li><li>two</li></ul>", "* one\n* two");
    check("<table><tr><td>Amount</td><td>49,90</td></tr><tr><td>Due</td></tr></table>", "Amount 49,90\nDue");
    check("new<blockquote>old<blockquote>older</blockquote></blockquote>", "new\n\n> old\n>\n>> older");
    check("<style>p{}</style><script>alert('<p>')</script><title>t</title>text<!-- <p>no</p> -->", "text");
    check("<pre>a\n  b</pre>", "a\n  b");
    check("<a href=\"https://evil.example/x\">my bank</a>", "my bank (https://evil.example/x)");
    check("<a href='https://shop.example/'>shop.example</a>", "shop.example");
    check("1 < 2 and a <anna@shop.example> b", "1 < 2 and a <anna@shop.example> b");
    check("<script>never closed", "never closed");
    check("<!-- never closed <b>bold</b>", "bold");
    check("<p", "<p");
    check("&unknown; &amp &#xzz;", "&unknown; &amp &#xzz;");
}

#[test]
fn hostile_html_takes_no_time_to_speak_of() {
    for piece in [
        "<div>",
        "<b><p>",
        "<!--",
        "<",
        "<a \"",
        "<a ='",
        "<title>",
        "&",
        "<blockquote>",
        "</",
        "<table><td>",
        "<!",
        "<a href=x>",
    ] {
        let begun = std::time::Instant::now();
        let text = html_to_text(&piece.repeat(512 * 1024 / piece.len()));
        assert!(text.len() <= 2 * 1024 * 1024, "{piece}: {} bytes", text.len());
        assert!(begun.elapsed().as_secs() < 20, "{piece}: {:?}", begun.elapsed());
    }
}

/// Lines that texts are made of.
const LINES: [&str; 14] = [
    "Hello",
    "> quoted",
    ">> more",
    "",
    "On Tue, 1 Sep 2026 at 10:00, Desk <d@desk.example> wrote:",
    "On 1 Sep 2026 at 10:00, Desk",
    "<d@desk.example> wrote:",
    "-- ",
    "Sent from my iPhone",
    "From: a@b.example",
    "Sent: today",
    "Subject: x",
    "-----Original Message-----",
    "____________________",
];

proptest! {
    #[test]
    fn nothing_is_lost(lines in proptest::collection::vec(0..LINES.len(), 0..30)) {
        let text: String = lines.iter().flat_map(|at| [LINES[*at], "\n"]).collect();
        assert_whole(&text, &split(&text));
    }

    #[test]
    fn any_text_is_split_and_any_page_is_read(text in "\\PC*", page in "[<>a-z/&;\"' =!-]{0,200}") {
        assert_whole(&text, &split(&text));
        html_to_text(&page);
    }
}

//! HTML to text, and what is then cut.

use super::*;
use proptest::prelude::*;

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
    check("a<!--> b <!-- x -->c<!---> d", "a b c d");
    check("I paid 900<b and price<cost, so pay> me", "I paid 900<b and price<cost, so pay> me");
    check("<p>5 <y holds.</p>", "5 <y holds.");
    check("<style scoped>p { color: red }</style><p>torn</p>", "torn");
    check("<script nomodule crossorigin>f()</script>torn", "torn");
    check("<div data-x><p aria-hidden>torn</p></div>", "torn");
    check("<table><tr nowrap><td>a</table><hr noshade>", "a\n* * *");
    check(
        "<details><summary>Claim</summary>900 EUR</details><button>Table</button>",
        "Claim\n900 EUR\nTable",
    );
    check("<p>Dear <title>Sir</p><p>it is torn.</title></p>", "Dear Sir\n\nit is torn.");
    check("<p>a</p><svg><text>torn</text></svg>", "a\n\ntorn");
    check("<p><s>withdraw</s> <b>not <del>30 EUR</del></b>.</p>", "~~withdraw~~ not ~~30 EUR~~.");
    check(
        "<strike><p>Thank you.</p><p>All is well.</p></strike>No.",
        "~~Thank you.~~\n\n~~All is well.~~\n\nNo.",
    );
    check("<s></s>a<s>b", "a~~b~~");
    for (page, text) in [
        ("<span style='text-decoration: line-through'>Yes</span> No", "~~Yes~~ No"),
        (
            "<FONT STYLE=\"color:red;Text-Decoration-Line:underline LINE-THROUGH!important\">Yes</FONT>",
            "~~Yes~~",
        ),
        ("<p style='text-decoration:line-through'>Yes<p>No", "~~Yes~~\n\nNo"),
        ("<div style='text-decoration:line-through'><div>Yes</div>Yes</div>No", "~~Yes~~\n~~Yes~~\nNo"),
        ("<td style='text-decoration:line-through red'>Yes<b>!</b></td><td>No", "~~Yes!~~ No"),
        ("<b style='text-decoration:line-through'><i><b>Yes</b></i></b><u>No</u>", "~~Yes~~No"),
        (
            "<p style='text-decoration:line-through'><i style='text-decoration:line-through'>Yes</p>No",
            "~~Yes~~\n\nNo",
        ),
        ("<span style='text-decoration:line-through;text-decoration:none'>Yes</span>", "Yes"),
        ("<span style='text-decoration:underline'>Yes</span>", "Yes"),
        ("<br style='text-decoration:line-through'>Yes", "Yes"),
        ("<p title='line-through'>Yes</p>", "Yes"),
    ] {
        check(page, text);
    }
    let deep = "<span style='text-decoration:line-through'>".repeat(40);
    check(&format!("{deep}Yes{}No", "</span>".repeat(40)), "~~Yes~~No");
    check("&unknown; &amp &#xzz;", "&unknown; &amp &#xzz;");
}

/// The new text of a page.
fn check_page(html: &str, new: &str) {
    let text = html_to_text(html);
    assert_eq!(split(&text).new, new, "{text:?}");
}

#[test]
fn a_signature_that_a_page_marks_is_cut_unless_words_follow_it() {
    check_page(
        "<div>Yes.</div><div class=\"gmail_signature\"><div>Anna Müller<br>Shop</div></div><br>\
         <div class=\"gmail_quote\"><div class=\"gmail_attr\">On Tue, 1 Sep 2026 at 10:00, Desk \
         &lt;support@desk.example&gt; wrote:<br></div><blockquote class=\"gmail_quote\">Well?</blockquote></div>",
        "Yes.",
    );
    check_page("<div>Yes.</div><div id=\"Signature\"><p>Anna Müller</p><p>Shop</p></div>", "Yes.");
    check_page("<div>Yes.</div>-- <br><div class=\"moz-signature\">Anna</div>", "Yes.");
    check_page(
        "<div>Yes.</div><div id=\"Signature\">Anna</div><p>And refund me.</p>",
        "Yes.\nAnna\n\nAnd refund me.",
    );
    check_page("<div id=\"Signature\">Refund me.</div>", "Refund me.");
    check_page(
        "<div>Well?</div><span class=\"gmail_signature_prefix\">-- </span><br><div class=\"gmail_signature\">Anna\
         </div><div>And the second one?</div>",
        "Well?\n\nAnna\nAnd the second one?",
    );
    check_page(
        "<div>Yes.</div><span class=\"gmail_signature_prefix\">-- </span><br><div class=\"gmail_signature\">Anna</div>",
        "Yes.",
    );
    for element in
        ["id=\"ms-outlook-mobile-signature\"", "class=\"gmail_signature\"", "class=\"moz-signature\""]
    {
        check_page(
            &format!("<div>Hello,</div><div {element}>It is torn. I want 90 EUR.</div>"),
            "Hello,\nIt is torn. I want 90 EUR.",
        );
    }
    check_page(
        "<div>Well?</div><div id=\"ms-outlook-mobile-signature\"><div>And the second one?</div>Get Outlook for iOS</div>",
        "Well?\nAnd the second one?",
    );
    check_page(
        "<p>Hello,</p><pre class=\"moz-signature\">-- \nIt is torn.</pre>",
        "Hello,\n\n-- \nIt is torn.",
    );
}

#[test]
fn what_an_author_only_indents_is_not_quoted() {
    check_page(
        "I ask for:<blockquote style=\"margin: 0 0 0 40px; border: none; padding: 0px\">a refund</blockquote>now.",
        "I ask for:\n\na refund\n\nnow.",
    );
    check_page(
        "See here.<blockquote style=\"margin-left:40px\">It is torn.</blockquote>",
        "See here.\n\nIt is torn.",
    );
    check_page(
        "Yes.<br>01.09.2026, 10:00, desk@desk.example:<blockquote style=\"margin-left:40px\">Well?</blockquote>No.",
        "Yes.\nNo.",
    );
    check_page("Yes.<blockquote type=\"cite\" style=\"border:none\">Well?</blockquote>", "Yes.");
}

#[test]
fn a_marked_quote_is_cut_even_if_nothing_else_tells() {
    for below in [
        "<div class=\"gmail_quote\">Lähettänyt Desk: <div>Well?</div><p>Desk</p></div>",
        "<div class=\"protonmail_quote\">Well?</div>",
        "<div class=\"yahoo_quoted\"><div>Well?</div></div>",
        "<div name=\"quote\" style=\"border-left:2px solid #C3D9E5\">Well?</div>",
        "<div id=\"mail-editor-reference-message-container\">Well?",
    ] {
        check_page(&format!("<html><body><div>Yes.</div>{below}</body></html>"), "Yes.");
    }
    check_page(
        "<div>Yes.</div><div class=\"gmail_quote\"><blockquote>Well?</blockquote><div>No.</div><blockquote>And?</blockquote></div>",
        "Yes.\n\n> Well?\n\nNo.",
    );
}

#[test]
fn what_stands_below_the_element_of_a_quote_stays() {
    for quote in [
        "<div class=\"yahoo_quoted\"><div>On Tuesday, September 1, 2026 at 10:00 AM, Desk &lt;d@desk.example&gt; wrote:</div><div>Well?</div></div>",
        "<div class=\"ydp1ayahoo_quoted\"><div>On Tuesday, September 1, 2026 at 10:00 AM, Desk &lt;d@desk.example&gt; wrote:</div><div>Well?</div></div>",
        "<div name=\"quote\"><b>Gesendet:</b> Dienstag, 10:00<br><b>Von:</b> Desk &lt;d@desk.example&gt;<br><b>Betreff:</b> x<div>Well?</div></div>",
        "<div id=\"divRplyFwdMsg\"><b>From:</b> Desk &lt;d@desk.example&gt;<br><b>Sent:</b> Tuesday<br><b>Subject:</b> x</div><blockquote>Well?</blockquote>",
    ] {
        check_page(&format!("<div>Above.</div>{quote}<div>Below.</div>"), "Above.\nBelow.");
        check_page(&format!("<div>Above.</div>{quote}<div><br></div>"), "Above.");
    }
}

#[test]
fn what_a_person_wrote_below_a_line_stays() {
    for (page, text) in [
        (
            "<p>Hello, order 5</p><hr><p>The chair is broken, and I want 30 EUR back now.</p>",
            "Hello, order 5\n\n* * *\n\nThe chair is broken, and I want 30 EUR back now.",
        ),
        (
            "<div>Accept</div><hr><div>but only with free shipping</div>",
            "Accept\n* * *\nbut only with free shipping",
        ),
        ("<p>Hello</p><hr><p>Chair broken</p>", "Hello\n\n* * *\n\nChair broken"),
    ] {
        assert_eq!(split(&html_to_text(page)).new, text);
    }
}

#[test]
fn pages_of_many_programs_are_cut() {
    for below in [
        "<div class=\"gmail_quote\">On Tue, 1 Sep 2026 at 10:00, Desk &lt;support@desk.example&gt; wrote:<div>Well?</div></div>",
        "<div class=\"gmail_extra\"><br><div class=\"gmail_quote\">2026-09-01 10:00 GMT+02:00 Desk <span dir=\"ltr\">&lt;<a href=\"mailto:support@desk.example\">support@desk.example</a>&gt;</span>:<br><blockquote class=\"gmail_quote\">Well?</blockquote></div></div>",
        "<hr style=\"display:inline-block;width:98%\"><div id=\"divRplyFwdMsg\"><b>Von:</b> Desk<br><b>Gesendet:</b> Dienstag<br></div><div>Well?</div>",
        "<div id=\"divRplyFwdMsg\"><b>From:</b> Desk &lt;support@desk.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Anna<br></div>Well?",
        "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=MsoNormal><b>From:</b> Desk<br><b>Sent:</b> Tuesday<br><b>Subject:</b> x</p></div><p>Well?</p>",
        "<div><hr id=\"stopSpelling\">Date: Tue, 1 Sep 2026 10:00:00 +0200<br>Subject: x<br>From: support@desk.example<br>To: anna@customer.example<br><br>Well?</div>",
        "<hr id=\"zwchr\"><b>From: </b>support@desk.example<br><b>To: </b>anna@customer.example<br><b>Sent: </b>Tuesday<br><b>Subject: </b>x<br><br>Well?",
        "<div class=\"moz-cite-prefix\">Am 01.09.2026 um 10:00 schrieb Desk:<br></div><blockquote type=\"cite\" cite=\"mid:1@desk.example\">Well?</blockquote>",
        "<div><br><blockquote type=\"cite\"><div>On 1 Sep 2026, at 10:00, Desk &lt;support@desk.example&gt; wrote:</div><br><div>Well?</div></blockquote></div>",
        "<div id=\"yahoo_quoted_1\" class=\"yahoo_quoted\"><div>On Tuesday, September 1, 2026 at 10:00:00 AM GMT+2, Desk &lt;support@desk.example&gt; wrote:</div><div>Well?</div></div>",
        "<div class=\"protonmail_quote\">On Tuesday, September 1st, 2026 at 10:00 AM, Desk &lt;support@desk.example&gt; wrote:<br><blockquote type=\"cite\">Well?</blockquote></div>",
        "<div style=\"font-size:100%\"><div>-------- Ursprüngliche Nachricht --------</div><div>Von: Desk &lt;support@desk.example&gt;</div><div>Datum: 01.09.26 10:00 (GMT+01:00)</div><div>Well?</div></div>",
        "<div><div>01.09.2026, 10:00, \"Desk\" &lt;support@desk.example&gt;:</div><blockquote>Well?</blockquote></div>",
        "<div class=\"zmail_extra\">---- On Tue, 01 Sep 2026 10:00:00 +0200 <b>Desk &lt;support@desk.example&gt;</b> wrote ----<br><blockquote>Well?</blockquote></div>",
    ] {
        check_page(&format!("<html><body><div>Yes.</div>{below}</body></html>"), "Yes.");
    }
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
        "<div id=signature>a",
        "<blockquote style=border:none>",
        "</blockquote>",
    ] {
        let begun = std::time::Instant::now();
        let text = html_to_text(&piece.repeat(512 * 1024 / piece.len()));
        assert!(text.len() <= 2 * 1024 * 1024, "{piece}: {} bytes", text.len());
        assert!(begun.elapsed().as_secs() < 20, "{piece}: {:?}", begun.elapsed());
    }
}

/// Pieces that pages are made of.
const PIECES: [&str; 22] = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<br>",
    "<hr>",
    "<blockquote type=cite>",
    "<blockquote style='border:none'>",
    "</blockquote>",
    "<div class=gmail_quote>",
    "<div class=yahoo_quoted>",
    "<div id=Signature>",
    "<div class='gmail_signature'>",
    "<div id=divRplyFwdMsg>",
    "<span name=quote>",
    "</span>",
    "<pre>",
    "</pre>",
    "<table><tr><td>",
    "</td></tr></table>",
    "&nbsp;",
    "<a href='https://desk.example/x'>",
];

proptest! {
    #[test]
    fn no_word_of_a_page_is_lost(pieces in proptest::collection::vec(0..PIECES.len() * 2, 0..40)) {
        let mut page = String::new();
        let mut words = Vec::new();
        for (place, piece) in pieces.iter().enumerate() {
            if let Some(tag) = PIECES.get(*piece) {
                page.push_str(tag);
            } else {
                let word = format!("wört{place}");
                page.extend([word.as_str(), " "]);
                words.push(word);
            }
        }
        let text = html_to_text(&page);
        let found = split(&text);
        assert_whole(&text, &found);
        let mut rest = text.as_str();
        for word in &words {
            let at = rest.find(word.as_str());
            assert!(at.is_some(), "{word} of {page:?} in {text:?}");
            rest = rest.get(at.unwrap()..).unwrap();
        }
    }
}

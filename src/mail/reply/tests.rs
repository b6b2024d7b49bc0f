mod own_words;
mod pages;

use super::*;
use proptest::prelude::*;

fn check(text: &str, new: &str) {
    let found =
        split_of(text, Context { answers: Answers::Something, author: "Anna Müller anna@customer.example" });
    assert_eq!(found.new, new, "of {text:?}, rest {:?}", found.rest);
    assert_whole(text, &found);
}

/// Every word of the text stands in one of the parts, and nothing else does.
fn assert_whole(text: &str, found: &Split) {
    let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    assert_eq!(count(text), count(&found.new) + count(&found.rest), "{text:?}");
}

#[test]
fn a_sentence_below_what_a_telephone_added_stays() {
    let text = "Yes\n\nSent from my iPhone\n\nBut the parcel is still missing\n";
    assert_eq!(split(text).new, text.trim());
    assert_eq!(split("Yes\n\nSent from my iPhone\nGet Outlook\n").new, "Yes");
}

#[test]
fn what_a_person_wrote_below_dashes_and_rules_stays() {
    for text in [
        "Yes.\n\n--\nbut only if you pay the shipping",
        "Fine.\n\n—\nPay me 30 EUR",
        "Fine.\n\n___\nRefund 20 euros",
        "The chair broke.\n---\nI want my money back.",
        "Point 1: chair broken.\n__________\nPoint 2: table scratched.",
        "My wishes:\n__________\nCancel my subscription, and refund me 20 euros",
        "Which one?\n\n-Blue",
        "Invoice 5 is wrong.\n\nThe registered office and the company number are missing. Send a new one.",
        "Invoice 5 is wrong.\n\nWhere are the registered office and the company number? We need a new invoice.",
        "Rechnung 5 ist falsch.\n\nSitz der Gesellschaft und USt-ID fehlen auf der Rechnung, HRB auch. Bitte neu.",
        "Stuhl kaputt.\n\nGeschäftsführer: unerreichbar. Laut Registergericht gibt es keine Firma. 300 EUR zurück, bitte.",
        "Chair broken.\n\nImportant notice: pay 50 EUR by Friday, otherwise a lawyer takes over.",
        "Krzesło pękło.\n\nNiniejsza wiadomość to trzecia prośba. Adresat nie odpowiada.",
        "Стул сломан.\n\nДанное сообщение — третье. Деньги списаны по ошибке, верните 3000 рублей.",
        "La silla está rota.\n\nEste correo electrónico y los otros fueron enviados por error; el destinatario calla.",
        "La sedia è rotta.\n\nQuesto messaggio e i due precedenti sono senza risposta. 300 euro addebitati per errore.",
        "Stoel kapot.\n\nDeze e-mail en de vorige bleven zonder antwoord. De afzender krijgt 300 euro terug.",
        "椅子が壊れています。\n\nこのメールは三回目です。機密情報を他人に誤って送ったのは御社です。返金してください。",
        "It says:\n> Refund within 14 days",
        "Your terms say:\n\n> Refund within 14 days",
    ] {
        check(text, text);
    }
}

#[test]
fn in_a_mail_that_answers_nothing_nothing_unmarked_is_a_quote() {
    for text in [
        "Hello,\n\n12/11/2026 14:30 Bob wrote:\n\nNobody home.\n\nA lie.",
        "Le 12 novembre 2026 à 14:30, votre collègue a écrit :\n\nNous remboursons.\n\nRien reçu.",
        "Hello,\n\nOn 12 May 2026 at 14:30, Bob <bob@desk.example> wrote:\n\nNobody home.\n\nA lie.",
        "Hallo,\n\nVon: Anna Berg, anna@mail.example\nAn: Firma Desk\nDatum: 12.11.2026\nBetreff: Widerruf\n\nHiermit widerrufe ich.",
        "Your page says so.\n\n> Refund within 14 days",
        "> Refund within 14 days\n\nThat is what your page says.",
    ] {
        let found = split_of(text, Context { answers: Answers::Nothing, author: "Anna anna@mail.example" });
        assert_eq!(found.new, text);
        assert_whole(text, &found);
    }
    let quote = "Yes.\n\nOn 12 May 2026 at 14:30, Bob <bob@desk.example> wrote:\n> Well?\n";
    assert_eq!(split_of(quote, Context { answers: Answers::Nothing, author: "" }).new, "Yes.");
}

#[test]
fn what_was_cut_and_may_be_the_authors_is_told() {
    for (text, own_cut) in [
        ("Yes.\n\n-- \nbut later", "-- \nbut later"),
        ("Thank you.\n\nSent from my iPhone\nBut Broken", ""),
        ("Thank you.\n\nSent from my iPhone\nBut Not", "But Not"),
        ("Accept.\n\n-Not", "-Not"),
        ("Yes.\n\nSent from my iPhone", ""),
        ("Yes.\n\n-- \nAnna\nPlease consider the environment before printing this.", "-- \nAnna"),
        ("Yes.\n\n-- \nThis mail is confidential and only for the intended recipient.", ""),
        ("Yes.\n\nOn 12 May 2026 at 14:30, Bob <bob@desk.example> wrote:\n> But?", ""),
    ] {
        assert_eq!(split(text).own_cut, own_cut.trim_end(), "{text:?}");
    }
}

#[test]
fn subjects_of_answers_are_known_by_their_marks() {
    for subject in [
        "Re: x",
        "AW: x",
        "[shop] Re: x",
        "Re[2]: x",
        "RE : x",
        "Odp: x",
        "回复：x",
        "Fwd: x",
        "VS: x",
        "Redir: x",
    ] {
        assert!(is_answer(subject), "{subject}");
    }
    for subject in ["My order", "Order: 5", "", "[shop] x", "Refund: now"] {
        assert!(!is_answer(subject), "{subject}");
    }
}

#[test]
fn a_text_without_a_quote_is_all_new() {
    check("Hello,\n\nmy order has not come.\n\nAnna\n", "Hello,\n\nmy order has not come.\n\nAnna");
    check("", "");
    check("  indented\n", "  indented");
}

/// Attribution lines, as Gmail, Apple Mail, Thunderbird, Outlook for phones, Yahoo and others write them.
const ATTRIBUTIONS: &[&str] = &[
    "On Tue, Sep 1, 2026 at 10:00 AM, Desk <support@desk.example> wrote:",
    "On Tue, Sep 1, 2026 at 10:00\u{202f}AM Desk <support@desk.example> wrote:",
    "On 1 Sep 2026, at 10:00, Desk wrote:",
    "On Sep 1, 2026, at 10:00 AM, Desk <support@desk.example> wrote:",
    "On 01/09/2026 10:00, Desk wrote:",
    "On Tue, 01 Sep 2026 10:00:00 +0200 Desk <support@desk.example> wrote",
    "On Tuesday, September 1, 2026 at 10:00:00 AM GMT+2, Desk <support@desk.example> wrote:",
    "On Tuesday, September 1st, 2026 at 10:00 AM, Desk <support@desk.example> wrote:",
    "Desk <support@desk.example> wrote on Tue, 1 Sep 2026 at 10:00:",
    "Desk <support@desk.example> wrote:",
    "Quoting Desk <support@desk.example>:",
    "---- On Tue, 01 Sep 2026 10:00:00 +0200 Desk <support@desk.example> wrote ----",
    "11:00 AM, September 1, 2026, \"Desk\" <support@desk.example>:",
    "Am 01.09.2026 um 10:00 schrieb Desk:",
    "Am Di., 1. Sept. 2026 um 10:00 Uhr schrieb Desk <support@desk.example>:",
    "Am 1. September 2026 10:00:00 MESZ schrieb Desk <support@desk.example>:",
    "Desk <support@desk.example> schrieb am 01.09.2026 um 10:00:",
    "Desk <support@desk.example> schrieb am Di., 1. Sept. 2026, 10:00:",
    "Le mar. 1 sept. 2026 à 10:00, Desk <support@desk.example> a écrit :",
    "Le 01/09/2026 à 10:00, Desk a écrit :",
    "Le mardi 1 septembre 2026 à 10:00:00 UTC+2, Desk <support@desk.example> a écrit :",
    "El mar, 1 sept 2026 a las 10:00, Desk (<support@desk.example>) escribió:",
    "El 1/9/26 a las 10:00, Desk escribió:",
    "El martes, 1 de septiembre de 2026, 10:00:00 CEST, Desk <support@desk.example> escribió:",
    "Em ter., 1 de set. de 2026 às 10:00, Desk <support@desk.example> escreveu:",
    "Às 10:00 de 01/09/2026, Desk escreveu:",
    "Desk <support@desk.example> escreveu no dia terça, 1/09/2026 à(s) 10:00:",
    "Il giorno mar 1 set 2026 alle ore 10:00 Desk <support@desk.example> ha scritto:",
    "Il 01/09/2026 10:00, Desk ha scritto:",
    "Op di 1 sep. 2026 om 10:00 schreef Desk <support@desk.example>:",
    "Op 1 sep. 2026, om 10:00 heeft Desk <support@desk.example> het volgende geschreven:",
    "Op 01-09-2026 om 10:00 schreef Desk:",
    "Den tis 1 sep. 2026 kl 10:00 skrev Desk <support@desk.example>:",
    "1 sep. 2026 kl. 10:00 skrev Desk <support@desk.example>:",
    "Den 2026-09-01 kl. 10:00, skrev Desk:",
    "Den tirs. 1. sep. 2026 kl. 10.00 skrev Desk <support@desk.example>:",
    "tir. 1. sep. 2026 kl. 10:00 skrev Desk <support@desk.example>:",
    "ti 1. syysk. 2026 klo 10.00 Desk (support@desk.example) kirjoitti:",
    "Desk <support@desk.example> kirjoitti 1.9.2026 kello 10.00:",
    "W dniu 1.09.2026 o 10:00, Desk pisze:",
    "wt., 1 wrz 2026 o 10:00 Desk <support@desk.example> napisał(a):",
    "Wiadomość napisana przez Desk <support@desk.example> w dniu 1 wrz 2026, o godz. 10:00:",
    "út 1. 9. 2026 v 10:00 odesílatel Desk <support@desk.example> napsal:",
    "Dne 01. 09. 26 v 10:00 Desk <support@desk.example> napsal(a):",
    "ut 1. 9. 2026 o 10:00 Desk <support@desk.example> napísal(a):",
    "вт, 1 сент. 2026 г. в 10:00, Desk <support@desk.example> написал(а):",
    "01.09.2026 10:00, Desk пишет:",
    "1 сент. 2026 г., в 10:00, Desk <support@desk.example> написал(а):",
    "вт, 1 вер. 2026 р. о 10:00 Desk <support@desk.example> пише:",
    "На вт, 1.09.2026 г. в 10:00 Desk <support@desk.example> написа:",
    "Desk <support@desk.example>, 1 Eyl 2026 Sal, 10:00 tarihinde şunu yazdı:",
    "Desk <support@desk.example> ezt írta (időpont: 2026. szept. 1., K, 10:00):",
    "În mar., 1 sept. 2026 la 10:00, Desk <support@desk.example> a scris:",
    "Στις Τρί 1 Σεπ 2026 στις 10:00 π.μ., ο χρήστης Desk <support@desk.example> έγραψε:",
    "uto, 1. ruj 2026. u 10:00 Desk <support@desk.example> napisao je:",
    "V V tor., 1. sep. 2026 ob 10:00 je oseba Desk <support@desk.example> napisala:",
    "antr., 2026-09-01 10:00 Desk <support@desk.example> rašė:",
    "otrd., 2026. g. 1. sept., plkst. 10:00 — lietotājs Desk (<support@desk.example>) rakstīja:",
    "Kuupäev T, 1. september 2026 kell 10:00 kirjutas Desk <support@desk.example>:",
    "El dt., 1 de set. 2026, 10:00, Desk <support@desk.example> va escriure:",
    "בתאריך יום ג׳, 1 בספט׳ 2026 ב-10:00 מאת \u{202a}Desk\u{202c}\u{200f} <\u{202a}support@desk.example\u{202c}\u{200f}>:",
    "في الثلاثاء، 1 سبتمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Desk <support@desk.example>:",
    "在 2026年9月1日，上午10:00，Desk <support@desk.example> 写道：",
    "Desk <support@desk.example> 于2026年9月1日周二 10:00写道：",
    "Desk <support@desk.example> 於 2026年9月1日週二 上午10:00寫道：",
    "2026年9月1日(火) 10:00 Desk <support@desk.example>:",
    "2026/09/01 10:00、Desk <support@desk.example>のメール:",
    "2026년 9월 1일 (화) 오전 10:00, Desk <support@desk.example>님이 작성:",
    "Vào Th 3, 1 thg 9, 2026 vào lúc 10:00 Desk <support@desk.example> đã viết:",
    "Pada Sel, 1 Sep 2026 pukul 10.00 Desk <support@desk.example> menulis:",
    "ในวันที่ อ. 1 ก.ย. 2026 เวลา 10:00 Desk <support@desk.example> เขียนว่า:",
    "2026-09-01 10:00 GMT+02:00 Desk <support@desk.example>:",
    "2026-09-01 Desk <support@desk.example>:",
    "Sent from Samsung MobileDesk <support@desk.example> wrote:",
];

#[test]
fn a_quote_and_its_attribution_are_cut_in_many_languages() {
    for attribution in ATTRIBUTIONS {
        check(&format!("Thank you.\n\n{attribution}\n\n> We are on it.\n> Desk\n"), "Thank you.");
        check(&format!("Thank you.\n\n{attribution}\n> We are on it.\n\nNo.\n"), "Thank you.\n\nNo.");
        check(&format!("Thank you.\n\n{attribution}\n\nWe are on it.\nDesk\n"), "Thank you.");
        check(&format!("{attribution}\n> We are on it.\n> Desk\n\nThank you.\n"), "Thank you.");
    }
}

#[test]
fn attributions_of_no_known_language_are_known_by_their_shape() {
    for attribution in [
        "dt., 01.09.2026 10:00 Desk <support@desk.example>:",
        "1. Mee 2026 ëm 10:00 Desk <support@desk.example>:",
    ] {
        check(&format!("Merci.\n\n{attribution}\n\n> We are on it.\n"), "Merci.");
        check(&format!("Merci.\n\n{attribution}\n\nWe are on it.\n"), "Merci.");
    }
    check(
        "Merci.\n\nDen 1. Mee ëm 10:00 huet Desk (support@desk.example) geschriwwen:\n> We are on it.\n",
        "Merci.",
    );
}

#[test]
fn a_wrapped_attribution_is_cut_whole() {
    for wrapped in [
        "On Tue, Sep 1, 2026 at 10:00 AM, The Complaints Desk\n<support@desk.example> wrote:",
        "On Tue, Sep 1, 2026 at 10:00 AM, The Complaints Desk <\nsupport@desk.example> wrote:",
        "On Sep 1, 2026, at 10:00 AM, Desk <\na-very-long-address-that-takes-a-line-by-itself@desk.example>\nwrote:",
        "On Tue, Sep 1, 2026 at 10:00 AM Desk\n\n<\nmailto:Desk <support@desk.example>\n> wrote:",
        "Le mar. 1 sept. 2026 à 10:00, Desk\n<support@desk.example> a\nécrit :",
        "tir. 1. sep. 2026 kl. 10:00 skrev Desk <support@desk.example\n>:",
        "1 сент. 2026 г. 10:00 пользователь \"Desk\" <\nsupport@desk.example> написал:",
        "2026-09-01 10:00 GMT+02:00 Desk <\nsupport@desk.example>:",
    ] {
        check(&format!("Yes\n\n{wrapped}\n\n> Well?\n"), "Yes");
        check(&format!("Yes\n\n{wrapped}\n\nWell?\n"), "Yes");
    }
    check("Yes On Tue, Sep 1, 2026 at 10:00 AM, Desk <support@desk.example> wrote:\n> Well?\n", "Yes");
    check(
        "Yes\n\n  On Tue, Sep 1, 2026 at 9:58 AM, Desk<support@desk.example> wrote:   Well?  And then?\n",
        "Yes",
    );
    check("Ja Am 01.09.2026 um 10:00 schrieb Desk <support@desk.example>:\n> Nun?\n", "Ja");
}

#[test]
fn what_a_customer_tells_of_writing_and_travelling_stays() {
    for text in [
        "On 3 May your colleague wrote:\nwe will refund you. Nothing came.",
        "On 3 May 2026 your colleague wrote:\n\nwe will refund you. Nothing came.",
        "On 3 May 2026 Mr Smith wrote:\n\nWe will refund you.\n\nNothing came.",
        "Nothing came.\nOn 3 May 2026 at 10:00 Mr Smith wrote:\nWe will refund you.\n\nThat was a lie.",
        "On Monday I wrote:\n\nplease refund me.\n\nNobody answered.",
        "On 3 May 2026 at 10:00 I wrote to support@desk.example:\n\nplease refund me.\n\nNobody answered.",
        "Your shop wrote me on 3 May 2026:\nwe will refund you.\nNothing came.",
        "On 3 May 2026 at 10:00 support@desk.example wrote: we will refund you. Nothing came.",
        "Am 3. Mai 2026 um 10:00 schrieb ich Ihnen:\n\nbitte erstatten Sie.\n\nNichts geschah.",
        "Am 3.5.2026 um 10:00 schrieb mir Ihr Kollege:\n\nwir erstatten.\n\nNichts geschah.",
        "Le 3 mai 2026 à 10:00 je vous ai écrit :\n\nremboursez.\n\nRien.",
        "El 3 de mayo de 2026 a las 10:00 su colega me escribió:\n\nle devolveremos.\n\nNada.",
        "As I wrote: the parcel is lost.",
        "On Monday I called you. He wrote me down as absent.",
        "Am Montag schrieb ich Ihnen.",
        "My flight:\n\nFrom: Berlin\nTo: Rome\nDate: 3 May\n\nwas cancelled.",
        "From: Hamburg\nTo: Berlin\nDate: 3 May 2026 10:40\nSubject: refund of the ticket\n\nThe train never came.",
        "Von: Hamburg\nNach: Berlin\nDatum: 3.5.2026\nUhrzeit: 10:40\n\nDer Zug kam nicht.",
        "My booking\nFrom: Hamburg\nTo: Berlin\nDate: 3 May\nContact: anna@customer.example\nPlease refund it.",
        "The order:\n---\n1 bicycle, red, for 499 euros, which arrived with a broken frame and without its front wheel, though I paid for express\n---\nPlease refund me.",
        "It broke:\n\n-- the left wheel\n-- the right wheel\n-- the bell\n\nWhat now?",
        "I want:\n\n- a refund",
        "I want what I paid for.\n\n- red bicycle\n- bell",
        "I want what I paid for.\n\n- red bicycle",
        "Please send:\n\n-- Screws",
        "I returned it.\nSent via courier on Monday.\nNothing came.",
        "I returned it.\n\nSent via DHL on Monday.",
        "I returned the parcel.\nSent from my local post office on 3 May.",
        "Sent from my desk, it is much easier than from a phone.",
        "Here it is.\n\nSent from my desk, it is much easier than from a phone.",
        "Your mail says it is confidential and that I must notify the sender. I do not care.\nRefund me.",
        "You gave my address away. This unauthorised disclosure of confidential data is illegal.",
        "Wir gehen vor das Amtsgericht. Der Geschäftsführer ist vertraulich informiert.",
        "The mail:\n----------------------------------------\nEverything on it was privileged handling.\nNothing of it was true.",
        "Please reply above this line was printed in your last mail, and I did not see what you meant by that.",
        "- original message lost, please send again",
        "Forwarded message to the shop three times.",
        "C> dir\nprints nothing, and I paid for it.",
        "From: what I read, you owe me 20 euros.",
        "Phone: 12345\nDate: 3 May 2026 10:00\nEmail: anna@customer.example\nThe bill is wrong.",
        "Here are the times:\n\n2026-01-15 14:30:25\n15.01.2026 14:30\n01/15/2026 at 2:30 PM\n\nNone of them is right.",
        "The confirmation:\n\n------------------------------\nOrder 4711\nPrice 49,90\nwww.shop.example\nTel 030 123",
        "3.5.2026 10:00 first call\n5.5.2026 11:00 second call, to Tom <tom@desk.example>:\nhe hung up.",
        "On the phone at 10:00 on 3.5.2026 I was told by Tom <tom@desk.example>:\n\nwe refund.\n\nNothing came.",
        "2026-05-03 ordered\n2026-05-05 wrote to Desk <support@desk.example>\n\n2026-05-09 again to Desk <support@desk.example>\n\nNo reply.",
        "Flight LH123\nFrom: FRA\nTo: JFK\nDate: 3 May 2026 10:40\nPassenger: Anna\n\ncancelled",
        "I asked twice.\n\nSent with DHL, tracking 123",
        "Ich bin krank.\n\nGesendet wird das Paket morgen.",
        "a > b\n> is what your page shows <\nand it is wrong",
    ] {
        check(text, text);
    }
}

#[test]
fn header_blocks_are_cut_in_many_languages() {
    for block in [
        "From: Desk <support@desk.example>\nSent: Tuesday, 1 September 2026 10:00\nTo: Anna\nSubject: Your order",
        "From: Desk\nSent: Tuesday, 1 September 2026 10:00\nTo: Anna\nSubject: Your order",
        "*From:* Desk <support@desk.example>\n*Sent:* Tuesday\n*To:* Anna\n*Subject:* Your order",
        "*From: *Desk <support@desk.example>\n*Date: *Tuesday\n*To: *Anna\n*Subject: *Your order",
        "Subject: Your order\nFrom: support@desk.example\nTo: anna@customer.example\nDate: Tue, 1 Sep 2026 10:00:00 +0200",
        "From: Desk <support@desk.example>\nDate: Tuesday, 1 September 2026 at 10:00\nTo: Anna <anna@customer.example>;\n Bert <bert@customer.example>;\n Carl <carl@customer.example>\nSubject: Your order",
        "From: Desk [mailto:support@desk.example] Sent: Tuesday, 1 September 2026 10:00 To: Anna Subject: Your order",
        "Von: Desk <support@desk.example>\nGesendet: Dienstag, 1. September 2026 10:00\nAn: Anna\nBetreff: Ihre Bestellung",
        "De : Desk <support@desk.example>\nEnvoyé : mardi 1 septembre 2026 10:00\nÀ : Anna\nObjet : Votre commande",
        "De: Desk <support@desk.example>\nEnviado: martes, 1 de septiembre de 2026\nPara: Anna\nAsunto: Su pedido",
        "De: Desk <support@desk.example>\nEnviado em: terça-feira, 1 de setembro de 2026\nPara: Anna\nAssunto: Pedido",
        "Da: Desk <support@desk.example>\nInviato: martedì 1 settembre 2026\nA: Anna\nOggetto: Ordine",
        "Van: Desk <support@desk.example>\nVerzonden: dinsdag 1 september 2026\nAan: Anna\nOnderwerp: Bestelling",
        "Från: Desk <support@desk.example>\nSkickat: den 1 september 2026 10:00\nTill: Anna\nÄmne: Order",
        "Fra: Desk <support@desk.example>\nSendt: 1. september 2026 10:00\nTil: Anna\nEmne: Ordre",
        "Lähettäjä: Desk <support@desk.example>\nLähetetty: tiistai 1. syyskuuta 2026\nVastaanottaja: Anna\nAihe: Tilaus",
        "Od: Desk <support@desk.example>\nWysłano: wtorek, 1 września 2026 10:00\nDo: Anna\nTemat: Zamówienie",
        "Od: Desk <support@desk.example>\nOdesláno: úterý 1. září 2026\nKomu: Anna\nPředmět: Objednávka",
        "От: Desk <support@desk.example>\nОтправлено: 1 сентября 2026 г. 10:00\nКому: Anna\nТема: Заказ",
        "Від: Desk <support@desk.example>\nНадіслано: 1 вересня 2026 р.\nКому: Anna\nТема: Замовлення",
        "Kimden: Desk <support@desk.example>\nGönderildi: 1 Eylül 2026 Salı\nKime: Anna\nKonu: Sipariş",
        "Feladó: Desk <support@desk.example>\nElküldve: 2026. szeptember 1.\nCímzett: Anna\nTárgy: Rendelés",
        "De la: Desk <support@desk.example>\nTrimis: marți, 1 septembrie 2026\nCătre: Anna\nSubiect: Comanda",
        "Από: Desk <support@desk.example>\nΣτάλθηκε: 1 Σεπτεμβρίου 2026\nΠρος: Anna\nΘέμα: Παραγγελία",
        "מאת: Desk <support@desk.example>\nנשלח: יום שלישי 1 ספטמבר 2026\nאל: Anna\nנושא: הזמנה",
        "发件人: Desk <support@desk.example>\n发送时间: 2026年9月1日 10:00\n收件人: Anna\n主题: 订单",
        "寄件者： Desk <support@desk.example>\n寄件日期： 2026年9月1日\n收件者： Anna\n主旨： 訂單",
        "差出人: Desk <support@desk.example>\n送信日時: 2026年9月1日 10:00\n宛先: Anna\n件名: 注文",
        "보낸 사람: Desk <support@desk.example>\n보낸 날짜: 2026년 9월 1일\n받는 사람: Anna\n제목: 주문",
        "________________________________\nFrom: Desk <support@desk.example>\nSent: Tuesday\nSubject: Your order",
        "________________________________\nVon: Desk\nGesendet: Dienstag",
        "-----Original Message-----\nanything",
        "----- Original Message -----\nanything",
        "---Original Message---\nanything",
        "-------- Original Message --------\nSubject: x\nFrom: Desk",
        "-----Ursprüngliche Nachricht-----\nVon: Desk",
        "-------- Message d'origine --------\nDe : Desk",
        "-------- Message d\u{2019}origine --------\nDe : Desk",
        "-----Mensaje original-----\nDe: Desk",
        "-----Messaggio originale-----\nDa: Desk",
        "-----Oorspronkelijk bericht-----\nVan: Desk",
        "-----Ursprungligt meddelande-----\nFrån: Desk",
        "------------------ 原始邮件 ------------------\n发件人: Desk",
        "-------- Исходное сообщение --------\nОт: Desk",
        "----- Irgendein Titel -----\nVon: Desk\nGesendet: Dienstag",
        "______________________________\n> Od: Desk <support@desk.example>\n> Komu: Anna\n> Datum: 1.9.2026\n> Předmět: x\n>",
        "From: Desk/Shop\nTo: Anna/Home\nDate: 01/09/2026 10:00\nSubject: Your order",
        ">>> Desk <support@desk.example> 01.09.2026 10:00 >>>",
        ">>> On 1/9/2026 at 10:00, in message <1@desk.example>, Desk <support@desk.example> wrote:",
        "----- Forwarded by Desk/Shop on 01/09/2026 10:00 -----",
        "---------- Forwarded message ---------\nFrom: Desk",
        "---------- Weitergeleitete Nachricht ---------\nVon: Desk",
        "Begin forwarded message:\n\nFrom: Desk",
        "Anfang der weitergeleiteten Nachricht:\n\nVon: Desk",
        "Début du message transféré :\n\nDe: Desk",
        "##- Please type your reply above this line -##",
        "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein. Antwort oberhalb dieser Zeile -##",
        "--- Please reply above this line ---",
        "##- Répondez au-dessus de cette ligne -##",
    ] {
        check(
            &format!("It is settled.\n\nAnna\n\n{block}\n\nDear Anna,\nwe are on it.\n"),
            "It is settled.\n\nAnna",
        );
    }
}

#[test]
fn signatures_are_cut() {
    for signature in [
        "-- \nAnna Müller\nShop",
        "--\nAnna",
        "---\nAnna\n+49 30 1234",
        "--\n\n*Anna Müller | Director, Product Management*",
        "--\nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "__\nAnna",
        "-Anna",
        "-Anna Müller",
        "-- \n*Anna Müller | Shop*",
        "----------------\n\nAnna Müller\n\nt. 555-931-0702\n\nhttps://customer.example/",
        "_______________________________________________\nriders mailing list\nriders@lists.example\nhttps://lists.example/listinfo/riders",
    ] {
        check(&format!("Yes please.\n\n{signature}\n"), "Yes please.");
        check(
            &format!("Yes please.\n\n{signature}\n\nOn 1 Sep 2026, at 10:00, Desk wrote:\n> Well?\n"),
            "Yes please.",
        );
        check(
            &format!("Yes please.\n\nOn 1 Sep 2026, at 10:00, Desk wrote:\n> Well?\n\n{signature}\n"),
            "Yes please.",
        );
    }
    check("Hey!\n\n- anna\n", "Hey!");
    check("Hey!\n\n- Anna Müller\n", "Hey!");
    check("Thanks\n\n-- Anna\n", "Thanks");
    check("--\nAnna\n", "--\nAnna");
    check("Yes.\n\n-Anna\n\n____________________\nriders mailing list\nriders@lists.example\n", "Yes.");
}

#[test]
fn footers_are_cut_in_many_languages() {
    for footer in [
        "Sent from my iPhone",
        "Sent from my iPhone!",
        "Sent from my BlackBerry 10 smartphone.",
        "Sent from my Wiko RIDGE FAB 4G",
        "Sent from my Verizon Wireless 4G LTE smartphone",
        "Sent from my phone, please excuse typos",
        "Sent from Mail for Windows 10",
        "Sent from Yahoo Mail on Android",
        "Sent from Yahoo Mail for iPhone<https://mail.example/app>",
        "Sent from Outlook for Android",
        "Sent from [Outlook](https://mail.example/app)",
        "Get Outlook for iOS<https://mail.example/ghei36>",
        "Sent with Proton Mail secure email.",
        "<sent from my phone>",
        "*Sent from my Galaxy*",
        "Von meinem iPhone gesendet",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Gesendet von Mail für Windows",
        "Gesendet mit der GMX Mail App",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon appareil mobile Samsung.",
        "Envoyé à partir d'Outlook pour Android",
        "Télécharger Outlook pour iOS",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Inviato da Posta per Windows — mail",
        "Verzonden vanaf mijn iPhone",
        "Verstuurd vanaf mijn iPad",
        "Skickat från min iPhone",
        "Sendt fra min iPad",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "iPhone'umdan gönderildi",
        "Trimis de pe iPhone-ul meu",
        "Στάλθηκε από το iPhone μου",
        "נשלח מה-iPhone שלי",
        "发自我的iPhone",
        "從我的 iPhone 傳送",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
    ] {
        check(&format!("Yes please.\n\n{footer}\n"), "Yes please.");
        check(
            &format!("Yes please.\n\n{footer}\n\nOn 1 Sep 2026, at 10:00, Desk wrote:\n\n> Well?\n"),
            "Yes please.",
        );
        check(&format!("{footer}\n\n> Well?\n"), "");
    }
    check("Yes.\n\n-Anna.\n\nSent from my HTC smartphone!\n", "Yes.");
}

#[test]
fn disclaimers_are_cut_in_many_languages() {
    for disclaimer in [
        "CONFIDENTIALITY NOTICE: This e-mail and any attachments are confidential and intended solely for the addressee.",
        "This email is confidential and may be privileged. If you are not the intended recipient, please\nnotify the sender and delete it.",
        "****************************\nAny opinions expressed are not necessarily those of the council. If you have received this in error\nplease delete it.\n****************************",
        "------------------------------------------------------------\n\nPlease do not reply to this email.\n\nDisclaimer\nThis message may be monitored. It is intended only for the addressee(s).\n\nThe original of this email was scanned for viruses.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie bitte den Absender.",
        "Sitz der Gesellschaft: Berlin, Registergericht: Berlin, HRB 12345, Geschäftsführer: Carl Muster",
        "Ce message et toutes les pièces jointes sont confidentiels et établis à l'attention exclusive de ses destinataires.",
        "Este mensaje y sus adjuntos son confidenciales. Si no es el destinatario, notifique el error.",
        "Esta mensagem pode conter informação confidencial. Se não for o destinatário, apague-a.",
        "Questo messaggio e i suoi allegati sono riservati. Se ricevuto per errore, è vietato usarli.",
        "Dit bericht is uitsluitend bestemd voor de geadresseerde en vertrouwelijk.",
        "Niniejsza wiadomość jest przeznaczona wyłącznie dla adresata i poufna.",
        "Denna e-post är avsedd för mottagaren och konfidentiell.",
    ] {
        check(&format!("It is settled.\n\nAnna\n\n{disclaimer}\n"), "It is settled.\n\nAnna");
    }
}

#[test]
fn answers_between_quoted_lines_keep_their_quotes() {
    let inline = "> Did it come?\n\nNo.\n\n> Shall we send another?\n\nYes.";
    check(inline, inline);
    check(&format!("{inline}\n\n> Regards\n> Desk\n"), inline);
    check(&format!("On 1 Sep 2026, at 10:00, Desk wrote:\n{inline}\n\n-- \nAnna\n"), inline);
    check("You asked:\n> Did it come?\nNo.\n", "You asked:\n> Did it come?\nNo.");
    check(
        "See below.\n\nOn 1 Sep 2026, at 10:00, Desk wrote:\n> Did it come?\nNo.\n> Another?\nYes.\n> Desk\n",
        "See below.\n\n> Did it come?\nNo.\n> Another?\nYes.",
    );
    let initials = "AB> Did it come?\nAB> Really?\nNo.\nAB> Shall we send another?\nAB> Soon?\nYes.";
    check(initials, initials);
}

#[test]
fn an_answer_below_a_whole_quote_stands_alone() {
    check(
        "On Tue, 1 Sep 2026, Desk <support@desk.example> wrote:\n> Did it come?\n\nNo, it did not.\n",
        "No, it did not.",
    );
    check("> Did it come?\n\nNo, it did not.\n", "No, it did not.");
    check("No.\n\n> From: support@desk.example\n> To: x\n> Well?\n\nReally not.\n", "No.\n\nReally not.");
    check("On 1 Sep 2026, at 10:00, Desk wrote:\n| Did it come?\n| Really?\n\nNo.\n", "No.");
}

#[test]
fn a_quote_that_was_broken_at_a_link_is_cut_whole() {
    check(
        "No.\n\nOn 1 Sep 2026, at 10:00, Desk wrote:\n\n> See\n(https://desk.example/x) >\n> or (https://desk.example/a\n_b=1)\n> Desk\n",
        "No.",
    );
}

#[test]
fn a_mail_without_a_word_of_its_own_has_nothing_new_and_tells_what_it_passes_on() {
    for (text, passed_on) in [
        (
            "---------- Forwarded message ---------\nFrom: x@desk.example\nSubject: A long\nsubject\nTo: y\n\nHello\nAnna\n",
            "Hello\nAnna",
        ),
        ("Begin forwarded message:\n\nFrom: x@desk.example\nSubject: A\n\nHello\n", "Hello"),
        ("From: x@desk.example\nSent: today\nTo: y\nSubject: A\n\nHello\n\n-- \nx\n", "Hello"),
        ("On 1 Sep 2026, at 10:00, Desk <support@desk.example> wrote:\n\nHello\n", "Hello"),
        ("> Hello\n> Anna\n", "> Hello\n> Anna"),
        ("> On 1 Sep 2026, at 10:00, Desk wrote:\n>> Hello\n", ""),
        ("On 1 Sep 2026, at 10:00, Desk wrote:\n> Hello\n", ""),
        ("\n\n", ""),
    ] {
        let found = split(text);
        assert_eq!((found.new.as_str(), found.passed_on.as_str()), ("", passed_on), "{text:?}");
        assert_whole(text, &found);
    }
}

/// Lines that texts are made of.
const LINES: [&str; 20] = [
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
    "-Anna",
    "AB> x",
    "| x",
    "This email and any attachments are confidential.",
    "- - Disclaimer - -",
    "(https://desk.example/x",
];

/// Texts that are worst for one rule or another, in pieces that are repeated.
#[test]
fn hostile_text_takes_time_in_proportion_to_its_size() {
    for piece in [
        ">",
        "> ",
        "> a\nb\n",
        "\n",
        "From: a\n",
        "From: a\n\n\n",
        "On 1 Sep 2026 at 10:00 <\n",
        "On 1 Sep 2026 at 10:00, D <d@desk.example>\n",
        " On 1 Sep 2026 at 10:00 d@desk.example wrote:",
        "-- \n",
        "______\n",
        "______\nconfidential\n\n",
        "-----Original Message",
        "intended recipient ",
        "sent from my ",
        "AB> x\n",
        "| x\n",
        "http",
        "> (http\nx\n",
        "a",
        "\u{200b}",
    ] {
        let time = |size: usize| {
            let text = piece.repeat(size / piece.len());
            let begun = std::time::Instant::now();
            let found = split(&text);
            assert!(found.new.len() <= text.len(), "{piece:?}");
            begun.elapsed().as_secs_f64()
        };
        // What grows with its square takes four times as long. Others work on this machine, too.
        let (once, twice) = (time(64 * 1024), time(128 * 1024));
        assert!(twice < 3.0 * once + 1.5, "{piece:?}: {once} s, then {twice} s");
    }
}

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

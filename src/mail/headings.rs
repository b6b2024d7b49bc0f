//! The headings that mail programs write above a mail they quote or pass on, and how they mark its subject: by
//! language, all in lower case.
//!
//! Two read them. `forward` looks for the author of what is passed on and finds them only beside an address; `reply`
//! cuts what stands below, so a word that people write too, such as "at" or "за", is none of its. Hence a word stands
//! with the one for which it is known to be safe, or with both. A word that means two things in two languages stands
//! where it is told apart by its neighbours: one block has one of each.

/// What a heading tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    From,
    /// When, by the word that only mail programs use.
    Sent,
    /// When, by an ordinary word.
    Date,
    To,
    /// Whom to answer.
    ReplyTo,
    Subject,
    /// What is read over: copies, attachments, importance.
    Copy,
}

/// The words of one heading.
pub(super) struct Words {
    pub(super) heading: Heading,
    /// Above both.
    both: &'static [&'static str],
    /// Only above what is passed on.
    forwards: &'static [&'static str],
    /// Only above what is quoted.
    quotes: &'static [&'static str],
}

impl Words {
    /// Those that are known above what is passed on.
    pub(super) fn above_forwards(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.both.iter().chain(self.forwards).copied()
    }

    /// Those that are known above what is quoted.
    pub(super) fn above_quotes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.both.iter().chain(self.quotes).copied()
    }
}

/// The headings.
#[rustfmt::skip]
pub(super) const HEADINGS: [Words; 7] = [
    Words {
        heading: Heading::From,
        both: &[
            "from", "von", "de", "expéditeur", "da", "mittente", "van", "afzender", "absender", "remitente",
            "remetente", "fra", "från", "avsändare", "lähettäjä", "frá", "saatja", "kellelt", "no", "nuo",
            "od", "nadawca", "odesílatel", "feladó", "de la", "expeditor", "от", "отправитель", "від",
            "від кого", "από", "kimden", "gönderen", "מאת", "من", "از", "प्रेषक", "จาก", "từ", "dari",
            "发件人", "寄件者", "寄件人", "差出人", "送信者", "보낸 사람", "보낸사람", "nork", "afsender", "avsender",
        ],
        forwards: &[
            "sender", "siuntėjas", "odosielateľ", "pošiljatelj", "nga", "от кого", "од", "αποστολέας",
            "người gửi", "自", "oddi wrth", "ó",
        ],
        quotes: &[
            "ad", "daripada", "发自", "从", "발신", "발신인", "de la part de", "šalje", "пошиљалац", "from/von",
            "igorlea", "frå", "vanaf",
        ],
    },
    Words {
        heading: Heading::Sent,
        both: &[
            "sent", "sent at", "gesendet", "gesendet am", "envoyé", "envoyé le", "date d'envoi", "enviado",
            "enviado el", "enviada em", "enviado em", "enviada", "inviato", "data invio", "verzonden",
            "enviat", "bidalia", "sendt", "skickat", "lähetetty", "saadetud", "nosūtīts", "išsiųsta",
            "wysłano", "wysłane", "odesláno", "odoslané", "poslano", "poslato", "elküldve", "küldve",
            "trimis", "отправлено", "надіслано", "изпратено", "послато", "στάλθηκε", "gönderildi",
            "gönderme tarihi", "נשלח", "تم الإرسال", "ส่ง", "đã gửi", "dikirim", "发送时间", "发送日期", "寄件日期",
            "傳送時間", "送信日時", "보낸 날짜", "inviata", "verstuurd", "skickad",
        ],
        forwards: &[
            "sent on", "verzonden op", "enviat el", "skickades", "sent þann", "dërguar", "भेजा गया",
        ],
        quotes: &[
            "envoye", "wysłany", "gönderilme tarihi", "σταλθηκε", "εστάλη", "أُرسلت", "ส่งเมื่อ", "送信日",
            "보낸날짜", "보낸 시간", "発信日時",
        ],
    },
    Words {
        heading: Heading::Date,
        both: &[
            "date", "datum", "fecha", "data", "dato", "päivämäärä", "päiväys", "dagsetning", "kuupäev",
            "datums", "dátum", "dată", "дата", "ημερομηνία", "tarih", "תאריך", "التاريخ", "تاریخ", "วันที่",
            "ngày", "tanggal", "时间", "日期", "日付", "日時", "날짜",
        ],
        forwards: &["fecha de envío", "data e ora", "датум", "ημ/νία", "تاريخ الإرسال", "दिनांक"],
        quotes: &["date et heure", "tarikh", "時間", "dne", "received", "date/time"],
    },
    Words {
        heading: Heading::To,
        both: &[
            "to", "an", "à", "a", "para", "destinataire", "destinatario", "destinatário", "aan", "nori",
            "til", "till", "vastaanottaja", "kellele", "kam", "komu", "do", "za", "prima", "címzett",
            "către", "кому", "до", "προς", "kime", "alıcı", "אל", "إلى", "الى", "به", "ถึง", "đến", "tới",
            "kepada", "收件人", "收件者", "宛先", "받는 사람", "받는사람", "ontvanger", "empfänger", "mottagare",
            "modtager", "mottaker", "příjemce",
        ],
        forwards: &[
            "per a", "at", "vastaanottajat", "catre", "për", "за", "παραλήπτης", "सेवा में", "ke", "至",
        ],
        quotes: &["per", "pro", "прима", "adresāts", "수신", "adresat"],
    },
    Words {
        heading: Heading::ReplyTo,
        both: &["reply-to", "antwort an", "répondre à", "responder a", "rispondi a"],
        forwards: &["responder para"],
        quotes: &["antwoord aan"],
    },
    Words {
        heading: Heading::Subject,
        both: &[
            "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "assumpte",
            "gaia", "emne", "ämne", "aihe", "efni", "teema", "temats", "tema", "temat", "předmět",
            "predmet", "zadeva", "naslov", "tárgy", "subiect", "тема", "относно", "предмет", "θέμα", "konu",
            "נושא", "الموضوع", "موضوع", "विषय", "เรื่อง", "หัวเรื่อง", "chủ đề", "tiêu đề", "subjek",
            "perihal", "主题", "主旨", "件名", "제목",
        ],
        forwards: &["tēma", "subiectul", "subjekti", "主題", "pwnc", "ábhar"],
        quotes: &["betrifft", "הנדון", "標題"],
    },
    Words {
        heading: Heading::Copy,
        both: &[
            "cc", "bcc", "kopie", "copie", "cópia", "copia", "kopia", "kopi", "kopio", "másolatot kap",
            "копия", "копія", "bilgi", "抄送", "副本", "참조", "reply to", "attachments", "anlagen",
            "pièces jointes", "importance", "wichtigkeit", "priority", "priorität", "organization",
        ],
        forwards: &[
            "copy", "kopija", "copia conoscenza", "másolat", "κοιν", "κοινοποίηση", "עותק", "anhänge",
            "datos adjuntos", "anexos", "allegati", "bijlagen", "resent-from", "organisation", "message-id",
            "in reply to",
        ],
        quotes: &["kópia", "cc to", "kopie (cc)", "signed by", "mailed-by"],
    },
];

/// How the subjects of answers begin, before the colon and without a count.
#[rustfmt::skip]
const ANSWERS: [&str; 34] = [
    "re", "aw", "antw", "antwort", "sv", "ref", "rép", "rep", "res", "resp", "rif", "r", "odp", "ynt",
    "yan", "vá", "bls", "atb", "ats", "на", "отв", "ответ", "отг", "відп", "απ", "σχετ", "ha", "回复", "回覆",
    "答复", "返信", "답장", "회신", "hal",
];

/// How those of forwards begin.
#[rustfmt::skip]
const FORWARDS: [&str; 26] = [
    "fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "vb", "vl", "pd", "i", "továbbítás", "ilt", "转发", "轉寄",
    "転送", "전달", "fs", "tov", "i\u{307}lt", "πρθ", "переслано", "пересл", "továbbított", "προωθ", "redir",
];

/// Marks that do the one in one language and the other in another: "VS" is "vastaus", an answer, in Finnish, and
/// "videresendt", passed on, in Danish and Norwegian.
const EITHER: [&str; 1] = ["vs"];

/// Marks of subjects that pass a mail on, or may.
pub(super) fn marks_of_forwards() -> impl Iterator<Item = &'static str> {
    FORWARDS.into_iter().chain(EITHER)
}

/// Marks of subjects that answer a mail or pass it on.
pub(super) fn marks() -> impl Iterator<Item = &'static str> {
    ANSWERS.into_iter().chain(marks_of_forwards())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_meaning() {
        let all = HEADINGS.iter().flat_map(|words| {
            let parts = [words.both, words.forwards, words.quotes];
            parts.into_iter().flatten().copied()
        });
        let mut words: Vec<&str> = all.chain(marks()).collect();
        words.sort_unstable();
        assert_eq!(words.windows(2).find(|pair| pair.first() == pair.last()), None);
    }

    #[test]
    fn words_are_in_lower_case() {
        let words = HEADINGS.iter().flat_map(|words| words.above_forwards().chain(words.above_quotes()));
        for word in words.chain(marks()) {
            assert_eq!(word.to_lowercase(), word);
        }
    }
}

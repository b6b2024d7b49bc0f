//! The words of many languages by which quoted mail is known, all in lower case.

/// How a language says that somebody wrote.
pub(super) struct Tongue {
    /// The verb, in the forms that mail programs use.
    pub(super) verbs: &'static [&'static str],
    /// Words that only a person who tells of it uses.
    pub(super) narrators: &'static [&'static str],
}

const fn tongue(verbs: &'static [&'static str], narrators: &'static [&'static str]) -> Tongue {
    Tongue { verbs, narrators }
}

/// The languages whose attribution lines are known by their verb.
pub(super) const TONGUES: &[Tongue] = &[
    tongue(
        &["quoting", "zitat von", "citando a", "citação de", "citation de", "citando"],
        &["i", "ich", "je", "yo"],
    ),
    tongue(
        &["wrote", "writes", "posted"],
        &["i", "we", "my", "our", "your", "he", "she", "they", "who", "his", "her", "their", "us", "i've"],
    ),
    tongue(
        &["schrieb", "schreibt", "geschrieben"],
        &[
            "ich", "wir", "mein", "meine", "meiner", "ihr", "ihre", "ihrer", "ihnen", "er", "sie", "mir",
            "uns", "dass",
        ],
    ),
    tongue(
        &["a écrit", "écrit", "a ecrit", "écrivait", "a envoyé"],
        &["je", "j'ai", "nous", "mon", "notre", "votre", "vos", "qui", "m'a"],
    ),
    tongue(
        &["escribió", "escribio", "escribía", "ha escrito", "va escriure", "escribiu", "escrigué"],
        &["yo", "mi", "su", "nosotros", "usted", "ustedes", "me", "nos", "nuestro"],
    ),
    tongue(&["escreveu", "escreveram", "enviou"], &["eu", "meu", "minha", "seu", "sua", "nós", "me"]),
    tongue(&["ha scritto", "scritto", "scrisse"], &["io", "mio", "suo", "vostro", "vostra", "nostro"]),
    tongue(
        &["schreef", "geschreven", "schrijft"],
        &["ik", "wij", "we", "mijn", "uw", "hij", "zij", "onze", "mij"],
    ),
    tongue(
        &["skrev", "skreiv", "skriver", "skrifaði", "følgende"],
        &["jag", "jeg", "vi", "min", "mitt", "din", "deres", "er", "han", "hun", "hon", "som"],
    ),
    tongue(&["kirjoitti", "kirjoittaa"], &["minä", "minun", "hän"]),
    tongue(
        &["napisał", "napisała", "napisal", "pisze", "wiadomość napisana przez"],
        &["ja", "mój", "moja", "pan", "pani", "nam", "mi", "że"],
    ),
    tongue(
        &["napsal", "napsala", "píše", "napísal", "napísala", "napsal/a"],
        &["já", "můj", "moje", "váš", "mi"],
    ),
    tongue(
        &[
            "написал",
            "написала",
            "пишет",
            "писал",
            "написав",
            "написала",
            "пише",
            "писав",
            "написа",
            "напіша",
            "піша",
        ],
        &["я", "мы", "мой", "моя", "ваш", "ваша", "ми", "мне", "мені"],
    ),
    tongue(
        &["написао", "написала", "је написао", "je napisao", "napisao", "napisala", "piše", "je pisal"],
        &["ja", "moj", "vaš"],
    ),
    tongue(&["yazdı", "yazmış", "yazdi", "yazıyor"], &["ben", "benim", "bana", "sizin"]),
    tongue(&["írta", "írt"], &["én", "nekem", "önök"]),
    tongue(&["a scris", "scris"], &["eu", "mi", "meu", "dvs"]),
    tongue(&["έγραψε", "έγραψες", "εγραψε", "έγραψαν"], &["εγώ", "μου", "σας"]),
    tongue(&["כתב", "כתבה", "כתב/ה", "מאת"], &["אני", "שלי"]),
    tongue(&["كتب", "كتبت", "تمت كتابة ما يلي بواسطة", "نوشت"], &["أنا"]),
    tongue(&["写道", "寫道", "撰写", "来信", "写入"], &["我"]),
    tongue(&["書きました", "さんは書き", "のメール", "さんからのメール"], &["私"]),
    tongue(&["님이 작성", "작성", "님이 쓴 글", "썼습니다"], &["저는"]),
    tongue(&["đã viết", "viết"], &["tôi"]),
    tongue(&["rašė", "parašė"], &["aš"]),
    tongue(&["rakstīja", "raksta"], &["man"]),
    tongue(&["kirjutas"], &["mulle"]),
    tongue(&["menulis", "sinulat ni", "aliandika"], &["saya", "kami"]),
    tongue(&["เขียนว่า", "เขียน"], &["ผม", "ฉัน"]),
    tongue(&["ने लिखा", "লিখেছেন"], &["मैंने"]),
    tongue(&["geskryf", "skryf", "hau idatzi du", "idatzi du", "ysgrifennodd"], &["ek"]),
];

/// Who writes a sentence and not an attribution, where no verb tells the language. No word that is also a name.
pub(super) const FIRST_PERSONS: &[&str] = &[
    "i", "we", "ich", "wir", "je", "nous", "yo", "nosotros", "eu", "nós", "io", "noi", "ik", "wij", "jag",
    "jeg", "я", "мы", "ми",
];

/// Words that attribution lines begin with.
pub(super) const OPENINGS: &[&str] = &[
    "on",
    "at",
    "in",
    "am",
    "um",
    "le",
    "el",
    "il",
    "em",
    "às",
    "no dia",
    "op",
    "den",
    "d.",
    "på",
    "dnia",
    "w dniu",
    "dne",
    "dňa",
    "vào",
    "lúc",
    "pe",
    "în",
    "la",
    "у",
    "в",
    "на",
    "στις",
    "στο",
    "tarihinde",
    "pada",
    "noong",
    "kuupäev",
    "dana",
    "u",
    "v",
    "ve",
    "az",
    "ad",
    "à",
    "a",
    "z",
    "di",
    "in data",
    "ב",
    "בתאריך",
    "في",
    "در",
    "在",
    "於",
    "于",
    "ใน",
    "को",
    "пн",
    "вт",
    "ср",
    "чт",
    "пт",
    "сб",
    "вс",
    "нд",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
];

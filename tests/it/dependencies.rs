//! What is built in: licences, sources, versions and use of every package, as `cargo metadata` has resolved them.
//!
//! Each exception stands in a table with its reason, and fails when it is not needed any more. Advisories need a
//! database from the network, which `.ci/run` asks; what is waived there stands here, with the tests that make it
//! harmless. Deliberately absent: features that nobody needs and that no default brings, which no table can tell.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;

/// Licences under which a package may be part of the program.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that must not come in, and why.
const BANNED: &[(&str, &str)] = &[
    ("openssl", "TLS is rustls alone, so that there is one place where it fails closed"),
    ("openssl-sys", "as openssl"),
    ("native-tls", "as openssl"),
    ("aws-lc-rs", "the one provider of cryptography is ring"),
    ("reqwest", "the program speaks IMAP, SMTP and PostgreSQL, and nothing else"),
    ("hyper", "as reqwest"),
    ("serde_yaml", "unmaintained; the configuration is TOML"),
    ("atty", "unmaintained; the standard library tells a terminal"),
];

/// Stands for any package: those that only run while the program is built.
const ANY: &[&str] = &[];

/// Packages in more than one version: which packages hold an older one, and why that is borne.
const DUPLICATES: &[(&str, &[&str], &str)] = &[
    ("async-channel", &["stop-token"], "async-imap stops its IDLE with it"),
    ("base64", &["postgres-protocol"], "tokio-postgres has not moved on"),
    ("const-oid", &["der", "x509-cert"], "tokio-postgres-rustls reads certificates with it"),
    ("darling", &["derive_builder_core"], "builds handlebars"),
    ("darling_core", &["darling", "darling_macro"], "builds handlebars"),
    ("darling_macro", &["darling"], "builds handlebars"),
    ("event-listener", &["async-channel"], "async-imap stops its IDLE with it"),
    ("getrandom", &["ring"], "ring has not moved on"),
    ("hashbrown", &["whatlang"], "whatlang has not moved on"),
    (
        "nom",
        &["asn1-rs", "der-parser", "rusticata-macros", "x509-parser"],
        "rcgen makes the tests' certificates",
    ),
    ("phf", &["chrono-tz", "cron"], "tables of time zones and of cron's words"),
    ("phf_shared", &["phf", "phf_generator", "phf_macros"], "as phf"),
    ("rand", &["phf_generator"], "builds the tables of phf"),
    ("rand_core", &["rand"], "builds the tables of phf"),
    ("syn", ANY, "reads source while others are built"),
    ("synstructure", &["asn1-rs-derive"], "builds rcgen, for the tests"),
    ("thiserror", &["async-imap"], "async-imap has not moved on"),
    ("thiserror-impl", &["thiserror"], "as thiserror"),
    ("toml", &["migrations_internals"], "diesel_migrations has not moved on"),
    ("toml_datetime", &["toml"], "as toml"),
    ("winnow", &["cron", "toml"], "cron and diesel_migrations have not moved on"),
];

/// Direct dependencies that no line of ours names, and why they are there.
const UNNAMED: &[(&str, &str)] =
    &[("libsqlite3-sys", "its feature `bundled` brings SQLite itself, for diesel")];

/// An advisory that is borne.
struct Borne {
    advisory: &'static str,
    package: &'static str,
    /// The version that has the fault.
    version: &'static str,
    reason: &'static str,
    /// File and name of the tests that would fail if it mattered here.
    tests: &'static [(&'static str, &'static str)],
}

const ADVISORIES: &[Borne] = &[Borne {
    advisory: "RUSTSEC-2026-0561",
    package: "lettre",
    version: "0.11.23",
    reason: "no letter has a bare CR or LF, which is what the fault needs; 0.11.24 cannot be had yet",
    tests: &[
        ("src/mail/outbound/tests.rs", "what_is_normal_is_fit_for_smtp"),
        ("src/mail/outbound/tests.rs", "every_line_end_becomes_the_same"),
        ("src/smtp/tests.rs", "what_cannot_be_said_in_smtp_is_not_sent"),
    ],
}];

/// Packages and who needs whom, for the platform on which the program runs.
struct Resolved {
    packages: BTreeMap<String, Value>,
    /// Package ids by the id of the package that needs them.
    needs: BTreeMap<String, Vec<String>>,
    root: String,
}

impl Resolved {
    fn read() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let list = |value: &Value| value.as_array().unwrap().clone();
        let packages = list(&all["packages"]).into_iter().map(|package| (text(&package["id"]), package));
        let needs = list(&all["resolve"]["nodes"]).into_iter().map(|node| {
            (text(&node["id"]), list(&node["deps"]).iter().map(|needed| text(&needed["pkg"])).collect())
        });
        Resolved { packages: packages.collect(), needs: needs.collect(), root: text(&all["resolve"]["root"]) }
    }

    /// Everything but our own package.
    fn others(&self) -> impl Iterator<Item = &Value> {
        self.packages.values().filter(|package| text(&package["id"]) != self.root)
    }

    fn name(&self, id: &str) -> String {
        text(&self.packages[id]["name"])
    }

    /// What our own manifest asks for.
    fn direct(&self) -> Vec<Value> {
        self.packages[&self.root]["dependencies"].as_array().unwrap().clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Whether a licence expression (SPDX, or the older `A/B`) can be met by the licences that are allowed.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let met = alternatives(&mut words);
    met && words.is_empty()
}

fn alternatives(words: &mut Vec<&str>) -> bool {
    let mut met = all_of(words);
    while words.pop_if(|word| *word == "OR").is_some() {
        met |= all_of(words);
    }
    met
}

fn all_of(words: &mut Vec<&str>) -> bool {
    let mut met = one(words);
    while words.pop_if(|word| *word == "AND").is_some() {
        met &= one(words);
    }
    met
}

fn one(words: &mut Vec<&str>) -> bool {
    match words.pop() {
        Some("(") => {
            let met = alternatives(words);
            words.pop() == Some(")") && met
        }
        Some(licence) => {
            let exception = words.pop_if(|word| *word == "WITH").and_then(|_| words.pop());
            let whole = exception
                .map_or_else(|| licence.to_owned(), |exception| format!("{licence} WITH {exception}"));
            LICENCES.contains(&whole.as_str())
        }
        None => false,
    }
}

#[test]
fn a_licence_expression_is_met_or_it_is_not() {
    let check = |expression, expected| assert_eq!(is_allowed(expression), expected, "{expression}");
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("MIT OR GPL-3.0-only", true);
    check("MIT/Apache-2.0", true);
    check("MIT AND GPL-3.0-only", false);
    check("(MIT OR GPL-3.0-only) AND Unicode-3.0", true);
    check("MIT AND (GPL-3.0-only OR MPL-2.0)", false);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("GPL-2.0 WITH Classpath-exception-2.0", false);
    check("", false);
    check("(MIT", false);
    check("MIT MIT", false);
}

#[test]
fn every_package_may_be_used_and_comes_from_the_registry() {
    let resolved = Resolved::read();
    let mut wrong = Vec::new();
    for package in resolved.others() {
        let name = text(&package["name"]);
        if !is_allowed(&text(&package["license"])) {
            wrong.push(format!("{name}: licence {}", package["license"]));
        }
        if package["source"] != "registry+https://github.com/rust-lang/crates.io-index" {
            wrong.push(format!("{name}: source {}", package["source"]));
        }
        wrong.extend(
            BANNED
                .iter()
                .filter(|(banned, _)| *banned == name)
                .map(|(name, why)| format!("{name} is banned: {why}")),
        );
    }
    assert!(resolved.packages.len() > 200, "only {} packages were read", resolved.packages.len());
    assert_eq!(wrong, Vec::<String>::new());
}

/// A version as numbers, so that 0.10 is newer than 0.9.
fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '+', '-']).map_while(|part| part.parse().ok()).collect()
}

#[test]
fn a_package_in_two_versions_has_a_reason() {
    let resolved = Resolved::read();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in resolved.packages.values() {
        versions.entry(text(&package["name"])).or_default().insert(text(&package["version"]));
    }
    let mut wrong = Vec::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let newest = versions.iter().max_by_key(|version| numbers(version)).unwrap();
        let is_older =
            |id: &String| resolved.name(id) == *name && resolved.packages[id]["version"] != **newest;
        let holders: BTreeSet<String> = resolved
            .needs
            .iter()
            .filter(|(_, needed)| needed.iter().any(is_older))
            .map(|(id, _)| resolved.name(id))
            .collect();
        match DUPLICATES.iter().find(|(known, ..)| known == name) {
            Some((_, known, _)) if known.is_empty() || holders.iter().eq(known.iter()) => {}
            _ => wrong.push(format!("{name} {versions:?}, held by {holders:?}")),
        }
    }
    for (name, ..) in DUPLICATES {
        if versions.get(*name).is_none_or(|versions| versions.len() < 2) {
            wrong.push(format!("{name} has one version: its waiver is not needed any more"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_dependency_is_named_in_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = words_in(&root.join("src"));
    let tests = words_in(&root.join("tests"));
    let mut wrong = Vec::new();
    for dependency in Resolved::read().direct() {
        let name = text(&dependency["name"]);
        let krate = name.replace('-', "_");
        // Tests inside `src` may use what only tests need.
        let named = ours.contains(&krate) || dependency["kind"] == "dev" && tests.contains(&krate);
        let waived = UNNAMED.iter().any(|(unnamed, _)| *unnamed == name);
        match (named, waived) {
            (true, false) | (false, true) => {}
            (false, false) => wrong.push(format!("nothing names {name}")),
            (true, true) => wrong.push(format!("{name} is named: its waiver is not needed any more")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The names before `::` in all files below `folder`, comments left out.
fn words_in(folder: &Path) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words.extend(words_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let names = line.split("::").map(|part| {
                    part.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
                });
                words.extend(names.map(str::to_owned));
            }
        }
    }
    words
}

#[test]
fn no_feature_is_asked_for_that_comes_by_itself() {
    let resolved = Resolved::read();
    let mut wrong = Vec::new();
    for dependency in
        resolved.direct().iter().filter(|dependency| dependency["uses_default_features"] == true)
    {
        let name = text(&dependency["name"]);
        let needed = &resolved.needs[&resolved.root];
        let package = needed.iter().find(|id| resolved.name(id) == name).map(|id| &resolved.packages[id]);
        let Some(package) = package else { continue };
        let mut default = BTreeSet::from(["default".to_owned()]);
        while let Some(more) = implied(&package["features"], &default) {
            default.insert(more);
        }
        for feature in dependency["features"].as_array().unwrap() {
            if default.contains(feature.as_str().unwrap()) {
                wrong.push(format!("{name} has {feature} by default"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A feature that one of `known` brings and that is not among them yet.
fn implied(features: &Value, known: &BTreeSet<String>) -> Option<String> {
    known.iter().find_map(|feature| {
        let brought = features[feature.as_str()].as_array()?;
        brought.iter().map(text).find(|brought| !known.contains(brought))
    })
}

#[test]
fn an_advisory_is_borne_only_with_a_reason_and_a_test_and_as_long_as_it_must() {
    let resolved = Resolved::read();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = fs::read_to_string(root.join(".ci/run")).unwrap();
    let ignored: BTreeSet<&str> =
        run.split_whitespace().filter(|word| word.starts_with("RUSTSEC-")).collect();
    let waived: BTreeSet<&str> = ADVISORIES.iter().map(|borne| borne.advisory).collect();
    assert_eq!(ignored, waived, ".ci/run ignores what is waived here, and nothing else");
    for Borne { advisory, package, version, reason, tests } in ADVISORIES {
        let found = resolved.others().find(|found| found["name"] == **package).unwrap();
        assert_eq!(
            found["version"], **version,
            "{advisory}: is it still needed? It was borne since {reason}"
        );
        assert!(!tests.is_empty());
        for (file, test) in *tests {
            let source = fs::read_to_string(root.join(file)).unwrap();
            assert!(source.contains(&format!("fn {test}(")), "{advisory}: {file} has no test {test}");
        }
    }
}

use clap::CommandFactory as _;

use super::*;

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_subcommand_has_a_description_and_an_example() {
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains(&format!("  redress {name}")), "{name}: {help}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
        }
    }
}

#[test]
fn every_example_can_be_parsed() {
    for command in Cli::command().get_subcommands() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in help.lines().filter_map(|line| line.strip_prefix("  redress ")) {
            let words = line.split_whitespace().take_while(|word| !["|", "<", ">"].contains(word));
            let parsed = Cli::try_parse_from(std::iter::once("redress").chain(words));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn the_configuration_can_be_named_before_and_after_the_subcommand() {
    for words in [["redress", "--config", "x.toml", "list"], ["redress", "list", "--config", "x.toml"]] {
        assert_eq!(Cli::try_parse_from(words).unwrap().global.config, PathBuf::from("x.toml"));
    }
}

#[test]
fn some_or_all_but_not_both_and_not_none() {
    for wrong in [vec!["retry"], vec!["retry", "3", "--all"], vec!["release", "letters"], vec!["release"]] {
        assert!(Cli::try_parse_from([vec!["redress"], wrong.clone()].concat()).is_err(), "{wrong:?}");
    }
    let Task::Retry(choice) = Cli::try_parse_from(["redress", "retry", "3", "4"]).unwrap().task else {
        panic!()
    };
    assert_eq!((choice.numbers, choice.all), (vec![3, 4], false));
}

#[test]
fn an_unknown_stage_is_refused_in_words() {
    let error = Cli::try_parse_from(["redress", "list", "--stage", "opened"]).unwrap_err().to_string();
    assert!(error.contains("opened"), "{error}");
}

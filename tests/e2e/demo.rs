//! The demonstration plays to its end, and every letter comes in its place.

use crate::{redress, support};

/// Each jump of time, and each letter under it: who writes, to whom.
const EXPECTED: &str = "\
Monday, 09:12
  Carla Diaz → support@shop.test
  Shop Care → Carla Diaz (customer)
  Shop Care → Anna Berg (agent)
  Shop Care → Mara Voss (manager)
Monday, 09:31
  Dieter Brandt → support@shop.test
  Shop Care → Dieter Brandt (customer)
  Shop Care → Anna Berg (agent)
  Shop Care → Mara Voss (manager)
Monday, 09:48
  Dieter Brandt → the reply address of that letter
  Shop Care → Dieter Brandt (customer)
  Shop Care → Anna Berg (agent)
  Shop Care → Mara Voss (manager)
Monday, 10:02
  Parcel Weekly → support@shop.test
Monday, 10:20
  Anna Berg → the reply address of that letter
  Shop Care → Carla Diaz (customer)
  Shop Care → Anna Berg (agent)
Tuesday, 08:00
  Shop Care → Anna Berg (agent)
Tuesday, 10:24
  Carla Diaz → the reply address of that letter
  Shop Care → Carla Diaz (customer)
Tuesday, 13:00
  Shop Care → Anna Berg (agent)
Tuesday, 17:00
  Shop Care → Carla Diaz (customer)
  Shop Care → Anna Berg (agent)
  Shop Care → Mara Voss (manager)
  Carla Diaz → the reply address of that letter
Wednesday, 08:00
  Shop Care → Anna Berg (agent)
Wednesday, 09:40
  Anna Berg → the reply address of that letter
  Shop Care → Carla Diaz (customer)
  Shop Care → Anna Berg (agent)
Wednesday, 18:15
  Carla Diaz → the reply address of that letter
  Shop Care → Carla Diaz (customer)
  Shop Care → Anna Berg (agent)
Friday, 17:00
  Shop Care → Carla Diaz (customer)
Saturday, 10:02
  Carla Diaz → the reply address of that letter
  Shop Care → Carla Diaz (customer)
";

/// The lines of the play that say when it is and who writes; dates go, since the play begins on the Monday of last week.
fn course(output: &str) -> String {
    let mut course = String::new();
    for line in output.lines() {
        if let Some(rest) = line.strip_prefix("━━ ") {
            let when = rest.split(" ━━").next().unwrap_or_default();
            let day = when.split(' ').next().unwrap_or_default();
            let hour = when.rsplit(' ').next().unwrap_or_default();
            course.extend([day, ", ", hour, "\n"]);
        } else if line.starts_with("  ") && !line.starts_with("  │") && line.contains(" → ") {
            course.push_str(line);
            course.push('\n');
        }
    }
    course
}

#[test]
fn the_demonstration_plays_to_its_end() {
    if support::mail_servers().is_none() {
        return;
    }
    let output = redress().arg("demo").env("NO_COLOR", "1").output().unwrap();
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}\n{said}");
    assert_eq!(course(&said), EXPECTED);
    for words in [
        "Ihre Nachricht ist bei uns",
        "Where your case stands",
        "Not yet, and a new date",
        "Does this settle it?",
        "We have noted your rating: 5 out of 5.",
        "$ redress list --all",
        "$ redress show D-1000",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains('\u{1b}'), "colours were asked not to be there");
    let words_for_staff = ["#take", "extension 214"];
    let letter =
        said.split("Shop Care → Carla Diaz").nth(2).unwrap().split("Shop Care → Anna").next().unwrap();
    assert!(letter.contains("I have asked the"), "{letter}");
    assert!(!words_for_staff.iter().any(|words| letter.contains(words)), "{letter}");
}

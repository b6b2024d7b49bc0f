//! Contradictions: values that are fine alone and wrong together.
//!
//! A rule looks at what could be read and says nothing about the rest, so that one mistake gives one message.
use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::NaiveTime;

use super::document::{Document, Entry};
use super::error::Notice;
use super::settings::{AddressingMode, AfterTaking, CustomerPlace, IMAP_PORTS, Security, Whom};
use crate::mail::relay::Network;

/// Everything that is wrong with `document` as a whole.
pub(super) fn contradictions(document: &Document) -> Vec<Notice> {
    let mut notices = Vec::new();
    for rule in RULES {
        rule(document, &mut notices);
    }
    notices
}

type Rule = fn(&Document, &mut Vec<Notice>);

const RULES: &[Rule] = &[
    plain_text_stays_on_this_machine,
    mailboxes_differ,
    done_mail_leaves_the_folder,
    a_password_belongs_to_a_user,
    the_database_is_named_once,
    a_subdomain_goes_with_its_mode,
    the_desk_has_room_for_a_subaddress,
    staff_differ_from_each_other_and_the_desk,
    alarms_do_not_go_to_the_desk,
    the_language_is_one_of_the_languages,
    the_day_opens_before_it_closes,
    the_customer_turn_ascends,
    the_day_allows_what_the_hour_does,
    subjects_need_somebody_to_trust,
    nobody_is_both_blocked_and_allowed,
    a_relay_says_where_the_customer_stands,
    a_relay_can_prove_itself,
    a_relay_is_none_of_us,
];

fn plain_text_stays_on_this_machine(document: &Document, notices: &mut Vec<Notice>) {
    for server in document.all("mailbox").chain(document.all("sending")) {
        let plain = server.get("security") == Some(Security::Plain);
        if plain && server.get("host").is_some_and(|host: String| !is_this_machine(&host)) {
            let message = "without TLS a server must be this machine (localhost, 127.0.0.1 or ::1): \
                           write \"tls\" or \"starttls\"";
            notices.push(server.notice("security", message));
        }
        for key in ["extra_ca", "pinned_sha256"] {
            if plain && server.is_set(key) {
                notices
                    .push(server.notice(key, "nothing is checked without TLS: remove it, or set security"));
            }
        }
        if server.is_set("extra_ca") && server.is_set("pinned_sha256") {
            let message = "a pinned certificate replaces the authorities: set this or extra_ca, not both";
            notices.push(server.notice("pinned_sha256", message));
        }
    }
}

/// Whether a host is this machine by its name or address; nothing is resolved.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn mailboxes_differ(document: &Document, notices: &mut Vec<Notice>) {
    let mut names = BTreeMap::new();
    let mut places = BTreeMap::new();
    for mailbox in document.all("mailbox") {
        if let Some(name) = mailbox.get::<String>("name")
            && let Some(first) = names.insert(name.clone(), mailbox.path("name"))
        {
            notices.push(mailbox.notice("name", format!("“{name}” is already the name at {first}")));
        }
        let place = (
            mailbox.get::<String>("host"),
            mailbox.get("port").or_else(|| Some(mailbox.get::<Security>("security")?.port(IMAP_PORTS))),
            mailbox.get::<String>("user"),
            mailbox.get::<String>("folder"),
        );
        if let (Some(_), Some(_), Some(_), Some(_)) = place
            && let Some(first) = places.insert(place, mailbox.path("folder"))
        {
            notices.push(mailbox.notice("folder", format!("the same folder is already read at {first}")));
        }
    }
}

fn done_mail_leaves_the_folder(document: &Document, notices: &mut Vec<Notice>) {
    for mailbox in document.all("mailbox") {
        let after = mailbox.get::<AfterTaking>("after");
        let (folder, done) = (mailbox.get::<String>("folder"), mailbox.get::<String>("done_folder"));
        if after == Some(AfterTaking::Move) && folder.is_some() && folder == done {
            notices.push(
                mailbox
                    .notice("done_folder", "this is the folder that is read: name another, or change after"),
            );
        }
        if mailbox.is_set("done_folder") && after.is_some_and(|after| after != AfterTaking::Move) {
            notices.push(
                mailbox.notice("done_folder", "nothing is moved: remove it, or write after = \"move\""),
            );
        }
    }
}

fn a_password_belongs_to_a_user(document: &Document, notices: &mut Vec<Notice>) {
    for sending in document.all("sending") {
        if sending.is_set("password_file") && !sending.is_set("user") {
            notices.push(sending.notice("password_file", "there is a password but no user"));
        }
    }
}

fn the_database_is_named_once(document: &Document, notices: &mut Vec<Notice>) {
    for database in document.all("database") {
        if database.is_set("url") && database.is_set("url_file") {
            notices.push(
                database.notice("url_file", "the database is already named by url: keep one of the two"),
            );
        }
    }
}

fn a_subdomain_goes_with_its_mode(document: &Document, notices: &mut Vec<Notice>) {
    for addressing in document.all("addressing") {
        match addressing.get("mode") {
            Some(AddressingMode::Subdomain) if !addressing.is_set("subdomain") => {
                notices.push(addressing.notice("subdomain", "mode “subdomain” needs to know which"));
            }
            Some(AddressingMode::Plus | AddressingMode::None) if addressing.is_set("subdomain") => {
                notices.push(
                    addressing
                        .notice("subdomain", "only mode “subdomain” uses it: change mode, or remove it"),
                );
            }
            _ => {}
        }
    }
}

fn the_desk_has_room_for_a_subaddress(document: &Document, notices: &mut Vec<Notice>) {
    let plus = document.all("addressing").any(|entry| entry.get("mode") == Some(AddressingMode::Plus));
    for desk in document.all("desk").filter(|_| plus) {
        let address = desk.get::<String>("address");
        let local = address.as_deref().and_then(|address| address.split_once('@')).map(|(local, _)| local);
        if local.is_some_and(|local| local.contains('+')) {
            let message = "it has a + of its own, after which nothing can be added: \
                           use another address, or addressing.mode “subdomain” or “none”";
            notices.push(desk.notice("address", message));
        }
    }
}

fn staff_differ_from_each_other_and_the_desk(document: &Document, notices: &mut Vec<Notice>) {
    let desk = document.all("desk").find_map(|desk| desk.get::<String>("address"));
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for agent in document.all("agent") {
        for (key, address) in addresses_of(agent) {
            if Some(&address) == desk.as_ref() {
                let message =
                    format!("“{address}” is the desk itself: its own mail would come back as an agent's");
                notices.push(agent.notice(key, message));
            } else if let Some(first) = seen.insert(address.clone(), agent.path(key)) {
                notices.push(agent.notice(key, format!("“{address}” is already listed at {first}")));
            }
        }
    }
}

/// An agent's addresses, each with its key.
fn addresses_of(agent: &Entry) -> Vec<(&'static str, String)> {
    let own = agent.get::<String>("address").into_iter().map(|address| ("address", address));
    let aliases =
        agent.get::<Vec<String>>("aliases").into_iter().flatten().map(|address| ("aliases", address));
    own.chain(aliases).collect()
}

fn alarms_do_not_go_to_the_desk(document: &Document, notices: &mut Vec<Notice>) {
    let desk = document.all("desk").find_map(|desk| desk.get::<String>("address"));
    for operations in document.all("operations") {
        let notify: Vec<String> = operations.get("notify").unwrap_or_default();
        if desk.as_ref().is_some_and(|desk| notify.contains(desk)) {
            let message = "this is the desk's own address: alarms would come back as mail of a customer";
            notices.push(operations.notice("notify", message));
        }
    }
}

fn the_language_is_one_of_the_languages(document: &Document, notices: &mut Vec<Notice>) {
    for desk in document.all("desk") {
        let Some(languages) = desk.get::<Vec<String>>("languages") else { continue };
        let listed = languages.join(", ");
        if let Some(language) =
            desk.get::<String>("language").filter(|language| !languages.contains(language))
        {
            notices
                .push(desk.notice("language", format!("“{language}” is not among the languages ({listed})")));
        }
        for language in desk.get::<BTreeMap<String, String>>("rights").unwrap_or_default().into_keys() {
            if !languages.contains(&language) {
                notices.push(
                    desk.notice("rights", format!("“{language}” is not among the languages ({listed})")),
                );
            }
        }
    }
}

fn the_day_opens_before_it_closes(document: &Document, notices: &mut Vec<Notice>) {
    for hours in document.all("hours") {
        if let (Some(opens), Some(closes)) =
            (hours.get::<NaiveTime>("opens"), hours.get::<NaiveTime>("closes"))
            && opens >= closes
        {
            let message = format!(
                "the day closes at {closes} but opens at {opens}",
                closes = closes.format("%H:%M"),
                opens = opens.format("%H:%M")
            );
            notices.push(hours.notice("closes", message));
        }
    }
}

fn the_customer_turn_ascends(document: &Document, notices: &mut Vec<Notice>) {
    for turn in document.all("customer_turn") {
        let reminders = turn.get::<Vec<u32>>("reminders");
        let (notice, close) = (turn.get::<u32>("last_notice"), turn.get::<u32>("close"));
        if let Some(days) = &reminders
            && days.windows(2).any(|pair| pair[0] >= pair[1])
        {
            notices.push(turn.notice("reminders", "the days must ascend"));
        }
        let last = reminders.and_then(|days| days.into_iter().max());
        if let (Some(last), Some(notice)) = (last, notice)
            && last >= notice
        {
            let message = format!("day {notice} is not after the last reminder on day {last}");
            notices.push(turn.notice("last_notice", message));
        }
        if let (Some(notice), Some(close)) = (notice, close)
            && notice >= close
        {
            notices.push(
                turn.notice("close", format!("day {close} is not after the last notice on day {notice}")),
            );
        }
    }
}

fn the_day_allows_what_the_hour_does(document: &Document, notices: &mut Vec<Notice>) {
    const ORDER: [(&str, &str); 3] =
        [("address_hour", "address_day"), ("address_hour", "domain_hour"), ("domain_hour", "total_hour")];
    for budget in document.all("acknowledgement") {
        for (smaller, larger) in ORDER {
            if let (Some(small), Some(large)) = (budget.get::<u32>(smaller), budget.get::<u32>(larger))
                && small > large
            {
                notices
                    .push(budget.notice(larger, format!("{large} is less than {smaller}, which is {small}")));
            }
        }
    }
}

fn subjects_need_somebody_to_trust(document: &Document, notices: &mut Vec<Notice>) {
    for authentication in document.all("authentication") {
        let needed = authentication.get("subject_needs_authentication") == Some(true);
        let trusted = authentication.get::<Vec<String>>("trusted_authserv_ids");
        if needed && trusted.is_some_and(|ids| ids.is_empty()) {
            let message = "nobody is ever authenticated here: name your server in trusted_authserv_ids";
            notices.push(authentication.notice("subject_needs_authentication", message));
        }
    }
}

fn nobody_is_both_blocked_and_allowed(document: &Document, notices: &mut Vec<Notice>) {
    for intake in document.all("intake") {
        let blocked = intake.get::<Vec<Whom>>("blocked").unwrap_or_default();
        for whom in intake.get::<Vec<Whom>>("allowed").unwrap_or_default() {
            if blocked.contains(&whom) {
                let (Whom::Address(name) | Whom::Domain(name)) = whom;
                notices.push(intake.notice("allowed", format!("“{name}” is also blocked")));
            }
        }
    }
}

fn a_relay_says_where_the_customer_stands(document: &Document, notices: &mut Vec<Notice>) {
    const PLACES: [(&str, CustomerPlace, &str); 2] =
        [("header", CustomerPlace::Header, "header"), ("line", CustomerPlace::Body, "body")];
    for relay in document.all("relay") {
        let Some(customer) = relay.get::<CustomerPlace>("customer") else { continue };
        for (key, place, word) in PLACES {
            if customer == place && !relay.is_set(key) {
                notices.push(relay.notice(key, format!("customer “{word}” needs to know which")));
            } else if customer != place && relay.is_set(key) {
                let message = format!("only customer “{word}” uses it: change customer, or remove it");
                notices.push(relay.notice(key, message));
            }
        }
        if relay.is_set("name_header") && relay.is_set("name_line") {
            notices.push(relay.notice("name_line", "the name has a place already: keep one of the two"));
        }
    }
}

fn a_relay_can_prove_itself(document: &Document, notices: &mut Vec<Notice>) {
    let list = |key: &str| {
        document.all("authentication").find_map(|entry| entry.get::<Vec<String>>(key)).unwrap_or_default()
    };
    let (trusted, border) = (list("trusted_authserv_ids"), list("border_hosts"));
    for relay in document.all("relay") {
        let Some(ranges) = relay.get::<Vec<Network>>("from") else { continue };
        if ranges.is_empty() && trusted.is_empty() {
            let message = "nobody is ever authenticated here, so nothing proves this sender: name your server in \
                           authentication.trusted_authserv_ids, or its hosts here";
            notices.push(relay.notice("from", message));
        }
        if !ranges.is_empty() && border.is_empty() {
            let message = "without authentication.border_hosts nobody knows which host handed a mail over";
            notices.push(relay.notice("from", message));
        }
    }
}

fn a_relay_is_none_of_us(document: &Document, notices: &mut Vec<Notice>) {
    let desk = document.all("desk").find_map(|desk| desk.get::<String>("address"));
    let staff = document.all("agent").flat_map(|agent| addresses_of(agent).into_iter().map(|(_, own)| own));
    let ours: Vec<String> = desk.into_iter().chain(staff).collect();
    let mut seen: Vec<(Whom, String)> = Vec::new();
    for relay in document.all("relay") {
        let Some(whom) = relay.get::<Whom>("address") else { continue };
        if let Some(own) = ours.iter().find(|own| whom.covers(own)) {
            let message = format!("this is {own}, which is the desk's or an agent's own");
            notices.push(relay.notice("address", message));
        }
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == whom) {
            notices.push(relay.notice("address", format!("this sender is already listed at {first}")));
        }
        seen.push((whom, relay.path("address")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_name_and_address() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["imap.example.com", "10.0.0.1", "0.0.0.0", "localhost.example.com", "::"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}

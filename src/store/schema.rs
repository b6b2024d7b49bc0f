//! The tables, once for both databases. The migrations of either must give exactly these columns; a test compares.
use diesel::{allow_tables_to_appear_in_same_query, table};

table! { meta (key) { key -> Text, value -> Text, } }

table! { mailboxes (mailbox, folder) {
    mailbox -> Text, folder -> Text, desk -> Text, started_at -> Timestamp,
    uid_validity -> Nullable<BigInt>, start_uid -> BigInt, low_uid -> BigInt,
    last_contact -> Nullable<Timestamp>, last_error -> Nullable<Text>,
} }

table! { mails (id) {
    id -> BigInt, sha256 -> Binary, raw -> Nullable<Binary>, size -> BigInt,
    received_at -> Timestamp, sent_at -> Nullable<Timestamp>, past -> Bool,
    status -> Text, fate -> Nullable<Text>, rule -> Nullable<Text>, reason -> Nullable<Text>,
    dispute -> Nullable<BigInt>, placed_by -> Nullable<Text>, message_id -> Nullable<Text>,
    sender -> Nullable<Text>, body_hash -> Nullable<Binary>,
    attempts -> BigInt, alone_attempts -> BigInt, released_at -> Nullable<Timestamp>,
    queue -> Text, turn -> BigInt, told_at -> Nullable<Timestamp>,
} }

table! { taken (mailbox, folder, uid_validity, uid) {
    mailbox -> Text, folder -> Text, uid_validity -> BigInt, uid -> BigInt, mail -> BigInt, server -> Text,
} }

table! { message_ids (id) {
    id -> BigInt, message_id -> Text, dispute -> BigInt, role -> Text,
    mail -> Nullable<BigInt>, sender -> Nullable<Text>,
} }

table! { disputes (number) {
    number -> BigInt, version -> BigInt, subject -> Text, language -> Text,
    customer_address -> Text, customer_key -> Text, customer_name -> Nullable<Text>, authenticated -> Bool,
    stage -> Text, level -> Text, awaiting -> Text, outcome -> Nullable<Text>, agent -> Nullable<Text>,
    opened_at -> Timestamp, closed_at -> Nullable<Timestamp>, unanswered_since -> Nullable<Timestamp>,
    promise_due -> Nullable<Timestamp>, promise_made_at -> Nullable<Timestamp>,
    promises_kept -> BigInt, promises_broken -> BigInt,
    question_serial -> Nullable<BigInt>, question_kind -> Nullable<Text>,
    question_asked_at -> Nullable<Timestamp>, questions_asked -> BigInt, reminders -> BigInt,
    paused_until -> Nullable<Timestamp>, silent -> Bool, undeliverable -> Bool,
    rating_score -> Nullable<BigInt>, rating_given_at -> Nullable<Timestamp>, linked -> Nullable<BigInt>,
} }

table! { journal (dispute, seq) {
    dispute -> BigInt, seq -> BigInt, at -> Timestamp, actor -> Nullable<Text>,
    actor_address -> Nullable<Text>, what -> Nullable<Text>, detail -> Nullable<Text>,
    salt -> Nullable<Binary>, digest -> Binary, hash -> Binary,
} }

table! { anchors (day) {
    day -> Text, at -> Timestamp, heads -> BigInt, previous -> Binary, hash -> Binary,
} }

table! { anchor_heads (day, dispute) { day -> Text, dispute -> BigInt, seq -> BigInt, hash -> Binary, } }

table! { timers (dispute, kind) { dispute -> BigInt, kind -> Text, due_at -> Timestamp, } }

table! { events (key) { key -> Text, at -> Timestamp, } }

table! { outbox (id) {
    id -> BigInt, key -> Text, dispute -> Nullable<BigInt>, letter -> Text, audience -> Text,
    recipient -> Text, recipient_key -> Text, recipient_domain -> Text, envelope_from -> Nullable<Text>,
    message_id -> Text, bytes -> Nullable<Binary>, size -> BigInt, state -> Text,
    leave_at -> Timestamp, next_attempt_at -> Timestamp, attempts -> BigInt,
    lease_until -> Nullable<Timestamp>, lease_owner -> Nullable<Text>, fence -> BigInt, in_flight -> Bool,
    last_error -> Nullable<Text>, code -> Nullable<BigInt>, created_at -> Timestamp,
    sent_at -> Nullable<Timestamp>, refused_recipient -> Bool, reported -> Bool,
} }

table! { addresses (address) {
    address -> Text, surveyed_at -> Nullable<Timestamp>, no_survey -> Bool,
    dead_since -> Nullable<Timestamp>, away_until -> Nullable<Timestamp>,
    latched_until -> Nullable<Timestamp>, latched_by -> Nullable<BigInt>,
    flood -> Nullable<BigInt>, flooded_at -> Nullable<Timestamp>,
} }

table! { senders (whom) { whom -> Text, standing -> Text, set_by -> Text, set_at -> Timestamp, } }

table! { jobs (name) { name -> Text, ran_for -> Text, ran_at -> Timestamp, } }

table! { alarms (cause) {
    cause -> Text, detail -> Text, raised_at -> Timestamp, over_at -> Nullable<Timestamp>, times -> BigInt,
    told_raised -> Bool, told_over -> Bool,
} }

allow_tables_to_appear_in_same_query!(mails, taken);
allow_tables_to_appear_in_same_query!(disputes, journal);
allow_tables_to_appear_in_same_query!(journal, anchor_heads);

-- Removes everything, children first.
DROP TABLE alarms;
DROP TABLE jobs;
DROP TABLE addresses;
DROP TABLE outbox;
DROP TABLE events;
DROP TABLE timers;
DROP TABLE anchor_heads;
DROP TABLE anchors;
DROP TABLE journal;
DROP TABLE message_ids;
DROP TABLE taken;
DROP TABLE mails;
DROP TABLE mailboxes;
DROP TABLE disputes;
DROP TABLE meta;

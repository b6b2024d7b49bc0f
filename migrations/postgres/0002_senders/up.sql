-- Whom people have blocked and allowed by mail or on the command line, and which suspect mails a digest has named.

CREATE TABLE senders (
    whom     TEXT NOT NULL PRIMARY KEY,
    standing TEXT NOT NULL,
    set_by   TEXT NOT NULL,
    set_at   TIMESTAMP NOT NULL
);
ALTER TABLE mails ADD COLUMN told_at TIMESTAMP;
-- Letters of ASCII only are folded, on either database.
CREATE INDEX mails_by_sender_held ON mails (lower(sender COLLATE "C")) WHERE status = 'held';
-- The list of suspect mail took the place of this alarm, which nothing would ever end.
DELETE FROM alarms WHERE cause = 'held mail';

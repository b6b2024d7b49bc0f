-- Forgets them.
DROP INDEX mails_by_sender_held;
ALTER TABLE mails DROP COLUMN told_at;
DROP TABLE senders;

CREATE TABLE directory (
  -- One row. Its version rises with every change to what servers keep in memory: accounts, keys, sources, partners, status words,
  -- forwards.
  only INTEGER PRIMARY KEY CHECK (only = 1),
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  plan TEXT NOT NULL CHECK (plan IN ('solo', 'unlimited')),
  timezone TEXT NOT NULL,
  rollup_generation INTEGER NOT NULL, -- whose roll-up rows are shown: those of that time zone
  currency TEXT NOT NULL,
  accept_at INTEGER NOT NULL,
  reject_below INTEGER NOT NULL,
  routing_policy TEXT NOT NULL CHECK (routing_policy IN ('priority', 'weighted', 'learned')),
  duplicate_window INTEGER NOT NULL CHECK (duplicate_window >= 0), -- seconds
  address_limit INTEGER NOT NULL CHECK (address_limit > 0),        -- leads an hour from one address
  disabled_rules TEXT NOT NULL,                                    -- hard rules switched off, space between
  refuses_other_partner INTEGER NOT NULL CHECK (refuses_other_partner IN (0, 1)), -- else such a postback is only warned of
  created_at INTEGER NOT NULL,
  CHECK (0 <= reject_below AND reject_below <= accept_at AND accept_at <= 100)
) STRICT;

CREATE TABLE person (
  -- Who may log in.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  email TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL, -- scrypt, self-describing
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  digest BLOB PRIMARY KEY, -- SHA-256 of the cookie's value
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL CHECK (kind IN ('secret', 'publishable', 'postback')),
  name TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE, -- SHA-256 of the key
  masked TEXT NOT NULL,        -- first 12 and last 4 characters
  clear TEXT,                  -- a publishable key stands in page source anyway
  sealed BLOB,                 -- a postback key under the server key, so that its owner can look at it again
  origins TEXT NOT NULL,       -- allowed origins of a publishable key, space between; empty: any
  daily_cap INTEGER,           -- decisions a UTC day of a publishable key
  partner TEXT,                -- whom a postback key was given to; NULL: it may be anyone's
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  CHECK ((clear IS NOT NULL) = (kind = 'publishable')),
  CHECK ((sealed IS NOT NULL) = (kind = 'postback')),
  CHECK ((daily_cap IS NOT NULL) = (kind = 'publishable')),
  CHECK (partner IS NULL OR kind = 'postback')
) STRICT;

CREATE TABLE source (
  account_id INTEGER NOT NULL REFERENCES account,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  traffic_type TEXT,
  cost_per_lead INTEGER CHECK (cost_per_lead >= 0),
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  PRIMARY KEY (account_id, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  -- Decisions counted against the plan, a row a calendar month (202611). Raised by one guarded statement, never read first.
  account_id INTEGER NOT NULL REFERENCES account,
  period INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK (used >= 0),
  PRIMARY KEY (account_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_usage (
  -- Decisions counted against a publishable key's daily cap, a row a UTC day.
  key_id INTEGER NOT NULL REFERENCES api_key,
  day INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK (used >= 0),
  PRIMARY KEY (key_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead (
  -- A lead as decided. Never changed by what follows, but for an erasure: its status is that of its conversions.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  received_at INTEGER NOT NULL,
  click_id TEXT,
  source TEXT NOT NULL,
  traffic_type TEXT,
  landing_page TEXT,
  country TEXT,
  email_domain TEXT,
  email_ref BLOB, -- references: HMAC-SHA-256 under the server key and the account
  phone_ref BLOB,
  name_ref BLOB,
  user_agent TEXT, -- family and platform
  signals TEXT NOT NULL, -- behaviour as name=value: what the score was made from
  decision TEXT NOT NULL CHECK (decision IN ('accept', 'review', 'reject')),
  score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  reasons TEXT NOT NULL, -- code, points and detail; the words are made when shown
  duplicate INTEGER NOT NULL CHECK (duplicate IN (0, 1)),
  cost INTEGER NOT NULL,
  used INTEGER NOT NULL, -- the month's count with this lead: a repeat answers with the first answer
  test INTEGER NOT NULL CHECK (test IN (0, 1)), -- 1: marked as a test, counts in no roll-up and holds no reference
  erased_at INTEGER -- when what identified its person was taken out; NULL: it was not
) STRICT;

CREATE INDEX lead_by_account ON lead (account_id);

CREATE INDEX lead_by_click ON lead (account_id, click_id) WHERE click_id IS NOT NULL;

CREATE TABLE contact (
  -- The e-mail and phone references of leads: finds duplicates, and what is held on a person who asks.
  account_id INTEGER NOT NULL,
  reference BLOB NOT NULL CHECK (length(reference) = 16), -- the first half: enough to tell them apart
  rejected INTEGER NOT NULL CHECK (rejected IN (0, 1)), -- a rejected lead makes no other one a duplicate
  lead_id INTEGER NOT NULL REFERENCES lead,
  PRIMARY KEY (account_id, reference, rejected, lead_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_key (
  -- The caller's own ids of leads (hashed), kept 30 days: a repeat is answered, not counted.
  account_id INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 16),
  lead_id INTEGER NOT NULL REFERENCES lead,
  PRIMARY KEY (account_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE email_domain (
  -- How often an e-mail domain was seen, counted to 3 and no further: below that it is shown as (rare).
  account_id INTEGER NOT NULL,
  domain TEXT NOT NULL,
  leads INTEGER NOT NULL CHECK (leads BETWEEN 1 AND 3),
  PRIMARY KEY (account_id, domain)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure (
  -- A person's erasure on record: nothing in it tells whose it was.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  at INTEGER NOT NULL,
  key_id INTEGER,    -- who had it done: a key
  person_id INTEGER, -- or a person who was logged in
  leads INTEGER NOT NULL, -- that the person was taken out of
  CHECK ((key_id IS NULL) <> (person_id IS NULL))
) STRICT;

CREATE INDEX erasure_by_account ON erasure (account_id);

CREATE TABLE partner (
  -- Who buys leads, and how one is handed over. Lists stand in texts: a line each, tabs between the parts of a line,
  -- in them a backslash before each tab, line break and backslash of their own (as t, n and itself).
  account_id INTEGER NOT NULL REFERENCES account,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('server', 'page')), -- who posts the lead
  url TEXT NOT NULL, -- a template
  method TEXT NOT NULL CHECK (method IN ('GET', 'POST', 'PUT')),
  format TEXT NOT NULL CHECK (format IN ('form', 'json')),
  fields TEXT NOT NULL,       -- kind (template or literal), value, the names that lead to it
  sealed_headers BLOB,        -- under the server key: they hold the partner's tokens
  header_names TEXT NOT NULL, -- space between
  success_statuses TEXT NOT NULL, -- space between; empty: 200 to 299
  success_pointer TEXT,
  success_equals TEXT,
  success_contains TEXT,
  lead_id_pointer TEXT,
  redirect_pointer TEXT,
  payout INTEGER CHECK (payout >= 0), -- expected for an approved lead; NULL: not known
  hour_cap INTEGER CHECK (hour_cap >= 0), -- leads that it takes; NULL: any number
  day_cap INTEGER CHECK (day_cap >= 0),
  total_cap INTEGER CHECK (total_cap >= 0),
  timezone TEXT NOT NULL, -- of caps and schedule
  schedule TEXT NOT NULL, -- days, from, to in minutes since midnight; empty: always
  countries TEXT NOT NULL, -- filters: a value a line; empty: all
  sources TEXT NOT NULL,
  traffic_types TEXT NOT NULL,
  min_score INTEGER NOT NULL CHECK (min_score BETWEEN 0 AND 100),
  priority INTEGER NOT NULL,
  weight INTEGER NOT NULL CHECK (weight >= 0),
  deduplicating INTEGER NOT NULL CHECK (deduplicating IN (0, 1)), -- 1: takes the same lead twice for one
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  PRIMARY KEY (account_id, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE cap_count (
  -- Leads that a partner has or may have, a row an hour, a day (of its time zone), and in all; counted with or without
  -- caps, so that a new cap holds at once. Raised by guarded statements; hours and days are kept a week.
  account_id INTEGER NOT NULL,
  partner TEXT NOT NULL,
  span INTEGER NOT NULL CHECK (span BETWEEN 0 AND 2), -- hour, day, total
  period INTEGER NOT NULL, -- number of the hour or day since 1970; 0 for the total
  used INTEGER NOT NULL CHECK (used >= 0),
  PRIMARY KEY (account_id, partner, span, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE route (
  -- Where a lead went, and why. Only of leads that came when their account had partners.
  lead_id INTEGER PRIMARY KEY REFERENCES lead,
  account_id INTEGER NOT NULL REFERENCES account,
  policy TEXT NOT NULL CHECK (policy IN ('priority', 'weighted', 'learned')),
  partner TEXT,    -- that has the lead or may have it; NULL: none
  propensity REAL CHECK (propensity BETWEEN 0 AND 1), -- how likely the policy was to ask it first
  considered TEXT NOT NULL, -- partner=obstacle or partner:propensity, space between
  delivery TEXT NOT NULL
    CHECK (delivery IN ('open', 'accepted', 'declined', 'not_sent', 'unknown', 'page', 'none')),
  accepted_id INTEGER, -- made when the partner took it: tells which messages came before that; NULL: it did not
  partner_lead_id TEXT,
  CHECK ((partner IS NOT NULL) = (delivery IN ('open', 'accepted', 'unknown', 'page'))),
  CHECK ((accepted_id IS NOT NULL) = (delivery = 'accepted'))
) STRICT;

CREATE TABLE lead_attempt (
  -- One try to hand a lead to a partner, written before its first byte leaves.
  lead_id INTEGER NOT NULL REFERENCES lead,
  number INTEGER NOT NULL CHECK (number > 0),
  account_id INTEGER NOT NULL,
  partner TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  hour INTEGER, -- the periods that it counts in (table cap_count); NULL: in none, or not any more
  day INTEGER,
  outcome TEXT CHECK (outcome IN ('accepted', 'declined', 'not_sent', 'unknown')), -- NULL: it is under way
  cause TEXT,
  status INTEGER, -- of the answer
  milliseconds INTEGER,
  partner_lead_id TEXT,
  PRIMARY KEY (lead_id, number),
  CHECK ((hour IS NULL) = (day IS NULL)),
  CHECK ((outcome IS NULL) = (cause IS NULL) AND (outcome IS NULL) = (milliseconds IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE partner_streak (
  -- A partner's newest attempts in vain, one after the other; no row: it took the last lead. Written only where an
  -- attempt was in vain or ends such a row, so that a lead that is taken costs nothing here.
  account_id INTEGER NOT NULL,
  partner TEXT NOT NULL,
  failed INTEGER NOT NULL CHECK (failed > 0),
  unanswered INTEGER NOT NULL CHECK (unanswered BETWEEN 0 AND failed), -- the newest of these without a whole answer
  cause TEXT NOT NULL, -- of the last one
  last_at INTEGER NOT NULL, -- when that ended
  PRIMARY KEY (account_id, partner)
) STRICT, WITHOUT ROWID;

CREATE INDEX lead_attempt_open ON lead_attempt (began_at) WHERE outcome IS NULL;

CREATE TABLE postback (
  -- Everything a partner ever sent, and what became of it. A click's messages are a chain: conversion.last_postback_id
  -- names the newest, each names the one before, so no index is needed to find them.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  received_at INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('partner', 'correction', 'report')),
  key_id INTEGER NOT NULL, -- the key that brought it; 0: a person who was logged in
  click_id TEXT,   -- as sent; a reference where it is an e-mail address of an unknown click
  raw_status TEXT, -- the word as sent
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected', 'chargeback')),
  rebill INTEGER NOT NULL CHECK (rebill IN (0, 1)), -- 1: the word was rebill
  payout INTEGER CHECK (payout >= 0), -- what it says the conversion is worth; NULL: nothing
  amount INTEGER,  -- as sent, with its sign; NULL: none
  currency TEXT,
  txid TEXT,
  other_names TEXT NOT NULL, -- names of parameters that we do not know, space between; never their values
  result TEXT NOT NULL CHECK (result IN ('applied', 'duplicate', 'stale', 'unmatched', 'ignored')),
  reason TEXT,
  warnings TEXT NOT NULL,
  expected_payout INTEGER CHECK (expected_payout >= 0), -- what the partner was to pay for the lead then; NULL: not known
  lead_id INTEGER, -- whose conversion it is about; NULL: none
  previous_id INTEGER
) STRICT;

CREATE INDEX postback_by_account ON postback (account_id);

CREATE TABLE conversion (
  -- What a click's messages have come to: one row a conversion.
  account_id INTEGER NOT NULL,
  click_id TEXT NOT NULL,
  txid TEXT NOT NULL,      -- '': none
  rebill INTEGER NOT NULL CHECK (rebill IN (0, 1)), -- 1: the row of rebills without txid
  lead_id INTEGER NOT NULL REFERENCES lead,
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected', 'chargeback')),
  payout INTEGER CHECK (payout >= 0), -- the last one reported, or the expected one; NULL: none yet
  expects_payout INTEGER NOT NULL CHECK (expects_payout IN (0, 1)), -- 1: its first approval may take the expected one
  currency TEXT,
  raw_status TEXT,
  opened_by INTEGER NOT NULL, -- the message that opened it
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  last_postback_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, click_id, txid, rebill),
  CHECK (rebill = 0 OR txid = '')
) STRICT, WITHOUT ROWID;

CREATE TABLE unmatched (
  -- Messages whose lead has not come yet, kept 30 days.
  account_id INTEGER NOT NULL,
  click_id TEXT NOT NULL,
  postback_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, click_id, postback_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE status_word (
  -- Words that an account, or one of its postback keys, gives a class of its own.
  account_id INTEGER NOT NULL REFERENCES account,
  key_id INTEGER NOT NULL, -- 0: the account's own map
  word TEXT NOT NULL,      -- folded
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected', 'chargeback')),
  PRIMARY KEY (account_id, key_id, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE unmapped_word (
  -- Words that stood in no map and no table when they came, and so counted as pending.
  account_id INTEGER NOT NULL,
  key_id INTEGER NOT NULL,
  word TEXT NOT NULL, -- folded
  messages INTEGER NOT NULL CHECK (messages > 0),
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, key_id, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE replay (
  -- Clicks whose messages a change of words may read otherwise; each is worked off once.
  account_id INTEGER NOT NULL,
  click_id TEXT NOT NULL,
  PRIMARY KEY (account_id, click_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE forward (
  -- A tracker that conversions are sent on to.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  name TEXT NOT NULL,
  url TEXT NOT NULL,        -- a template
  statuses TEXT NOT NULL,   -- classes it is told, space between
  status_map TEXT NOT NULL, -- its own words, class=word, a line each
  source TEXT,              -- the one source whose conversions it is told; NULL: all
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;

CREATE TABLE delivery (
  -- The outbox: one change of a conversion on its way to one tracker, written with the change.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  forward_id INTEGER NOT NULL REFERENCES forward,
  click_id TEXT NOT NULL,
  lead_id INTEGER NOT NULL REFERENCES lead,
  postback_id INTEGER NOT NULL, -- what changed it
  opened_by INTEGER NOT NULL, -- the conversion's: names it, whatever txid it gets
  txid TEXT,
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected', 'chargeback')),
  payout INTEGER NOT NULL CHECK (payout >= 0), -- what it is worth with this change
  amount INTEGER, -- as reported
  raw_status TEXT,
  currency TEXT,
  created_at INTEGER NOT NULL,
  -- dropped: was dead, and a replay found nothing to tell: a newer one tells it, or it is not wanted any more.
  state TEXT NOT NULL CHECK (state IN ('due', 'delivered', 'dead', 'dropped')),
  -- When it is sent. 0: at once, as it was written. In flight: when its lease ends, and it is sent again.
  -- 9223372036854775807: not before an earlier one of its click and forward is settled, which gives it its time.
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0), -- that failed and counted, and the last one
  settled_at INTEGER, -- when it was delivered or given up
  CHECK ((settled_at IS NULL) = (state = 'due'))
) STRICT;

CREATE INDEX delivery_by_postback ON delivery (postback_id);

CREATE INDEX delivery_due
  -- What to send next. A new one stands behind its forward's other new ones, so postbacks write the same page.
  ON delivery (forward_id, due_at, id) WHERE state = 'due';

CREATE INDEX delivery_begun
  -- What holds back later ones of its click. New ones are not in it: postbacks do not write it.
  ON delivery (forward_id, click_id, id) WHERE state = 'due' AND due_at > 0;

CREATE INDEX delivery_dead ON delivery (forward_id, id) WHERE state = 'dead';

CREATE TABLE delivery_attempt (
  -- One call of a delivery's URL.
  delivery_id INTEGER NOT NULL REFERENCES delivery,
  number INTEGER NOT NULL CHECK (number > 0),
  at INTEGER NOT NULL, -- when it ended
  status INTEGER,      -- of the answer; NULL: there was none
  milliseconds INTEGER NOT NULL,
  failure TEXT,        -- what went wrong, as a code; NULL: nothing but the status
  answer TEXT NOT NULL, -- its first 512 bytes, fit to be shown
  -- 0: it cost none of its attempts: its host was away, or this server could not make the call. Of several such
  -- one after the other the last is kept.
  counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE forward_tally (
  -- What became of a forward's deliveries. Beside its row, whose every change servers read anew.
  forward_id INTEGER PRIMARY KEY REFERENCES forward,
  delivered INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  delivered_at INTEGER, -- the last one
  failed_at INTEGER,    -- the last attempt in vain
  failing_since INTEGER, -- the first one in vain since the last delivery; NULL: none, or nothing waits any more
  failed_status INTEGER,
  failure TEXT
) STRICT;

CREATE TABLE alert_channel (
  -- A way to tell an account of alerts.
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL CHECK (kind IN ('webhook', 'email', 'telegram')),
  sealed BLOB NOT NULL, -- where it leads, under the server key
  created_at INTEGER NOT NULL,
  sent_at INTEGER,   -- when a message last arrived
  failed_at INTEGER, -- when the last try failed; NULL: it did not
  failure TEXT,      -- why, in words
  CHECK ((failed_at IS NULL) = (failure IS NULL))
) STRICT;

CREATE INDEX alert_channel_by_account ON alert_channel (account_id);

CREATE TABLE alert (
  -- What is wrong, or was within 30 days: one row a cause.
  account_id INTEGER NOT NULL, -- 0: the whole server's
  code TEXT NOT NULL,
  subject TEXT NOT NULL, -- what it is about, as the API names it; '': there is only one
  label TEXT NOT NULL,   -- what its owner calls it
  detail TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL, -- when it began, this time
  last_at INTEGER NOT NULL,  -- when it began or last grew
  told_at INTEGER,
  resolved_at INTEGER,       -- NULL: it lasts
  PRIMARY KEY (account_id, code, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_message (
  -- An alert on its way to one channel; gone once it arrived or was given up.
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES alert_channel ON DELETE CASCADE,
  code TEXT NOT NULL,
  subject TEXT NOT NULL,
  count INTEGER NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0), -- in vain
  due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX alert_message_by_channel ON alert_message (channel_id);

CREATE TABLE lead_rollup (
  -- Sums a day (of the generation's time zone), dimension and value. Two tables, since a decision writes today's rows only and
  -- a postback those of the day its lead came: so the second stays small, a page an account and day.
  account_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  day INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  value TEXT NOT NULL,
  leads INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  reviewed INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (account_id, generation, day, dimension, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversion_rollup (
  account_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  day INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  value TEXT NOT NULL,
  pending INTEGER NOT NULL,     -- leads by lead_status
  approved INTEGER NOT NULL,
  declined INTEGER NOT NULL,
  chargebacks INTEGER NOT NULL,
  conversions INTEGER NOT NULL, -- approved conversions
  revenue INTEGER NOT NULL,
  held_revenue INTEGER NOT NULL,
  PRIMARY KEY (account_id, generation, day, dimension, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_rebuild (
  -- A change of an account's time zone on its way: a further generation of roll-ups is filled, lead by lead in order
  -- of id; then it is the one that is shown.
  account_id INTEGER PRIMARY KEY REFERENCES account,
  timezone TEXT NOT NULL,
  generation INTEGER NOT NULL,
  rebuilt_through INTEGER NOT NULL, -- the last lead that counts in it
  started_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER account_insert_changes_directory AFTER INSERT ON account
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER account_update_changes_directory AFTER UPDATE ON account
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER api_key_insert_changes_directory AFTER INSERT ON api_key
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER api_key_update_changes_directory AFTER UPDATE ON api_key
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER source_insert_changes_directory AFTER INSERT ON source
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER source_update_changes_directory AFTER UPDATE ON source
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER partner_insert_changes_directory AFTER INSERT ON partner
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER partner_update_changes_directory AFTER UPDATE ON partner
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER status_word_insert_changes_directory AFTER INSERT ON status_word
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER status_word_update_changes_directory AFTER UPDATE ON status_word
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER status_word_delete_changes_directory AFTER DELETE ON status_word
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER forward_insert_changes_directory AFTER INSERT ON forward
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER forward_update_changes_directory AFTER UPDATE ON forward
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER rollup_rebuild_insert_changes_directory AFTER INSERT ON rollup_rebuild
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TRIGGER rollup_rebuild_delete_changes_directory AFTER DELETE ON rollup_rebuild
BEGIN UPDATE directory SET version = version + 1; END;

CREATE TABLE visit (
  -- From which address a lead came (a reference under a key that is replaced every 30 days), kept a day. In order of
  -- time, so that it costs a lead next to nothing: those of the last hour are counted in memory, for the flood rule.
  lead_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  address_ref BLOB NOT NULL
) STRICT;

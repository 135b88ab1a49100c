extension Schema {
  /// Leads, and what finds them.
  static let leads = """
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

    CREATE INDEX lead_by_account ON lead (account_id); -- and by id, which SQLite appends

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

    CREATE TABLE visit (
      -- Who came from which address (a reference under a key that is replaced every 30 days), kept a day: small, so always in
      -- memory. Counted for the flood rule.
      account_id INTEGER NOT NULL,
      hour INTEGER NOT NULL, -- since 1970; keeps what is written now on few pages
      address_ref BLOB NOT NULL,
      lead_id INTEGER NOT NULL,
      PRIMARY KEY (account_id, hour, address_ref, lead_id)
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
    """

  /// Visits by lead instead of by address.
  static let visitsInOrderOfTime = """
    CREATE TEMP TABLE old_visit AS SELECT lead_id, account_id, address_ref FROM visit;

    DROP TABLE visit;

    CREATE TABLE visit (
      -- From which address a lead came (a reference under a key that is replaced every 30 days), kept a day. In order of
      -- time, so that it costs a lead next to nothing: those of the last hour are counted in memory, for the flood rule.
      lead_id INTEGER PRIMARY KEY,
      account_id INTEGER NOT NULL,
      address_ref BLOB NOT NULL
    ) STRICT;

    INSERT INTO visit SELECT lead_id, account_id, address_ref FROM old_visit ORDER BY lead_id;

    DROP TABLE old_visit;
    """
}

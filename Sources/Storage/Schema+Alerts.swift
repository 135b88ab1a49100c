extension Schema {
  /// What is wrong, and who is told.
  static let alerts = """
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
    """
}

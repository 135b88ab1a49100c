extension Schema {
  /// Accounts, who may log in, keys, sources, and what was counted against plans and caps.
  static let accounts = """
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
    """
}

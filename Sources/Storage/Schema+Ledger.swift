extension Schema {
  /// Partners' messages, and what they have come to.
  static let ledger = """
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
    """
}

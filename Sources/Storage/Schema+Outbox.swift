extension Schema {
  /// Trackers, and what they are told.
  static let outbox = """
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
    """
}

extension Schema {
  /// Partners, and how leads went to them.
  static let partners = """
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
    """
}

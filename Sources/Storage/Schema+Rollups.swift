extension Schema {
  /// Sums.
  static let rollups = """
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
    """
}

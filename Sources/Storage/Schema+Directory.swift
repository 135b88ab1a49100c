extension Schema {
  /// What raises the version of the directory.
  static let directoryTriggers = """
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

    INSERT INTO directory (only, version) VALUES (1, 0);
    """
}

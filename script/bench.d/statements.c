// What the schema costs, before any server stands on it: the statements of one decision and of one postback, prepared,
// on bare SQLite (WAL, synchronous=FULL), BATCH requests a durable commit, roll-up sums merged and written once a batch.
//
//   statements seed DB LEADS ACCOUNTS SCHEMA.sql      makes the database: 90 days of leads, dealt to the accounts in turn
//   statements decision DB SECONDS BATCH
//   statements postback DB SECONDS BATCH
//
// Prints requests/s, commits/s, CPU, commit latency and the pages written to the WAL a request. The environment varies a run:
//   PAGE=4096 DIGEST=32 RANDOM_CLICKS=1 (seed)   DIGEST=32 FK=1 CACHE=65536 (KiB) MMAP=0 (MiB) RECENT=90 (days back that
//   postbacks reach) ROLLUP=1 BREAKDOWN=0 (1: pages by table)
//   CKPT=1000: the writer checkpoints at so many pages · thread:4000: a second thread does · handoff:4000: a second thread
//   does, then the writer copies the few pages that came meanwhile, so that the WAL starts again from its beginning
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

typedef long long i64;
enum { DAY = 86400, SPAN = 90, SUMS = 7, MICRO = 1000000 };

static sqlite3 *db;
static int digest = 32;

// --- small helpers -------------------------------------------------------------------------------------------------
static i64 micros(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * (i64)MICRO + t.tv_nsec / 1000;
}
static unsigned long long state = 88172645463325252ULL;
static unsigned long long rnd(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static long option(const char *name, long otherwise) { return getenv(name) ? atol(getenv(name)) : otherwise; }
static void die(const char *what) { fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db)); exit(1); }
static void run(const char *sql) { if (sqlite3_exec(db, sql, 0, 0, 0)) die(sql); }
static void pragma(const char *name, long value) {
  char sql[96];
  snprintf(sql, sizeof sql, "PRAGMA %s = %ld", name, value);
  run(sql);
}
static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *s;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, 0)) die(sql);
  return s;
}
static sqlite3_stmt *preparef(const char *format, ...) {
  char sql[1024];
  __builtin_va_list a;
  __builtin_va_start(a, format);
  vsnprintf(sql, sizeof sql, format, a);
  __builtin_va_end(a);
  return prepare(sql);
}
// Binds by a word: i integer (i64), d double, t text, b digest, n null.
static void bind(sqlite3_stmt *s, const char *kinds, ...) {
  __builtin_va_list a;
  __builtin_va_start(a, kinds);
  for (int k = 1; kinds[k - 1]; k++) switch (kinds[k - 1]) {
    case 'i': sqlite3_bind_int64(s, k, __builtin_va_arg(a, i64)); break;
    case 'd': sqlite3_bind_double(s, k, __builtin_va_arg(a, double)); break;
    case 't': sqlite3_bind_text(s, k, __builtin_va_arg(a, const char *), -1, SQLITE_STATIC); break;
    case 'b': sqlite3_bind_blob(s, k, __builtin_va_arg(a, const void *), digest, SQLITE_STATIC); break;
    case 'n': sqlite3_bind_null(s, k); break;
  }
  __builtin_va_end(a);
}
static void finish(sqlite3_stmt *s) {
  int r;
  while ((r = sqlite3_step(s)) == SQLITE_ROW) {}
  if (r != SQLITE_DONE) die(sqlite3_sql(s));
  sqlite3_reset(s);
}
static i64 next_id(void) {
  static i64 last;
  i64 now = micros(CLOCK_REALTIME);
  return last = now > last ? now : last + 1;
}

// --- what the world looks like -------------------------------------------------------------------------------------
static const char *const sources[] = {"tiktok_us", "facebook", "google", "native_1", "push_eu", "bing", "taboola", "email", "organic"};
static const char *const traffic[] = {"push", "native", "social", "search"};
static const char *const countries[] = {"US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "CA", "AU", "BR", "IN", "NG", "VN"};
static const char *const codes[] = {"email_domain", "time_on_site", "page_views", "country_phone", "fill_seconds", "pasted",
  "timezone", "language", "source", "landing_page", "hour", "traffic_type", "name_shape", "email_shape", "phone_type",
  "disposable", "webdriver", "flood", "user_agent", "weekday"};
static const char *const heads[] = {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com"};
static const char *const classes[] = {"approved", "pending", "rejected"};
#define PICK(a) (a)[rnd() % (sizeof(a) / sizeof(a)[0])]

struct lead {
  i64 account, id;
  char click[64], source[65], traffic[24], page[64], country[4], domain[64], reasons[256], decision[8];
  unsigned char email[32], phone[32], name[32], key[32], address[32];
  int points;
};
static void fill(unsigned char *b) { for (int i = 0; i < 4; i++) { unsigned long long r = rnd(); memcpy(b + 8 * i, &r, 8); } }
static void imagine(struct lead *l) {
  strcpy(l->source, PICK(sources)); strcpy(l->traffic, PICK(traffic)); strcpy(l->country, PICK(countries));
  sprintf(l->page, "offer-page-%d", (int)(rnd() % 15) + 1);
  double u = (rnd() % 1000000 + 1) / 1e6;
  int d = (int)(u * u * u * 60); // a head that most have, a tail that few have
  if (d < 6) strcpy(l->domain, heads[d]); else sprintf(l->domain, "mail-%d.example", d);
  int first = (int)(rnd() % 20), n = 3 + (int)(rnd() % 3), at = 0;
  for (int i = 0; i < n; i++) at += sprintf(l->reasons + at, "%s%s %d 45", i ? ";" : "", codes[(first + i * 7) % 20], (int)(rnd() % 19) - 9);
  int luck = (int)(rnd() % 10);
  strcpy(l->decision, luck < 7 ? "accept" : luck < 9 ? "review" : "reject");
  fill(l->email); fill(l->phone); fill(l->name); fill(l->key); fill(l->address);
}

// --- roll-up sums: gathered, sorted by key, merged, one statement a row ----------------------------------------------
struct sum { i64 account; int day, dimension; char value[65]; i64 add[SUMS]; };
static struct sum *sums;
static size_t sum_count, sum_room;
static void add_sum(i64 account, int day, int dimension, const char *value, size_t length, const i64 *add) {
  if (sum_count == sum_room) sums = realloc(sums, (sum_room = sum_room ? sum_room * 2 : 4096) * sizeof *sums);
  struct sum *s = &sums[sum_count++];
  s->account = account; s->day = day; s->dimension = dimension;
  memcpy(s->value, value, length); s->value[length] = 0;
  memcpy(s->add, add, sizeof s->add);
}
static void add_sums(const struct lead *l, int day, const i64 *add) {
  const char *one[] = {"", l->source, "", l->traffic, l->page, l->country, l->domain};
  for (int d = 0; d < 7; d++) add_sum(l->account, day, d, one[d], strlen(one[d]), add);
  for (const char *r = l->reasons; *r; ) {
    const char *end = strchr(r, ';');
    add_sum(l->account, day, 7, r, strcspn(r, " "), add);
    r = end ? end + 1 : "";
  }
}
static int by_key(const void *a, const void *b) {
  const struct sum *x = a, *y = b;
  if (x->account != y->account) return x->account < y->account ? -1 : 1;
  if (x->day != y->day) return x->day - y->day;
  if (x->dimension != y->dimension) return x->dimension - y->dimension;
  return strcmp(x->value, y->value);
}
static void merge_sums(void) {
  size_t n = 0;
  if (sum_count) qsort(sums, sum_count, sizeof *sums, by_key);
  for (size_t i = 0; i < sum_count; i++) {
    if (n && !by_key(&sums[n - 1], &sums[i])) for (int k = 0; k < SUMS; k++) sums[n - 1].add[k] += sums[i].add[k];
    else sums[n++] = sums[i];
  }
  sum_count = n;
}
static void write_sums(sqlite3_stmt *s, int columns) {
  static const i64 none[SUMS];
  merge_sums();
  for (size_t i = 0; i < sum_count; i++) {
    if (!memcmp(sums[i].add, none, sizeof none)) continue;
    bind(s, "iiit", sums[i].account, (i64)sums[i].day, (i64)sums[i].dimension, sums[i].value);
    for (int k = 0; k < columns; k++) sqlite3_bind_int64(s, 5 + k, sums[i].add[k]);
    finish(s);
  }
  sum_count = 0;
}

// --- the statements ------------------------------------------------------------------------------------------------
// The outbox of a later migration (issue C), here so that a postback's cost is whole. What the tracker is told beside
// these columns stands in the log line that caused it; only pending rows are in the index.
#define FORWARD(key, end) \
  "CREATE TABLE forward (account_id INTEGER NOT NULL, configuration_id INTEGER NOT NULL, id INTEGER " key "," \
  " lead_id INTEGER NOT NULL, postback_id INTEGER NOT NULL, click_id TEXT NOT NULL, txid TEXT NOT NULL, status TEXT NOT NULL," \
  " payout INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')), attempts INTEGER NOT NULL," \
  " due_at INTEGER NOT NULL" end ";" \
  "CREATE INDEX forward_due ON forward (due_at) WHERE state = 'pending';"
static const char *const forward_ddl[] = {
  FORWARD("NOT NULL", ", PRIMARY KEY (account_id, configuration_id, id)) STRICT, WITHOUT ROWID"),
  FORWARD("PRIMARY KEY", ") STRICT"),
  FORWARD("PRIMARY KEY", ") STRICT") "CREATE INDEX forward_by_configuration ON forward (configuration_id, id);",
};
static sqlite3_stmt *begin, *commit, *take_quota, *find_key, *find_duplicate, *count_visits, *see_domain, *insert_lead, *insert_contact,
  *insert_key, *insert_visit, *find_unmatched, *find_leads, *find_conversions, *insert_conversion, *take_over, *insert_postback,
  *insert_forward, *sum_leads, *sum_conversions;

static int by_lead, slim, hours; // variants of the schema, found in the database
static int has(const char *query) {
  sqlite3_stmt *s = prepare(query);
  int found = sqlite3_step(s) == SQLITE_ROW;
  sqlite3_finalize(s);
  return found;
}
#define LEAD_SUMS "leads, accepted, reviewed, rejected, delivered, cost"
#define LEAD_SET "leads = leads + excluded.leads, accepted = accepted + excluded.accepted, reviewed = reviewed + excluded.reviewed, " \
  "rejected = rejected + excluded.rejected, delivered = delivered + excluded.delivered, cost = cost + excluded.cost"
#define CONVERSION_SUMS "pending, approved, declined, chargebacks, conversions, revenue, held_revenue"
#define CONVERSION_SET "pending = pending + excluded.pending, approved = approved + excluded.approved, declined = declined + excluded.declined, " \
  "chargebacks = chargebacks + excluded.chargebacks, conversions = conversions + excluded.conversions, " \
  "revenue = revenue + excluded.revenue, held_revenue = held_revenue + excluded.held_revenue"
static void prepare_all(void) {
  int one = has("SELECT 1 FROM sqlite_schema WHERE name = 'rollup'"); // a variant: both roll-ups as one table
  by_lead = !has("SELECT 1 FROM pragma_table_info('conversion') WHERE name = 'click_id'"); 
  slim = !has("SELECT 1 FROM pragma_table_info('conversion') WHERE name = 'changed_at'");
  hours = has("SELECT 1 FROM pragma_table_info('visit') WHERE name = 'hour'");
  begin = prepare("BEGIN IMMEDIATE");
  commit = prepare("COMMIT");
  take_quota = prepare("INSERT INTO usage VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ? RETURNING used");
  find_key = prepare("SELECT lead_id FROM lead_key WHERE account_id = ? AND digest = ?");
  find_duplicate = prepare("SELECT 1 FROM contact c JOIN lead l ON l.account_id = c.account_id AND l.id = c.lead_id"
    " WHERE c.account_id = ? AND c.reference = ? AND c.lead_id >= ? AND l.decision <> 'reject' LIMIT 1");
  count_visits = preparef("SELECT count(*) FROM visit WHERE account_id = ? AND address_ref = ? AND lead_id >= ?%s",
    hours ? " AND hour IN (?4 - 1, ?4)" : "");
  see_domain = prepare("INSERT INTO email_domain VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET leads = leads + 1 WHERE leads < 3");
  insert_lead = prepare("INSERT INTO lead (account_id, id, received_at, click_id, source, traffic_type, landing_page, country, email_domain,"
    " email_ref, phone_ref, name_ref, reasons, decision, score, probability, user_agent, signals, duplicate, cost, used)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?, 'Chrome Windows',"
    " '{\"time_on_site\":45,\"page_views\":3,\"fill_seconds\":12.5,\"pasted\":false,\"webdriver\":false,\"timezone\":\"America/New_York\"}', 0, 350000, 4711)");
  insert_contact = prepare("INSERT INTO contact VALUES (?, ?, ?)");
  insert_key = prepare("INSERT INTO lead_key VALUES (?, ?, ?)");
  insert_visit = preparef("INSERT INTO visit (account_id, address_ref, lead_id%s) VALUES (?, ?, ?%s)", hours ? ", hour" : "", hours ? ", ?" : "");
  find_unmatched = prepare("SELECT postback_id FROM unmatched WHERE account_id = ? AND click_id = ? ORDER BY postback_id");
  find_leads = prepare("SELECT id, received_at, source, traffic_type, landing_page, country, email_domain, reasons, duplicate FROM lead INDEXED BY lead_by_click"
    " WHERE account_id = ? AND click_id = ? ORDER BY id DESC");
  const char *home = by_lead ? "lead_id" : "click_id", *word = slim ? "" : ", raw_status = 'word', changed_at = 1795376400000000";
  find_conversions = preparef("SELECT txid, rebill, lead_id, status, payout, currency, created_at, last_postback_id FROM conversion"
    " WHERE account_id = ? AND %s = ?", home);
  take_over = preparef("UPDATE conversion SET txid = ?, status = ?, payout = ?, last_postback_id = ?%s"
    " WHERE account_id = ? AND %s = ? AND txid = '' AND rebill = 0", word, home);
  insert_conversion = preparef("INSERT INTO conversion (account_id, lead_id, txid, status, payout, created_at, last_postback_id, rebill%s%s)"
    " VALUES (?,?,?,?,?,?,?, 0%s%s)", slim ? "" : ", raw_status, changed_at", by_lead ? "" : ", click_id",
    slim ? "" : ", 'word', 1795376400000000", by_lead ? "" : ", ?");
  insert_postback = prepare("INSERT INTO postback (account_id, id, received_at, click_id, raw_status, status, amount, txid, previous_id, key_id,"
    " other_names, result, warnings) VALUES (?,?,?,?,?,?,?,?,?, 7, '', 'applied', '')");
  insert_forward = prepare("INSERT INTO forward (account_id, id, lead_id, postback_id, click_id, txid, status, payout, due_at, configuration_id,"
    " state, attempts) VALUES (?,?,?,?,?,?,?,?,?, 1, 'pending', 0)");
  sum_leads = prepare(one ? "INSERT INTO rollup VALUES (?,?,?,?,?,?,?,?,?,?, 0,0,0,0,0,0,0) ON CONFLICT DO UPDATE SET " LEAD_SET
    : "INSERT INTO lead_rollup (account_id, day, dimension, value, " LEAD_SUMS ") VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET " LEAD_SET);
  sum_conversions = prepare(one ? "INSERT INTO rollup VALUES (?,?,?,?, 0,0,0,0,0,0, ?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET " CONVERSION_SET
    : "INSERT INTO conversion_rollup (account_id, day, dimension, value, " CONVERSION_SUMS ") VALUES (?,?,?,?,?,?,?,?,?,?,?)"
      " ON CONFLICT DO UPDATE SET " CONVERSION_SET);
}

static void store_lead(const struct lead *l, int with_key) {
  bind(insert_lead, "iiitttttt" "bbb" "ttid", l->account, l->id, l->id, l->click, l->source, l->traffic, l->page, l->country, l->domain,
    l->email, l->phone, l->name, l->reasons, l->decision, (i64)52, 0.41);
  finish(insert_lead);
  bind(insert_contact, "ibi", l->account, l->email, l->id); finish(insert_contact);
  bind(insert_contact, "ibi", l->account, l->phone, l->id); finish(insert_contact);
  if (with_key) { bind(insert_key, "ibi", l->account, l->key, l->id); finish(insert_key); }
}
static void visit(const struct lead *l) {
  bind(insert_visit, "ibi", l->account, l->address, l->id);
  if (hours) sqlite3_bind_int64(insert_visit, 4, l->id / MICRO / 3600);
  finish(insert_visit);
}
static void lead_delta(const struct lead *l, i64 *add) {
  memset(add, 0, SUMS * sizeof *add);
  add[0] = 1; add[5] = 350000;
  add[l->decision[0] == 'a' ? 1 : l->decision[2] == 'v' ? 2 : 3] = 1;
}
static void decide(int accounts) {
  struct lead l;
  i64 add[SUMS];
  imagine(&l);
  l.account = 1 + (i64)(rnd() % (unsigned)accounts); l.id = next_id();
  sprintf(l.click, "%016llx%04x", rnd(), (int)(rnd() & 0xffff));
  bind(find_key, "ib", l.account, l.key); finish(find_key);
  bind(take_quota, "iii", l.account, (i64)202611, (i64)1000000000); finish(take_quota);
  bind(find_duplicate, "ibi", l.account, l.email, l.id - 30 * DAY * (i64)MICRO); finish(find_duplicate);
  bind(find_duplicate, "ibi", l.account, l.phone, l.id - 30 * DAY * (i64)MICRO); finish(find_duplicate);
  bind(count_visits, "ibi", l.account, l.address, l.id - 3600 * (i64)MICRO);
  if (hours) sqlite3_bind_int64(count_visits, 4, l.id / MICRO / 3600);
  finish(count_visits);
  bind(see_domain, "it", l.account, l.domain); finish(see_domain);
  store_lead(&l, 1);
  visit(&l);
  bind(find_unmatched, "it", l.account, l.click); finish(find_unmatched);
  lead_delta(&l, add);
  add_sums(&l, (int)(l.id / MICRO / DAY), add);
}

// What a lead counts as in a conversion roll-up: its status, its conversions' sums.
static const char *copy(char *to, sqlite3_stmt *s, int column) { const char *t = (const char *)sqlite3_column_text(s, column); return strcpy(to, t ? t : ""); }
struct worth { int approved, pending, declined, chargebacks; i64 revenue, held; };
static void count(struct worth *w, const char *status, i64 payout) {
  switch (status[0]) {
    case 'a': w->approved++; w->revenue += payout; break;
    case 'p': w->pending++; w->held += payout; break;
    case 'r': w->declined++; break;
    default: w->chargebacks++;
  }
}
static void add_worth(const struct worth *w, int sign, i64 *add) {
  int status = w->approved ? 1 : w->pending ? 0 : w->chargebacks ? 3 : w->declined ? 2 : -1;
  if (status >= 0) add[status] += sign;
  add[4] += sign * w->approved; add[5] += sign * w->revenue; add[6] += sign * w->held;
}
static void open_conversion(const struct lead *l, const char *txid, const char *class, i64 payout, i64 at) {
  bind(insert_conversion, "iittiii", l->account, l->id, txid, class, payout, at, at);
  if (!by_lead) sqlite3_bind_text(insert_conversion, 8, l->click, -1, SQLITE_STATIC);
  finish(insert_conversion);
}
static void post_back(i64 number, int accounts, int random_clicks) {
  static long sent;
  struct lead l;
  struct worth old = {0}, new = {0};
  i64 id = next_id(), previous = 0, payout = 25500000;
  int bare = 0;
  char txid[32];
  const char *class = classes[sent++ % 3];
  sprintf(txid, "L%llx", (unsigned long long)id);
  l.account = (number - 1) % accounts + 1;
  if (random_clicks) sprintf(l.click, "%016llx", (unsigned long long)number * 0x9E3779B97F4A7C15ULL); else sprintf(l.click, "c%09lld", number);
  bind(find_leads, "it", l.account, l.click);
  if (sqlite3_step(find_leads) != SQLITE_ROW) die("no such lead");
  l.id = sqlite3_column_int64(find_leads, 0);
  int day = (int)(sqlite3_column_int64(find_leads, 1) / MICRO / DAY);
  copy(l.source, find_leads, 2); copy(l.traffic, find_leads, 3); copy(l.page, find_leads, 4); copy(l.country, find_leads, 5);
  copy(l.domain, find_leads, 6); copy(l.reasons, find_leads, 7);
  finish(find_leads);
  bind(find_conversions, by_lead ? "ii" : "it", l.account, by_lead ? (void *)l.id : (void *)l.click);
  while (sqlite3_step(find_conversions) == SQLITE_ROW) {
    const char *status = (const char *)sqlite3_column_text(find_conversions, 3);
    i64 worth = sqlite3_column_int64(find_conversions, 4), newest = sqlite3_column_int64(find_conversions, 7);
    count(&old, status, worth);
    if (!sqlite3_column_bytes(find_conversions, 0)) bare = 1; else count(&new, status, worth);
    if (newest > previous) previous = newest;
  }
  sqlite3_reset(find_conversions);
  count(&new, class, payout);
  if (bare) { bind(take_over, by_lead ? "ttiiii" : "ttiiit", txid, class, payout, id, l.account, by_lead ? (void *)l.id : (void *)l.click); finish(take_over); }
  else { open_conversion(&l, txid, class, payout, id); }
  bind(insert_postback, "iiitttiti", l.account, id, id, l.click, class, class, payout, txid, previous);
  if (!previous) sqlite3_bind_null(insert_postback, 9);
  finish(insert_postback);
  bind(insert_forward, "iiiitttii", l.account, id, l.id, id, l.click, txid, class, class[0] == 'r' ? (i64)0 : payout, id); finish(insert_forward);
  i64 add[SUMS] = {0};
  add_worth(&old, -1, add); add_worth(&new, 1, add);
  add_sums(&l, day, add);
}

// --- seed ------------------------------------------------------------------------------------------------------------
static char *text_of(const char *path) {
  FILE *f = fopen(path, "r");
  static char text[1 << 17];
  if (!f) { perror(path); exit(1); }
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  fclose(f);
  return text;
}
static void seed_conversion(const struct lead *l, int day, struct sum **kept, size_t *n, size_t *room) {
  static int turn;
  i64 add[SUMS] = {0}, payout = 25000000, at = l->id + (i64)(rnd() % (3LL * DAY * MICRO));
  struct worth w = {0};
  char txid[32] = "";
  const char *class = classes[turn++ % 3];
  if (turn % 3) sprintf(txid, "T%llx", rnd());
  count(&w, class, payout);
  add_worth(&w, 1, add);
  open_conversion(l, txid, class, payout, at);
  bind(insert_postback, "iiitttitn", l->account, at, at, l->click, class, class, payout, txid); finish(insert_postback);
  size_t before = sum_count;
  add_sums(l, day, add); // goes to the other list
  for (size_t i = before; i < sum_count; i++) {
    if (*n == *room) *kept = realloc(*kept, (*room = *room ? *room * 2 : 65536) * sizeof **kept);
    (*kept)[(*n)++] = sums[i];
  }
  sum_count = before;
}
static void seed(const char *path, long leads, int accounts, const char *schema) {
  struct sum *kept = 0;
  size_t kept_count = 0, kept_room = 0, written = 0;
  i64 now = micros(CLOCK_REALTIME), start = now - SPAN * DAY * (i64)MICRO, add[SUMS];
  int random_clicks = (int)option("RANDOM_CLICKS", 0);
  unlink(path);
  if (sqlite3_open(path, &db)) die(path);
  pragma("page_size", option("PAGE", 4096));
  run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA foreign_keys = OFF");
  run(text_of(schema));
  run(forward_ddl[option("FORWARD", 0)]);
  prepare_all();
  finish(begin);
  for (int a = 1; a <= accounts; a++) {
    char sql[256];
    snprintf(sql, sizeof sql, "INSERT INTO account VALUES (%d, 'unlimited', 'UTC', 'USD', 40, 15, 'priority', 2592000, 20, '', 0)", a);
    run(sql);
  }
  struct lead l;
  for (long i = 1; i <= leads; i++) {
    imagine(&l);
    l.account = (i - 1) % accounts + 1;
    l.id = start + SPAN * DAY * (i64)MICRO / leads * i - 1;
    if (random_clicks) sprintf(l.click, "%016llx", (unsigned long long)i * 0x9E3779B97F4A7C15ULL); else sprintf(l.click, "c%09ld", i);
    int day = (int)(l.id / MICRO / DAY);
    store_lead(&l, now - l.id < 30 * DAY * (i64)MICRO);
    if (now - l.id < DAY * (i64)MICRO) visit(&l);
    bind(see_domain, "it", l.account, l.domain); finish(see_domain);
    bind(take_quota, "iii", l.account, (i64)202611, (i64)1000000000); finish(take_quota);
    lead_delta(&l, add);
    add_sums(&l, day, add);
    if (rnd() % 100 < 15) seed_conversion(&l, day, &kept, &kept_count, &kept_room);
    if (i % 10000 == 0) { // keep the lists short
      merge_sums();
      if (sum_count > 200000) write_sums(sum_leads, 6);
    }
    written++;
  }
  write_sums(sum_leads, 6);
  free(sums);
  sums = kept; sum_count = kept_count; sum_room = kept_room;
  write_sums(sum_conversions, 7);
  finish(commit);
  run("PRAGMA journal_mode = WAL");
  printf("%s: %zu leads\n", path, written);
}

// --- checkpoints and what they cost ----------------------------------------------------------------------------------
static struct { long at; int thread, handoff; } policy = {1000, 0, 0};
static _Atomic long wal_frames;
static atomic_int thread_done, stop;
static long frames, resets, highest, inline_checkpoints;
static long *seen; // writes of a page, by number
static long seen_room;
static const char *path_of_db;
static int wal_fd = -1, page_size;

static void note_pages(long from, long to) {
  unsigned char h[4];
  if (wal_fd < 0) { char p[512]; snprintf(p, sizeof p, "%s-wal", path_of_db); wal_fd = open(p, O_RDONLY); }
  for (long f = from; f < to; f++) {
    if (pread(wal_fd, h, 4, 32 + f * (24L + page_size)) != 4) die("WAL");
    long page = (long)h[0] << 24 | h[1] << 16 | h[2] << 8 | h[3];
    if (page >= seen_room) {
      long room = page * 2;
      seen = realloc(seen, (size_t)room * sizeof *seen);
      memset(seen + seen_room, 0, (size_t)(room - seen_room) * sizeof *seen);
      seen_room = room;
    }
    seen[page]++;
  }
}
static int after_commit(void *breakdown, sqlite3 *d, const char *name, int now) {
  static long before;
  (void)name;
  if (now < before) { before = 0; resets++; }
  frames += now - before;
  if (breakdown) note_pages(before, now);
  before = now;
  if (now > highest) highest = now;
  atomic_store(&wal_frames, now);
  int mine = policy.thread ? policy.handoff && atomic_load(&thread_done) : now >= policy.at;
  if (mine) {
    int log = 0, copied = 0;
    inline_checkpoints++;
    if (!sqlite3_wal_checkpoint_v2(d, 0, SQLITE_CHECKPOINT_PASSIVE, &log, &copied) && log == copied) {
      before = 0; // all copied and nobody reads: the next commit begins the WAL again
      resets++;
      atomic_store(&wal_frames, 0);
    }
    atomic_store(&thread_done, 0);
  }
  return SQLITE_OK;
}
static void *checkpointer(void *path) {
  sqlite3 *other;
  int log, copied;
  if (sqlite3_open(path, &other)) return 0;
  sqlite3_exec(other, "PRAGMA synchronous = FULL", 0, 0, 0);
  sqlite3_wal_autocheckpoint(other, 0);
  while (!stop) {
    if (atomic_load(&wal_frames) >= policy.at && !atomic_load(&thread_done)) {
      sqlite3_wal_checkpoint_v2(other, 0, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
      atomic_store(&wal_frames, 0); // until the next commit
      if (policy.handoff) atomic_store(&thread_done, 1);
    }
    usleep(2000);
  }
  sqlite3_close(other);
  return 0;
}
static void read_policy(void) {
  const char *c = getenv("CKPT");
  if (!c) return;
  policy.handoff = !strncmp(c, "handoff:", 8);
  policy.thread = policy.handoff || !strncmp(c, "thread:", 7);
  policy.at = atol(policy.thread ? strchr(c, ':') + 1 : c);
}
static void print_breakdown(long n) {
  sqlite3_stmt *s = prepare("SELECT name, pageno FROM dbstat ORDER BY name");
  char name[64] = "";
  long sum = 0, pages = 0, known = 0;
  for (int more = 1; more; ) {
    more = sqlite3_step(s) == SQLITE_ROW;
    const char *t = more ? (const char *)sqlite3_column_text(s, 0) : "";
    if (strcmp(t, name)) {
      if (sum) printf("  %-28s %7.3f pages a request (%ld in all)\n", name, (double)sum / n, pages);
      snprintf(name, sizeof name, "%s", t); sum = 0; pages = 0;
    }
    if (!more) break;
    i64 page = sqlite3_column_int64(s, 1);
    pages++;
    if (page < seen_room) { sum += seen[page]; known += seen[page]; }
  }
  sqlite3_finalize(s);
  printf("  %-28s %7.3f\n", "(others, freed)", (double)(frames - known) / n);
}

// --- a run -----------------------------------------------------------------------------------------------------------
static int by_value(const void *a, const void *b) { float x = *(const float *)a, y = *(const float *)b; return (x > y) - (x < y); }
static i64 number_of(const char *sql) {
  sqlite3_stmt *s = prepare(sql);
  i64 n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
  sqlite3_finalize(s);
  return n;
}
static double seconds_of(const struct rusage *u) {
  return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) + (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / MICRO;
}
static void measure(int decisions, const char *path, double seconds, int batch) {
  static float latency[4000000];
  long n = 0, commits = 0;
  pthread_t thread;
  path_of_db = path;
  if (sqlite3_open(path, &db)) die(path);
  read_policy();
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
  pragma("cache_size", -option("CACHE", 65536));
  pragma("mmap_size", option("MMAP", 0) << 20);
  pragma("foreign_keys", option("FK", 1));
  page_size = (int)number_of("PRAGMA page_size");
  prepare_all();
  int accounts = (int)number_of("SELECT count(*) FROM account");
  // The seed's leads come first and the decisions of earlier runs have other click ids, so the count is the seed's.
  i64 leads = option("LEADS", 1000000), oldest = leads - leads * option("RECENT", SPAN) / SPAN;
  int random_clicks = (int)option("RANDOM_CLICKS", 0);
  // EVERY: roll-ups are written once in so many batches; until then a row a postback holds its delta.
  long every = option("EVERY", 1);
  sqlite3_stmt *note = 0, *forget = 0;
  if (every > 1) {
    run("CREATE TABLE IF NOT EXISTS unsummed (id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL, status INTEGER NOT NULL, was INTEGER NOT NULL,"
      " conversions INTEGER NOT NULL, revenue INTEGER NOT NULL, held INTEGER NOT NULL) STRICT");
    note = prepare("INSERT INTO unsummed VALUES (?, ?, 1, 2, 1, 25500000, -25500000)");
    forget = prepare("DELETE FROM unsummed");
  }
  int rollup = (int)option("ROLLUP", 1), breakdown = (int)option("BREAKDOWN", 0);
  state += (unsigned long long)micros(CLOCK_REALTIME) * 7919;
  run("PRAGMA wal_checkpoint(TRUNCATE)"); // what an earlier run left
  struct rusage was, u;
  getrusage(RUSAGE_SELF, &was);
  sqlite3_wal_hook(db, after_commit, breakdown ? &breakdown : 0);
  if (policy.thread) pthread_create(&thread, 0, checkpointer, (void *)path);
  i64 start = micros(CLOCK_MONOTONIC), end = start;
  for (; end - start < seconds * MICRO; commits++) {
    i64 from = end;
    finish(begin);
    for (int i = 0; i < batch; i++, n++) {
      if (decisions) decide(accounts);
      else post_back(oldest + 1 + (i64)(rnd() % (unsigned long long)(leads - oldest)), accounts, random_clicks);
    }
    if (note) for (int i = 0; i < batch; i++) { bind(note, "ii", next_id(), next_id()); finish(note); }
    if (!rollup) sum_count = 0;
    if (forget && commits % every == 0) finish(forget);
    if (commits % every == 0) write_sums(decisions ? sum_leads : sum_conversions, decisions ? 6 : 7);
    finish(commit);
    end = micros(CLOCK_MONOTONIC);
    if (commits < 4000000) latency[commits] = (float)(end - from) / 1000;
  }
  getrusage(RUSAGE_SELF, &u);
  stop = 1;
  if (policy.thread) pthread_join(thread, 0);
  double took = (double)(end - start) / MICRO, cpu = seconds_of(&u) - seconds_of(&was);
  qsort(latency, commits, sizeof *latency, by_value);
  printf("%s batch %d: %.0f/s, %.0f commits/s, CPU %.3f s per 1000, %.3f pages a request, commit ms p50 %.1f p99 %.1f max %.1f, WAL highest %ld pages, started again %ld times, %ld checkpoints by the writer\n",
    decisions ? "decision" : "postback", batch, n / took, commits / took, 1000 * cpu / n, (double)frames / n, latency[commits / 2],
    latency[commits * 99 / 100], latency[commits - 1], highest, resets, inline_checkpoints);
  if (breakdown) print_breakdown(n);
  sqlite3_wal_hook(db, 0, 0);
}

int main(int count, char **word) {
  digest = (int)option("DIGEST", 32);
  if (count == 6 && !strcmp(word[1], "seed")) seed(word[2], atol(word[3]), atoi(word[4]), word[5]);
  else if (count == 5 && (!strcmp(word[1], "decision") || !strcmp(word[1], "postback"))) measure(word[1][0] == 'd', word[2], atof(word[3]), atoi(word[4]));
  else { fprintf(stderr, "statements seed DB LEADS ACCOUNTS SCHEMA.sql | decision DB SECONDS BATCH | postback DB SECONDS BATCH\n"); return 2; }
  return 0;
}

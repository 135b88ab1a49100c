// What the schema costs, without any server on it: the statements of one decision and of one postback as Storage runs
// them, prepared, on bare SQLite (WAL, synchronous=FULL), BATCH requests a durable commit, sums written once a batch.
//
//   statements seed DB LEADS ACCOUNTS SCHEMA.sql    makes the database: 90 days of leads, dealt to the accounts in turn
//   statements decision DB REQUESTS BATCH
//   statements postback DB REQUESTS BATCH
//
// Prints requests/s, commits/s, CPU, commit latency and the pages written to the WAL a request. The environment varies:
//   RANDOM_CLICKS=1  seed: click ids in no order; 0: in order of time
//   RECENT=90        postbacks are for leads of the last so many days
//   BREAKDOWN=0      1: pages by table, too
//   CKPT=1000        pages in the WAL at which a commit copies them back
//   FK=1             0: foreign keys are not checked
//   PARTNERS=0       1: every account has a partner, which takes each lead; in the seed as in a run
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef long long i64;
enum { DAY = 86400, SPAN = 90, SUMS = 7, MICRO = 1000000, PERIOD = 202611 };

static sqlite3 *db;
static int with_partners;

// --- small helpers ---------------------------------------------------------------------------------------------------
static i64 micros(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * (i64)MICRO + t.tv_nsec / 1000;
}
static unsigned long long state = 88172645463325252ULL;
static unsigned long long rnd(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static i64 below(i64 limit) { return (i64)(rnd() % (unsigned long long)limit); }
static long option(const char *name, long otherwise) { return getenv(name) ? atol(getenv(name)) : otherwise; }
static void die(const char *what) { fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db)); exit(1); }
static void run(const char *sql) { if (sqlite3_exec(db, sql, 0, 0, 0)) die(sql); }
static void runf(const char *format, i64 value) {
  char sql[256];
  snprintf(sql, sizeof sql, format, value);
  run(sql);
}
static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *s;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, 0)) die(sql);
  return s;
}
static i64 number_of(const char *sql) {
  sqlite3_stmt *s = prepare(sql);
  i64 n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
  sqlite3_finalize(s);
  return n;
}
// Binds by a word: i integer (i64), d double, t text, b a reference of 32 bytes, h its first half, n null.
static void bind(sqlite3_stmt *s, const char *kinds, ...) {
  va_list a;
  va_start(a, kinds);
  for (int k = 1; kinds[k - 1]; k++) switch (kinds[k - 1]) {
    case 'i': sqlite3_bind_int64(s, k, va_arg(a, i64)); break;
    case 'd': sqlite3_bind_double(s, k, va_arg(a, double)); break;
    case 't': sqlite3_bind_text(s, k, va_arg(a, const char *), -1, SQLITE_STATIC); break;
    case 'b': sqlite3_bind_blob(s, k, va_arg(a, const void *), 32, SQLITE_STATIC); break;
    case 'h': sqlite3_bind_blob(s, k, va_arg(a, const void *), 16, SQLITE_STATIC); break;
    case 'n': sqlite3_bind_null(s, k); break;
  }
  va_end(a);
}
// Runs a statement to its end. - Returns: the first column of its last row, or -1 without one.
static i64 finish(sqlite3_stmt *s) {
  i64 value = -1;
  int r;
  while ((r = sqlite3_step(s)) == SQLITE_ROW) value = sqlite3_column_int64(s, 0);
  if (r != SQLITE_DONE) die(sqlite3_sql(s));
  sqlite3_reset(s);
  return value;
}
static i64 first_id(i64 at) { return at / 1000 << 20; } // ids as Storage makes them: milliseconds, then a count
static i64 next_id(i64 at) {
  static i64 last;
  return last = first_id(at) > last ? first_id(at) : last + 1;
}

// --- what the world looks like ---------------------------------------------------------------------------------------
static const char *const sources[] = {"tiktok_us", "facebook", "google", "native_1", "push_eu", "bing", "taboola",
  "email", "organic"};
static const char *const traffic[] = {"push", "native", "social", "search"};
static const char *const countries[] = {"US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "CA", "AU", "BR", "IN",
  "NG", "VN"};
static const char *const codes[] = {"time_on_site", "page_views", "fill_time", "pasted", "email", "email_domain",
  "email_disposable", "phone", "phone_country", "timezone", "name"};
static const char *const heads[] = {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com"};
static const char *const statuses[] = {"approved", "pending", "rejected"};
#define PICK(a) (a)[rnd() % (sizeof(a) / sizeof(a)[0])]

struct lead {
  i64 account, id, at;
  char click[64], source[65], traffic[24], page[64], country[4], domain[64], reasons[256], decision[8];
  unsigned char email[32], phone[32], name[32], key[32], address[32];
};
static void fill(unsigned char *b) { for (int i = 0; i < 4; i++) { i64 r = (i64)rnd(); memcpy(b + 8 * i, &r, 8); } }
static void imagine(struct lead *l) {
  strcpy(l->source, PICK(sources)); strcpy(l->traffic, PICK(traffic)); strcpy(l->country, PICK(countries));
  sprintf(l->page, "offer-page-%d", (int)below(15) + 1);
  double u = (double)(below(MICRO) + 1) / MICRO;
  int d = (int)(u * u * u * 60); // a head that most have, a tail that few have
  if (d < 6) strcpy(l->domain, heads[d]); else sprintf(l->domain, "mail-%d.example", d);
  int first = (int)below(11), n = 3 + (int)below(3), at = 0;
  for (int i = 0; i < n; i++)
    at += sprintf(l->reasons + at, "%s%s:%d:45", i ? ";" : "", codes[(first + i * 7) % 11], (int)below(19) - 9);
  int luck = (int)below(10);
  strcpy(l->decision, luck < 7 ? "accept" : luck < 9 ? "review" : "reject");
  fill(l->email); fill(l->phone); fill(l->name); fill(l->key); fill(l->address);
}
static void name_click(char *click, i64 number, int random) {
  if (random) sprintf(click, "%016llx", (unsigned long long)number * 0x9E3779B97F4A7C15ULL);
  else sprintf(click, "c%09lld", number);
}

// --- the statements --------------------------------------------------------------------------------------------------
static sqlite3_stmt *begin, *commit, *find_key, *take_quota, *find_duplicate, *insert_visit, *add_visit, *count_visits,
  *see_domain, *insert_lead, *insert_contact, *insert_key, *find_unmatched, *find_leads, *find_conversions, *insert_conversion,
  *update_conversion, *insert_postback, *insert_delivery, *find_route, *take_cap, *insert_route, *insert_attempt, *end_attempt,
  *end_route, *end_streak;

// One of the two tables of sums: an update; where there is no such row, the question whether there may be, an upsert.
struct rollup { int columns; sqlite3_stmt *update, *allowed, *upsert; };
static struct rollup lead_sums, conversion_sums;
#define LEADS(f) f(leads) ", " f(accepted) ", " f(reviewed) ", " f(rejected) ", " f(delivered) ", " f(cost)
#define CONVERSIONS(f) f(pending) ", " f(approved) ", " f(declined) ", " f(chargebacks) ", " f(conversions) ", " \
  f(revenue) ", " f(held_revenue)
#define NAME(column) #column
#define MARK(column) "?"
#define ADD(column) #column " = " #column " + ?"
#define MERGE(column) #column " = " #column " + excluded." #column
#define DIMENSION " WHERE account_id = ? AND generation = 1 AND day = ? AND dimension = ?"
#define ROLLUP(table, n, sums, question) { n, prepare("UPDATE " table " SET " sums(ADD) DIMENSION " AND value = ?"), \
  prepare(question), prepare("INSERT INTO " table " (" sums(NAME) ", generation, account_id, day, dimension, value) VALUES (" \
  sums(MARK) ", 1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET " sums(MERGE)) }
static void prepare_all(void) {
  for (const char **table = (const char *[]){"recent_visit_0", "recent_visit_1", NULL}; *table; table++) {
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE TEMP TABLE %s (account_id INTEGER NOT NULL, address_ref BLOB NOT NULL,"
      " received_at INTEGER NOT NULL, lead_id INTEGER NOT NULL, PRIMARY KEY (account_id, address_ref, received_at, lead_id)) STRICT, WITHOUT ROWID", *table);
    run(sql);
  }
  begin = prepare("BEGIN IMMEDIATE");
  commit = prepare("COMMIT");
  find_key = prepare("SELECT lead.* FROM lead_key JOIN lead ON lead.id = lead_key.lead_id"
    " WHERE lead_key.account_id = ? AND lead_key.digest = ? AND lead_key.lead_id >= ?");
  take_quota = prepare("INSERT INTO usage (account_id, period, used) VALUES (?1, ?2, 1)"
    " ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ?3");
  find_duplicate = prepare("SELECT 1 FROM contact WHERE account_id = ?1 AND reference = ?2 AND rejected = 0"
    " AND lead_id >= ?4 UNION ALL SELECT 1 FROM contact WHERE account_id = ?1 AND reference = ?3 AND rejected = 0"
    " AND lead_id >= ?4 LIMIT 1");
  insert_visit = prepare("INSERT INTO visit (lead_id, account_id, address_ref) VALUES (?, ?, ?)");
  add_visit = prepare("INSERT INTO recent_visit_0 (account_id, address_ref, received_at, lead_id) VALUES (?, ?, ?, ?)");
  count_visits = prepare("SELECT count(*) FROM (SELECT 1 FROM recent_visit_0 WHERE account_id = ?1 AND address_ref = ?2"
    " AND received_at BETWEEN ?3 AND ?4 UNION ALL SELECT 1 FROM recent_visit_1 WHERE account_id = ?1"
    " AND address_ref = ?2 AND received_at BETWEEN ?3 AND ?4 LIMIT 21)");
  see_domain = prepare("INSERT INTO email_domain (account_id, domain, leads) VALUES (?, ?, 1)"
    " ON CONFLICT DO UPDATE SET leads = leads + 1 WHERE leads < 3");
  insert_lead = prepare("INSERT INTO lead (account_id, id, received_at, click_id, source, traffic_type, landing_page,"
    " country, email_domain, email_ref, phone_ref, name_ref, reasons, decision, user_agent, signals, score,"
    " probability, duplicate, cost, used, test) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?, 'Chrome Windows',"
    " 'time=45.0;views=3;fill=12.5;pasted=0;webdriver=0;zone=America/New_York;languages=en-US,en',"
    " 52, 0.41, 0, 350000, 4711, 0)");
  insert_contact = prepare("INSERT INTO contact (account_id, reference, rejected, lead_id) VALUES (?, ?, ?, ?)");
  insert_key = prepare("INSERT INTO lead_key (account_id, digest, lead_id) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET lead_id = excluded.lead_id");
  find_unmatched = prepare("SELECT postback.* FROM unmatched JOIN postback ON postback.id = unmatched.postback_id"
    " WHERE unmatched.account_id = ? AND unmatched.click_id = ? ORDER BY unmatched.postback_id");
  find_leads = prepare("SELECT lead.*, route.partner, route.accepted_id FROM lead LEFT JOIN route ON route.lead_id = lead.id"
    " WHERE lead.account_id = ? AND click_id = ? ORDER BY lead.id DESC LIMIT 50");
  find_route = prepare("SELECT * FROM route WHERE lead_id = ?");
  take_cap = prepare("INSERT INTO cap_count (account_id, partner, span, period, used) VALUES (?, 'pp-one', ?, ?, 1)"
    " ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < 1000000000");
  insert_route = prepare("INSERT INTO route (lead_id, account_id, policy, partner, propensity, considered, delivery)"
    " VALUES (?, ?, 'priority', 'pp-one', 1, 'pp-one:1.0 pp-two=country pp-three:0.0', 'open')");
  insert_attempt = prepare("INSERT INTO lead_attempt (lead_id, number, account_id, partner, began_at, hour, day)"
    " VALUES (?, 1, ?, 'pp-one', ?, ?, ?)");
  end_attempt = prepare("UPDATE lead_attempt SET outcome = 'accepted', cause = 'took_it', status = 200, milliseconds = 120"
    " WHERE lead_id = ? AND number = 1");
  end_streak = prepare("DELETE FROM partner_streak WHERE account_id = ? AND partner = 'pp-one'");
  end_route = prepare("UPDATE route SET delivery = 'accepted', accepted_id = ?2 WHERE lead_id = ?1");
  find_conversions = prepare("SELECT * FROM conversion WHERE account_id = ? AND click_id = ?");
  update_conversion = prepare("UPDATE conversion SET txid = ?, status = ?, payout = ?, expects_payout = 0, currency = ?,"
    " raw_status = ?, changed_at = ?, last_postback_id = ? WHERE account_id = ? AND click_id = ? AND txid = ? AND rebill = ?");
  insert_conversion = prepare("INSERT INTO conversion (account_id, click_id, txid, rebill, lead_id, status, payout,"
    " currency, raw_status, opened_by, created_at, changed_at, last_postback_id, expects_payout)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0)");
  insert_postback = prepare("INSERT INTO postback (account_id, id, received_at, lead_id, click_id, raw_status, status,"
    " payout, amount, txid, previous_id, origin, key_id, rebill, other_names, result, warnings)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?, 'partner', 1753298534400000001, 0, '', 'applied', '')");
  insert_delivery = prepare("INSERT INTO delivery (id, account_id, forward_id, click_id, lead_id, postback_id, txid,"
    " status, payout, amount, raw_status, created_at, state, due_at, attempts, opened_by)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?, 'due', 0, 0, 0)");
  lead_sums = (struct rollup)ROLLUP("lead_rollup", 6, LEADS, "SELECT count(*) FROM lead_rollup" DIMENSION);
  conversion_sums = (struct rollup)ROLLUP("conversion_rollup", 7, CONVERSIONS,
    "SELECT 1 FROM lead_rollup" DIMENSION " AND value = ?");
}

// --- roll-up sums: gathered, sorted by key, merged, a statement a row ------------------------------------------------
struct sum { i64 account; int day, dimension; char value[65]; i64 add[SUMS]; };
struct batch { struct sum *sums; size_t count, room; };
static void add_sum(struct batch *b, const struct lead *l, int dimension, const char *value, size_t n, const i64 *add) {
  if (b->count == b->room) b->sums = realloc(b->sums, (b->room = b->room ? b->room * 2 : 4096) * sizeof *b->sums);
  struct sum *s = &b->sums[b->count++];
  s->account = l->account; s->day = (int)(l->at / MICRO / DAY); s->dimension = dimension;
  memcpy(s->value, value, n); s->value[n] = 0;
  memcpy(s->add, add, sizeof s->add);
}
static void add_sums(struct batch *b, const struct lead *l, const i64 *add) {
  const char *one[] = {"", l->source, "(none)", l->traffic, l->page, l->country, l->domain};
  for (int d = 0; d < 7; d++) add_sum(b, l, d, one[d], strlen(one[d]), add);
  int score = 50;
  for (const char *r = l->reasons; *r; ) {
    const char *end = strchr(r, ';');
    add_sum(b, l, 7, r, strcspn(r, ":"), add);
    score += atoi(strchr(r, ':') + 1);
    r = end ? end + 1 : "";
  }
  char scored[32];
  int percent = score * score / 120; // any rising curve: a score goes with one probability
  int n = sprintf(scored, "%d:%d:%c", score, percent, score < 15 ? 'r' : score < 40 ? 'v' : 'a');
  add_sum(b, l, 8, scored, (size_t)n, add);
}
static int by_key(const void *a, const void *b) {
  const struct sum *x = a, *y = b;
  if (x->account != y->account) return x->account < y->account ? -1 : 1;
  if (x->day != y->day) return x->day - y->day;
  return x->dimension != y->dimension ? x->dimension - y->dimension : strcmp(x->value, y->value);
}
static void merge_sums(struct batch *b) {
  size_t n = 0;
  if (b->count) qsort(b->sums, b->count, sizeof *b->sums, by_key);
  for (size_t i = 0; i < b->count; i++) {
    if (!n || by_key(&b->sums[n - 1], &b->sums[i])) b->sums[n++] = b->sums[i];
    else for (int k = 0; k < SUMS; k++) b->sums[n - 1].add[k] += b->sums[i].add[k];
  }
  b->count = n;
}
static void write_sums(struct batch *b, const struct rollup *r) {
  static const i64 none[SUMS];
  merge_sums(b);
  for (const struct sum *s = b->sums; s < b->sums + b->count; s++) {
    if (!memcmp(s->add, none, sizeof none)) continue;
    sqlite3_stmt *both[] = {r->update, r->upsert};
    for (int step = 0; step < 2; step++) {
      for (int k = 0; k < r->columns; k++) sqlite3_bind_int64(both[step], 1 + k, s->add[k]);
      sqlite3_bind_int64(both[step], r->columns + 1, s->account);
      sqlite3_bind_int64(both[step], r->columns + 2, s->day);
      sqlite3_bind_int64(both[step], r->columns + 3, s->dimension);
      sqlite3_bind_text(both[step], r->columns + 4, s->value, -1, SQLITE_STATIC);
      finish(both[step]);
      if (step == 1 || sqlite3_changes(db)) break;
      const char *kinds = r == &lead_sums ? "iii" : "iiit"; // room for one more value, or the lead's own row
      bind(r->allowed, kinds, s->account, (i64)s->day, (i64)s->dimension, s->value);
      finish(r->allowed);
    }
  }
  b->count = 0;
}

// --- a decision ------------------------------------------------------------------------------------------------------
static void store_lead(const struct lead *l, int with_key) {
  bind(insert_lead, "iiitttttt" "bbb" "tt", l->account, l->id, l->at, l->click, l->source, l->traffic, l->page,
    l->country, l->domain, l->email, l->phone, l->name, l->reasons, l->decision);
  finish(insert_lead);
  i64 rejected = l->decision[2] == 'j';
  bind(insert_contact, "ihii", l->account, l->email, rejected, l->id); finish(insert_contact);
  bind(insert_contact, "ihii", l->account, l->phone, rejected, l->id); finish(insert_contact);
  if (with_key) { bind(insert_key, "ihi", l->account, l->key, l->id); finish(insert_key); }
}
static void route(const struct lead *l) {
  i64 hour = l->at / MICRO / 3600, period[] = {hour, hour / 24, 0};
  for (i64 span = 0; span < 3; span++) { bind(take_cap, "iii", l->account, span, period[span]); finish(take_cap); }
  bind(insert_route, "ii", l->id, l->account); finish(insert_route);
  bind(insert_attempt, "iiiii", l->id, l->account, l->at, hour, hour / 24); finish(insert_attempt);
}
// The partner took it: what follows a moment later, in another batch.
static void settle(const struct lead *l, struct batch *b) {
  i64 delivered[SUMS] = {0, 0, 0, 0, 1};
  bind(find_route, "i", l->id); finish(find_route);
  bind(end_attempt, "i", l->id); finish(end_attempt);
  bind(end_streak, "i", l->account); finish(end_streak);
  bind(end_route, "ii", l->id, l->id + 1); finish(end_route);
  if (b) add_sums(b, l, delivered);
}
static void visit(const struct lead *l) {
  bind(insert_visit, "iih", l->id, l->account, l->address); finish(insert_visit);
}
static void count_lead(const struct lead *l, struct batch *b) {
  i64 add[SUMS] = {1, 0, 0, 0, 0, 350000};
  add[l->decision[0] == 'a' ? 1 : l->decision[2] == 'v' ? 2 : 3] = 1;
  add_sums(b, l, add);
}
static void decide(int accounts, struct batch *b) {
  struct lead l;
  imagine(&l);
  l.account = 1 + below(accounts); l.at = micros(CLOCK_REALTIME); l.id = next_id(l.at);
  sprintf(l.click, "%016llx%04x", rnd(), (int)below(0x10000));
  i64 month = first_id(l.at - 30LL * DAY * MICRO);
  bind(find_key, "ihi", l.account, l.key, month); finish(find_key);
  bind(take_quota, "iii", l.account, (i64)PERIOD, (i64)1 << 40); finish(take_quota);
  bind(find_duplicate, "ihhi", l.account, l.email, l.phone, month); finish(find_duplicate);
  visit(&l);
  bind(add_visit, "ihii", l.account, l.address, l.at, l.id); finish(add_visit);
  bind(count_visits, "ihii", l.account, l.address, l.at - 3600LL * MICRO, l.at + 3600LL * MICRO);
  finish(count_visits);
  bind(see_domain, "it", l.account, l.domain); finish(see_domain);
  store_lead(&l, 1);
  bind(find_unmatched, "it", l.account, l.click); finish(find_unmatched);
  count_lead(&l, b);
  if (!with_partners) return;
  // Each decision settles the one of some batches ago, as many as are under way in 200 ms or so.
  static struct lead under_way[256];
  static long decided;
  route(&l);
  if (decided >= 256) settle(&under_way[decided % 256], b);
  under_way[decided++ % 256] = l;
}

// --- a postback ------------------------------------------------------------------------------------------------------
// What a lead counts as in the roll-ups: its status, its conversions' sums.
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
static void copy(char *to, sqlite3_stmt *s, int column) { strcpy(to, (const char *)sqlite3_column_text(s, column)); }
static void log_postback(const struct lead *l, i64 id, i64 at, const char *txid, const char *status, i64 payout,
                         i64 previous) {
  bind(insert_postback, previous ? "iiiitttiiti" : "iiiitttiitn", l->account, id, at, l->id, l->click, status, status,
    payout, payout, txid, previous);
  finish(insert_postback);
}
static void open_conversion(const struct lead *l, i64 id, i64 at, const char *txid, const char *status, i64 payout) {
  bind(insert_conversion, "ittiitintiiii", l->account, l->click, txid, (i64)0, l->id, status, payout, status, id, at,
    at, id);
  finish(insert_conversion);
}
static void post_back(i64 number, int accounts, int random_clicks, struct batch *b) {
  static long sent;
  struct lead l;
  struct worth old = {0}, new = {0};
  i64 at = micros(CLOCK_REALTIME), id = next_id(at), previous = 0, payout = 25500000, add[SUMS] = {0};
  const char *status = statuses[sent++ % 3];
  char txid[32];
  sprintf(txid, "L%llx", id);
  l.account = (number - 1) % accounts + 1;
  name_click(l.click, number, random_clicks);
  bind(find_leads, "it", l.account, l.click);
  if (sqlite3_step(find_leads) != SQLITE_ROW) die("no such lead");
  l.id = sqlite3_column_int64(find_leads, 0); l.at = sqlite3_column_int64(find_leads, 2);
  copy(l.source, find_leads, 4); copy(l.traffic, find_leads, 5); copy(l.page, find_leads, 6);
  copy(l.country, find_leads, 7); copy(l.domain, find_leads, 8); copy(l.reasons, find_leads, 17);
  finish(find_leads);
  bind(find_conversions, "it", l.account, l.click);
  while (sqlite3_step(find_conversions) == SQLITE_ROW) { // one without txid takes this message's
    const char *was = (const char *)sqlite3_column_text(find_conversions, 5);
    i64 worth = sqlite3_column_int64(find_conversions, 6);
    count(&old, was, worth);
    if (sqlite3_column_bytes(find_conversions, 2)) count(&new, was, worth);
    else previous = sqlite3_column_int64(find_conversions, 13);
  }
  sqlite3_reset(find_conversions);
  count(&new, status, payout);
  if (previous) {
    bind(update_conversion, "ttintiiitti", txid, status, payout, status, at, id, l.account, l.click, "", (i64)0);
    finish(update_conversion);
  } else open_conversion(&l, id, at, txid, status, payout);
  add_worth(&old, -1, add); add_worth(&new, 1, add);
  add_sums(b, &l, add);
  log_postback(&l, id, at, txid, status, payout, previous);
  bind(insert_delivery, "iiitiittiiti", id + 1, l.account, l.account, l.click, l.id, id, txid, status, payout, payout,
    status, at);
  finish(insert_delivery);
}

// --- seed ------------------------------------------------------------------------------------------------------------
static void run_file(const char *path) {
  FILE *f = fopen(path, "r");
  static char text[1 << 17];
  if (!f) { perror(path); exit(1); }
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  fclose(f);
  run(text);
}
static void seed_conversion(const struct lead *l, i64 number, i64 now, struct batch *b) {
  static int turn;
  i64 add[SUMS] = {0}, payout = 25000000, room = now - l->at, span = 3LL * DAY * MICRO;
  i64 at = l->at + below(room < span ? room + 1 : span), id = first_id(at) + number % 1000000;
  struct worth w = {0};
  char txid[32] = "";
  const char *status = statuses[turn++ % 3];
  if (turn % 3) sprintf(txid, "T%llx", rnd());
  count(&w, status, payout);
  add_worth(&w, 1, add);
  add_sums(b, l, add);
  open_conversion(l, id, at, txid, status, payout);
  log_postback(l, id, at, txid, status, payout, 0);
}
static void seed(const char *path, i64 leads, int accounts, const char *schema) {
  struct batch decided = {0}, converted = {0};
  i64 now = micros(CLOCK_REALTIME), span = SPAN * DAY * (i64)MICRO;
  int random_clicks = option("RANDOM_CLICKS", 1) != 0;
  unlink(path);
  if (sqlite3_open(path, &db)) die(path);
  run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF");
  run_file(schema);
  prepare_all();
  finish(begin);
  for (i64 a = 1; a <= accounts; a++)
    runf("INSERT INTO account VALUES (%1$lld, 'unlimited', 'UTC', 1, 'USD', 40, 15, 'priority', 2592000, 20, '', 0, 0);"
      "INSERT INTO forward VALUES (%1$lld, %1$lld, 'tracker', 'https://t.example/', '', '', NULL, 1, 0, NULL)", a);
  for (i64 i = 1; i <= leads; i++) {
    struct lead l;
    imagine(&l);
    l.account = (i - 1) % accounts + 1; l.at = now - span + span / leads * i - 1; l.id = next_id(l.at);
    name_click(l.click, i, random_clicks);
    store_lead(&l, now - l.at < 30LL * DAY * MICRO);
    if (now - l.at < (i64)DAY * MICRO) visit(&l);
    bind(see_domain, "it", l.account, l.domain); finish(see_domain);
    bind(take_quota, "iii", l.account, (i64)PERIOD, (i64)1 << 40); finish(take_quota);
    count_lead(&l, &decided);
    if (with_partners) { route(&l); settle(&l, 0); }
    if (below(100) < 15) seed_conversion(&l, i, now, &converted);
    if (i % 10000 == 0) merge_sums(&decided);
  }
  write_sums(&decided, &lead_sums);
  write_sums(&converted, &conversion_sums);
  finish(commit);
  runf("PRAGMA user_version = %lld", random_clicks ? leads : -leads); // what a run must know of its seed
  run("PRAGMA journal_mode = WAL");
  printf("%s: %lld leads\n", path, leads);
}

// --- pages -----------------------------------------------------------------------------------------------------------
static struct { long frames, highest, begun, before, checkpoint_at; int by_table; } wal;
static struct { long *written, room; int file, page_size; } pages; // how often a page was written, by its number

static void note_pages(long from, long to) {
  unsigned char h[4];
  for (long f = from; f < to; f++) {
    if (pread(pages.file, h, 4, 32 + f * (24L + pages.page_size)) != 4) die("WAL");
    long page = (long)h[0] << 24 | h[1] << 16 | h[2] << 8 | h[3];
    if (page >= pages.room) {
      pages.written = realloc(pages.written, (size_t)page * 2 * sizeof *pages.written);
      memset(pages.written + pages.room, 0, (size_t)(page * 2 - pages.room) * sizeof *pages.written);
      pages.room = page * 2;
    }
    pages.written[page]++;
  }
}
static int after_commit(void *unused, sqlite3 *d, const char *name, int now) {
  (void)unused; (void)name;
  if (now < wal.before) { wal.before = 0; wal.begun++; }
  wal.frames += now - wal.before;
  if (wal.by_table) note_pages(wal.before, now);
  wal.before = now;
  if (now > wal.highest) wal.highest = now;
  if (now >= wal.checkpoint_at) sqlite3_wal_checkpoint_v2(d, 0, SQLITE_CHECKPOINT_PASSIVE, 0, 0);
  return SQLITE_OK;
}
static void print_pages(long requests) {
  sqlite3_stmt *s = prepare("SELECT name, pageno FROM dbstat ORDER BY name");
  char name[64] = "";
  long sum = 0, in_all = 0, known = 0;
  for (int more = 1; more; ) {
    more = sqlite3_step(s) == SQLITE_ROW;
    const char *t = more ? (const char *)sqlite3_column_text(s, 0) : "";
    if (strcmp(t, name)) {
      if (sum) printf("  %-28s %7.3f pages a request (%ld in all)\n", name, (double)sum / requests, in_all);
      snprintf(name, sizeof name, "%s", t); sum = in_all = 0;
    }
    if (!more) break;
    i64 page = sqlite3_column_int64(s, 1);
    in_all++;
    if (page < pages.room) { sum += pages.written[page]; known += pages.written[page]; }
  }
  sqlite3_finalize(s);
  printf("  %-28s %7.3f\n", "(others, freed)", (double)(wal.frames - known) / requests);
}

// --- a run -----------------------------------------------------------------------------------------------------------
static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}
static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / MICRO;
}
static void open_for_run(const char *path) {
  if (sqlite3_open(path, &db)) die(path);
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384");
  runf("PRAGMA foreign_keys = %lld", option("FK", 1));
  run("PRAGMA wal_checkpoint(TRUNCATE)"); // what an earlier run left
  prepare_all();
  char log[512];
  snprintf(log, sizeof log, "%s-wal", path);
  pages.file = open(log, O_RDONLY);
  pages.page_size = (int)number_of("PRAGMA page_size");
  wal.by_table = option("BREAKDOWN", 0) != 0;
  wal.checkpoint_at = option("CKPT", 1000);
  sqlite3_wal_hook(db, after_commit, 0);
  state += (unsigned long long)micros(CLOCK_REALTIME) * 7919;
}
static void measure(int decisions, const char *path, long requests, int batch) {
  float *latency = malloc((size_t)(requests / batch + 1) * sizeof *latency);
  struct batch sums = {0};
  open_for_run(path);
  i64 seeded = number_of("PRAGMA user_version"), leads = llabs(seeded), reach = leads * option("RECENT", SPAN) / SPAN;
  int accounts = (int)number_of("SELECT count(*) FROM account");
  long n = 0, commits = 0;
  double cpu = cpu_seconds();
  i64 start = micros(CLOCK_MONOTONIC), end = start;
  for (; n < requests; commits++) {
    i64 from = end;
    finish(begin);
    for (int i = 0; i < batch; i++, n++) {
      if (decisions) decide(accounts, &sums);
      else post_back(leads - below(reach), accounts, seeded > 0, &sums);
    }
    write_sums(&sums, decisions ? &lead_sums : &conversion_sums);
    finish(commit);
    end = micros(CLOCK_MONOTONIC);
    latency[commits] = (float)(end - from) / 1000;
  }
  cpu = cpu_seconds() - cpu;
  double took = (double)(end - start) / MICRO;
  qsort(latency, (size_t)commits, sizeof *latency, by_value);
  printf("%s batch %d: %.0f/s, %.0f commits/s, CPU %.3f s per 1000, %.3f pages a request, commit ms p50 %.1f p99 %.1f"
    " max %.1f, WAL highest %ld pages, begun again %ld times\n", decisions ? "decision" : "postback", batch, n / took,
    commits / took, 1000 * cpu / n, (double)wal.frames / n, latency[commits / 2], latency[commits * 99 / 100],
    latency[commits - 1], wal.highest, wal.begun);
  if (wal.by_table) print_pages(n);
}

int main(int count, char **word) {
  with_partners = option("PARTNERS", 0) != 0;
  int decisions = count == 5 && !strcmp(word[1], "decision"), postbacks = count == 5 && !strcmp(word[1], "postback");
  if (count == 6 && !strcmp(word[1], "seed")) seed(word[2], atol(word[3]), atoi(word[4]), word[5]);
  else if (decisions || postbacks) measure(decisions, word[2], atol(word[3]), atoi(word[4]));
  else fprintf(stderr, "seed DB LEADS ACCOUNTS SCHEMA.sql | decision DB REQUESTS BATCH | postback DB REQUESTS BATCH\n");
  return count < 5 ? 2 : 0;
}

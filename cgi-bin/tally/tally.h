/*
 * tally.h: counters of what was read. Totals by hour and day per kind, id, referring host, kind of
 * client and language; never a single view. The counters are in a store: a file of SQLite, for one
 * machine, or a PostgreSQL database, into which any number of machines count.
 *
 * Exactly once: the counters of a batch of journal lines and the position behind its last whole
 * line are committed in one transaction.
 */
#ifndef VHOD_TALLY_TALLY_H
#define VHOD_TALLY_TALLY_H

#include "base/digest.h"
#include "base/err.h"
#include "journal/event.h"
#include <jansson.h>
#include <stdint.h>

struct tally;

/* Opens for folding (writer: makes the store, brings its schema up to date) or for reading. store
 * is "sqlite:PATH" or a path, or a connection address "postgresql://…" (libpq's; without a password
 * in it PGPASSFILE is asked). timezone is the IANA zone whose days and hours are counted.
 *
 * ERR_BUSY: another process folds (SQLite: it holds the lock PATH.lock), or the database is away or
 * slow: try later; ERR_NOT_FOUND: a reader, and nothing was folded yet; ERR_INVALID: no such zone
 * or store, or a schema newer than this program; ERR_DATABASE and ERR_SYSTEM. All but ERR_NOT_FOUND
 * and SQLite's ERR_BUSY are logged, without user and password. */
enum err tally_open(struct tally **out, const char *store, const char *timezone, bool writer);
/* What was not committed is forgotten. Accepts NULL. */
void tally_close(struct tally *tally);

/* How far a journal file is folded, and what tells it from another file of the same name. */
struct tally_position {
    int64_t bytes;      /* the first byte not folded yet; 0 if the file was never seen */
    int64_t head_bytes; /* length of the file's first line when it was first folded */
    char head_digest[DIGEST_HEX_SIZE]; /* of those bytes */
    char digest[DIGEST_HEX_SIZE];      /* of the first bytes bytes, or "": not known */
};

/* Writers only: looks at the whole of it, as far as its database can. ERR_DATABASE: damaged,
 * logged. PostgreSQL looks after itself. */
enum err tally_check(struct tally *tally);

/* Writers only, from here to tally_rollback. A batch is: begin, any number of the others, commit;
 * after an error in any of them, rollback. A batch is held in memory until the commit, some hundred
 * bytes for each different thing in it (tally_is_full). */
enum err tally_begin(struct tally *tally);
/* Counts one record. Its texts are clean, as journal_parse and event_set leave them. */
enum err tally_add(struct tally *tally, const struct record *record);
/* Counts lines that could not be read, and records that a journal says were lost. count is above 0.
 */
enum err tally_add_dropped(struct tally *tally, time_t when, long count);
/* True when the batch holds so many different things that it should be committed: until then a
 * batch is the cheaper the more it counts. */
bool tally_is_full(const struct tally *tally);
/* Position of a file (name without folder): of those known under that name the one that is_file
 * takes (the longest head comes first; NULL takes any), zeroed if there is none. *others, if others
 * is not NULL: there were some that it did not take. May stand outside a batch. */
enum err tally_position(struct tally *tally, const char *file,
                        bool (*is_file)(void *context, const struct tally_position *position),
                        void *context, struct tally_position *position, bool *others);
/* What the batch counts are the file's bytes from before to after, whose head is told: nothing is
 * counted unless the file stands at before when the batch is committed. */
enum err tally_set_position(struct tally *tally, const char *file,
                            const struct tally_position *before,
                            const struct tally_position *after);
/* ERR_BUSY: the database is away or slow, or somebody else has folded that file meanwhile; what
 * tally_position says next time is right in any case, also when the answer to a commit was lost. */
enum err tally_commit(struct tally *tally);
void tally_rollback(struct tally *tally);

/* What statistics are asked for. */
struct tally_question {
    const char *from, *to; /* days, "2026-11-21", inclusive; 100 years at most */
    const char *before;    /* first of as many days to compare with, not behind from; NULL: none */
    const char *own_host;  /* the site's own host, which is nobody's referrer; or "" */
};

/* The statistics document of urls.md. Views of people only, except clients and robots. Lists come
 * by number, largest first, then by id. Every number that stands twice is the same.
 *
 *   {from, to, before:{from, to} or null,
 *    people, people_before, robots, dropped, clients:{WORD OF client.h …},
 *    kinds:[{kind, views, before}],               every kind of event.c; their sum is people
 *    regions:[{iso, views, departures, before}],
 *    guides:[{id, views, cited, before}], questions:[{number, views, cited, before}],
 *                                                 views: found alone; cited: through an operator's
 *                                                 link, and not among views
 *    pages:[{path, views, before}], checks:[{verdict, count, before}],
 *    reports:[{path, choice, iso, count, before}],   path: "region/ru-alt"; iso is null for others
 *    searches:{count, empty_count, empty:[{query, count}],     empty: searches that found nothing
 *              words:[{query, count, empty, chosen}]},           those of at least three days;
 * empty: how many found nothing, chosen: answers opened
 *              operators:[{query, count}]},        what staff had no answer to
 * missing:[{path, referrer, count}],
 * referrer: "" if not said referrers:[{host, count}], links:[{host, kind, id, count}],   links:
 * what they came to embeds:[{host, id, count}],                  who shows what of ours in a frame
 *    languages:[{language, count}],
 *    unit, days:[{date, to, people, before, KIND …, robots, dropped}],   unit: "day", "week",
 *                                                 "month" or "year"; a row is from date to to
 *    hours:[{hour, views}]}                       "00" to "23", local; [] if over 7 days are asked
 *
 * before (of a row, the first of its counts) and people_before are there only with something to
 * compare with. empty, words, missing, referrers, links and embeds hold the first 1,000; "…" in
 * them is what was above the ceiling of its day (tally/sqlite/schema.sql). ERR_INVALID: not such
 * days; ERR_LIMIT: took over 5 seconds; ERR_BUSY. The caller owns *out, which is NULL after an
 * error. */
enum err tally_statistics(struct tally *tally, const struct tally_question *question, json_t **out);

/* Who sent readers to a guide ("epos-link") or question ("q/17"), or showed it in a frame or
 * picture, on days from..to: [{host, framed, count}], framed first, then the most frequent. Persons
 * only; own_host as above. Errors and ownership as of tally_statistics. */
enum err tally_users(struct tally *tally, const char *article,
                     const struct tally_question *question, json_t **out);

#endif

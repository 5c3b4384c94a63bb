/*
 * form_token.h: one-tap reports about a page («не открывается»): the closed list of choices, and
 * the tokens that keep out robots which post without having read the page.
 *
 * A token belongs to one page and one day of this site. It says nothing about who sends it: pages
 * are the same for everybody and kept in caches. It is no proof of a person.
 */
#ifndef VHOD_JOURNAL_FORM_TOKEN_H
#define VHOD_JOURNAL_FORM_TOKEN_H

#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* True if this choice can be made about the page: "opened", "fails", "wrong-portal" about a region
 * ("region/ru-alt"); "helped", "not-helped" about a guide or question ("guide/x", "q/17"). */
bool report_is_choice(const char *page, const char *choice);

/* The site's secret; 64 hex digits. Several machines of one site share the file. */
struct report_key {
    char text[DIGEST_HEX_SIZE];
};

/* Reads the key from path, or makes the file (mode 0600, random) where there is none; of several
 * processes that make it at once, one wins and all read the same. ERR_INVALID if the file holds
 * something else, ERR_SYSTEM; logged. */
enum err report_key_load(struct report_key *out, const char *path);

/* What was found when the key could not be had. Zeroed = it was not tried yet. */
struct report_key_failure {
    enum err err;
    dev_t device;
    ino_t inode; /* 0: nothing of that name */
    off_t size;
    struct timespec changed;
    int64_t when; /* monotonic milliseconds */
};
/* The same, for who asks at each request: a file that was no key is not read, and not complained
 * of, again until it is another one; where there is none and none could be made, once a minute. */
enum err report_key_retry(struct report_key *out, const char *path,
                          struct report_key_failure *last);

/* The token of a page on the day of that instant (UTC). */
void report_token(const struct report_key *key, const char *page, time_t now,
                  char out[static DIGEST_HEX_SIZE]);
/* True for the tokens of today and of the two days before: a page is good for 48 hours at least. */
bool report_token_valid(const struct report_key *key, const char *page, const char *token,
                        time_t now);
/* When the token changes: the next midnight. */
time_t report_token_expires(time_t now);

#endif

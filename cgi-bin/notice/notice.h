/*
 * notice.h: what is announced: works on a portal, a fraud that goes round. One state file, which
 * `vhod notice` and `vhod publish` make from data/notices/ and every worker looks at; and the
 * question which of it holds now, for whom.
 *
 * STATE/notices.json (base/sealed.h; format vhod-notices, version 1):
 *
 *   {"notices": [{"id", "level": "info" | "warning" | "danger", "text", "more": text or null,
 *                 "url": address or null, "everybody": true or false, "regions": ["ru-alt", …],
 *                 "portals": ["netschool", …], "from", "until": UTC times}, …]}
 *
 * It knows neither content files (content/source.h) nor words of pages.
 */
#ifndef VHOD_NOTICE_NOTICE_H
#define VHOD_NOTICE_NOTICE_H

#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define NOTICES_FILE "notices.json" /* in the state folder */

struct notices;

/* Reads the file; without one there is no notice. ERR_INVALID: damaged, or not as above (logged);
 * *out is then NULL. */
enum err notices_load(struct notices **out, const char *path);
void notices_free(struct notices *notices);
size_t notices_count(const struct notices *notices);

/* Replaces the file by these notices (an array as above, in the order in which they are shown). */
enum err notices_save(const json_t *list, const char *path);

/* Whose notices are asked for. */
struct notice_reader {
    const char *iso;       /* region, "" for none: then only what concerns everybody */
    const json_t *portals; /* ids of the portals of that region; NULL: none */
    bool all;              /* somebody who works for all regions: every notice */
};

/* Copies of the notices that hold at that second for that reader, the worst level first; the caller
 * owns *out. *changes: the next second at which another answer may be right, 0 if never. notices
 * may be NULL. */
enum err notices_at(const struct notices *notices, const struct notice_reader *reader, time_t now,
                    json_t **out, time_t *changes);

/* Those that ended after since and before now, the last first. The caller owns *out. */
enum err notices_over(const struct notices *notices, time_t since, time_t now, json_t **out);

#endif

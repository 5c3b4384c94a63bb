/*
 * decorate.h: what a logic-less template cannot work out for itself, added to a copy of the
 * document before HTML or text is made; the JSON twin stays as it is. Rules are tables by key
 * (decorate.c):
 *
 * - closed words: "status": "current" gains "status=current": true, and false for the other words
 * of its list; "status": 404 gains "status=404": true (whole numbers, for keys with a list)
 * - dates: "since": "2026-09-24" gains "since_date": {iso, day: 24, "month=9": true, year: 2026};
 *   "2025-11" has no day, "2018" neither month nor day; a point in time ("2026-09-24T08:15:00Z")
 * gives its day; anything else: null
 * - addresses: "url": "https://h:444/x" gains "url_host": "h:444" (xn-- stays), "url_typed" (what a
 *   person types, base/typed.h) and "url_path", for addresses of our own site, else null
 * - beginnings: "place": "в Перми" gains "place_start": "В Перми"
 * - counts: "minutes": 5 gains "minutes_plural": {"one"|"few"|"many": true} (CLDR, Russian); the
 * keys listed, and every whole number under a key with "_count" at its end
 * - numbers of the statistics: "people": 12345 gains "people_text": "12 345", from 10000 on with
 *   narrow no-break spaces between
 * - arrays: "logins": [..] gains "logins?": true if not empty, else false; "logins_count": n and
 *   "logins_count_plural"; its items that are objects gain "first" and "last": true or false
 *
 * What does not hold is false or null rather than missing, so that a template never sees that of an
 * object further out. What the document says itself under such a name stays. No words here: month
 * names and plural forms are templates.
 */
#ifndef VHOD_VIEW_DECORATE_H
#define VHOD_VIEW_DECORATE_H

#include "base/err.h"
#include <jansson.h>

/* Deep-copies the document and decorates the copy. site: own address, https://host without a slash
 * at the end, for url_path. Caller owns *out (NULL on failure). ERR_LIMIT if it is nested over 64
 * levels. */
enum err decorate_document(const json_t *document, const char *site, json_t **out);

#endif

/*
 * decorate.h: what a logic-less template cannot work out for itself, added to a copy of the document before HTML
 * or text is made; the JSON twin stays as it is. Rules are one table by key (decorate.c):
 *   closed words   "status": "current"    gains  "status=current": true
 *   dates          "since": "2026-09-24"  gains  "since_date": {iso, day: 24, "month=9": true, year: 2026};
 *                                          "2025-11" has no day, "2018" neither month nor day
 *   addresses      "url": "https://h:444/x" gains "url_host": "h:444" (Unicode form of xn-- names is not made here),
 *                                          "url_path" for addresses of our own site
 *   counts         "minutes": 5           gains  "minutes_plural": {"one"|"few"|"many": true}  (CLDR, Russian)
 *   arrays         "logins": [..]         gains  "logins?": true if not empty, "logins_count": n and its plural;
 *                                          items that are objects gain "first": true / "last": true
 * No words here: month names and plural forms are templates.
 */
#ifndef VHOD_VIEW_DECORATE_H
#define VHOD_VIEW_DECORATE_H

#include "base/err.h"
#include <jansson.h>

/* Deep-copies the document and decorates the copy. site: own address, for url_path. Caller owns *out. */
enum err decorate_document(const json_t *document, const char *site, json_t **out);

#endif

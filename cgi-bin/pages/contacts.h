/*
 * contacts.h: contacts that know the clock: adds to each contact of a document its hours as
 * numbers, in its own time zone and in the reader's, and whether somebody answers now.
 *
 *   "spans": [{"days": "mon-fri", "from": "9:00", "to": "18:00", "from_here": "13:00", "to_here":
 * "22:00"}] (the last two only where the reader's time differs) "state": {"open": true, "changes":
 * "2026-11-20T15:00:00Z", "at": "18:00", "weekday": 5, "minutes": 90} (at and weekday in the
 * reader's time zone, or the contact's if no reader's is known; minutes until then)
 */
#ifndef VHOD_PAGES_CONTACTS_H
#define VHOD_PAGES_CONTACTS_H

#include "pages/page.h"

/* Adds to every item of contacts (an array, changed in place) that has hours. zone: the reader's,
 * or NULL. answer->expires becomes the earliest change, if that is sooner than what it holds. */
enum err contacts_add_clock(const struct page_call *call, json_t *contacts, const char *zone,
                            struct page_answer *answer);

#endif

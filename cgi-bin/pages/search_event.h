/*
 * search_event.h: a search as it is recorded: enough to see what people miss, too little to say
 * anything about one of them.
 */
#ifndef VHOD_PAGES_SEARCH_EVENT_H
#define VHOD_PAGES_SEARCH_EVENT_H

#include "base/buffer.h"
#include "base/err.h"

#define SEARCH_EVENT_LETTERS 80 /* longer queries are cut */

/* Appends a query (valid UTF-8) folded and masked. Of an address only the host stays, of an e-mail
 * address "@". Digits stay where they are a plate code, a postcode or a number of a question (up to
 * three digits, or six in one run or two halves, and no others in the query); every other digit
 * becomes "#". ERR_MEMORY is the only error. */
enum err search_event_text(struct buffer *out, const char *query);

#endif

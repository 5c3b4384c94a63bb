/*
 * plain.h: a text for excerpts. The plain text of an article (content/) is made to be read whole:
 * it keeps marks at the beginning of lines («> », «- », "2. ") and the address of each link behind
 * it in brackets. Torn out as an excerpt, both are rubbish: this takes them out.
 */
#ifndef VHOD_SEARCH_PLAIN_H
#define VHOD_SEARCH_PLAIN_H

#include "base/buffer.h"
#include "base/err.h"

struct sqlite3;

/* Appends the text in one line: without marks at the beginning of lines, without addresses in
 * brackets behind a link. What stands in brackets otherwise stays. */
void search_plain(struct buffer *out, const char *text);

/* Registers it with a connection as the SQL function plain(text). ERR_MEMORY. */
enum err search_plain_register(struct sqlite3 *db);

#endif

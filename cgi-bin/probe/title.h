/*
 * title.h: the title of a web page that anybody may have written: found in the first bytes of an
 * HTML text, brought from its encoding into clean UTF-8, and compared. Pure functions.
 */
#ifndef VHOD_PROBE_TITLE_H
#define VHOD_PROBE_TITLE_H

#include <stdbool.h>
#include <stddef.h>

#define TITLE_SIZE 241 /* bytes with NUL; a longer title is cut between characters */

/* Fills out with the title, or "" if there is none. content_type is the header's value, for its
 * charset; NULL or without one: what the page says of itself holds, else UTF-8. White space is run
 * together; what no text has becomes a space. */
void title_find(char out[static TITLE_SIZE], const char *html, size_t len,
                const char *content_type);

/* True if both have words, and no word in common: words of three letters or more, and numbers,
 * folded. */
bool title_is_other(const char *before, const char *now);

#endif

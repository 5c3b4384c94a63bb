/*
 * names.h: finding names of portals in Russian text, in any case and number: «в „Сетевом городе“»
 * names the portal «Сетевой город. Образование». The names are those of the portals' files and of
 * the rows "portal" of synonyms.tsv.
 *
 * Whether a name may stand there is wording.c's question.
 */
#ifndef VHOD_CONTENT_NAMES_H
#define VHOD_CONTENT_NAMES_H

#include "base/err.h"
#include "content/content.h"
#include <stddef.h>

struct names; /* all names, folded */

/* ERR_MEMORY. The caller frees with names_free, also after an error. */
enum err names_make(struct names **out, const struct content *content);
void names_free(struct names *names);

/* Calls found for each name in len bytes of text: the portal, the name as it stands there (at,
 * found_len), and its line, the first line of text being line. Of two names at one place the longer
 * one counts. A name of several words is one only where it begins with a capital letter or after an
 * opening quotation mark: «Моя школа» is a portal, "моя школа" is not. Addresses hold no names.
 * ERR_MEMORY. */
enum err names_find(const struct names *names, const char *text, size_t len, int line,
                    void (*found)(void *context, const struct source_portal *portal, const char *at,
                                  size_t found_len, int line),
                    void *context);

#endif

/*
 * remember.h: the one cookie of the site: the regions that a reader asked us to remember. It holds
 * region codes and nothing else ("ru-alt.ru-per"), is set only by a form of ours, and never enters
 * the journal or a shared cache.
 *
 * A list is text: isos with dots between, at most REMEMBER_MAX, each once, in the order they were
 * chosen.
 */
#ifndef VHOD_WEB_REMEMBER_H
#define VHOD_WEB_REMEMBER_H

#include <stdbool.h>
#include <stddef.h>

#define REMEMBER_MAX  4  /* two homes, and some to spare */
#define REMEMBER_SIZE 32 /* bytes of a list with its NUL: four isos of six letters and dots */

/* Reads the list from a Cookie field (RFC 6265; may be NULL). Anything that is no region's code is
 * left out. */
void remember_read(const char *cookie_field, char list[static REMEMBER_SIZE]);

/* Puts iso first; the oldest falls out when there are too many. */
void remember_add(char list[static REMEMBER_SIZE], const char *iso);
/* Takes iso out; no-op if it is not in. */
void remember_drop(char list[static REMEMBER_SIZE], const char *iso);
/* True if iso is in the list. */
bool remember_has(const char *list, const char *iso);

/* Writes the Set-Cookie value (without the field's name) for a list; an empty list ends the cookie.
 * https: only over TLS. size at least 160. */
void remember_write(char *out, size_t size, const char *list, bool https);

#endif

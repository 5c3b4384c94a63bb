/*
 * looks.h: the site's second cookie: colours and size of letters of a reader who chose them without
 * script, by the form in the foot of every page. With script the choice stays in the browser
 * (templates/look.js), and this cookie is taken away. It holds two words of a fixed list
 * ("dark.huge") and nothing else, is set only by that form, and never enters the journal or a
 * shared cache.
 */
#ifndef VHOD_WEB_LOOKS_H
#define VHOD_WEB_LOOKS_H

#include <stdbool.h>
#include <stddef.h>

#define LOOKS_WORD_SIZE 8
#define LOOKS_TEXT_SIZE 16

/* "" where the system, or the usual size, decides. */
struct looks {
    char theme[LOOKS_WORD_SIZE]; /* "light", "dark" */
    char size[LOOKS_WORD_SIZE];  /* "large", "huge" */
};

/* Sets what a form says; "" takes a choice back, NULL leaves it. False, and nothing is changed, for
 * words that are none. */
bool looks_set(struct looks *looks, const char *theme, const char *size);

/* True if anything is chosen. */
bool looks_chosen(const struct looks *looks);

/* The words with dots between ("dark.huge"), as the cookie and the keys of pages have them; "" if
 * nothing is chosen. */
void looks_text(const struct looks *looks, char out[static LOOKS_TEXT_SIZE]);

/* Reads the choice from a Cookie field (RFC 6265; may be NULL). Anything that is no word of ours is
 * left out. */
void looks_read(const char *cookie_field, struct looks *looks);

/* Writes the Set-Cookie value (without the field's name); no choice ends the cookie. https: only
 * over TLS. Not HttpOnly: look.js takes it away where it takes over. size at least 120. */
void looks_write(char *out, size_t size, const struct looks *looks, bool https);

#endif

/*
 * forgive.h: what a mistyped address may have meant: "/q/7." with the full stop of a sentence,
 * "/region/ru-alt»" with a bracket that a chat program took for a part of it, Cyrillic letters that
 * look like the Latin ones, "/questions/7".
 *
 * It makes guesses, as text, and knows no page: whether a guess is an address is found out by
 * asking (web/serve.c), so nothing is sent on to where nothing is. Every guess is a path of this
 * site.
 */
#ifndef VHOD_WEB_FORGIVE_H
#define VHOD_WEB_FORGIVE_H

#include "base/buffer.h"
#include "web/request.h"
#include <stdbool.h>

/* Guess number `number`, from 0, for a request that met no page: path and query, canonical and
 * encoded. The first one only takes away what can be in no address; later ones are worth less, and
 * are meant only where no other is an address too. Returns false behind the last one; true with an
 * empty *out where this guess says nothing new. *out is cleared first. A request whose path could
 * not be read has no guesses. */
bool forgive_guess(struct buffer *out, const struct request *request, unsigned number);

/* The same for a target whose path could not be read at all, in text: without the byte order marks
 * and the cut escape at its end that made it unreadable. False if it has none of them, and nothing
 * is appended then. */
bool forgive_unreadable(struct buffer *out, const char *target);

/* True for guesses that only take away (the first, and those about parameters): these need no
 * comparing with others. */
bool forgive_is_plain(unsigned number);

#endif

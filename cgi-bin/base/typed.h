/*
 * typed.h: an address as a person types it from a screen, a leaflet or a voice: no more than what
 * is needed to get there. Addresses for machines stay as the source has them; this is for eyes.
 */
#ifndef VHOD_BASE_TYPED_H
#define VHOD_BASE_TYPED_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends host and path of an absolute http(s) address: "https://www.gosuslugi.ru/school" becomes
 * "gosuslugi.ru/school". The host stands in its own letters (школа.образование33.рф); the slash of
 * an empty path goes, one after a longer path stays, because a server may tell the two apart. What
 * is needed to get there stays: "http://", which browsers no longer try first, and "https://"
 * before a port of its own, where they do not try that. "www." goes only where the host is known to
 * answer without. What is no address is appended as it stands. ERR_MEMORY. */
enum err typed_address(struct buffer *out, const char *address);

#endif

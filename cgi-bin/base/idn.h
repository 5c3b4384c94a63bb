/*
 * idn.h: international host names in both their forms (IDNA 2008 by way of UTS #46, as browsers do
 * it). The only file that knows libidn2. It resolves no names and knows no ports.
 */
#ifndef VHOD_BASE_IDN_H
#define VHOD_BASE_IDN_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends a host name in lower-case ASCII, the form that goes over the wire: "школа.рф" becomes
 * "xn--80aatbrg.xn--p1ai". Letters that a browser maps (capitals, full-width) are mapped.
 * ERR_INVALID (out as before) for a name that a browser would not open. A name of ASCII alone is
 * only lowered. */
enum err idn_to_ascii(struct buffer *out, const char *host);

/* Appends a host name as people read it. A label that is no valid Punycode, or that decodes to what
 * no name may hold, leaves the whole name in ASCII: nothing is shown that cannot be opened. */
enum err idn_to_unicode(struct buffer *out, const char *ascii);

#endif

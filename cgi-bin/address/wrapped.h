/*
 * wrapped.h: the address that a link of another site leads on to. Messengers, mail services and
 * search engines put an address into one of their own ("vk.com/away.php?to=…"); whoever pastes that
 * wants to know of the inner one. Knows the services by a table; opens nothing, judges nothing.
 */
#ifndef VHOD_ADDRESS_WRAPPED_H
#define VHOD_ADDRESS_WRAPPED_H

#include "base/buffer.h"
#include "base/err.h"

/* Puts the inner address into *inner (cleared before), with "https://" before it if no scheme is
 * there. address: absolute, http or https. ERR_NOT_FOUND: it is no such link, or what it holds is
 * no address; ERR_MEMORY. */
enum err wrapped_find(struct buffer *inner, const char *address);

#endif

/*
 * address.h: are two addresses the same to a reader?
 */
#ifndef VHOD_CONTENT_ADDRESS_H
#define VHOD_CONTENT_ADDRESS_H

#include "base/err.h"
#include "content/source.h"
#include <stdbool.h>

/* Puts into *same whether both lead to the same: scheme, host and an empty path are compared
 * without regard to form. ERR_MEMORY (*same is then false). */
enum err content_same_address(bool *same, const char *left, const char *right);

/* Puts into *is whether it is a present or a former sign-in address of the region. ERR_MEMORY. */
enum err content_knows_address(bool *is, const struct source_region *region, const char *url);

#endif

/*
 * address_check.h: what /check says of an address, for other pages too.
 */
#ifndef VHOD_PAGES_ADDRESS_CHECK_H
#define VHOD_PAGES_ADDRESS_CHECK_H

#include "pages/page.h"

/* The document of /check.json about an address, judged against the snapshot that is open. The
 * caller owns *out. */
enum err address_check_document(const struct page_call *call, const char *address, json_t **out);

#endif

/*
 * known.h: from the snapshot's document of addresses ("known_addresses" of directory/queries.sql)
 * to the list that verdict.h compares with. Opens no snapshot and judges nothing.
 */
#ifndef VHOD_ADDRESS_KNOWN_H
#define VHOD_ADDRESS_KNOWN_H

#include "address/verdict.h"
#include <jansson.h>

/* What an item of the document ({verdict, url, region: {iso …} …}) is; CHECK_UNKNOWN if it does not
 * say so. */
enum check_verdict known_verdict(const json_t *item);

/* Makes the list of known, an array of such items, which has to outlive it; indices are the
 * array's. The caller frees with check_list_free. */
enum err known_list(const json_t *known, struct check_list **out);

#endif

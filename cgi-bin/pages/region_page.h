/*
 * region_page.h: what the page of a region shares with others that show regions: the operator's
 * page, the embeds.
 */
#ifndef VHOD_PAGES_REGION_PAGE_H
#define VHOD_PAGES_REGION_PAGE_H

#include "pages/page.h"
#include <stdbool.h>

/* The document of /region/{iso}, with the clock of its contacts and fresh reports. *out is the
 * caller's; answer gets nothing but the second at which it stops being true. ERR_NOT_FOUND. */
enum err region_load(const struct page_call *call, struct page_answer *answer, const char *iso,
                     json_t **out);

/* True for the sign-in addresses that a region's families use today. While a region moves, the old
 * and the new one are both in use. */
bool region_login_in_use(const json_t *login);

/* "/region/" and an iso that is a valid path segment as it stands; allocated, NULL when memory runs
 * out. */
char *region_path(const char *iso);

#endif

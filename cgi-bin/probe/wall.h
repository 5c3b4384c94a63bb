/*
 * wall.h: marks of the walls that sites put before programs («Проверка браузера», Cloudflare,
 * DDoS-Guard …): a page behind one is alive, whatever its status says. A table and nothing else.
 */
#ifndef VHOD_PROBE_WALL_H
#define VHOD_PROBE_WALL_H

#include <stdbool.h>
#include <stddef.h>

/* True if a header line ("cf-mitigated: challenge", any case, len bytes) is such a mark. */
bool wall_in_header(const char *line, size_t len);
/* True if a page's title is that of such a wall. */
bool wall_in_title(const char *title);
/* True if a redirect to this address is one to a riddle for people. */
bool wall_in_address(const char *url);

#endif

/*
 * mustache.h: templates: the Mustache specification 1.4, core modules (interpolation, sections, inverted
 * sections, partials, comments, set delimiters) and inheritance (parents, blocks). No lambdas.
 * Compiled once, when loaded; rendering allocates only in the output buffer.
 *
 * Text is escaped: & < > " ' . Raw output ({{{x}}} and {{& x}}) is refused when a template is loaded unless the
 * last part of its name is marked as HTML: "html", "svg", or ending in "_html" or "_svg" (mustache_mark()).
 * So a template alone cannot open a hole; a document must bring markup under such a name on purpose.
 */
#ifndef VHOD_VIEW_MUSTACHE_H
#define VHOD_VIEW_MUSTACHE_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

struct mustache; /* a set of templates that can include each other */

/* strict: raw output only for marked names, and a partial or parent that does not exist is an error (the site's
 * own templates). Not strict: as the specification has it (its tests). */
enum err mustache_new(struct mustache **out, bool strict);
void mustache_free(struct mustache *set);

/* Compiles a text under a name. On ERR_TEMPLATE the cause is logged as "file:line: message" and appended to
 * report if that is not NULL. file is for messages only. */
enum err mustache_add(struct mustache *set, const char *name, const char *file, const char *text,
                      size_t len, struct buffer *report);
/* Adds every *.mustache below a folder; names are paths without the extension ("pages/region"). */
enum err mustache_add_folder(struct mustache *set, const char *folder, struct buffer *report);
/* Checks that every partial and parent exists (strict sets), after all were added. */
enum err mustache_link(struct mustache *set, struct buffer *report);

bool mustache_has(const struct mustache *set, const char *name);
/* Appends the rendered template. view is borrowed. ERR_NOT_FOUND for an unknown name; ERR_LIMIT for nesting over
 * 64 levels or output over 4 MiB. */
enum err mustache_render(const struct mustache *set, const char *name, json_t *view,
                         struct buffer *out);

#endif

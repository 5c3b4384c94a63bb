/*
 * mustache.h: templates: the Mustache specification 1.4, core modules (interpolation, sections,
 * inverted sections, partials, comments, set delimiters) and inheritance (parents, blocks). No
 * lambdas. Compiled once, when loaded; rendering allocates only in the output buffer.
 *
 * Values: a section is shown unless its value is missing, false, null, 0, "" or an empty array; the
 * nearest object that has a name decides, so a null there hides what is further out. Arrays and
 * objects write nothing as text. Names may hold anything but blanks and the closing delimiter:
 * "logins?", "status=current".
 *
 * Text is escaped: & < > " ' . Raw output ({{{x}}} and {{& x}}) is refused when a template is
 * loaded unless the last part of its name is marked as HTML: "html", "svg", or ending in "_html" or
 * "_svg" (mustache_mark()). So a template alone cannot open a hole; a document must bring markup
 * under such a name on purpose.
 */
#ifndef VHOD_VIEW_MUSTACHE_H
#define VHOD_VIEW_MUSTACHE_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

struct mustache; /* a set of templates that can include each other */

/* strict: raw output only for marked names; a partial or parent that does not exist, a block given
 * to a parent that has none of that name, and text in a parent outside its blocks are errors (the
 * site's own templates). Not strict: as the specification has it (its tests). In both, tags other
 * than blocks directly in a parent are errors, since nothing would show them. */
enum err mustache_new(struct mustache **out, bool strict);
void mustache_free(struct mustache *set);

/* Compiles a text of at most 1 MiB under a name not used before. On ERR_TEMPLATE the set is as
 * before, the cause is logged as "file:line: message" and appended to report (a line) if that is
 * not NULL. All texts are copied; file is for messages only. */
enum err mustache_add(struct mustache *set, const char *name, const char *file, const char *text,
                      size_t len, struct buffer *report);
/* Adds every *.mustache below a folder; names are paths without the extension ("pages/region"). A
 * broken one does not stop it: all are reported, then ERR_TEMPLATE. ERR_NOT_FOUND if there is no
 * such folder. */
enum err mustache_add_folder(struct mustache *set, const char *folder, struct buffer *report);
/* The same for all templates whose names are not taken yet: what was added before stands in their
 * place. What was added before and takes no place of any is warned of. */
enum err mustache_add_others(struct mustache *set, const char *folder, struct buffer *report);
/* Checks that every partial and parent exists, and every block given to a parent (strict sets;
 * nothing otherwise), after all were added. All faults are reported, then ERR_TEMPLATE. */
enum err mustache_link(struct mustache *set, struct buffer *report);

bool mustache_has(const struct mustache *set, const char *name);

/* Appends the rendered template. view is borrowed. ERR_NOT_FOUND for an unknown name; ERR_LIMIT for
 * nesting over 64 levels, output over 4 MiB or over 4 million steps (the place is logged). On
 * failure out is as before, or failed. */
enum err mustache_render(const struct mustache *set, const char *name, const json_t *view,
                         struct buffer *out);
/* The same for plain text: nothing is escaped. Never for anything a browser reads as markup. */
enum err mustache_render_text(const struct mustache *set, const char *name, const json_t *view,
                              struct buffer *out);

#endif

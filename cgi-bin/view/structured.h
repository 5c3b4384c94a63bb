/*
 * structured.h: what search engines and assistants read: a guide as schema.org HowTo, a question as
 * FAQPage, in JSON-LD. Made from the page's own document, so it cannot differ from what the page
 * shows.
 */
#ifndef VHOD_VIEW_STRUCTURED_H
#define VHOD_VIEW_STRUCTURED_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>

/* Builds the JSON-LD tree of a document; NULL when memory runs out. The caller owns it. */
typedef json_t *structured_maker(const json_t *document);
json_t *structured_guide(const json_t *document);
json_t *structured_question(const json_t *document);

/* Appends the tree as text that may stand inside <script type="application/ld+json">: '<', '>' and
 * '&' are escaped as JSON escapes, so nothing in it can end the element. */
enum err structured_write(struct buffer *out, const json_t *tree);

#endif

/*
 * share.h: what a school's website gets to place: the addresses and fixed sizes of the embeds, and
 * the code to copy. The code itself is templates (templates/share/), so that a page, its embed and
 * oEmbed cannot disagree; sizes are one table here.
 *
 * It knows no request. The embeds themselves are embed.c.
 */
#ifndef VHOD_PAGES_SHARE_H
#define VHOD_PAGES_SHARE_H

#include "base/err.h"
#include "view/mustache.h"
#include <jansson.h>
#include <stdbool.h>

/* What can be placed on another site. */
enum topic { TOPIC_NONE, TOPIC_REGION, TOPIC_GUIDE, TOPIC_QUESTION, TOPIC__MAX };

/* Sizes in CSS pixels. A frame of this height shows its embed without a scroll bar at every width
 * from EMBED_WIDTH_MIN on. */
struct embed_size {
    int width, height;
};
#define EMBED_WIDTH_MIN      240
#define EMBED_PICTURE_WIDTH  480
#define EMBED_PICTURE_HEIGHT 160
#define EMBED_QR_SIZE        200

const char *topic_word(enum topic topic); /* "region", "guide", "question" */
struct embed_size embed_size(enum topic topic);
/* What a path ("/guide/epos-link", without a query) is about, by its form alone; *id points to what
 * follows the prefix. TOPIC_NONE for any other page. */
enum topic topic_of(const char *path, const char **id);

/* Whom a placed thing is for: region: iso for an article shown as that region's readers see it, or
 * NULL; theme: "light" or "dark", or NULL for the colours of the visitor's device. */
struct embed_case {
    const char *region;
    const char *theme;
};

/* {topic, page, frame, picture, png, qr, qr_png, go, oembed, width, height, picture_width,
 * picture_height, qr_size}, addresses absolute. site: own address without a slash at the end; path:
 * of the page, "/region/ru-alt"; to may be NULL. NULL when memory runs out. */
json_t *embed_describe(const char *site, enum topic topic, const char *path,
                       const struct embed_case *to);

/* Adds to a decorated view, which has "url_path": "embed" as above, and "share": {link, go, frame,
 * picture}, code as text; all: also {button, png, qr, qr-png}. Colours by the view's "theme". */
enum err share_add(const struct mustache *templates, const char *site, enum topic topic,
                   json_t *view, bool all);

#endif

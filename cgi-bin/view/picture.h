/*
 * picture.h: what stands on other people's pages as PNG, for sites that take no SVG: a card of a
 * few lines of text, and a QR code. Drawn by cairo, letters by FreeType from DejaVu Sans (Debian:
 * fonts-dejavu-core), which has all that Russian needs.
 *
 * The fonts are files of the system: whoever draws opens them before the program gives up the right
 * to open any (base/sandbox.h). What stands in a card is a template's.
 */
#ifndef VHOD_VIEW_PICTURE_H
#define VHOD_VIEW_PICTURE_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>

#define PICTURE_SCALE 2 /* pixels for each CSS pixel, so that letters are sharp on a phone */

struct picture_fonts;

/* Maps the fonts. ERR_NOT_FOUND if they are not installed (logged with the package to install):
 * everything else works without. ERR_MEMORY. The caller closes *out, which is NULL on failure. */
enum err picture_fonts_open(struct picture_fonts **out);
void picture_fonts_close(struct picture_fonts *fonts);

/* How a card looks. */
struct picture_look {
    int width, height;  /* in CSS pixels */
    bool dark;          /* light letters on dark */
    const char *accent; /* of the bar at its side (base/colour.h), or "" for the site's own */
};

/* Appends a card: the first line of text small at its top, the last one small at its foot, those
 * between large; empty lines are left out. ERR_NOT_FOUND if fonts is NULL, ERR_INVALID for fewer
 * than two lines, ERR_MEMORY; out is as before then. */
enum err picture_card(struct buffer *out, struct picture_fonts *fonts, const char *text,
                      const struct picture_look *look);

/* Appends the QR code of an address, black on white, `pixels` for each module, with its quiet zone
 * (view/qr.h). ERR_LIMIT, ERR_INVALID as there; ERR_MEMORY. */
enum err picture_code(struct buffer *out, const char *address, int pixels);

#endif

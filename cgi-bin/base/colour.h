/*
 * colour.h: colours as "#0b5b48" and how well one is read on another (WCAG 2.2, relative luminance
 * and contrast ratio). It knows no theme.
 */
#ifndef VHOD_BASE_COLOUR_H
#define VHOD_BASE_COLOUR_H

#include <stdbool.h>

struct colour {
    unsigned char red, green, blue; /* sRGB, 0 to 255 */
};

/* Reads six hexadecimal digits, with or without "#". False if text is anything else. */
bool colour_read(const char *text, struct colour *out);

/* From 1 (the same) to 21 (black on white); which lies on which does not matter. */
double colour_contrast(struct colour one, struct colour other);

#endif

/*
 * qr.h: an address as a QR code (ISO/IEC 18004), as the data of one SVG path; the frame around it
 * is a template. The only file that knows the QR library is qr.c.
 */
#ifndef VHOD_VIEW_QR_H
#define VHOD_VIEW_QR_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends the dark modules of the code as path data, lines to be stroked one unit wide, one unit a
 * module, the quiet zone of four modules included; *size is the width and height of all. Error
 * correction M: a code on a leaflet may get a fold or a spot. ERR_LIMIT if the text is too long for
 * any code (2,331 bytes); ERR_INVALID if it is empty. */
enum err qr_path(struct buffer *out, const char *text, int *size);

/* The same code as *size by *size bytes, row by row, 1 for a dark module, the quiet zone included;
 * the caller frees *modules. Errors as above, ERR_MEMORY. */
enum err qr_modules(const char *text, unsigned char **modules, int *size);

#endif

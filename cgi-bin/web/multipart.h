/*
 * multipart.h: the parts of a multipart/form-data body (RFC 7578), as a form with a file in it is
 * sent. It cuts, and judges nothing but the shape: what a part holds is the page's question, and
 * bytes of a file may be anything.
 */
#ifndef VHOD_WEB_MULTIPART_H
#define VHOD_WEB_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#define MULTIPART_NAME_MAX 100 /* bytes of a field's or a file's name */

struct multipart {
    const char *at, *end;
    char boundary[80]; /* "--" and the boundary, NUL-terminated */
    bool broken;       /* the body is cut off, or is no multipart/form-data */
    bool over;         /* the closing boundary was seen */
};

struct multipart_part {
    char name[MULTIPART_NAME_MAX + 1]; /* of the field */
    char file[MULTIPART_NAME_MAX + 1]; /* name that the reader's file has, without folders; "" */
    bool is_file;                      /* a file field, also if none was chosen */
    const char *bytes;                 /* borrowed from the body */
    size_t len;
};

/* Begins with a body and its Content-Type. False if that is no multipart/form-data with a boundary
 * of 1 to 70 characters (RFC 2046, 5.1.1). The body is borrowed until the last part was used. */
bool multipart_begin(struct multipart *out, const char *content_type, const char *body, size_t len);

/* The next part; false behind the last, and where the body breaks its format: then broken is set,
 * and nothing of the body should be believed. A part without a name, or with one that is too long
 * or no clean text, is such a break. */
bool multipart_next(struct multipart *multipart, struct multipart_part *out);

#endif

/*
 * qr.c: QR codes. Contract: qr.h.
 */
#include "view/qr.h"
#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>

#define QUIET 4 /* modules of white around the code, as the standard wants */

/* Where the pen stands: the code is drawn as lines, each from where the last one ended, because
 * that is short, and a page that can be printed carries its code with it. */
struct pen {
    int x, y;
};

/* Appends the dark runs of one row. */
static void add_row(struct buffer *out, struct pen *pen, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width;) {
        int start = x;

        while (x < width && row[x] & 1)
            x++;
        if (x > start) {
            buffer_printf(out, "m%d %dh%d", start - pen->x, y - pen->y, x - start);
            *pen = (struct pen){x, y};
        } else {
            x++;
        }
    }
}

static enum err encode(const char *text, QRcode **out)
{
    if (!*text)
        return ERR_INVALID;
    *out = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (*out == NULL)
        return errno == ERANGE ? ERR_LIMIT : ERR_MEMORY;
    return ERR_NONE;
}

enum err qr_path(struct buffer *out, const char *text, int *size)
{
    struct pen pen = {0, 0};
    QRcode *code;
    enum err err = encode(text, &code);

    if (err != ERR_NONE)
        return err;
    buffer_printf(out, "M%d %d.5", QUIET, QUIET);
    for (int y = 0; y < code->width; y++)
        add_row(out, &pen, code->data + (size_t)y * (size_t)code->width, code->width, y);
    *size = code->width + 2 * QUIET;
    QRcode_free(code);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

enum err qr_modules(const char *text, unsigned char **modules, int *size)
{
    QRcode *code;
    enum err err = encode(text, &code);

    if (err != ERR_NONE)
        return err;
    *size = code->width + 2 * QUIET;
    *modules = calloc((size_t)*size, (size_t)*size);
    for (int at = 0; *modules != NULL && at < code->width * code->width; at++)
        (*modules)[(at / code->width + QUIET) * *size + at % code->width + QUIET] =
            code->data[at] & 1;
    QRcode_free(code);
    return *modules != NULL ? ERR_NONE : ERR_MEMORY;
}

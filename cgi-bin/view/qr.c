/*
 * qr.c: QR codes. Contract: qr.h.
 */
#include "view/qr.h"
#include <errno.h>
#include <qrencode.h>

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

enum err qr_path(struct buffer *out, const char *text, int *size)
{
    struct pen pen = {0, 0};
    QRcode *code;

    if (!*text)
        return ERR_INVALID;
    code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return errno == ERANGE ? ERR_LIMIT : ERR_MEMORY;
    buffer_printf(out, "M%d %d.5", QUIET, QUIET);
    for (int y = 0; y < code->width; y++)
        add_row(out, &pen, code->data + (size_t)y * (size_t)code->width, code->width, y);
    *size = code->width + 2 * QUIET;
    QRcode_free(code);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

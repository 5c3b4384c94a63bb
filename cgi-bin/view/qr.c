/*
 * qr.c: QR codes. Contract: qr.h.
 */
#include "view/qr.h"
#include <errno.h>
#include <qrencode.h>

#define QUIET 4 /* modules of white around the code, as the standard wants */

/* Appends the dark runs of one row: move there, right, down, back, close. */
static void add_row(struct buffer *out, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width;) {
        int start = x;

        while (x < width && row[x] & 1)
            x++;
        if (x > start)
            buffer_printf(out, "M%d %dh%dv1h-%dz", start + QUIET, y + QUIET, x - start, x - start);
        else
            x++;
    }
}

enum err qr_path(struct buffer *out, const char *text, int *size)
{
    QRcode *code;

    if (!*text)
        return ERR_INVALID;
    code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return errno == ERANGE ? ERR_LIMIT : ERR_MEMORY;
    for (int y = 0; y < code->width; y++)
        add_row(out, code->data + (size_t)y * (size_t)code->width, code->width, y);
    *size = code->width + 2 * QUIET;
    QRcode_free(code);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

/*
 * buffer.h: a growing string of bytes, the only one in vhod.
 *
 * Errors are sticky: when memory runs out the buffer remembers it, further additions do nothing,
 * and whoever hands the bytes on asks buffer_failed() once. So building text needs no check per
 * call, and half a text is never taken for a whole one.
 *
 * States: zeroed (BUFFER_INIT) = empty, nothing allocated, data is NULL; filled = data ends with a
 * NUL that len does not count; failed = data is freed and NULL, len 0.
 */
#ifndef VHOD_BASE_BUFFER_H
#define VHOD_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* NULL while empty or failed, else NUL-terminated */
    size_t len; /* bytes, without the final NUL; the text may hold NULs of its own */
    size_t cap; /* bytes allocated */
    bool failed;
};

#define BUFFER_INIT                                                                                \
    {                                                                                              \
        NULL, 0, 0, false                                                                          \
    }

/* Appends len bytes; data may be NULL if len is 0. */
void buffer_add(struct buffer *b, const void *data, size_t len);
/* Appends a NUL-terminated string. */
void buffer_puts(struct buffer *b, const char *text);
void buffer_putc(struct buffer *b, char c);
/* Appends formatted text, checked by the compiler. */
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends text with & < > " ' as entities: for HTML and XML text and for quoted attribute values.
 */
void buffer_add_html(struct buffer *b, const char *text, size_t len);

/* Makes room for len more bytes; returns where to write them, or NULL when failed. Follow with
 * buffer_grew(). */
char *buffer_reserve(struct buffer *b, size_t len);
void buffer_grew(struct buffer *b, size_t len);

/* The text as a C string: "" while empty or failed. Borrowed until the next change. */
const char *buffer_text(const struct buffer *b);
/* True if memory ran out at some time since the last reset. */
bool buffer_failed(const struct buffer *b);
/* Cuts to len bytes (no-op if already shorter). */
void buffer_cut(struct buffer *b, size_t len);
/* Hands the bytes to the caller, who frees them; the buffer is empty after. NULL if failed; an
 * empty buffer gives an allocated "". */
char *buffer_take(struct buffer *b);
/* Empties, keeps the memory, forgets a failure. */
void buffer_clear(struct buffer *b);
/* Releases everything; the buffer is as new. */
void buffer_free(struct buffer *b);

#endif

/*
 * buffer.c: the growing string. The sticky failure is set in one place, fail(); every way to grow
 * goes through buffer_reserve(). It does not know what the bytes mean, but for the HTML escaper.
 */
#include "base/buffer.h"
#include "base/log.h"
#include "base/shortage.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

static void fail(struct buffer *b)
{
    free(b->data);
    b->data = NULL;
    b->len = 0;
    b->cap = 0;
    b->failed = true;
    shortage_note();
}

/* Doubles until wanted bytes fit; 0 if no size_t holds that. */
static size_t grown_capacity(size_t cap, size_t wanted)
{
    if (cap < FIRST_CAPACITY)
        cap = FIRST_CAPACITY;
    while (cap < wanted) {
        if (cap > SIZE_MAX / 2)
            return 0;
        cap *= 2;
    }
    return cap;
}

char *buffer_reserve(struct buffer *b, size_t len)
{
    size_t cap;
    char *data;

    if (b->failed)
        return NULL;
    if (len > SIZE_MAX - b->len - 1) {
        fail(b);
        return NULL;
    }
    if (b->len + len + 1 > b->cap) {
        cap = grown_capacity(b->cap, b->len + len + 1);
        data = cap == 0 ? NULL : realloc(b->data, cap);
        if (data == NULL) {
            fail(b);
            return NULL;
        }
        b->data = data;
        b->cap = cap;
        b->data[b->len] = '\0';
    }
    return b->data + b->len;
}

void buffer_grew(struct buffer *b, size_t len)
{
    if (b->failed)
        return;
    /* More than was reserved: memory behind the buffer is already written, so trust nothing of it.
     */
    if (b->data == NULL ? len > 0 : len > b->cap - b->len - 1) {
        log_error("buffer_grew: %zu bytes were not reserved; this is a bug in the caller", len);
        fail(b);
        return;
    }
    b->len += len;
    if (b->data != NULL)
        b->data[b->len] = '\0';
}

void buffer_add(struct buffer *b, const void *data, size_t len)
{
    char *room;

    if (len == 0)
        return;
    room = buffer_reserve(b, len);
    if (room == NULL)
        return;
    memcpy(room, data, len);
    buffer_grew(b, len);
}

void buffer_puts(struct buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

void buffer_putc(struct buffer *b, char c)
{
    buffer_add(b, &c, 1);
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list arguments;
    char *room;
    int len;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0) {
        fail(b);
        return;
    }
    room = buffer_reserve(b, (size_t)len);
    if (room == NULL)
        return;
    va_start(arguments, format);
    len = vsnprintf(room, (size_t)len + 1, format, arguments);
    va_end(arguments);
    if (len < 0)
        fail(b);
    else
        buffer_grew(b, (size_t)len);
}

/* The entity for a byte that HTML reads as markup, or NULL. Numeric for the apostrophe: HTML 4 and
 * some XML readers do not know &apos;. */
static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buffer_add_html(struct buffer *b, const char *text, size_t len)
{
    size_t done = 0;

    for (size_t i = 0; i < len; i++) {
        const char *replacement = entity(text[i]);

        if (replacement == NULL)
            continue;
        buffer_add(b, text + done, i - done);
        buffer_puts(b, replacement);
        done = i + 1;
    }
    if (done < len)
        buffer_add(b, text + done, len - done);
}

const char *buffer_text(const struct buffer *b)
{
    return b->data == NULL ? "" : b->data;
}

bool buffer_failed(const struct buffer *b)
{
    return b->failed;
}

void buffer_cut(struct buffer *b, size_t len)
{
    if (len >= b->len)
        return;
    b->len = len;
    b->data[len] = '\0';
}

char *buffer_take(struct buffer *b)
{
    char *data;

    if (b->failed || buffer_reserve(b, 0) == NULL)
        return NULL;
    data = b->data;
    b->data = NULL;
    b->len = 0;
    b->cap = 0;
    return data;
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

void buffer_free(struct buffer *b)
{
    if (b == NULL)
        return;
    free(b->data);
    b->data = NULL;
    b->len = 0;
    b->cap = 0;
    b->failed = false;
}
